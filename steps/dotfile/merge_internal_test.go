package dotfile

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzMergeSection holds what nexmo-cli reads of a merged file, and that nothing else of it is touched.
func FuzzMergeSection(f *testing.F) {
	f.Add("", "abcd1234", "secret")
	f.Add("[credentials]\napi_key=a\n", "abcd1234", `s;e#c="r`)
	f.Add("; comment\r\n[other]\r\nx=1", "[a]", "\"quoted\"")
	f.Add("[credentials]\n[credentials]\napi_secret = 'x' ; y", "a", "b\nc")
	f.Fuzz(func(t *testing.T, old, key, secret string) {
		if strings.TrimSpace(key) == "" || !utf8.ValidString(key) || !utf8.ValidString(secret) {
			return
		}
		values := []Variable{{"api_key", key}, {"api_secret", secret}}
		merged, err := Section("credentials").Merge([]byte(old), values)
		if err != nil {
			t.Fatal(err)
		}
		read := Section("credentials").Read(merged)
		if read["api_key"] != key || read["api_secret"] != secret {
			t.Fatalf("%q reads as %q", merged, read)
		}
		if again, _ := Section("credentials").Merge(merged, values); string(again) != string(merged) {
			t.Fatalf("%q is %q when it is merged again", merged, again)
		}
		for _, line := range parseINI([]byte(old)) {
			ours := line.section == "credentials" && (line.name == "api_key" || line.name == "api_secret")
			if !ours && !strings.Contains(string(merged), strings.TrimRight(line.text, "\n")) {
				t.Fatalf("%q lost %q", merged, line.text)
			}
		}
	})
}

// FuzzMergeObject holds the same for vonage.
func FuzzMergeObject(f *testing.F) {
	f.Add("", "abcd1234")
	f.Add(`{"apiKey":1,"x":{"y":[1e400]}}`, "a\u2028b")
	f.Add(`{"api-key":"a","api-key":"b"}`, `"`)
	f.Add(`{"api-key":"a","API-key":"b"}`, "c")
	f.Fuzz(func(t *testing.T, old, key string) {
		merged, err := Object{}.Merge([]byte(old), []Variable{{"api-key", key}})
		if err != nil || !utf8.ValidString(key) {
			return
		}
		// Maps, because the members of a struct would also be read from "API-key", which is another name to vonage.
		var before, after map[string]json.RawMessage
		_ = json.Unmarshal([]byte(old), &before)
		if err := json.Unmarshal(merged, &after); err != nil {
			t.Fatalf("%q: %v", merged, err)
		}
		for _, name := range []string{"api-key", "apiKey"} {
			var read string
			if value, ok := after[name]; ok && (json.Unmarshal(value, &read) != nil || read != key) {
				t.Fatalf("%q reads as %s", merged, value)
			}
		}
		for name := range before {
			if _, ok := after[name]; !ok {
				t.Fatalf("%q lost %q", merged, name)
			}
		}
	})
}
