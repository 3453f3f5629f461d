package sandbox_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"credwiz/client/sandbox"
)

func TestOnlyItsOwnHostIsAnswered(t *testing.T) {
	t.Attr("fault", "B2")
	server := start(t, sandbox.Config{})
	own := strings.TrimPrefix(server.URL(), "http://")
	port := own[strings.LastIndex(own, ":"):]
	for host, status := range map[string]int{
		own:                       200,
		"localhost" + port:        200,
		"LocalHost" + port:        200,
		"evil.example.com":        421,
		"evil.example.com" + port: 421,
		"localhost." + port:       421,
	} {
		got := server.send("GET", "/v2/applications", "", owner, func(r *http.Request) { r.Host = host })
		equal(t, got.status, status, "Host %s: status", host)
		if kind, _ := got.at(t, "type").(string); status == 421 && !strings.HasSuffix(kind, "#misdirected-request") {
			t.Errorf("Host %s: type %s", host, kind)
		}
	}
}

func TestAPageOfAnotherSiteIsRefused(t *testing.T) {
	t.Attr("fault", "B2")
	server := start(t, sandbox.Config{})
	for _, c := range []struct {
		name, value string
		status      int
	}{
		{"Origin", server.URL(), 200},
		{"Origin", "https://example.com", 403},
		{"Origin", "http://10.0.0.1:3000", 403},
		{"Origin", "null", 403},
		{"Sec-Fetch-Site", "same-origin", 200},
		{"Sec-Fetch-Site", "none", 200},
		{"Sec-Fetch-Site", "same-site", 403},
		{"Sec-Fetch-Site", "cross-site", 403},
	} {
		server.want(c.status, "GET", "/v2/applications", "", owner, with(c.name, c.value))
		if c.status == 403 {
			server.want(403, "POST", "/v2/applications", `{"name":"x"}`, owner, with(c.name, c.value))
			server.want(403, "OPTIONS", "/v2/applications", "", with(c.name, c.value))
		}
	}
	equal(t, len(server.Applications()), 0, "a refused request made")
}

func TestABodyAndAHeaderHaveALimit(t *testing.T) {
	t.Attr("fault", "B4")
	server := start(t, sandbox.Config{})
	body := func(size int) string {
		empty := `{"name":""}`
		return strings.Replace(empty, `""`, `"`+strings.Repeat("x", size-len(empty))+`"`, 1)
	}
	server.want(201, "POST", "/v2/applications", body(64<<10), owner)
	got := server.want(413, "POST", "/v2/applications", body(64<<10+1), owner)
	if kind := got.at(t, "type").(string); !strings.HasSuffix(kind, "#payload-too-large") {
		t.Errorf("type %s", kind)
	}
	// Without a length in the header, and to an endpoint that reads no body.
	chunked := func(r *http.Request) {
		r.Body, r.ContentLength = io.NopCloser(strings.NewReader(body(100<<10))), -1
	}
	server.want(413, "PUT", "/v2/applications/x", "x", owner, chunked)
	server.want(413, "DELETE", "/v2/applications/x", "x", owner, chunked)
	server.want(431, "GET", "/v2/applications", "", owner, with("X-Filler", strings.Repeat("x", 16<<10)))
}

func TestARequestWithoutAWholeBodyIsRefused(t *testing.T) {
	for name, body := range map[string]io.Reader{"breaks off": iotest.ErrReader(errors.New("reset")), "none": nil} {
		request := must(http.NewRequest("POST", "/v2/applications", body))
		owner(request)
		request.Header.Set("Content-Type", "application/json")
		recorder := httptest.NewRecorder()
		sandbox.New(sandbox.Config{}).ServeHTTP(recorder, request)
		if recorder.Code != 400 || !strings.Contains(recorder.Body.String(), "#invalid-json") {
			t.Errorf("%s: status %d: %s", name, recorder.Code, recorder.Body)
		}
	}
}

func TestAServerWhoseClockIsWrong(t *testing.T) {
	for skew, want := range map[time.Duration]struct{ date, code string }{
		0:                {"Wed, 04 Mar 2026 12:00:00 GMT", ""},
		-time.Hour:       {"Wed, 04 Mar 2026 11:00:00 GMT", "system:error:invalid-token"}, // it was issued in the future
		20 * time.Second: {"Wed, 04 Mar 2026 12:00:20 GMT", ""},
		2 * time.Hour:    {"Wed, 04 Mar 2026 14:00:00 GMT", "system:error:expired-token"},
	} {
		server := start(t, sandbox.Config{Skew: skew})
		got := server.send("GET", "/v1/users", "", server.admin(server.application("x", ownKey())))
		equal(t, len(got.header.Values("Date")), 1, "dates")
		equal(t, got.header.Get("Cache-Control"), "no-store", "Cache-Control")
		equal(t, got.header.Get("X-Content-Type-Options"), "nosniff", "X-Content-Type-Options")
		code, _ := got.at(t, "code").(string)
		if date := got.header.Get("Date"); date != want.date || code != want.code {
			t.Errorf("skew %v: Date %s, code %q, want %+v", skew, date, code, want)
		}
	}
}

func TestUnknownPathsAreNotFound(t *testing.T) {
	server := start(t, sandbox.Config{})
	for _, path := range []string{
		"/", "/v2", "/v2/applications//", "/v2/applications/a/b", "//v2/applications", "/v2/./applications",
		"/v2/applications/..", "/v1/users//", "/v1/users/a/b", "/V2/applications", "/v2/applications/%2e%2e",
		"/v1/../v2/applications", "/account/get-balance/x", "/%00", "/v2/applications%2fx",
	} {
		got := server.want(404, "GET", path, "", owner)
		got.object(t)
	}
	// The id of the path is text in the answer, whatever is in it.
	got := server.want(404, "GET", "/v2/applications/%22%5Cx%1b%ff", "", owner)
	equal(t, got.at(t, "detail"), "ID '\"\\x\x1b\ufffd' does not exist, or you do not have access", "detail")
}

func TestAWrongMethodGetsTheAllowedOnes(t *testing.T) {
	server := start(t, sandbox.Config{})
	for path, allow := range map[string]string{
		"/v2/applications":   "GET, HEAD, POST",
		"/v2/applications/x": "DELETE, GET, HEAD, PUT",
		"/v1/users":          "GET, HEAD, POST",
		"/v1/users/x":        "DELETE, GET, HEAD, PATCH",
	} {
		for _, method := range []string{"OPTIONS", "PURGE", "TRACE"} {
			got := server.want(405, method, path, "")
			equal(t, got.header.Get("Allow"), allow, "%s %s: Allow", method, path)
		}
	}
	equal(t, server.want(200, "HEAD", "/v2/applications", "", owner).text, "", "HEAD has a body")
}

func TestFinishedRequestsAreReportedWithoutSecrets(t *testing.T) {
	seen := make(chan sandbox.Request, 1)
	server := start(t, sandbox.Config{Observe: func(r sandbox.Request) { seen <- r }})
	server.want(404, "GET", "/v2/applications/a%1bb?api_secret=hush", "", owner)
	want := sandbox.Request{Method: "GET", Path: "/v2/applications/a%1bb", Status: 404, At: noon}
	equal(t, <-seen, want, "told")
	server.want(421, "GET", "/", "", func(r *http.Request) { r.Host = "evil" })
	equal(t, (<-seen).Status, 421, "told")
}

func TestLatencyIsWaitedForBeforeEachAnswerAndFault(t *testing.T) {
	for status, injected := range map[int][]sandbox.Fault{200: nil, 503: faults(t, "* /:503")} {
		synctest.Test(t, func(t *testing.T) {
			var told sandbox.Request
			slow := sandbox.New(sandbox.Config{Latency: 3 * time.Second, Faults: injected, Observe: func(r sandbox.Request) { told = r }})
			at := time.Now()
			got := call(t, slow, "GET", "/v2/applications", "", owner)
			if took := time.Since(at); took != 3*time.Second || told.Took != took || got.status != status {
				t.Errorf("status %d after %v, and was told to take %v", got.status, took, told.Took)
			}
		})
	}
}

// pageOf has a browser send the request, for a page of another origin.
func pageOf(origin string) header {
	return func(r *http.Request) {
		r.Header.Set("Origin", origin)
		r.Header.Set("Sec-Fetch-Site", "cross-site")
	}
}

const studio = "http://studio.example.com:3000"

func TestAPageOfAnAllowedOriginMayAskAndRead(t *testing.T) {
	t.Attr("fault", "B2")
	server := start(t, sandbox.Config{AllowOrigins: []string{studio, "HTTPS://Example.com:443"}})
	for _, origin := range []string{studio, "https://example.com"} {
		page := pageOf(origin)
		// It may read refusals, too.
		for status, headers := range map[int][]header{200: {owner, page}, 401: {page}} {
			got := server.want(status, "GET", "/v2/applications", "", headers...)
			for name, want := range map[string]string{
				"Access-Control-Allow-Origin":      origin,
				"Access-Control-Allow-Credentials": "",
				"Access-Control-Expose-Headers":    "Date, Retry-After, WWW-Authenticate",
				"Vary":                             "Origin",
			} {
				equal(t, got.header.Get(name), want, "%s", name)
			}
		}
	}
	server.want(201, "POST", "/v2/applications", `{"name":"x"}`, owner, with("Origin", studio))
}

func TestAPreflightAllowsWhatWasAsked(t *testing.T) {
	// A preflight is the browser's and not the page's: it uses up no fault.
	server := start(t, sandbox.Config{AllowOrigins: []string{studio}, Faults: faults(t, "* /:500:1")})
	got := server.want(204, "OPTIONS", "/v1/users/USR-x", "",
		with("Origin", studio),
		with("Sec-Fetch-Site", "cross-site"),
		with("Access-Control-Request-Method", "PATCH"),
		with("Access-Control-Request-Headers", "authorization,content-type"),
		with("Access-Control-Request-Private-Network", "true"))
	for name, want := range map[string]string{
		"Access-Control-Allow-Origin":          studio,
		"Access-Control-Allow-Methods":         "PATCH",
		"Access-Control-Allow-Headers":         "authorization,content-type",
		"Access-Control-Allow-Private-Network": "true",
		"Access-Control-Allow-Credentials":     "",
		"Vary":                                 "Origin",
	} {
		equal(t, got.header.Get(name), want, "%s", name)
	}
	got = server.want(204, "OPTIONS", "/v2/applications", "", with("Origin", studio), with("Access-Control-Request-Method", "GET"))
	for _, name := range []string{"Access-Control-Allow-Headers", "Access-Control-Allow-Private-Network"} {
		if values, has := got.header[name]; has {
			t.Errorf("%s is %q, unasked", name, values)
		}
	}
	server.want(500, "GET", "/", "")
	// Without Access-Control-Request-Method, OPTIONS is a method like any other.
	server.want(405, "OPTIONS", "/v2/applications", "", with("Origin", studio))
}

func TestAnOriginThatIsNotAllowedIsRefused(t *testing.T) {
	t.Attr("fault", "B2")
	server := start(t, sandbox.Config{AllowOrigins: []string{studio}})
	for _, origin := range []string{
		"http://studio.example.com:3001", "https://studio.example.com:3000", "http://studio.example.com",
		"http://studio.example.com:3000.example.com", "http://localhost.example.com", "null", "http://10.0.2.2:3000",
	} {
		for _, method := range []string{"GET", "POST", "OPTIONS"} {
			got := server.want(403, method, "/v2/applications", "", owner,
				with("Origin", origin), with("Access-Control-Request-Method", "GET"))
			equal(t, got.header.Get("Access-Control-Allow-Origin"), "", "%s is told that", origin)
		}
	}
	// Its own pages, and programs, are still served.
	server.want(200, "GET", "/v2/applications", "", owner, with("Origin", server.URL()))
	got := server.want(200, "GET", "/v2/applications", "", owner)
	if got.header.Get("Vary") != "Origin" || got.header.Get("Access-Control-Allow-Origin") != "" {
		t.Errorf("header %v", got.header)
	}
}

func TestAnInvalidOriginIsNotAllowed(t *testing.T) {
	for origin, want := range map[string]string{
		"":                           "must be the address of one site",
		"*":                          "must be the address of one site",
		"null":                       "must be the address of one site",
		"localhost:3000":             "must be the address of one site",
		"https://*.example.com":      "must be the address of one site",
		"file:///tmp":                "must be the address of one site",
		"http://:3000":               "must be the address of one site",
		"http://a b":                 "must be the address of one site",
		"http://localhost:3000/":     "must end after the host and the port",
		"http://localhost:3000?x":    "must end after the host and the port",
		"http://localhost:3000?":     "must end after the host and the port",
		"http://localhost:3000#x":    "must end after the host and the port",
		"http://user@localhost:3000": "must end after the host and the port",
	} {
		_, err := sandbox.Listen("127.0.0.1:0", sandbox.Config{AllowOrigins: []string{studio, origin}})
		if err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), "sandbox: origin \"") {
			t.Errorf("%q: error %v, want %q in it", origin, err, want)
		}
		// As a handler, the sandbox cannot report it, and allows nothing.
		h := sandbox.New(sandbox.Config{AllowOrigins: []string{origin}})
		equal(t, call(t, h, "GET", "/v2/applications", "", owner, with("Origin", "http://studio.example.com")).status, 403, "%q: status", origin)
	}
}
