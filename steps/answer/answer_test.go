package answer_test

import (
	"errors"
	"fmt"
	"maps"
	"strings"
	"testing"
	"unicode/utf8"

	"credwiz/steps/answer"
)

const secret = "Canary0Secret9"

func TestAnswersNeverPrintTheirValues(t *testing.T) {
	t.Parallel()
	answers := answer.Answers{answer.APISecret: secret, answer.User: "alice"}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		text := fmt.Sprintf(verb, answers)
		wantNone(t, text, secret, "alice", fmt.Sprintf("%x", secret))
		equal(t, verb, text, "answers to api-secret, user")
	}
	wantNone(t, fmt.Sprintln("answers", answers, &answers), secret)
}

func TestAnswersAreReplacedAndNotEdited(t *testing.T) {
	t.Parallel()
	before := answer.Answers{"a": "1", "b": "2"}
	after := before.With("b", "3").With("c", "4")
	if !maps.Equal(before, answer.Answers{"a": "1", "b": "2"}) || !maps.Equal(after, answer.Answers{"a": "1", "b": "3", "c": "4"}) {
		t.Error("the answers before have changed, or those after are wrong")
	}
	equal(t, "on nothing", answer.Answers(nil).With("a", "1")["a"], "1")
}

func TestFieldAnswer(t *testing.T) {
	t.Parallel()
	refused := errors.New("no")
	check := func(value string) error {
		if value == "bad" {
			return refused
		}
		return nil
	}
	for name, test := range map[string]struct {
		field answer.Field
		typed string
		want  string
		err   error
	}{
		"typed":                        {answer.Field{}, "hello", "hello", nil},
		"with blanks around":           {answer.Field{}, "  hello\n", "hello", nil},
		"nothing":                      {answer.Field{}, "", "", answer.ErrNoAnswer},
		"only blanks":                  {answer.Field{}, " \t\r\n", "", answer.ErrNoAnswer},
		"nothing, with a suggestion":   {answer.Field{Suggestion: "hi"}, " ", "hi", nil},
		"typed over a suggestion":      {answer.Field{Suggestion: "hi"}, "hello", "hello", nil},
		"nothing, optional":            {answer.Field{Optional: true, Check: check}, "", "", nil},
		"checked":                      {answer.Field{Check: check}, "good", "good", nil},
		"refused":                      {answer.Field{Check: check}, "bad", "bad", refused},
		"refused, optional":            {answer.Field{Check: check, Optional: true}, "bad", "bad", refused},
		"a suggestion that is refused": {answer.Field{Check: check, Suggestion: "bad"}, "", "bad", refused},
		"cleaned in its own way":       {answer.Field{Clean: answer.CleanToken}, "ab cd\nef", "abcdef", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := test.field.Answer(test.typed)
			if got != test.want || !errors.Is(err, test.err) {
				t.Errorf("got %q, %v, want %q, %v", got, err, test.want, test.err)
			}
		})
	}
}

func TestClean(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ pasted, line, token string }{
		{"", "", ""},
		{"abcd1234", "abcd1234", "abcd1234"},
		{"  abcd1234\r\n", "abcd1234", "abcd1234"},
		{"abcd\n1234", "abcd 1234", "abcd1234"},
		{"\x1b[200~abcd\x1b[201~", "[200~abcd[201~", "[200~abcd[201~"},
		{"a\x00b\x7fc\u0085d", "abc d", "abcd"},
		{"\ufeffabcd\u200b1234\u2060", "abcd1234", "abcd1234"},
		{"a\u00a0b\u3000c\u2028d", "a b c d", "abcd"},
		{"\u202eabc\u2066d\u061c", "abcd", "abcd"},
		{"flag\U000E0041\U000E007F", "flag", "flag"},
		{"\xff\xfeabc\xc3", "abc", "abc"},
		{"Zoë 日本", "Zoë 日本", "Zoë日本"},
		{"👩\u200d🚀", "👩\u200d🚀", "👩🚀"},
		{" \u200b x", "x", "x"},
		{"\ue000", "", ""},
	} {
		equal(t, fmt.Sprintf("line of %q", test.pasted), answer.CleanLine(test.pasted), test.line)
		equal(t, fmt.Sprintf("token of %q", test.pasted), answer.CleanToken(test.pasted), test.token)
	}
}

func TestTextWithUnseenCharactersIsRefused(t *testing.T) {
	t.Parallel()
	for text, refused := range map[string]bool{" Zoë 1\n": false, "": false, "bo\u202eb": true, "\x1b[31mred": true, "a\u200b": true} {
		if err := answer.CheckSeen(text); (err != nil) != refused {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func FuzzClean(f *testing.F) {
	for _, text := range []string{"", "abc", " a\nb ", "\xff\xe2\x80", "\u200b \u202e", "👩\u200d🚀", "\x1b]52;c;aGk=\a", "e\u0301", "\u1680"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for name, clean := range map[string]func(string) string{"CleanLine": answer.CleanLine, "CleanToken": answer.CleanToken} {
			got := clean(text)
			if !utf8.ValidString(got) {
				t.Errorf("%s(%q) is not UTF-8: %q", name, text, got)
			}
			if i := strings.IndexFunc(got, func(r rune) bool { return r < ' ' || r >= 0x7f && r < 0xa0 }); i >= 0 {
				t.Errorf("%s(%q) has a control character: %q", name, text, got)
			}
			if strings.TrimSpace(got) != got {
				t.Errorf("%s(%q) has blanks around: %q", name, text, got)
			}
			if again := clean(got); again != got {
				t.Errorf("%s(%q) is %q, and cleaned again %q", name, text, got, again)
			}
			if name == "CleanToken" && strings.ContainsAny(got, " \u00a0\u200d") {
				t.Errorf("a token has blanks in it: %q", got)
			}
		}
	})
}

func TestAKnownAnswerNeverPrintsItsValue(t *testing.T) {
	t.Parallel()
	known := answer.Known{Value: secret, Source: ".nexmorc"}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
		text := fmt.Sprintf(verb+" "+verb, known, map[string]answer.Known{"a": known})
		wantNone(t, text, secret, fmt.Sprintf("%x", secret))
		if !strings.Contains(text, ".nexmorc") {
			t.Errorf("%s does not name the source: %s", verb, text)
		}
	}
}

func equal[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

func wantNone(t *testing.T, text string, unwanted ...string) {
	t.Helper()
	for _, not := range unwanted {
		if strings.Contains(text, not) {
			t.Errorf("%q must not be in:\n%s", not, text)
		}
	}
}
