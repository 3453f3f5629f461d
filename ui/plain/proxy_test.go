package plain

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coder/websocket"

	"credwiz/client/sandbox"
)

// exchange is a request on its way through a hostile proxy.
type exchange struct {
	w   http.ResponseWriter
	r   *http.Request
	api http.Handler
	// over is held for reading by what is still under way when the answer, or none, is there. It is no WaitGroup, because
	// more may begin during the wait.
	over *sync.RWMutex
}

// done has the API do what was asked, and returns its answer.
func (x exchange) done() *httptest.ResponseRecorder {
	answer := httptest.NewRecorder()
	x.api.ServeHTTP(answer, x.r)
	return answer
}

// answers sends an answer in the place of the API's.
func (x exchange) answers(status int, kind, body string) {
	h := x.w.Header()
	h.Set("Date", noon.Format(http.TimeFormat))
	if kind != "" {
		h.Set("Content-Type", kind)
	}
	x.w.WriteHeader(status)
	_, _ = io.WriteString(x.w, body)
}

// change is one way to treat an exchange.
type change struct {
	name string
	do   func(exchange)
	// slow ones need a client that is not patient.
	slow bool
}

// proxy is in front of the sandbox. It changes the answer to one request of a kind, the nth.
type proxy struct {
	api *sandbox.Sandbox

	mu     sync.Mutex
	call   string // "POST /v1/users"
	nth    int    // from 1 on
	change func(exchange)
	first  map[string]func(exchange) // what else is changed, once, of other calls
	counts map[string]int
	over   sync.RWMutex
}

// turns to another change, and counts from the beginning.
func (p *proxy) turns(call string, nth int, do func(exchange)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.call, p.nth, p.change, p.first, p.counts = call, nth, do, map[string]func(exchange){}, map[string]int{}
}

func (p *proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	call := callOf(r)
	p.mu.Lock()
	p.counts[call]++
	do := p.first[call]
	delete(p.first, call)
	if call == p.call && p.counts[call] == p.nth && p.change != nil {
		do = p.change
	}
	p.mu.Unlock()
	if do == nil {
		p.api.ServeHTTP(w, r)
		return
	}
	do(exchange{w: w, r: r, api: p.api, over: &p.over})
}

// reached reports whether the change was made.
func (p *proxy) reached() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.counts[p.call] >= p.nth
}

var anID = regexp.MustCompile(`/(USR-)?[0-9a-f]{8}-[0-9a-f-]{27}$`)

// callOf names a request without the id in it: "DELETE /v1/users/ID".
func callOf(r *http.Request) string { return r.Method + " " + anID.ReplaceAllString(r.URL.Path, "/ID") }

const elsewhereID = "11111111-2222-4333-8444-555555555555"

// apiError is what the API says of a status, on either of its hosts.
func apiError(status int) string {
	return fmt.Sprintf(`{"type":"https://developer.nexmo.com/api-errors#s%d","code":"http:error:s%d","title":"It says %d","detail":"It says so."}`, status, status, status)
}

const portal = "<!DOCTYPE html><html><body>Sign in to the network</body></html>"

// changes are the ways to treat an exchange that the API answers in JSON.
func changes() []change {
	var all []change
	add := func(name string, do func(exchange)) { all = append(all, change{name: name, do: do}) }
	for _, status := range []int{200, 202, 204, 307, 400, 401, 403, 404, 409, 410, 429, 500, 503, 504, 511} {
		body, page := apiError(status), "Blocked by policy"
		if status == http.StatusNoContent {
			body, page = "", ""
		}
		add(fmt.Sprintf("%d", status), func(x exchange) { x.answers(status, "application/json", body) })
		add(fmt.Sprintf("done, and %d", status), func(x exchange) { x.done(); x.answers(status, "application/json", body) })
		add(fmt.Sprintf("done, and %d in plain text", status), func(x exchange) { x.done(); x.answers(status, "text/plain", page) })
		add(fmt.Sprintf("the answer with %d", status), func(x exchange) {
			answer := x.done()
			if status == http.StatusNoContent {
				answer.Body.Reset()
			}
			x.answers(status, "application/json", answer.Body.String())
		})
	}
	add("done, and to be tried again in 30 seconds", func(x exchange) {
		x.done()
		x.w.Header().Set("Retry-After", "30")
		x.answers(http.StatusTooManyRequests, "application/json", apiError(http.StatusTooManyRequests))
	})
	add("done, and to be tried again tomorrow", func(x exchange) {
		x.done()
		x.w.Header().Set("Retry-After", "86400")
		x.answers(http.StatusServiceUnavailable, "application/json", apiError(http.StatusServiceUnavailable))
	})
	add("the credentials come back", func(x exchange) {
		x.done()
		x.answers(http.StatusBadRequest, "application/json", fmt.Sprintf(`{"title":%q,"detail":%[1]q}`, x.r.Header.Get("Authorization")))
	})
	for name, body := range map[string]string{
		"nothing": "", "an empty object": "{}", "null": "null", "a list": "[]", "a text": `"yes"`, "a number": "42", "a page": portal,
		"not UTF-8": "\xff\xfe{\x00}\x00", "half an object": `{"id":"`, "NUL": "\x00", "1 MiB": `{"id":"` + strings.Repeat("a", 1<<20) + `"}`,
		"nested": strings.Repeat("[", 20_000), "the 404": `{"type":"https://developer.nexmo.com/api-errors#not-found","code":"user:error:not-found"}`,
	} {
		add("the body is "+name, func(x exchange) { x.done(); x.answers(http.StatusOK, "application/json", body) })
	}
	all = append(all, tamperings()...)
	add("another clock", func(x exchange) {
		answer := x.done()
		maps.Copy(x.w.Header(), answer.Header())
		x.w.Header().Set("Date", noon.Add(24*time.Hour).Format(http.TimeFormat))
		x.w.WriteHeader(answer.Code)
		_, _ = answer.Body.WriteTo(x.w)
	})
	return inOrder(append(all, breaks()...))
}

// tamperings change something within the answer.
func tamperings() []change {
	var all []change
	for name, by := range map[string]func(string) string{
		"id":                everyMatch(`"id":\s*"(USR-)?[0-9a-f-]{36}"`, `"id":"${1}`+elsewhereID+`"`),
		"id and links":      everyMatch(`(USR-)?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`, "${1}"+elsewhereID),
		"id that is a path": everyMatch(`"id":\s*"[^"]*"`, `"id":"../../etc/passwd"`),
		"no id":             everyMatch(`"id":\s*"[^"]*",?`, ``),
		"id in capitals":    everyMatch(`"id":`, `"ID":`),
		"two ids":           everyMatch(`"id":`, `"id":"`+elsewhereID+`","id":`),
		"name":              everyMatch(`"name":\s*"[^"]*"`, `"name":"mallory"`),
		"name with a blank": everyMatch(`"name":\s*"([^"]*)"`, `"name":"$1 "`),
		"name in capitals":  everyMatch(`"name":\s*"[^"]*"`, `"name":"MY APP"`),
		"no name":           everyMatch(`"name":\s*"[^"]*",?`, ``),
		"name that obeys":   everyMatch(`"name":\s*"[^"]*"`, `"name":"\u001b[2J\u202e"`),
		"key":               everyMatch(`"public_key":\s*"[^"]*"`, `"public_key":"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"`),
		"no key":            everyMatch(`"public_key":\s*"[^"]*"`, `"other":1`),
		"links":             everyMatch(`"href":\s*"[^"]*"`, `"href":"https://evil.test/v1/users/USR-`+elsewhereID+`?cursor=x"`),
		"another page":      everyMatch(`"_links":\s*\{`, `"_links":{"next":{"href":"https://evil.test/?page=2&cursor=x"},`),
		"empty list":        everyMatch(`(?s)"_embedded":\s*\{.*\}\s*,\s*"_links"`, `"_embedded":{},"_links"`),
	} {
		all = append(all, change{name: "another " + name, do: func(x exchange) {
			answer := x.done()
			x.answers(answer.Code, "application/json", by(answer.Body.String()))
		}})
	}
	return all
}

// inOrder has the same order in each run.
func inOrder(all []change) []change {
	slices.SortFunc(all, func(a, b change) int { return strings.Compare(a.name, b.name) })
	return all
}

// breaks are what can become of a connection.
func breaks() []change {
	cut := func(length string, body func(string) string) func(exchange) {
		return func(x exchange) {
			answer := x.done()
			x.w.Header().Set("Content-Length", length)
			x.answers(answer.Code, "application/json", body(answer.Body.String()))
			_ = http.NewResponseController(x.w).Flush()
			panic(http.ErrAbortHandler)
		}
	}
	return []change{
		{name: "cut before", do: func(exchange) { panic(http.ErrAbortHandler) }},
		{name: "cut after it was done", do: func(x exchange) { x.done(); panic(http.ErrAbortHandler) }},
		{name: "cut in the middle", do: cut("9000", func(body string) string { return body[:len(body)/2] })},
		{name: "cut at the end", do: cut("9000", func(body string) string { return body })},
		{name: "no HTTP", do: func(x exchange) {
			x.done()
			conn, _, err := http.NewResponseController(x.w).Hijack()
			if err == nil {
				_, _ = io.WriteString(conn, "SSH-2.0-OpenSSH_9.6\r\n")
				_ = conn.Close()
			}
		}},
		{name: "silence", slow: true, do: func(x exchange) { <-x.r.Context().Done() }},
		{name: "done, and silence", slow: true, do: func(x exchange) { x.done(); <-x.r.Context().Done() }},
		{name: "silence within the body", slow: true, do: func(x exchange) {
			answer := x.done()
			if answer.Body.Len() == 0 {
				panic(http.ErrAbortHandler)
			}
			x.answers(answer.Code, "application/json", answer.Body.String()[:answer.Body.Len()/2])
			_ = http.NewResponseController(x.w).Flush()
			<-x.r.Context().Done()
		}},
		{name: "done after all", slow: true, do: func(x exchange) {
			x.over.RLock()
			defer x.over.RUnlock()
			late := x.r.Clone(context.WithoutCancel(x.r.Context()))
			<-x.r.Context().Done()
			x.r = late
			x.done()
		}},
	}
}

func everyMatch(pattern, by string) func(string) string {
	match := regexp.MustCompile(pattern)
	return func(text string) string { return match.ReplaceAllString(text, by) }
}

// loginChanges are the ways to treat a login.
func loginChanges() []change {
	var all []change
	for _, status := range []int{200, 204, 302, 400, 401, 403, 404, 426, 429, 500, 502, 503} {
		all = append(all, change{name: fmt.Sprintf("%d", status), do: func(x exchange) { x.answers(status, "application/json", apiError(status)) }})
	}
	who := func(id, name string) string {
		return fmt.Sprintf(`42["session:success",{"body":{"id":"SES-%s","user_id":%q,"name":%q,"api_key":"abcd1234"}}]`, elsewhereID, id, name)
	}
	for name, packets := range map[string][]string{
		"another user":         {who("USR-"+elsewhereID, "mallory")},
		"another id":           {who("USR-"+elsewhereID, "alice")},
		"no session":           {`42["session:success",{"body":{}}]`},
		"expired":              {`42["system:error:expired-token",{"description":"\u001b[2J","body":{"code":"x"}}]`},
		"an event of its own":  {`42["hello"]`},
		"no event":             {`42{}`},
		"another packet":       {"44{}"},
		"a message too long":   {`42["` + strings.Repeat("a", 70<<10) + `"]`},
		"nothing, and its end": {},
	} {
		all = append(all, change{name: name, do: func(x exchange) { speaks(x, packets) }})
	}
	for _, c := range breaks() {
		if strings.HasPrefix(c.name, "cut before") || c.name == "silence" || c.name == "no HTTP" {
			all = append(all, c)
		}
	}
	return inOrder(all)
}

// speaks accepts the connection, says packets, and hangs up.
func speaks(x exchange, packets []string) {
	conn, err := websocket.Accept(x.w, x.r, nil)
	if err != nil {
		return
	}
	defer func() { _ = conn.CloseNow() }()
	say := func(text string) { _ = conn.Write(x.r.Context(), websocket.MessageText, []byte(text)) }
	say(`0{"sid":"0123456789abcdef0123","upgrades":[],"pingInterval":25000,"pingTimeout":20000}`)
	if _, _, err := conn.Read(x.r.Context()); err != nil {
		return
	}
	say(`40{"sid":"0123456789abcdef0123"}`)
	for _, packet := range packets {
		say(packet)
	}
	if len(packets) == 0 {
		return
	}
	_, _, _ = conn.Read(x.r.Context()) // a logout, or its hanging up
	say(`42["session:logged-out",{"body":{}}]`)
}
