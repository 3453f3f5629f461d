package client_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
)

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
		t.Skip("SKIPPED: CREDWIZ_OPENAPI names no OpenAPI document to hold the client and the sandbox against")
	}
	doc := must(openapi3.NewLoader().LoadFromFile(file))
	noError(t, doc.Validate(t.Context()))
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
	d.router = must(gorillamux.NewRouter(doc))
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
