//go:build unix

package command_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"credwiz/client/sandbox"
)

// evil is what a terminal would obey, or a reader be deceived by, and each piece of it.
const evil = "A\x1b]52;c;aGk=\x07\x1b]0;t\x1b\\\x1bPq\x1b\\\x1b[8m\u009b31m\x7f\u202e\u2066\u200b\ufeff\u2028\U000E0041\x00\r\nZ"

// hostileAPI is a sandbox in which names and error texts are evil.
func hostileAPI(t *testing.T, longest int) string {
	t.Helper()
	api := sandbox.New(sandbox.Config{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		recorded := httptest.NewRecorder()
		api.ServeHTTP(recorded, r)
		for name, values := range recorded.Header() {
			w.Header()[name] = values
		}
		body := recorded.Body.Bytes()
		var answer any
		if json.Unmarshal(body, &answer) == nil {
			body, _ = json.Marshal(haunted(answer, evil+strings.Repeat("m", longest)))
		}
		w.Header().Del("Content-Length")
		w.WriteHeader(recorded.Code)
		_, _ = w.Write(body)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

func haunted(answer any, text string) any {
	switch answer := answer.(type) {
	case map[string]any:
		for key, value := range answer {
			switch key {
			case "name", "display_name", "title", "detail", "instance", "reason", "code", "error_title", "description":
				answer[key] = text
			default:
				answer[key] = haunted(value, text)
			}
		}
	case []any:
		for i := range answer {
			answer[i] = haunted(answer[i], text)
		}
	}
	return answer
}

// dashboardLink is the only hyperlink that the screens have.
const dashboardLink = "\x1b]8;;https://dashboard.vonage.com\x1b\\dashboard.vonage.com\x1b]8;;\x1b\\"

// checkHarmless fails if a terminal was given a piece of evil.
func checkHarmless(t *testing.T, what string, written []byte) {
	t.Helper()
	written = bytes.ReplaceAll(written, []byte(dashboardLink), nil)
	for _, piece := range []string{
		"\x1b]", "\x1bP", "\x1b[8m", "\x07", "\u009b", "\x7f", "\u202e", "\u2066", "\u200b", "\ufeff", "\u2028", "\U000E0041", "\x00",
	} {
		if at := bytes.Index(written, []byte(piece)); at >= 0 {
			t.Errorf("%s has %q in %q", what, piece, written[max(at-40, 0):min(at+40, len(written))])
		}
	}
	if !utf8.Valid(written) {
		t.Errorf("%s is not UTF-8", what)
	}
}

func TestTextFromTheAPICannotDriveTheTerminal(t *testing.T) {
	t.Attr("fault", "T1")
	t.Parallel()
	const folder = "fol\x1b]52;c;aGk=\x07der\u202e"
	scripted := func(more ...string) []string {
		return append([]string{"--no-login", "--dir", folder, "--no-input", "--app-name", "A", "--user", "alice"}, more...)
	}
	t.Run("screens", func(t *testing.T) {
		p := sit(t, setting{env: account(), args: []string{"--api-host", hostileAPI(t, 0), "--no-login", "--dir", folder}})
		p.sees("Application name").press("enter").sees("201 Created", `fol\u{1B}]52`, "different name:", `“A\u{1B}]52;c`).press("ctrl+c").ends(130)
		checkHarmless(t, "the screen", p.Raw())
		checkHarmless(t, "the receipt", p.stdout.Bytes())
	})
	t.Run("a refusal of a megabyte", func(t *testing.T) {
		p := sit(t, setting{args: []string{"--api-host", hostileAPI(t, 400<<10), "--api-key", "abcd1234" + evil[1:8]}})
		p.sees("┃ API secret").writes("wrong").press("enter").sees("401").press("ctrl+c").ends(130)
		checkHarmless(t, "the screen", p.Raw())
	})
	for name, args := range map[string][]string{"lines": scripted(), "JSON": scripted("--json")} {
		t.Run(name, func(t *testing.T) {
			r := runs(t, t.TempDir(), "", account(), append(args, "--api-host", hostileAPI(t, 0))...).ends(t, 5, `different name: “A\u{1B}]52;c`)
			checkHarmless(t, "standard error", []byte(r.stderr))
			checkHarmless(t, "standard output", []byte(r.stdout))
		})
	}
	t.Run("a refusal, in lines", func(t *testing.T) {
		r := runs(t, t.TempDir(), "", []string{"VONAGE_API_KEY=k\x1b]52;\u202e", "VONAGE_API_SECRET=wrong"},
			scripted("--api-host", hostileAPI(t, 0))...)
		checkHarmless(t, "standard error", []byte(r.stderr))
		if r.code == 0 || r.stderr == "" {
			t.Errorf("code %d: %s", r.code, r.stderr)
		}
	})
	t.Run("a file in the way", func(t *testing.T) {
		dir := t.TempDir()
		noError(t, os.Mkdir(filepath.Join(dir, folder), 0o700))
		write(t, filepath.Join(dir, folder), "private.key", evil)
		r := runs(t, dir, "", account(), scripted("--api-host", hostileAPI(t, 0))...)
		checkHarmless(t, "standard error", []byte(r.stderr))
		r.ends(t, 3)
	})
	t.Run("flags", func(t *testing.T) {
		for _, args := range [][]string{{"--" + evil[1:8]}, {"\x1b]52;c"}, {"--expires", "\x1b]52;c"}, {"--api-host", "http://\x1b]52;c"}, {"--fault", "\x1b]52"}, {"--app-id", "\x1b]"}, {"--acl", "\x1b]"}} {
			r := runs(t, t.TempDir(), "", nil, append(args, "--demo", "--no-input")...)
			checkHarmless(t, "standard error", []byte(r.stderr))
			r.ends(t, 2)
		}
	})
}
