package source_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"credwiz/client"
	"credwiz/client/redact"
	"credwiz/steps/answer"
	"credwiz/steps/dotfile"
	"credwiz/steps/source"
)

const api = "https://api.nexmo.com"

// places are a folder and a home with files in them, by their path from the one or the other: "~/.nexmorc".
func places(t *testing.T, files map[string]string) source.Sources {
	t.Helper()
	s := source.Sources{Folder: t.TempDir(), Home: t.TempDir(), APIHost: api, Sandbox: client.Credentials{APIKey: "practice"}}
	for name, text := range files {
		path := filepath.Join(s.Folder, name)
		if rest, ok := strings.CutPrefix(name, "~/"); ok {
			path = filepath.Join(s.Home, rest)
		}
		noError(t, os.MkdirAll(filepath.Dir(path), 0o700))
		noError(t, os.WriteFile(path, []byte(text), 0o600))
	}
	return s
}

// suggested is what was found in one line, without the temporary folder's name.
func suggested(s source.Sources) string {
	found := s.Suggest()
	var parts []string
	short := func(source string) string {
		return strings.TrimPrefix(filepath.ToSlash(source), filepath.ToSlash(s.Folder)+"/")
	}
	for _, key := range []string{answer.APIKey, answer.AppName, answer.User} {
		if known, ok := found.Known[key]; ok {
			parts = append(parts, fmt.Sprintf("%s %q from %s", key, known.Value, short(known.Source)))
		}
	}
	for _, key := range []string{"abcd1234", "other123"} {
		if known, ok := found.Secrets[key]; ok {
			parts = append(parts, fmt.Sprintf("secret of %s %q from %s", key, known.Value, short(known.Source)))
		}
	}
	for _, note := range found.Notes {
		parts = append(parts, "note: "+strings.ReplaceAll(filepath.ToSlash(note), filepath.ToSlash(s.Folder)+"/", ""))
	}
	return strings.Join(parts, "; ")
}

const (
	nexmorc     = "[credentials]\napi_key=abcd1234\napi_secret=Canary0Secret9\n"
	kebab       = `{"api-key":"abcd1234","api-secret":"Canary0Secret9","app-id":"x","private-key":"-----BEGIN PRIVATE KEY-----"}`
	camel       = `{"apiKey":"abcd1234","apiSecret":"Canary0Secret9","source":"file"}`
	pair        = `api-key "abcd1234" from %s; secret of abcd1234 "Canary0Secret9" from %[1]s`
	journalText = `{"version":1,"applications":[` +
		`{"name":"Old","api_host":"https://api.nexmo.com","api_key":"other123","users":[{"name":"zoe"}]},` +
		`{"name":"Mine","api_host":"https://api.nexmo.com","api_key":"abcd1234","users":[{"name":"alice"},{"name":"bob"}]},` +
		`{"name":"Elsewhere","api_host":"https://example.com","api_key":"other123"},` +
		`{"name":"Game","api_host":"http://127.0.0.1:1","practice":true,"api_key":"practice"}]}`
)

func TestSuggestionsComeFromTheFilesOfOtherTools(t *testing.T) {
	t.Parallel()
	from := func(name string) string { return fmt.Sprintf(pair, name) }
	for name, test := range map[string]struct {
		files map[string]string
		want  string
	}{
		"nothing":                {nil, ""},
		".nexmorc":               {map[string]string{".nexmorc": nexmorc}, from(".nexmorc")},
		".nexmorc at home":       {map[string]string{"~/.nexmorc": nexmorc}, from("~/.nexmorc")},
		"with blanks":            {map[string]string{".nexmorc": "\ufeff; mine\r\n[ credentials ]\r\napi_key = \" abcd1234 \"\r\napi_secret = 'Canary0Secret9' \r\n[x]\napi_key=z"}, from(".nexmorc")},
		"with an escaped secret": {map[string]string{".nexmorc": "[credentials]\napi_key=abcd1234 ; mine\napi_secret=a\\;b\\#c\\\\d\\e"}, `api-key "abcd1234" from .nexmorc; secret of abcd1234 "a;b#c\\d\\e" from .nexmorc`},
		".vonagerc":              {map[string]string{".vonagerc": kebab}, from(".vonagerc")},
		".vonagerc of apps init": {map[string]string{".vonagerc": camel}, from(".vonagerc")},
		"vonage's configuration": {map[string]string{"~/.vonage/config.json": kebab}, from("~/.vonage/config.json")},
		"no .vonagerc at home":   {map[string]string{"~/.vonagerc": kebab}, ""},
		".env":                   {map[string]string{".env": "# mine\nexport VONAGE_API_KEY = \"abcd1234\" # key\nVONAGE_API_SECRET='Canary0Secret9'\n"}, from(".env")},
		".env, the last counts":  {map[string]string{".env": "VONAGE_API_KEY=zzzz9999\nVONAGE_API_KEY=abcd1234\nVONAGE_API_SECRET=Canary0Secret9"}, from(".env")},
		".env of old":            {map[string]string{".env": "NEXMO_API_KEY=abcd1234\nNEXMO_API_SECRET=Canary0Secret9\n"}, from(".env")},
		".env of both":           {map[string]string{".env": "VONAGE_API_KEY=abcd1234\nNEXMO_API_KEY=other123\nNEXMO_API_SECRET=Canary0Secret9\n"}, `api-key "abcd1234" from .env`},
		".env with a reference":  {map[string]string{".env": "VONAGE_API_KEY=abcd1234\nVONAGE_API_SECRET=${VAULT}\n"}, `api-key "abcd1234" from .env; note: Ignored the API secret in .env: it's a variable name.`},
		"a secret without a key": {map[string]string{".env": "VONAGE_API_SECRET=Canary0Secret9\n"}, ""},
		"the last run":           {map[string]string{".credwiz.json": journalText}, `api-key "abcd1234" from .credwiz.json; app-name "Mine" from .credwiz.json; user "bob" from .credwiz.json`},
		"left by the sandbox":    {map[string]string{".env": "VONAGE_API_KEY=practice\nVONAGE_USER_NAME=alice\n"}, ""},
		"the folder comes first": {map[string]string{".nexmorc": nexmorc, "~/.nexmorc": "[credentials]\napi_key=other123\napi_secret=Other9Secret\n"},
			from(".nexmorc") + `; secret of other123 "Other9Secret" from ~/.nexmorc`},
		"a pair is never mixed": {map[string]string{".env": "VONAGE_API_KEY=other123\n", "~/.nexmorc": nexmorc},
			`api-key "other123" from .env; secret of abcd1234 "Canary0Secret9" from ~/.nexmorc`},
		"the secret of the same key": {map[string]string{".env": "VONAGE_API_KEY=abcd1234\n", "~/.nexmorc": nexmorc},
			`api-key "abcd1234" from .env; secret of abcd1234 "Canary0Secret9" from ~/.nexmorc`},
		"damaged": {map[string]string{".vonagerc": `{"api-key":"abcd1234"`, ".credwiz.json": "{", ".nexmorc": "abcd1234", "~/.nexmorc": nexmorc},
			from("~/.nexmorc") + "; note: Ignored .credwiz.json: it isn't a journal that this version of credwiz can read." +
				"; note: Ignored .nexmorc: it isn't a nexmo-cli configuration." +
				"; note: Ignored .vonagerc: it isn't the vonage CLI's JSON configuration."},
		"too long": {map[string]string{".env": strings.Repeat("#", 65<<10)}, "note: Ignored .env: it is over 64 KiB."},
		"control characters": {map[string]string{".vonagerc": `{"api-key":"ab\u001b[2J","api-secret":"Canary0\u0000Secret9"}`},
			"note: Ignored the API key in .vonagerc: it contains invisible characters.; note: Ignored the API secret in .vonagerc: it contains invisible characters."},
		"no key at all": {map[string]string{".nexmorc": "[credentials]\napi_key=ab cd\napi_secret=Canary0Secret9"},
			"note: Ignored the API key in .nexmorc: it contains characters that no key or secret does."},
		"other types": {map[string]string{".vonagerc": `{"api-key":7,"api-secret":["Canary0Secret9"]}`}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			equal(t, "suggested", suggested(places(t, test.files)), test.want)
		})
	}
}

func TestLookingForSuggestionsTouchesNothing(t *testing.T) {
	t.Parallel()
	s := places(t, map[string]string{".nexmorc": nexmorc})
	before := must(os.Stat(filepath.Join(s.Folder, ".nexmorc")))
	s.Suggest()
	after, err := os.Stat(filepath.Join(s.Folder, ".nexmorc"))
	if err != nil || !before.ModTime().Equal(after.ModTime()) || before.Mode() != after.Mode() {
		t.Errorf("the file has changed: %v", err)
	}
	s.Folder = filepath.Join(s.Folder, "later")
	s.Suggest()
	if _, err := os.Stat(s.Folder); !os.IsNotExist(err) {
		t.Errorf("the folder was made: %v", err)
	}
}

func TestTheHomeIsNotReadTwiceWhenItIsTheFolder(t *testing.T) {
	t.Parallel()
	s := places(t, map[string]string{".nexmorc": "no"})
	s.Home = s.Folder
	equal(t, "notes", len(s.Suggest().Notes), 1)
}

func FuzzSuggest(f *testing.F) {
	for _, text := range []string{nexmorc, kebab, camel, journalText, "VONAGE_API_KEY=\"a\\\"b\"\n", "[credentials]\napi_key=\\", "=\n[", "\xff"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		found := places(t, map[string]string{".env": text, ".credwiz.json": text, ".nexmorc": text, ".vonagerc": text}).Suggest()
		for key, known := range found.Known {
			if answer.CleanLine(known.Value) != known.Value || known.Value == "" || !known.Suggested {
				t.Errorf("%s is %q", key, known.Value)
			}
		}
		for _, note := range found.Notes {
			if redact.Printable(note) != note {
				t.Errorf("a note says %q", note)
			}
		}
	})
}

func TestABinaryFileIsRefusedWithTheLine(t *testing.T) {
	t.Attr("fault", "field-B1")
	_, err := source.ReadProfile(t.Context(), profileAt(t, "profile.json", "{\n\"user\": \"zo\xeb\"}"))
	equal(t, "the line", as[*dotfile.TextError](t, err).Line, 2)
	wantAll(t, err.Error(), "--profile", "profile.json", "line 2", "save it as UTF-8")
}

func TestWhatOtherToolsLeftIsReadInUTF16AndRefusedInOthers(t *testing.T) {
	t.Attr("fault", "field-B1")
	wide := "\xff\xfe"
	for _, r := range "VONAGE_API_KEY=abcd1234\r\n" {
		wide += string([]byte{byte(r), 0})
	}
	s := places(t, map[string]string{".env": wide, ".nexmorc": "[credentials]\n; schl\xfcssel\n"})
	equal(t, "suggested", suggested(s), `api-key "abcd1234" from .env; `+
		"note: Ignored .nexmorc: line 2 is not UTF-8 text: save it as UTF-8.")
}
