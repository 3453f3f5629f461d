package sandbox_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"credwiz/client/sandbox"
)

// faults parses the faults of a configuration.
func faults(t testing.TB, texts ...string) []sandbox.Fault {
	t.Helper()
	var parsed []sandbox.Fault
	for _, text := range texts {
		f := must(sandbox.ParseFault(text))
		parsed = append(parsed, f)
	}
	return parsed
}

func TestAFaultIsPrintedAsItIsParsed(t *testing.T) {
	for text, want := range map[string]string{
		"POST /v2/applications:429":           "POST /v2/applications:429",
		"POST /v2/applications:429+2s":        "POST /v2/applications:429+2s",
		"get  /v1/users/:429+1m30s:3":         "GET /v1/users:429+1m30s:3",
		"* /:500:1":                           "* /:500:1",
		" DELETE /v2/applications/a:503 ":     "DELETE /v2/applications/a:503",
		"PUT /v0.1/users:html:12":             "PUT /v0.1/users:html:12",
		"PATCH /v1/users:cut":                 "PATCH /v1/users:cut",
		"POST /v1/users:drop-before:1":        "POST /v1/users:drop-before:1",
		"POST /v1/users:drop-after":           "POST /v1/users:drop-after",
		"HEAD /account/get-balance:hang":      "HEAD /account/get-balance:hang",
		"OPTIONS /account/get-balance:429+0s": "OPTIONS /account/get-balance:429+0s",
	} {
		f, err := sandbox.ParseFault(text)
		if err != nil || f.String() != want {
			t.Errorf("%q is read as %q, %v, want %q", text, f, err, want)
		}
	}
	equal(t, (sandbox.Fault{}).String(), "", "no fault")
}

func TestAWrongFaultIsExplained(t *testing.T) {
	for text, want := range map[string]string{
		"":                                `must be "METHOD PATH:KIND[:COUNT]"`,
		"/v1/users:500":                   `must be "METHOD PATH:KIND[:COUNT]"`,
		"FETCH /v1/users:500":             "the method must be one of GET,",
		"GET v1/users:500":                "the path must begin with /",
		"GET /v1/users?page=1:500":        "the path must begin with / and have no query",
		"GET https://api.nexmo.com/x:500": "the path must begin with /",
		"GET /v1/users":                   "followed by :KIND",
		"GET /v1/users:500:1:1":           "followed by :KIND",
		"GET /v1/users:404":               "the kind must be one of 429, 500, 503, html, cut, drop-before, drop-after, hang",
		"GET /v1/users:":                  "the kind must be one of",
		"GET /v1/users:500+2s":            "429 may have a time",
		"GET /v1/users:429+":              "whole seconds",
		"GET /v1/users:429+2":             "whole seconds",
		"GET /v1/users:429+-2s":           "whole seconds",
		"GET /v1/users:429+1500ms":        "whole seconds",
		"GET /v1/users:500:0":             "the count must be a whole number",
		"GET /v1/users:500:-1":            "the count must be a whole number",
		"GET /v1/users:500:x":             "the count must be a whole number",
		"GET /v1/users:500:":              "the count must be a whole number",
	} {
		_, err := sandbox.ParseFault(text)
		if err == nil || !strings.HasPrefix(err.Error(), "fault \"") || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v, want %q in it", text, err, want)
		}
	}
}

// FuzzParseFault reads any text, and reads back what it writes.
func FuzzParseFault(f *testing.F) {
	for _, seed := range []string{
		"POST /v2/applications:429+2s:3", "* /:hang", "get /v1/users/:cut:1", "GET /a:b:c", " ", "GET /:429+9999999h:1",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		fault, err := sandbox.ParseFault(text)
		if err != nil {
			if fault != (sandbox.Fault{}) || !strings.HasPrefix(err.Error(), "fault ") {
				t.Errorf("fault %q beside the error %v", fault, err)
			}
			return
		}
		again, err := sandbox.ParseFault(fault.String())
		if err != nil || again != fault {
			t.Errorf("%q is read as %q, and that as %q, %v", text, fault, again, err)
		}
	})
}

func TestAFaultAppliesToItsMethodAndPathsBelow(t *testing.T) {
	server := start(t, sandbox.Config{Faults: faults(t, "GET /v2/applications/:503", "* /v1/users:500")})
	for _, c := range []struct {
		method, path string
		status       int
	}{
		{"GET", "/v2/applications", 503},
		{"GET", "/v2/applications?page=1", 503},
		{"GET", "/v2/applications/x", 503},
		{"GET", "/v2/applicationsx", 404},
		{"GET", "/v2", 404},
		{"HEAD", "/v2/applications", 200},
		{"DELETE", "/v2/applications/x", 404},
		{"GET", "/v1/users", 500},
		{"PATCH", "/v1/users/x", 500},
		{"TRACE", "/v1/users/x/y", 500},
		{"GET", "/v0.3/users", 401},
	} {
		server.want(c.status, c.method, c.path, "", owner)
	}
	everywhere := start(t, sandbox.Config{Faults: faults(t, "* /:503")})
	everywhere.want(503, "GET", "/", "")
	everywhere.want(503, "POST", "/account/get-balance", "")
	// The guards come before the faults.
	everywhere.want(403, "GET", "/", "", with("Origin", "https://example.com"))
	everywhere.want(421, "GET", "/", "", func(r *http.Request) { r.Host = "example.com" })
}

func TestFaultsComeOneAfterTheOtherUntilTheyAreUsedUp(t *testing.T) {
	server := start(t, sandbox.Config{Faults: faults(t,
		"GET /v2/applications:429+2s:2", "GET /v2:500:1", "GET /v2/applications:html:1", "GET /v2/applications:429:1",
	)})
	for _, wait := range []string{"2", "2"} {
		got := server.want(429, "GET", "/v2/applications", "", owner)
		equal(t, got.header.Get("Retry-After"), wait, "Retry-After")
	}
	server.want(500, "GET", "/v2/applications", "", owner)
	got := server.want(200, "GET", "/v2/applications", "", owner)
	if kind := got.header.Get("Content-Type"); kind != "text/html; charset=utf-8" || !strings.HasPrefix(got.text, "<!DOCTYPE html>") {
		t.Errorf("%s: %s", kind, got.text)
	}
	if _, has := server.want(429, "GET", "/v2/applications", "", owner).header["Retry-After"]; has {
		t.Error("a 429 without a time has a Retry-After")
	}
	for range 2 {
		server.want(200, "GET", "/v2/applications", "", owner).object(t)
	}
}

func TestOfManyRequestsAtOnceNoMoreGetAFaultThanItsCount(t *testing.T) {
	server := start(t, sandbox.Config{Faults: faults(t, "GET /v2/applications:503:20")})
	var wait sync.WaitGroup
	var down, up atomic.Int64
	for range 10 {
		wait.Go(func() {
			for range 5 {
				switch server.send("GET", "/v2/applications", "", owner).status {
				case 503:
					down.Add(1)
				case 200:
					up.Add(1)
				}
			}
		})
	}
	wait.Wait()
	if down.Load() != 20 || up.Load() != 30 {
		t.Errorf("%d of 50 failed and %d did not, want 20 and 30", down.Load(), up.Load())
	}
}

// broken sends a request that gets no whole answer.
func (a *api) broken(method, path, body string, headers ...header) (got answer, err error) {
	a.t.Helper()
	request := must(http.NewRequestWithContext(a.t.Context(), method, a.URL()+path, strings.NewReader(body)))
	request.Header.Set("Content-Type", "application/json")
	// A connection of its own: net/http asks again by itself when one that had
	// been used before breaks.
	request.Close = true
	for _, set := range headers {
		set(request)
	}
	response, err := a.client.Do(request)
	if err != nil {
		return answer{}, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if int64(len(text)) >= response.ContentLength {
		a.t.Errorf("%d of %d bytes came", len(text), response.ContentLength)
	}
	return answer{status: response.StatusCode, header: response.Header, text: string(text)}, err
}

func TestAnAnswerThatIsDropped(t *testing.T) {
	seen := make(chan sandbox.Request, 8)
	server := start(t, sandbox.Config{
		Faults:  faults(t, "POST /v2/applications:drop-before:1", "POST /v2/applications:drop-after:1"),
		Observe: func(r sandbox.Request) { seen <- r },
	})
	for made := range 2 {
		if got, err := server.broken("POST", "/v2/applications", `{"name":"x"}`, owner); !errors.Is(err, io.EOF) {
			t.Errorf("answer %+v, error %v", got, err)
		}
		if told := <-seen; told.Status != 0 || told.Method != "POST" {
			t.Errorf("told %+v", told)
		}
		equal(t, len(server.Applications()), made, "there")
	}
	server.want(201, "POST", "/v2/applications", `{"name":"x"}`, owner)
}

func TestAnAnswerThatEndsInItsMiddle(t *testing.T) {
	server := start(t, sandbox.Config{Faults: faults(t, "POST /:cut", "DELETE /:cut:1")})
	got, err := server.broken("POST", "/v2/applications", `{"name":"x"}`, owner)
	if !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("error %v", err)
	}
	made := server.Applications()
	if len(made) != 1 || got.status != 201 || got.header.Get("Content-Type") != "application/json" ||
		!strings.HasPrefix(got.text, `{"id":"`+made[0].ID) || got.header.Get("Date") != "Wed, 04 Mar 2026 12:00:00 GMT" {
		t.Errorf("made %+v, answer %+v", made, got)
	}
	// A refusal is cut as well; an answer without a body is not sent at all.
	if got, err := server.broken("POST", "/v2/applications", `{"name":"x"}`); got.status != 401 || !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("answer %+v, error %v", got, err)
	}
	if got, err := server.broken("DELETE", "/v2/applications/"+made[0].ID, "", owner); !errors.Is(err, io.EOF) {
		t.Errorf("answer %+v, error %v", got, err)
	}
	equal(t, len(server.Applications()), 0, "there is still")
}

// TestARequestThatIsHeldEndsWithItsClient sends a body along, since net/http does not notice that a client has gone while
// there is body to read.
func TestARequestThatIsHeldEndsWithItsClient(t *testing.T) {
	for name, config := range map[string]sandbox.Config{
		"by a fault": {Faults: faults(t, "POST /:hang:1")}, "by the latency": {Latency: time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			seen := make(chan sandbox.Request, 1)
			begun := make(chan struct{}, 8)
			config.Now = func() time.Time { begun <- struct{}{}; return noon }
			config.Observe = func(r sandbox.Request) { seen <- r }
			server := start(t, config)
			ctx, cancel := context.WithCancel(t.Context())
			go func() {
				<-begun
				cancel()
			}()
			_, err := server.broken("POST", "/v2/applications", `{"name":"x"}`, owner, func(r *http.Request) { *r = *r.WithContext(ctx) })
			if !errors.Is(err, context.Canceled) {
				t.Errorf("error %v", err)
			}
			if told := <-seen; told.Status != 0 {
				t.Errorf("told %+v", told)
			}
			equal(t, len(server.Applications()), 0, "made")
		})
	}
}
