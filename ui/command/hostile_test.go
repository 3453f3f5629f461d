//go:build unix

package command_test

import (
	"bytes"
	"encoding/base64"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"credwiz/client/sandbox"
)

// lying is the sandbox behind a proxy that treats one request of a kind as lie says, which gets the API's answer to it.
func lying(t *testing.T, method, path string, lie func(w http.ResponseWriter, r *http.Request, answer *httptest.ResponseRecorder)) (*sandbox.Sandbox, string) {
	t.Helper()
	api := sandbox.New(sandbox.Config{})
	var lied atomic.Bool
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != method || !strings.HasPrefix(r.URL.Path, path) || !lied.CompareAndSwap(false, true) {
			api.ServeHTTP(w, r)
			return
		}
		answer := httptest.NewRecorder()
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(body))
		if method != http.MethodDelete { // which the tests have not done
			api.ServeHTTP(answer, r)
		}
		lie(w, r, answer)
	}))
	t.Cleanup(server.Close)
	return api, server.URL
}

// giving answers something else.
func giving(status int, kind, body string) func(http.ResponseWriter, *http.Request, *httptest.ResponseRecorder) {
	return func(w http.ResponseWriter, _ *http.Request, _ *httptest.ResponseRecorder) {
		w.Header().Set("Content-Type", kind)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

// telling answers the same in other words.
func telling(old, by string) func(http.ResponseWriter, *http.Request, *httptest.ResponseRecorder) {
	return func(w http.ResponseWriter, _ *http.Request, answer *httptest.ResponseRecorder) {
		maps.Copy(w.Header(), answer.Header())
		w.Header().Del("Content-Length")
		w.WriteHeader(answer.Code)
		_, _ = io.WriteString(w, strings.ReplaceAll(answer.Body.String(), old, by))
	}
}

// noSecrets fails if a run has told a secret, or a token elsewhere than in its receipt.
func noSecrets(t *testing.T, dir string, r result) {
	t.Helper()
	told := r.stdout + r.stderr
	secrets := append([]string{sandbox.DefaultAPISecret, base64.StdEncoding.EncodeToString([]byte(sandbox.DefaultAPIKey + ":" + sandbox.DefaultAPISecret))},
		strings.Split(read(t, dir, "private.key"), "\n")[9:24]...)
	for _, secret := range secrets {
		if strings.Contains(told, secret) {
			t.Errorf("a secret was told:\n%s", told)
		}
	}
	if strings.Contains(r.stderr, "eyJ") {
		t.Errorf("a token was told:\n%s", r.stderr)
	}
}

func TestALyingProxyMakesNoTwinAndTheNextRunGoesOn(t *testing.T) {
	t.Parallel()
	const tooMany = `{"title":"Rate Limit Hit"}`
	for name, test := range map[string]struct {
		method, path string
		lie          func(http.ResponseWriter, *http.Request, *httptest.ResponseRecorder)
		code         int
		row          string
	}{
		"429 for the application":      {"POST", "/v2/applications", giving(429, "application/json", tooMany), 0, "field-A10"},
		"429 for the user":             {"POST", "/v1/users", giving(429, "application/json", tooMany), 0, "field-A10"},
		"403 of a policy":              {"POST", "/v2/applications", giving(403, "text/plain", "Blocked by policy"), 0, "field-A10"},
		"another name of the user":     {"POST", "/v1/users", telling("alice", "mallory"), 0, "field-B6"},
		"another name of the app":      {"POST", "/v2/applications", telling("My App", "Theirs"), 0, "field-B6"},
		"another id of the app":        {"POST", "/v2/applications", giving(201, "application/json", `{"id":"11111111-2222-4333-8444-555555555555","name":"My App"}`), 4, "field-B6"},
		"another id of the user":       {"POST", "/v1/users", giving(201, "application/json", `{"id":"USR-11111111-2222-4333-8444-555555555555","name":"alice"}`), 5, "field-B6"},
		"the credentials, in an error": {"GET", "/v2/applications", nil, 5, "field-B6"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Attr("fault", test.row)
			t.Parallel()
			if test.lie == nil {
				test.lie = func(w http.ResponseWriter, r *http.Request, _ *httptest.ResponseRecorder) {
					giving(400, "application/json", `{"detail":"`+r.Header.Get("Authorization")+`"}`)(w, nil, nil)
				}
			}
			api, host := lying(t, test.method, test.path, test.lie)
			dir := t.TempDir()
			args := append([]string{"--api-host", host}, whole...)
			first := runs(t, dir, "", account(), args...).ends(t, test.code)
			second := runs(t, dir, "", account(), args...).ends(t, 0)
			apps := api.Applications()
			if len(apps) != 1 || apps[0].Users != 1 || !slices.Equal(names(t, dir), []string{".credwiz.json", ".env", "private.key"}) {
				t.Errorf("there are %+v, and the files %q", apps, names(t, dir))
			}
			noSecrets(t, dir, first)
			noSecrets(t, dir, second)
		})
	}
}

func TestCleanKeepsTheKeyOfWhatWasNotDeleted(t *testing.T) {
	t.Parallel()
	for name, lie := range map[string]func(http.ResponseWriter, *http.Request, *httptest.ResponseRecorder){
		"200 in plain text": giving(200, "text/plain", "Blocked by policy"),
		"202":               giving(202, "application/json", ""),
		"404 in plain text": giving(404, "text/plain", "404 page not found"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Attr("fault", "field-A1")
			t.Parallel()
			api, host := lying(t, http.MethodDelete, "/v2/applications/", lie)
			dir := t.TempDir()
			runs(t, dir, "", account(), append([]string{"--api-host", host}, whole...)...).ends(t, 0)
			r := runs(t, dir, "", account(), "clean", "--yes", "--trust-api-host").ends(t, 5, "The application My App was not deleted: it is still there.")
			if len(api.Applications()) != 1 || !slices.Contains(names(t, dir), "private.key") {
				t.Errorf("there are %+v, and the files %q", api.Applications(), names(t, dir))
			}
			noSecrets(t, dir, r)
			if r := runs(t, dir, "", account(), "clean", "--yes", "--trust-api-host"); r.code != 0 || len(api.Applications()) != 0 || len(names(t, dir)) != 0 {
				t.Errorf("the next run: code %d, files %q:\n%s", r.code, names(t, dir), r.stderr)
			}
		})
	}
}
