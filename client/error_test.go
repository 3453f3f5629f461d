package client_test

import (
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"unicode"

	"credwiz/client"
	"credwiz/client/redact"
)

// refusal calls an API that answers every request the same way.
func refusal(t *testing.T, status int, kind, body string) error {
	t.Helper()
	_, err := serve(t, answers(status, kind, body)).ListApplications(t.Context(), canaries(), 1, 1)
	if err == nil {
		t.Fatalf("%d %s is taken for good", status, body)
	}
	return err
}

// TestEachErrorShapeIsUnderstood has the bodies of the contract, as they are there.
func TestEachErrorShapeIsUnderstood(t *testing.T) {
	t.Attr("fault", "N1")
	t.Attr("fault", "N2")
	for _, test := range []struct {
		name                        string
		status                      int
		body                        string
		code, explanation, instance string
		invalid                     []client.InvalidParameter
	}{
		{name: "balance 401 (2.2)", status: 401,
			body:        `{"error-code":"401","error-code-label":"authentication failed"}`,
			explanation: "authentication failed"},
		{name: "secrets 401 (2.2)", status: 401,
			body:        `{"type":"https://developer.nexmo.com/","title":"Unauthorized","detail":"Invalid credentials format. Expected: \"Authorization: (Base64(UTF-8(apiKey:secret)))\"","instance":"bf0ca0bf927b3b52e3cb03217e1a1ddf"}`,
			explanation: `Invalid credentials format. Expected: "Authorization: (Base64(UTF-8(apiKey:secret)))"`,
			instance:    "bf0ca0bf927b3b52e3cb03217e1a1ddf"},
		{name: "application 400 (3.6)", status: 400,
			body: `{"type":"https://developer.nexmo.com/api-errors/application#payload-validation","title":"Bad Request","detail":"The request failed due to validation errors","invalid_parameters":[{"name":"capabilities.voice.webhooks.answer_url.http_method","reason":"must be one of: GET, POST"}],"instance":"797a8f199c45014ab7b08bfe9cc1c12c"}`,
			code: "payload-validation", instance: "797a8f199c45014ab7b08bfe9cc1c12c",
			explanation: "The request failed due to validation errors; capabilities.voice.webhooks.answer_url.http_method: must be one of: GET, POST",
			invalid:     []client.InvalidParameter{{Name: "capabilities.voice.webhooks.answer_url.http_method", Reason: "must be one of: GET, POST"}}},
		{name: "application list 400 (3.6)", status: 400,
			body: `{"type":"https://developer.nexmo.com/api-errors/application#list-validation","title":"Bad Request","detail":"The request failed due to validation errors","invalid_parameters":[{"name":"page_size","reason":"must be between 1 and 100"}],"instance":"797a8f199c45014ab7b08bfe9cc1c12c"}`,
			code: "list-validation", instance: "797a8f199c45014ab7b08bfe9cc1c12c",
			explanation: "The request failed due to validation errors; page_size: must be between 1 and 100",
			invalid:     []client.InvalidParameter{{Name: "page_size", Reason: "must be between 1 and 100"}}},
		{name: "bad JSON 400 (3.6)", status: 400,
			body: `{"type":"https://developer.nexmo.com/api-errors#invalid-json","title":"The request body did not contain valid JSON","detail":"Unexpected character ('\"' (code 34)): was expecting comma to separate Object entries","instance":"bf0ca0bf927b3b52e3cb03217e1a1ddf"}`,
			code: "invalid-json", instance: "bf0ca0bf927b3b52e3cb03217e1a1ddf",
			explanation: `Unexpected character ('"' (code 34)): was expecting comma to separate Object entries`},
		{name: "application 401 (3.6)", status: 401,
			body: `{"type":"https://developer.nexmo.com/api-errors#unauthorized","title":"Invalid credentials supplied","detail":"You did not provide correct credentials.","instance":"797a8f199c45014ab7b08bfe9cc1c12c"}`,
			code: "unauthorized", instance: "797a8f199c45014ab7b08bfe9cc1c12c",
			explanation: "You did not provide correct credentials"},
		{name: "404 (3.6)", status: 404,
			body: `{"type":"https://developer.nexmo.com/api-errors#not-found","title":"Not Found","detail":"ID 'ABC123' does not exist, or you do not have access","instance":"797a8f199c45014ab7b08bfe9cc1c12c"}`,
			code: "not-found", instance: "797a8f199c45014ab7b08bfe9cc1c12c",
			explanation: "ID 'ABC123' does not exist, or you do not have access"},
		{name: "403 (3.6)", status: 403,
			body: `{"type":"https://developer.vonage.com/api-errors#forbidden","title":"Forbidden","detail":"Your account does not have permission to perform this action.","instance":"bf0ca0bf927b3b52e3cb03217e1a1ddf"}`,
			code: "forbidden", instance: "bf0ca0bf927b3b52e3cb03217e1a1ddf",
			explanation: "Your account does not have permission to perform this action"},
		{name: "500 without detail (3.6)", status: 500,
			body:        `{"type":"https://developer.vonage.com/api-errors","title":"Internal Server Error","instance":"272c5fa3-c02a-4451-b33c-d01e8de74023"}`,
			explanation: "Internal Server Error", instance: "272c5fa3-c02a-4451-b33c-d01e8de74023"},
		{name: "user 400 (4.7)", status: 400,
			body: `{"title":"Bad request.","type":"https://developer.nexmo.com/api/conversation#http:error:validation-fail","code":"http:error:validation-fail","detail":"Input validation failure.","instance":"00a5916655d650e920ccf0daf40ef4ee","invalid_parameters":[{"name":"name","reason":"\"name\" must be a string"}]}`,
			code: "http:error:validation-fail", instance: "00a5916655d650e920ccf0daf40ef4ee",
			explanation: `Input validation failure; "name" must be a string`,
			invalid:     []client.InvalidParameter{{Name: "name", Reason: `"name" must be a string`}}},
		{name: "user 401 (4.7)", status: 401,
			body: `{"title":"Unauthorized.","type":"https://developer.nexmo.com/api/conversation#system:error:invalid-token","code":"system:error:invalid-token","detail":"You did not provide a valid token. Please provide a valid token.","instance":"00a5916655d650e920ccf0daf40ef4ee"}`,
			code: "system:error:invalid-token", instance: "00a5916655d650e920ccf0daf40ef4ee",
			explanation: "You did not provide a valid token. Please provide a valid token"},
		{name: "user without code (4.7)", status: 404,
			body: `{"title":"Not found.","type":"https://developer.nexmo.com/api/conversation#user:error:not-found","detail":"User does not exist, or you do not have access.","instance":"9b3b0ea8-987a-4117-b75a-8425e04910c4"}`,
			code: "user:error:not-found", instance: "9b3b0ea8-987a-4117-b75a-8425e04910c4",
			explanation: "User does not exist, or you do not have access"},
		{name: "user 409 (4.7)", status: 409,
			body: `{"title":"Conflict.","type":"https://developer.nexmo.com/api/conversation#user:error:duplicate-name","code":"user:error:duplicate-name","detail":"The request failed because the user name already exists. Please provide a unique user name and try again.","instance":"00a5916655d650e920ccf0daf40ef4ee"}`,
			code: "user:error:duplicate-name", instance: "00a5916655d650e920ccf0daf40ef4ee",
			explanation: "The request failed because the user name already exists. Please provide a unique user name and try again"},
		{name: "user 429 (4.7)", status: 429,
			body: `{"title":"Too Many Requests.","type":"https://developer.nexmo.com/api/conversation#http:error:too-many-request","code":"http:error:too-many-request","detail":"You have exceeded your request limit. You can try again shortly.","instance":"00a5916655d650e920ccf0daf40ef4ee"}`,
			code: "http:error:too-many-request", instance: "00a5916655d650e920ccf0daf40ef4ee",
			explanation: "You have exceeded your request limit. You can try again shortly"},
		{name: "legacy (4.7)", status: 404,
			body: `{"code":"http:error:not-found","description":"Endpoint does not exist, or you do not have access."}`,
			code: "http:error:not-found", explanation: "Endpoint does not exist, or you do not have access"},
		{name: "Voice (4.7)", status: 400,
			body:        `{"error_title":"Bad Request","invalid_parameters":{"event_url":"Is required.","answer_url":"Is wrong."}}`,
			explanation: "Bad Request; answer_url: Is wrong.; event_url: Is required.",
			invalid:     []client.InvalidParameter{{Name: "answer_url", Reason: "Is wrong."}, {Name: "event_url", Reason: "Is required."}}},
		{name: "fields of wrong types", status: 400,
			body:        `{"title":"Bad Request","invalid_parameters":"name"}`,
			explanation: "Bad Request"},
		{name: "unknown fields only (4.7)", status: 400, body: `{"Error":"Bad Request"}`},
		{name: "not an object", status: 400, body: `["Bad Request"]`},
		{name: "null", status: 400, body: `null`},
		{name: "not JSON", status: 503, body: `upstream connect error`},
		{name: "empty", status: 429, body: ``},
	} {
		t.Run(test.name, func(t *testing.T) {
			for _, kind := range []string{"application/json", "application/problem+json", "text/plain"} {
				err := refusal(t, test.status, kind, test.body)
				var got *client.Error
				if !errors.As(err, &got) {
					t.Fatalf("as %s: %T %v", kind, err, err)
				}
				if got.Status != test.status || got.Code != test.code || got.Instance != test.instance ||
					len(got.Invalid) != len(test.invalid) ||
					len(test.invalid) > 0 && !reflect.DeepEqual(got.Invalid, test.invalid) {
					t.Errorf("as %s: %+v", kind, *got)
				}
				equal(t, got.Explanation(), test.explanation, "as %s: explained as", kind)
				want := fmt.Sprintf("GET /v2/applications: %d %s", test.status, http.StatusText(test.status))
				if test.explanation != "" {
					want += ": " + test.explanation
				}
				equal(t, got.Error(), want, "as %s", kind)
			}
		})
	}
}

func TestAWebPageIsNotTheAPIUnlessAGatewaySaysThatTheAPIIsDown(t *testing.T) {
	t.Attr("fault", "N3")
	t.Attr("fault", "N6")
	t.Attr("fault", "N10")
	const page = `<!DOCTYPE html><title>Sign in to the airport</title>`
	for status, down := range map[int]bool{
		200: false, 401: false, 404: false, 511: false, 429: true, 500: true, 502: true, 503: true, 504: true,
	} {
		for _, call := range calls() {
			err := call.make(t.Context(), serve(t, answers(status, "text/html; charset=utf-8", page)))
			var unexpected *client.UnexpectedError
			var refused *client.Error
			switch {
			case down && (!errors.As(err, &refused) || refused.Status != status || refused.Explanation() != ""),
				!down && (!errors.As(err, &unexpected) || unexpected.Status != status || !strings.Contains(err.Error(), "a web page")):
				t.Errorf("%s, %d: %v", call.name, status, err)
			case client.IsNotFound(err):
				t.Errorf("%s, %d: a page that is not the API's says what does not exist", call.name, status)
			}
		}
	}
}

func TestADuplicateNameIsKnownByItsCode(t *testing.T) {
	t.Attr("fault", "N2")
	for name, test := range map[string]struct {
		status int
		body   string
		want   bool
	}{
		"409":          {409, `{"code":"user:error:duplicate-name"}`, true},
		"400":          {400, `{"code":"user:error:duplicate-name"}`, true},
		"422 by type":  {422, `{"type":"https://developer.vonage.com/api/conversation#user:error:duplicate-name"}`, true},
		"bare":         {409, `{"code":"duplicate-name"}`, true},
		"other 409":    {409, `{"code":"http:error:conflict"}`, false},
		"empty 409":    {409, ``, false},
		"in the words": {400, `{"code":"http:error:validation-fail","detail":"duplicate-name"}`, false},
	} {
		t.Run(name, func(t *testing.T) {
			err := refusal(t, test.status, "application/json", test.body)
			if client.IsDuplicateName(err) != test.want || client.IsDuplicateName(fmt.Errorf("user: %w", err)) != test.want {
				t.Errorf("%v: %t", err, !test.want)
			}
		})
	}
	if client.IsDuplicateName(nil) || client.IsDuplicateName(errors.New("duplicate-name")) {
		t.Error("what the API did not say is a duplicate")
	}
}

func TestOnlyA404OfTheAPIIsNotFound(t *testing.T) {
	for status, want := range map[int]bool{404: true, 400: false, 401: false, 410: false, 500: false} {
		err := refusal(t, status, "application/json", `{"code":"user:error:not-found"}`)
		if client.IsNotFound(err) != want || client.IsNotFound(fmt.Errorf("user: %w", err)) != want {
			t.Errorf("%d: %t", status, !want)
		}
	}
	if client.IsNotFound(nil) || client.IsNotFound(errors.New("404")) {
		t.Error("what the API did not say is not found")
	}
}

// A JSON string can hold any character in the form \u001b, so that a clean body says nothing about its texts.
func TestHostileTextFromTheAPICannotDriveTheTerminal(t *testing.T) {
	t.Attr("fault", "N2")
	const hostile = `\u001b]52;c;aGk=\u0007 \u009b31m \u202eevil\u200b \ud83d\udc68\u200d line\r\nbreak`
	for name, body := range map[string]string{
		"title":   `{"title":"` + hostile + `"}`,
		"detail":  `{"title":"x","detail":"` + hostile + `"}`,
		"legacy":  `{"code":"` + hostile + `","description":"` + hostile + `"}`,
		"voice":   `{"error_title":"` + hostile + `","invalid_parameters":{"` + hostile + `":"` + hostile + `"}}`,
		"balance": `{"error-code-label":"` + hostile + `"}`,
		"reason":  `{"detail":"x","invalid_parameters":[{"name":"a","reason":"` + hostile + `"}]}`,
		"name":    `{"detail":"x","invalid_parameters":[{"name":"` + hostile + `","reason":"x"}]}`,
		"raw":     "{\"title\":\"\x7f\u009b\u2028" + `\u001b"}`,
	} {
		t.Run(name, func(t *testing.T) {
			var got *client.Error
			if !errors.As(refusal(t, 400, "application/json", body), &got) {
				t.Fatal("no error of the API")
			}
			for _, text := range []string{got.Error(), got.Explanation()} {
				if i := strings.IndexFunc(text, func(r rune) bool { return !unicode.IsPrint(r) }); i >= 0 {
					t.Errorf("%q at %d of %q", text[i:], i, text)
				}
				if !strings.Contains(text, `\u{`) {
					t.Errorf("the hostile text is not shown: %q", text)
				}
			}
		})
	}
}

func TestAHostileRedirectIsShownPrintable(t *testing.T) {
	t.Attr("fault", "N7")
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Location", "https://evil\u202e.example/\u202e")
		w.WriteHeader(http.StatusFound)
	})
	err := createApplication(t.Context(), c)
	if err == nil || err.Error() != redact.Printable(err.Error()) || !strings.Contains(err.Error(), `evil\u{202E}.example`) {
		t.Errorf("got %q", err)
	}
}
