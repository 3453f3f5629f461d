package client_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"credwiz/client"
	"credwiz/client/jwt"
	"credwiz/client/redact"
	"credwiz/client/sandbox"
)

// The client and the sandbox are held against an OpenAPI document of the API that neither was made from: it is bundled
// from the definitions that Vonage published. The rules:
//
// Every request that the client makes is one that the document describes, unless the API refuses it as a bad one.
// Every answer of the sandbox has a status, a content type and a body that the document describes for the operation,
// and every answer that the document describes is given.
// The document leaves its objects open, so that a misspelled field would pass. Here a field must be named, and so must a
// parameter of a query; a refusal must have all the fields that are named, with the words of the examples.
//
// The login is a WebSocket, and older versions of the users' paths are older than the document: neither is in it.

// wire passes requests on and keeps a record of them.
type wire struct{ seen []exchange }

func (w *wire) RoundTrip(r *http.Request) (*http.Response, error) {
	var e exchange
	if r.Body != nil {
		var err error
		if e.sent, err = io.ReadAll(r.Body); err != nil {
			return nil, err
		}
	}
	e.request = r.Clone(context.Background())
	passed := r.Clone(r.Context())
	passed.Body = io.NopCloser(bytes.NewReader(e.sent))
	var err error
	if e.response, err = http.DefaultTransport.RoundTrip(passed); err != nil {
		return nil, err
	}
	e.got, err = io.ReadAll(e.response.Body)
	_ = e.response.Body.Close()
	e.response.Body = io.NopCloser(bytes.NewReader(e.got))
	w.seen = append(w.seen, e)
	return e.response, err
}

// judge judges all that was seen. A request may be one that the document does not allow if it is refused as a bad one.
func (w *wire) judge(t *testing.T, d document) {
	t.Helper()
	for _, e := range w.seen {
		request, answer := d.judge(e)
		if refused := e.response.StatusCode == http.StatusBadRequest; refused != (request != nil) {
			t.Errorf("%v\nthe request: %v", e, request)
		}
		if answer != nil {
			t.Errorf("%v\nthe answer: %v", e, answer)
		}
	}
}

// recorded is the account, keeping all of its exchanges.
func (a account) recorded(t *testing.T) (account, *wire) {
	t.Helper()
	host := must(client.ParseHost(a.sandbox.URL()))
	w := &wire{}
	a.Client = client.New(client.Options{Host: host, UserAgent: "credwiz/1.0 go/1.25", Transport: w})
	return a, w
}

func TestTheClientSpeaksAsTheAPIIsDocumented(t *testing.T) {
	d := openDocument(t)
	api, w := start(t, sandbox.Config{}).recorded(t)
	// Also when a call fails, because a request that is not as documented is a likely cause.
	defer w.judge(t, d)
	ctx := t.Context()
	stranger := client.Credentials{APIKey: "abcd1234", APISecret: redact.NewSecret("WrongSecret1")}

	var failed []error
	keep := func(_ any, err error) { failed = append(failed, err) }
	app := api.application(t, "app")
	keep(api.CreateApplication(ctx, api.creds, client.NewApplication{
		Name: "with events", PublicKey: other().PublicPEM(), EventURL: "https://example.com/webhooks/rtc",
	}))
	keep(api.ListApplications(ctx, api.creds, 1, 1))
	keep(api.ListApplications(ctx, api.creds, 2, 1))
	keep(api.ListApplications(ctx, api.creds, 3, 100))
	keep(api.GetApplication(ctx, api.creds, app.ID))
	keep(api.UpdateApplication(ctx, api.creds, app, client.ApplicationChange{Name: "renamed"}))
	token := admin(t, app.ID)
	alice, err := api.CreateUser(ctx, token, client.NewUser{Name: "alice & bob", DisplayName: "Älice"})
	keep(alice, err)
	keep(api.CreateUser(ctx, token, client.NewUser{Name: "carol"}))
	first, err := api.ListUsers(ctx, token, "", 1)
	keep(first, err)
	keep(api.ListUsers(ctx, token, first.Next, 1))
	keep(api.FindUser(ctx, token, alice.Name))
	keep(api.GetUser(ctx, token, alice.ID))
	keep(api.UpdateUser(ctx, token, alice.ID, client.NewUser{DisplayName: "Alice"}))
	noError(t, errors.Join(failed...))

	failed = nil
	keep(api.CreateUser(ctx, token, client.NewUser{Name: alice.Name}))
	keep(api.FindUser(ctx, token, "nobody"))
	keep(api.GetUser(ctx, token, someUserID))
	keep(nil, api.DeleteUser(ctx, token, someUserID))
	keep(api.GetApplication(ctx, api.creds, someID))
	keep(nil, api.DeleteApplication(ctx, api.creds, someID))
	for _, refused := range []client.Credentials{stranger, {}} {
		keep(api.ListApplications(ctx, refused, 1, 1))
		keep(api.CreateApplication(ctx, refused, client.NewApplication{Name: "app", PublicKey: app.PublicKey}))
		keep(api.GetApplication(ctx, refused, app.ID))
		keep(nil, api.DeleteApplication(ctx, refused, app.ID))
	}
	bad := redact.NewSecret(canaryToken)
	keep(api.ListUsers(ctx, bad, "", 1))
	keep(api.CreateUser(ctx, bad, client.NewUser{Name: "dave"}))
	keep(api.GetUser(ctx, bad, alice.ID))
	keep(nil, api.DeleteUser(ctx, bad, alice.ID))
	keep(api.ListApplications(ctx, api.creds, 0, 101))
	keep(api.CreateApplication(ctx, api.creds, client.NewApplication{PublicKey: app.PublicKey}))
	keep(api.ListUsers(ctx, token, "", 0))
	if i := slices.Index(failed, nil); i >= 0 {
		t.Fatalf("number %d of those that should be refused was not", i+1)
	}
	noError(t, errors.Join(api.DeleteUser(ctx, token, alice.ID), api.DeleteApplication(ctx, api.creds, app.ID)))
}

// attempt is a request for an operation of the document.
type attempt struct {
	method, path, query, body string
	header                    http.Header
}

// stage is a sandbox with an application and a user, on which one operation is tried.
type stage struct {
	account
	app  client.Application
	user client.User
}

func newStage(t *testing.T) stage {
	t.Helper()
	s := stage{account: start(t, sandbox.Config{})}
	s.app = s.application(t, "app")
	s.user = must(s.CreateUser(t.Context(), admin(t, s.app.ID), client.NewUser{Name: "alice"}))
	return s
}

// attempt is a good request for an operation.
func (s stage) attempt(t *testing.T, o documented) attempt {
	t.Helper()
	a := attempt{
		method: o.method,
		path:   strings.NewReplacer("{id}", s.app.ID, "{user_id}", s.user.ID).Replace(o.path),
		header: http.Header{"Accept": {"application/json"}},
	}
	r := http.Request{Header: a.header}
	if r.SetBasicAuth(s.creds.APIKey, s.creds.APISecret.Reveal()); o.Tags[0] == "users" {
		a.header.Set("Authorization", "Bearer "+admin(t, s.app.ID).Reveal())
	}
	if o.RequestBody != nil {
		a.header.Set("Content-Type", "application/json")
		a.body = `{"name":"bob"}`
	}
	return a
}

// send makes the attempt, on any host.
func (a attempt) send(t *testing.T, host string) exchange {
	t.Helper()
	r := must(http.NewRequestWithContext(t.Context(), a.method, host+a.path+a.query, strings.NewReader(a.body)))
	r.Header = a.header
	w := &wire{}
	must(w.RoundTrip(r))
	return w.seen[0]
}

// spoil changes the attempt so that it is answered with a status, and reports whether the document still allows it.
func (s stage) spoil(t *testing.T, a *attempt, status int) (allowed bool) {
	t.Helper()
	switch status {
	case http.StatusBadRequest:
		if a.query = "?page_size=0"; a.body != "" {
			a.query, a.body = "", `{"name":5}`
		}
		return false
	case http.StatusUnauthorized:
		scheme, _, _ := strings.Cut(a.header.Get("Authorization"), " ")
		a.header.Set("Authorization", scheme+" bm9ib2R5OnNlY3JldA==")
	case http.StatusForbidden:
		token, err := jwt.Sign(own(), jwt.Request{
			ApplicationID: s.app.ID, User: s.user.Name, ACL: must(jwt.ParseACL([]byte(`{"paths":{"/*/rtc/**":{}}}`))),
			IssuedAt: time.Now(), Lifetime: time.Minute, ID: "1",
		})
		if err != nil {
			t.Fatal(err)
		}
		a.header.Set("Authorization", "Bearer "+token.JWT.Reveal())
	case http.StatusNotFound:
		before := a.path
		a.path = strings.NewReplacer(s.app.ID, someID, s.user.ID, someUserID).Replace(a.path)
		if a.path == before {
			a.query = "?name=nobody"
		}
	case http.StatusMethodNotAllowed:
		a.method = http.MethodTrace
		return false
	case http.StatusNotAcceptable:
		a.header.Set("Accept", "text/html")
	case http.StatusConflict:
		other := must(s.CreateUser(t.Context(), admin(t, s.app.ID), client.NewUser{Name: "taken"}))
		a.body = `{"name":"` + other.Name + `"}`
	case http.StatusUnsupportedMediaType:
		a.header.Set("Content-Type", "text/plain")
		return false
	}
	return true
}

func TestTheSandboxGivesEveryDocumentedAnswer(t *testing.T) {
	d := openDocument(t)
	answers := 0
	for id, operation := range d.operations {
		for text := range operation.Responses.Map() {
			t.Run(id+" "+text, func(t *testing.T) {
				status := must(strconv.Atoi(text))
				s := newStage(t)
				host := s.sandbox.URL()
				if status == http.StatusTooManyRequests || status >= http.StatusInternalServerError {
					host = start(t, sandbox.Config{Faults: []sandbox.Fault{must(sandbox.ParseFault("* /:" + text))}}).sandbox.URL()
				}
				a := s.attempt(t, operation)
				allowed := s.spoil(t, &a, status)
				e := a.send(t, host)
				equal(t, e.response.StatusCode, status, "%v\nwant", e)
				request, answer := d.judge(e)
				if allowed != (request == nil) {
					t.Errorf("%v\nthe request: %v", e, request)
				}
				// The body of the 403 is only like the one it is held against.
				if answer == nil && status >= http.StatusBadRequest && status != http.StatusForbidden {
					answer = otherwise(e.got, operation.Responses.Value(text).Value.Content)
				}
				equal(t, answer, nil, "%v\nthe answer", e)
			})
			answers++
		}
	}
	t.Logf("%d answers of %d operations", answers, len(d.operations))
}

// What the document says of a body and of a query, the sandbox says too.
func TestTheSandboxTakesWhatTheDocumentAllowsAndNoMore(t *testing.T) {
	d := openDocument(t)
	hook := func(rest string) string { return `{"address":"https://example.com/","http_method":` + rest + `}` }
	voice := func(name, rest string) string {
		return `{"name":"a","capabilities":{"voice":{"webhooks":{"` + name + `":` + hook(`"GET",`+rest) + `}}}}`
	}
	application := []string{
		`{}`, `{"name":"a"}`, `{"name":""}`, `{"name":null}`, `[]`, `"a"`, `{"name":"a"`, ``,
		`{"name":"a","keys":{}}`, `{"name":"a","keys":[]}`, `{"name":"a","keys":{"public_key":5}}`,
		`{"name":"a","capabilities":{}}`, `{"name":"a","capabilities":{"vbc":{}}}`, `{"name":"a","capabilities":{"vbc":true}}`,
		`{"name":"a","privacy":{"improve_ai":true}}`, `{"name":"a","privacy":{"improve_ai":"yes"}}`,
		`{"name":"a","capabilities":{"rtc":{}}}`,
		`{"name":"a","capabilities":{"rtc":{"webhooks":{"event_url":` + hook(`"POST"`) + `}}}}`,
		`{"name":"a","capabilities":{"rtc":{"webhooks":{"event_url":` + hook(`"PUT"`) + `}}}}`,
		`{"name":"a","capabilities":{"rtc":{"webhooks":{"answer_url":` + hook(`"POST"`) + `}}}}`,
		`{"name":"a","capabilities":{"rtc":{"signed_callbacks":true,"leg_persistence_time":31}}}`,
		`{"name":"a","capabilities":{"rtc":{"signed_callbacks":1}}}`,
		`{"name":"a","capabilities":{"rtc":{"leg_persistence_time":32}}}`,
		`{"name":"a","capabilities":{"messages":{"webhooks":{"inbound_url":` + hook(`"POST"`) + `}}}}`,
		`{"name":"a","capabilities":{"messages":{"webhooks":{"status_url":` + hook(`"GET"`) + `}}}}`,
		voice("answer_url", `"connection_timeout":300,"socket_timeout":5000`), voice("answer_url", `"connection_timeout":299`),
		voice("fallback_answer_url", `"socket_timeout":5001`), voice("event_url", `"socket_timeout":10000`),
		voice("event_url", `"socket_timeout":10001`), voice("event_url", `"connection_timeout":1001`),
	}
	user := []string{
		`{}`, `{"name":"bob"}`, `{"name":5}`, `{"name":null}`, `[]`, ``, `{"name":`, `{"nme":"bob"}`,
		`{"display_name":"Bob","image_url":"https://example.com/bob.png"}`, `{"display_name":{}}`, `{"image_url":7}`,
		`{"channels":{"sip":[]}}`, `{"channels":[]}`,
	}
	bodies := map[string][]string{
		"createApplication": application,
		"updateApplication": application,
		"createUser":        append(user, `{"properties":{"custom_data":{"a":[1]}}}`, `{"properties":{"custom_data":5}}`),
		"updateUser":        user,
	}
	queries := map[string][]string{
		"listApplication": {"", "page=1", "page=0", "page=x", "page_size=1", "page_size=100", "page_size=0", "page_size=101"},
		"getUsers": {"", "page_size=1", "page_size=100", "page_size=0", "page_size=101", "page_size=x", "order=asc", "order=desc",
			"order=ASC", "order=DESC", "order=Desc", "order=up", "name=alice"},
	}
	check := func(t *testing.T, id string, change func(*attempt)) {
		s := newStage(t)
		a := s.attempt(t, d.operations[id])
		change(&a)
		e := a.send(t, s.sandbox.URL())
		request, answer := d.judge(e)
		if taken := e.response.StatusCode < 300; taken != (request == nil) {
			t.Errorf("%s: %v\nthe request: %v", id, e, request)
		}
		if answer != nil {
			t.Errorf("%s: %v\nthe answer: %v", id, e, answer)
		}
	}
	for id, all := range bodies {
		for _, body := range all {
			check(t, id, func(a *attempt) { a.body = body })
		}
	}
	for id, all := range queries {
		for _, query := range all {
			check(t, id, func(a *attempt) { a.query = "?" + query })
		}
	}
}

// A judge that finds nothing wrong with anything would pass every test above.
func TestADeviationFromTheDocumentIsFound(t *testing.T) {
	d := openDocument(t)
	s := newStage(t)
	good := s.attempt(t, d.operations["createUser"]).send(t, s.sandbox.URL())
	if request, answer := d.judge(good); request != nil || answer != nil {
		t.Fatalf("%v\n%v\n%v", good, request, answer)
	}
	for name, test := range map[string]struct {
		spoil           func(*exchange)
		request, answer bool // whether each is to be found wrong
	}{
		"another path":          {func(e *exchange) { e.request.URL = &url.URL{Path: "/v1/user"} }, true, true},
		"another method":        {func(e *exchange) { e.request.Method = http.MethodPut }, true, true},
		"no authorization":      {func(e *exchange) { e.request.Header.Del("Authorization") }, true, false},
		"another authorization": {func(e *exchange) { e.request.SetBasicAuth("a", "b") }, true, false},
		"another query":         {func(e *exchange) { e.request.URL.RawQuery = "dry_run=1" }, true, false},
		"another type sent":     {func(e *exchange) { e.sent = []byte(`{"name":true}`) }, true, false},
		"another field sent":    {func(e *exchange) { e.sent = []byte(`{"displayName":"Bob"}`) }, true, false},
		"another status":        {func(e *exchange) { e.response.StatusCode = http.StatusOK }, false, true},
		"another content type":  {func(e *exchange) { e.response.Header.Set("Content-Type", "text/plain") }, false, true},
		"another type":          {func(e *exchange) { e.got = []byte(`{"id":5}`) }, false, true},
		"another type inside":   {func(e *exchange) { e.got = []byte(`{"_links":{"self":{"href":[]}}}`) }, false, true},
		"another field":         {func(e *exchange) { e.got = []byte(`{"userId":"USR-"}`) }, false, true},
		"another field inside":  {func(e *exchange) { e.got = []byte(`{"_links":{"this":{}}}`) }, false, true},
		"a refusal cut short": {func(e *exchange) {
			e.response.StatusCode, e.got = http.StatusConflict, []byte(`{"title":"Conflict."}`)
		}, false, true},
	} {
		e := exchange{request: good.request.Clone(t.Context()), sent: good.sent, got: good.got}
		e.response = &http.Response{StatusCode: good.response.StatusCode, Header: good.response.Header.Clone()}
		test.spoil(&e)
		request, answer := d.judge(e)
		if test.request != (request != nil) || test.answer != (answer != nil) {
			t.Errorf("%s: the request: %v; the answer: %v", name, request, answer)
		}
	}
}
