package source_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"credwiz/steps/answer"
	"credwiz/steps/source"
	"credwiz/steps/workdir"
)

func profileAt(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	noError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

func TestAProfileIsReadInEitherForm(t *testing.T) {
	t.Parallel()
	const asTOML = `# For the workshop in Lyon.
api_host = "https://api.nexmo.com"
app_name = "Lyon 2026"
event_url = "https://lyon.example.com/rtc"
capability = "voice, messages"
webhook_url = "https://lyon.example.com/hooks"
user = "guest"
display_name = "Zoë 日本"
expires = "6h"
acl = { paths = { "/*/rtc/**" = {}, "/*/users/**" = { methods = ["GET"] } } }
`
	const asJSON = `{"api_host":"https://api.nexmo.com","app_name":"Lyon 2026","event_url":"https://lyon.example.com/rtc",
"capability":["voice","messages"],"webhook_url":"https://lyon.example.com/hooks","user":"guest","display_name":"Zoë 日本","expires":"6h","acl":{"paths":{"/*/rtc/**":{},"/*/users/**":{"methods":["GET"]}}}}`
	for name, text := range map[string]string{
		"lyon.toml": asTOML, "lyon.json": asJSON, "lyon": asTOML, "lyon.profile": "\ufeff" + asJSON,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			profile := must(source.ReadProfile(t.Context(), profileAt(t, name, text)))
			equal(t, "the host", profile.APIHost, "https://api.nexmo.com")
			for key, want := range map[string]string{
				answer.AppName: "Lyon 2026", answer.EventURL: "https://lyon.example.com/rtc", answer.User: "guest",
				answer.Capability: "voice, messages", answer.Webhooks: "https://lyon.example.com/hooks",
				answer.DisplayName: "Zoë 日本", answer.Expires: "6h",
				answer.ACL: `{"paths":{"/*/rtc/**":{},"/*/users/**":{"methods":["GET"]}}}`,
			} {
				known := profile.Known[key]
				equal(t, key, known.Value, want)
				equal(t, "where it is from", known.Source, name)
				equal(t, "only found", known.Suggested, false)
			}
		})
	}
}

func TestAnInvalidProfileIsRefused(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		file, text string
		says       []string
	}{
		"a secret":               {"p.toml", "user = \"a\"\napi_secret = \"Canary0Secret9\"", []string{"api_secret", "profiles get shared"}},
		"a secret in JSON":       {"p.json", `{"apiSecret":"Canary0Secret9"}`, []string{"apiSecret", "profiles get shared"}},
		"a secret in a table":    {"p.toml", "[acl]\nclient-secret = \"Canary0Secret9\"", []string{"acl", "profiles get shared"}},
		"a private key":          {"p.toml", "private-key = \"x\"", []string{"private-key", "profiles get shared"}},
		"a private key's text":   {"p.toml", "user = '''-----BEGIN PRIVATE KEY-----\nCanary'''", []string{"user", "profiles get shared"}},
		"a token":                {"p.json", `{"user":"eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJDYW5hcnkifQ.x"}`, []string{"user", "profiles get shared"}},
		"a token in a list":      {"p.json", `{"user":["eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJDYW5hcnkifQ.x"]}`, []string{"user", "profiles get shared"}},
		"a misspelt entry":       {"p.toml", "app-naem = \"x\"", []string{"app-naem", "did you mean app_name?"}},
		"a flag's spelling":      {"p.toml", "event-url = \"x\"", []string{"did you mean event_url?"}},
		"an entry like no other": {"p.toml", "colour = \"red\"", []string{"colour", "choose from acl, api_host"}},
		"a number":               {"p.toml", "expires = 6", []string{"expires", "must be a string"}},
		"a list of numbers":      {"p.toml", "user = [6]", []string{"user", "list of strings"}},
		"a list of one answer":   {"p.toml", `expires = ["6h"]`, []string{"expires", "must be a string"}},
		"an empty answer":        {"p.toml", "user = \" \"", []string{"user", "empty"}},
		"an escape":              {"p.toml", `user = "a\u001b[2Jb"`, []string{"user", "control or invisible characters"}},
		"a plain host":           {"p.toml", `api_host = "http://example.com"`, []string{"api_host", "use https"}},
		"two applications":       {"p.toml", "app_name = \"a\"\napp_id = \"b\"", []string{"app_id", "choose one"}},
		"no TOML":                {"p.toml", "user = \"a\"\nCanary", []string{"not valid TOML at line 2"}},
		"no JSON":                {"p.json", "{\"user\":\n\"Canary", []string{"not valid JSON at line 2"}},
		"a list":                 {"p.json", `["Canary"]`, []string{"not a JSON object"}},
		"too long":               {"p.toml", strings.Repeat("#", 65<<10), []string{"over 64 KiB"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := source.ReadProfile(t.Context(), profileAt(t, test.file, test.text))
			as[*source.ProfileError](t, err)
			wantAll(t, err.Error(), append(test.says, "--profile ", test.file)...)
			wantNone(t, err.Error(), "Canary")
			equal(t, "it is a secret", errors.Is(err, source.ErrSecretInProfile), slices.Contains(test.says, "profiles get shared"))
		})
	}
	if _, err := source.ReadProfile(t.Context(), t.TempDir()); !errors.Is(err, workdir.ErrNotRegular) {
		t.Errorf("a folder: %v", err)
	}
	if _, err := source.ReadProfile(t.Context(), filepath.Join(t.TempDir(), "none")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
}

func FuzzReadProfile(f *testing.F) {
	for _, text := range []string{"user = \"a\"", `{"user":"a"}`, "[acl]\npaths = {}", "a.b = 1", "x = 2026-01-01", "[[a]]\nsecret = 1"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		profile, err := source.ReadProfile(t.Context(), profileAt(t, "p", text))
		var profileErr *source.ProfileError
		if err != nil && !errors.As(err, &profileErr) {
			t.Errorf("got %v", err)
		}
		for key, known := range profile.Known {
			if strings.TrimSpace(known.Value) == "" || key == answer.APISecret {
				t.Errorf("%s is %q", key, known.Value)
			}
		}
	})
}
