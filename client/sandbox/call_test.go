package sandbox_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"reflect"
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

// callOK is call that wants a 201.
func callOK(t testing.TB, h http.Handler, method, path, body string, headers ...header) answer {
	t.Helper()
	got := call(t, h, method, path, body, headers...)
	if got.status != http.StatusCreated {
		t.Fatalf("%s %s: status %d: %s", method, path, got.status, got.text)
	}
	return got
}

// equal reports an error unless the values are equal.
func equal(t testing.TB, got, want any, what string, args ...any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s: got %v, want %v", fmt.Sprintf(what, args...), got, want)
	}
}

// must returns the value. It panics if the setup of a test fails.
func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}
