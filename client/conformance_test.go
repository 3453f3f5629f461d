package client_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"

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

// gaps are answers that the document lacks. Each has the body of a response that the document has.
var gaps = []struct {
	operations []string
	status     int
	like       string
}{
	// A name that no user has: recorded in vonage-python-sdk, tests/data/users/list_users_404.json.
	{[]string{"getUsers"}, http.StatusNotFound, "User404"},
	// An ACL without the path: system:error:permission is documented elsewhere, that its status is 403 is inferred.
	{[]string{"createUser", "deleteUser", "getUser", "getUsers", "updateUser"}, http.StatusForbidden, "General401InvalidToken"},
	// A method that the path lacks: documented for applications only.
	{[]string{"createUser", "deleteUser", "getUser", "getUsers", "updateUser", "getAccountBalance"},
		http.StatusMethodNotAllowed, "InvalidRequestMethod"},
}

// document is the OpenAPI document with its gaps filled.
type document struct {
	router     routers.Router
	operations map[string]documented // by operationId
}

// documented is one operation of the document.
type documented struct {
	*openapi3.Operation
	method, path string
}

func openDocument(t *testing.T) document {
	t.Helper()
	file := os.Getenv("CREDWIZ_OPENAPI")
	if file == "" {
		t.Skip("CREDWIZ_OPENAPI names no OpenAPI document to hold the client and the sandbox against")
	}
	doc, err := openapi3.NewLoader().LoadFromFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := doc.Validate(t.Context()); err != nil {
		t.Fatal(err)
	}
	doc.Servers = openapi3.Servers{{URL: "/"}}
	d := document{operations: map[string]documented{}}
	for path, item := range doc.Paths.Map() {
		item.Servers = nil
		for method, operation := range item.Operations() {
			d.operations[operation.OperationID] = documented{operation, method, path}
		}
	}
	for _, gap := range gaps {
		for _, id := range gap.operations {
			status := strconv.Itoa(gap.status)
			equal(t, d.operations[id].Responses.Value(status), nil, "the document has the %s of %s: it is no gap any more", status, id)
			d.operations[id].Responses.Set(status, doc.Components.Responses[gap.like])
		}
	}
	if d.router, err = gorillamux.NewRouter(doc); err != nil {
		t.Fatal(err)
	}
	return d
}

// exchange is a request and its answer, with the bodies that were read from them.
type exchange struct {
	request  *http.Request
	sent     []byte
	response *http.Response
	got      []byte
}

func (e exchange) String() string {
	return fmt.Sprintf("%s %s %s: %d %s", e.request.Method, e.request.URL.RequestURI(), e.sent, e.response.StatusCode, e.got)
}

// judge returns what the document finds wrong with the request and with the answer.
func (d document) judge(e exchange) (request, answer error) {
	route, params, request := d.router.FindRoute(e.request)
	var operations []*openapi3.Operation
	switch {
	case errors.Is(request, routers.ErrMethodNotAllowed):
		// The answer to a method that a path lacks is described with each of its methods.
		known := e.request.Clone(e.request.Context())
		known.Method = http.MethodGet
		var err error
		if route, params, err = d.router.FindRoute(known); err != nil {
			return request, err
		}
		for _, operation := range route.PathItem.Operations() {
			operations = append(operations, operation)
		}
	case request != nil:
		return request, request
	default:
		operations = append(operations, route.Operation)
	}

	options := &openapi3filter.Options{
		AuthenticationFunc:                hasAuthorization,
		IncludeResponseStatus:             true,
		RejectWhenRequestBodyNotSpecified: true,
		SkipSettingDefaults:               true,
	}
	input := &openapi3filter.RequestValidationInput{Request: e.request, PathParams: params, Route: route, Options: options}
	if request == nil {
		// With a GetBody, the filter would read what it finds there.
		e.request.Body, e.request.GetBody = io.NopCloser(bytes.NewReader(e.sent)), nil
		if request = openapi3filter.ValidateRequest(context.Background(), input); request == nil && route.Operation.RequestBody != nil {
			request = unnamed(e.sent, route.Operation.RequestBody.Value.Content)
		}
		for name := range e.request.URL.Query() {
			if route.Operation.Parameters.GetByInAndName(openapi3.ParameterInQuery, name) == nil {
				request = errors.Join(request, errors.New("the document names no parameter "+name))
			}
		}
	}
	for _, operation := range operations {
		one := *route
		one.Operation = operation
		answer = errors.Join(answer, judgeAnswer(e, &openapi3filter.ResponseValidationInput{
			RequestValidationInput: &openapi3filter.RequestValidationInput{Request: e.request, Route: &one},
			Status:                 e.response.StatusCode,
			Header:                 e.response.Header,
			Options:                options,
		}))
	}
	return request, answer
}

func judgeAnswer(e exchange, input *openapi3filter.ResponseValidationInput) error {
	if err := openapi3filter.ValidateResponse(context.Background(), input.SetBodyBytes(e.got)); err != nil {
		return err
	}
	content := input.RequestValidationInput.Route.Operation.Responses.Status(e.response.StatusCode).Value.Content
	if len(content) == 0 {
		if len(e.got) > 0 {
			return errors.New("a body where none is described")
		}
		return nil
	}
	if e.response.StatusCode >= http.StatusBadRequest {
		return errors.Join(unnamed(e.got, content), incomplete(e.got, content))
	}
	return unnamed(e.got, content)
}

// hasAuthorization is content with a header of the right kind. What is in it, the sandbox judges.
func hasAuthorization(_ context.Context, input *openapi3filter.AuthenticationInput) error {
	scheme, value, _ := strings.Cut(input.RequestValidationInput.Request.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, input.SecurityScheme.Scheme) || value == "" {
		return errors.New("there is no " + input.SecurityScheme.Scheme + " authorization")
	}
	return nil
}

// unnamed finds fields that the document does not name.
func unnamed(body []byte, content openapi3.Content) error {
	var value any
	if err := json.Unmarshal(body, &value); err != nil {
		return err
	}
	if found := strays("", value, content.Get("application/json").Schema.Value); len(found) > 0 {
		return errors.New("fields that the document does not name: " + strings.Join(found, " "))
	}
	return nil
}

// strays returns the paths of the fields that no schema names. An object of which no schema names any field may have
// all.
func strays(path string, value any, schemas ...*openapi3.Schema) []string {
	for i := 0; i < len(schemas); i++ {
		for _, part := range schemas[i].AllOf {
			schemas = append(schemas, part.Value)
		}
	}
	var found []string
	switch value := value.(type) {
	case []any:
		var items []*openapi3.Schema
		for _, s := range schemas {
			if s.Items != nil {
				items = append(items, s.Items.Value)
			}
		}
		for _, item := range value {
			found = append(found, strays(path+"[]", item, items...)...)
		}
	case map[string]any:
		for name, inner := range value {
			open := true
			var naming []*openapi3.Schema
			for _, s := range schemas {
				open = open && len(s.Properties) == 0
				if field := s.Properties[name]; field != nil {
					naming = append(naming, field.Value)
				}
			}
			if len(naming) == 0 && !open {
				found = append(found, path+"."+name)
				continue
			}
			found = append(found, strays(path+"."+name, inner, naming...)...)
		}
	}
	return found
}

// incomplete finds the fields that a refusal lacks. Not every refusal blames a parameter. What is not
// JSON the sandbox refuses in the words of another API, which are the only ones recorded: they have no code, though the
// users' own refusals have.
func incomplete(body []byte, content openapi3.Content) error {
	var fields map[string]any
	if err := json.Unmarshal(body, &fields); err != nil {
		return err
	}
	for name := range content.Get("application/json").Schema.Value.Properties {
		if _, ok := fields[name]; !ok && name != "invalid_parameters" {
			return errors.New("the refusal has no " + name)
		}
	}
	return nil
}

// otherwise finds words of a refusal by which clients tell it from others, and which are not the document's examples.
func otherwise(body []byte, content openapi3.Content) error {
	var fields map[string]any
	if err := json.Unmarshal(body, &fields); err != nil {
		return err
	}
	for _, name := range []string{"type", "title", "code", "error-code", "error-code-label"} {
		field := content.Get("application/json").Schema.Value.Properties[name]
		if field != nil && field.Value.Example != nil && field.Value.Example != fields[name] {
			return fmt.Errorf("the %s is %q, and not %q", name, fields[name], field.Value.Example)
		}
	}
	return nil
}

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
	if err := errors.Join(failed...); err != nil {
		t.Fatal(err)
	}

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
	if err := errors.Join(api.DeleteUser(ctx, token, alice.ID), api.DeleteApplication(ctx, api.creds, app.ID)); err != nil {
		t.Fatal(err)
	}
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
	var err error
	if s.user, err = s.CreateUser(t.Context(), admin(t, s.app.ID), client.NewUser{Name: "alice"}); err != nil {
		t.Fatal(err)
	}
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
	if _, err := w.RoundTrip(r); err != nil {
		t.Fatal(err)
	}
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
			ApplicationID: s.app.ID, User: s.user.Name, ACL: parsedACL(t, `{"paths":{"/*/rtc/**":{}}}`),
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
				status, err := strconv.Atoi(text)
				if err != nil {
					t.Fatal(err)
				}
				s := newStage(t)
				host := s.sandbox.URL()
				if status == http.StatusTooManyRequests || status >= http.StatusInternalServerError {
					host = start(t, sandbox.Config{Faults: []sandbox.Fault{fault(t, "* /:"+text)}}).sandbox.URL()
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

func fault(t *testing.T, text string) sandbox.Fault {
	t.Helper()
	return must(sandbox.ParseFault(text))
}

func parsedACL(t *testing.T, text string) jwt.ACL {
	t.Helper()
	return must(jwt.ParseACL([]byte(text)))
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
