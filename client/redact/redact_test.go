package redact_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"testing"

	"credwiz/client/redact"
)

// awkward is a secret that every encoding changes.
const awkward = `canary/Zx81+"<\&é?~`

func redactor(values ...string) *redact.Redactor {
	r := &redact.Redactor{}
	for _, value := range values {
		r.Hide(redact.NewSecret(value))
	}
	return r
}

// waysToWrite are the forms in which a value turns up in text.
func waysToWrite(value string) map[string]string {
	var plainJSON strings.Builder
	e := json.NewEncoder(&plainJSON)
	e.SetEscapeHTML(false)
	_ = e.Encode(value)
	forHTML, _ := json.Marshal(value)
	b := []byte(value)
	return map[string]string{
		"as it is":             value,
		"in a query":           url.Values{"api_secret": {value}}.Encode(),
		"in a path":            "/v2/" + url.PathEscape(value) + "/x",
		"base64":               base64.StdEncoding.EncodeToString(b),
		"base64, not padded":   base64.RawStdEncoding.EncodeToString(b),
		"base64url":            base64.URLEncoding.EncodeToString(b),
		"base64url, no pads":   base64.RawURLEncoding.EncodeToString(b),
		"JSON":                 plainJSON.String(),
		"JSON for HTML":        string(forHTML),
		"quoted":               fmt.Sprintf("%q", value),
		"twice":                value + value,
		"in an error":          (&url.Error{Op: "GET", URL: "https://x/?s=" + url.QueryEscape(value), Err: errors.New(value)}).Error(),
		"in a user:password":   "https://" + url.UserPassword("key", value).String() + "@host/",
		"in a text of %v":      fmt.Sprintf("%v %+v %#v", value, value, value),
		"in a word of another": "x" + value + "y",
	}
}

func TestAKnownSecretIsHiddenInEveryForm(t *testing.T) {
	t.Attr("fault", "S3")
	r := redactor(awkward)
	for name, text := range waysToWrite(awkward) {
		t.Run(name, func(t *testing.T) {
			got := r.Redact(text)
			for form, part := range waysToWrite(awkward) {
				if form != "in a path" && form != "in a query" && strings.Contains(got, strings.TrimSpace(part)) {
					t.Errorf("%s: %q is in %q", form, part, got)
				}
			}
			if strings.Contains(got, "Zx81") || !strings.Contains(got, "•••") {
				t.Errorf("%q became %q", text, got)
			}
		})
	}
}

func TestAPrivateKeyIsHiddenLineByLine(t *testing.T) {
	t.Attr("fault", "S3")
	key := privateKey(t)
	text := must(key.PEM())
	lines := strings.Split(strings.TrimSpace(text.Reveal()), "\n")
	body := lines[1 : len(lines)-1]
	encoded, _ := json.Marshal(text.Reveal())
	whole := map[string]string{
		"the file":           text.Reveal(),
		"in JSON":            string(encoded),
		"indented":           strings.ReplaceAll(text.Reveal(), "\n", "\n    "),
		"CRLF":               strings.ReplaceAll(text.Reveal(), "\n", "\r\n"),
		"without its end":    strings.Join(lines[:10], "\n"),
		"quoted":             fmt.Sprintf("%q", text.Reveal()),
		"PKCS#1 by its name": strings.ReplaceAll(text.Reveal(), "PRIVATE KEY", "RSA PRIVATE KEY"),
	}
	// Not registered, but hidden for its looks.
	for name, text := range whole {
		for teller, r := range map[string]*redact.Redactor{"unknown": {}, "no redactor": nil} {
			got := r.Redact("before " + text + "\n! after")
			equal(t, anyOf(got, body), "", "%s, %s", teller, name)
			if !strings.HasPrefix(got, "before ") || !strings.Contains(got, "•••") || !strings.HasSuffix(got, "after") {
				t.Errorf("%s, %s: %q", teller, name, got)
			}
		}
	}
	// And each line alone, where it was.
	r := &redact.Redactor{}
	key.HideIn(r)
	for i, line := range body {
		equal(t, r.Redact("12:00 line "+line+"."), "12:00 line •••.", "line %d", i)
	}
	equal(t, r.Redact("-----BEGIN PUBLIC KEY-----"), "-----BEGIN PUBLIC KEY-----", "a public key's first line")
}

func anyOf(text string, parts []string) string {
	for _, part := range parts {
		if strings.Contains(text, part) {
			return part
		}
	}
	return ""
}

func TestATokenIsHiddenByItsLooks(t *testing.T) {
	t.Attr("fault", "S3")
	signed := token(t).Reveal()
	for _, text := range []string{"Bearer %s", `{"jwt":"%s"}`, "VONAGE_JWT=%s\n", "wss://x/?token=%s&EIO=4", "(%s)"} {
		want := fmt.Sprintf(text, "•••")
		equal(t, new(redact.Redactor).Redact(fmt.Sprintf(text, signed)), want, "redacted")
		equal(t, redact.LooksSecret(fmt.Sprintf(text, signed)), true, "it looks secret")
	}
}

func TestHarmlessTextStaysUnchanged(t *testing.T) {
	t.Attr("fault", "S3")
	r := redactor(awkward, "abc", "", "\n\n", "•••", "••••"[:6])
	for _, text := range []string{
		"", "abc", "POST /v2/applications: 401 Unauthorized", "eyJ is how a token begins", "eyJhbGciOi…",
		"a key begins with -----BEGIN PUBLIC KEY-----", "•••", "\x00\xff\n", "Basic authentication",
		"private.key: it is a certificate\n", strings.Repeat("a", 100_000),
	} {
		equal(t, r.Redact(text), text, "redacted")
		equal(t, redact.LooksSecret(text), false, "it looks secret")
	}
}

// Values that overlap, or that come to be only when another one is replaced.
func TestNoOldValueIsLeftWithANewOne(t *testing.T) {
	t.Attr("fault", "S3")
	for _, test := range []struct {
		values []string
		text   string
		want   string
	}{
		{[]string{"abcd", "cdef"}, "abcdef", "•••"},
		{[]string{"abcd", "abcdefgh"}, "abcdefgh abcd", "••• •••"},
		{[]string{"aaaa"}, "aaaaaaa", "•••"},
		{[]string{"wxyz", "a•••"}, "awxyz", "•••"},
		{[]string{"one\r\ntwo22\nthree"}, "one two22 three", "one ••• •••"},
	} {
		equal(t, redactor(test.values...).Redact(test.text), test.want, "%q", test.text)
	}
}

func TestASecretInSeveralWritesDoesNotSlipThrough(t *testing.T) {
	t.Attr("fault", "S3")
	text := must(privateKey(t).PEM())
	body := strings.Split(text.Reveal(), "\n")[1]
	message := "first " + awkward + "\n" + text.Reveal() + "then " + token(t).Reveal() + " last"
	for size := range 100 {
		var out bytes.Buffer
		w := redactor(awkward).Writer(&out)
		for rest := message; rest != ""; {
			n := min(size+1, len(rest))
			if _, err := w.Write([]byte(rest[:n])); err != nil {
				t.Fatal(err)
			}
			rest = rest[n:]
			if strings.Contains(out.String(), "last") {
				t.Fatal("a line that has no end yet was written")
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if got := out.String(); got != "first •••\n•••\nthen ••• last" || strings.Contains(got, body) {
			t.Fatalf("by %d: %q", size+1, got)
		}
	}
}

func TestALineIsWrittenAsSoonAsItEnds(t *testing.T) {
	var out bytes.Buffer
	w := redactor(awkward).Writer(&out)
	_, _ = w.Write([]byte("one\ntwo"))
	equal(t, out.String(), "one\n", "redacted")
	// A message that names a key's first line is not one that begins a key.
	_, _ = w.Write([]byte(" -----BEGIN PRIVATE KEY----- is missing.\n"))
	if !strings.HasSuffix(out.String(), ".\n") {
		t.Errorf("%q", out.String())
	}
}

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errors.New("no space left") }

func TestAWriterThatFailsSaysSo(t *testing.T) {
	w := new(redact.Redactor).Writer(fullDisk{})
	if _, err := w.Write([]byte("x\n")); err == nil {
		t.Error("no error")
	}
	if _, err := w.Write([]byte("y")); err != nil || w.Close() == nil {
		t.Error("no error at the end")
	}
}

func TestARedactorCanLearnSecretsWhileItWorks(t *testing.T) {
	r := redactor(awkward)
	var wait sync.WaitGroup
	for i := range 8 {
		wait.Go(func() {
			r.Hide(redact.NewSecret(fmt.Sprint("secret number ", i)))
			if got := r.Redact(fmt.Sprint(awkward, "secret number ", i)); got != "•••" {
				t.Error(got)
			}
		})
	}
	wait.Wait()
	var none *redact.Redactor
	none.Hide(redact.NewSecret(awkward))
}

func FuzzRedact(f *testing.F) {
	f.Add("the secret is canary.", "canary", "abcd", uint16(3))
	f.Add("awxyz", "wxyz", "a•••", uint16(1))
	f.Add("-----BEGIN PRIVATE KEY-----\nabc\n", "two\nlines", "••", uint16(7))
	f.Add("eyJh.eyJi.c", `a"b\c<d`, "%2F+/=", uint16(2))
	f.Fuzz(func(t *testing.T, text, first, second string, size uint16) {
		r := redactor(first, second)
		// The text with the values in it, as a program would have written them.
		whole := text
		var registered []string
		for _, value := range []string{first, second} {
			for _, line := range strings.FieldsFunc(value, func(r rune) bool { return r == '\n' || r == '\r' }) {
				if dots := "•••"; len(line) < 4 || strings.Contains(dots, line) || isBoundary(line) {
					continue
				}
				registered = append(registered, line)
				whole += line + " " + url.QueryEscape(line) + base64.StdEncoding.EncodeToString([]byte(line)) + fmt.Sprintf("%q\n", line)
			}
		}
		var out bytes.Buffer
		w := r.Writer(&out)
		for rest := whole; rest != ""; {
			n := min(int(size)+1, len(rest))
			_, _ = w.Write([]byte(rest[:n]))
			rest = rest[n:]
		}
		_ = w.Close()
		for name, got := range map[string]string{"at once": r.Redact(whole), "in parts": out.String()} {
			for _, value := range registered {
				for _, form := range []string{value, url.QueryEscape(value), base64.StdEncoding.EncodeToString([]byte(value))} {
					if strings.Contains(got, form) {
						t.Errorf("%s: %q is in %q", name, form, got)
					}
				}
			}
			if again := r.Redact(got); name == "at once" && again != got {
				t.Errorf("%q became %q", got, again)
			}
			if len(registered) == 0 && !strings.Contains(text, "-----BEGIN") && !strings.Contains(text, "eyJ") && got != text {
				t.Errorf("%s: %q became %q", name, text, got)
			}
		}
	})
}

// isBoundary finds the first and last lines of PEM, which are no secret.
func isBoundary(line string) bool {
	return strings.HasPrefix(line, "-----BEGIN ") || strings.HasPrefix(line, "-----END ")
}

// A log line may have any number of them, and the words between stay legible.
func TestManySecretsInOneTextAreHiddenOneByOne(t *testing.T) {
	t.Attr("fault", "S3")
	const many = 20
	token := "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbGljZSJ9.c2ln"
	var r redact.Redactor
	equal(t, r.Redact(strings.Repeat(token+" and ", many)), strings.Repeat("••• and ", many), "redacted")
}
