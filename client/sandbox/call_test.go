package sandbox_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// call hands a request to a handler, without a connection.
func call(t testing.TB, h http.Handler, method, path, body string, headers ...header) answer {
	t.Helper()
	request := httptest.NewRequest(method, path, strings.NewReader(body))
	request.Header.Set("Content-Type", "application/json")
	for _, set := range headers {
		set(request)
	}
	recorder := httptest.NewRecorder()
	h.ServeHTTP(recorder, request)
	return answer{status: recorder.Code, header: recorder.Header(), text: recorder.Body.String()}
}

// callOK is call for those who expect a 201.
func callOK(t testing.TB, h http.Handler, method, path, body string, headers ...header) answer {
	t.Helper()
	got := call(t, h, method, path, body, headers...)
	if got.status != http.StatusCreated {
		t.Fatalf("%s %s: status %d: %s", method, path, got.status, got.text)
	}
	return got
}
