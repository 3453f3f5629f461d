package steps_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"credwiz/client"
	"credwiz/client/jwt"
	"credwiz/client/redact"
	"credwiz/steps"
	"credwiz/steps/answer"
	"credwiz/steps/workdir"
)

func TestAnswersNeverPrintTheirValues(t *testing.T) {
	t.Parallel()
	answers := answer.Answers{answer.APISecret: apiSecret, answer.User: "alice"}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		text := fmt.Sprintf(verb, answers)
		wantNone(t, text, apiSecret, "alice", fmt.Sprintf("%x", apiSecret))
		equal(t, verb, text, "answers to api-secret, user")
	}
	wantNone(t, fmt.Sprintln("answers", answers, &answers), apiSecret)
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

// unattended is an environment that calls nobody: it fails the test if a place is opened or a key is made.
func unattended(t *testing.T, known map[string]string) steps.Env {
	t.Helper()
	env := steps.Env{
		Open: func(bool) (workdir.Place, error) {
			t.Error("a place was opened")
			return workdir.Place{}, errors.New("closed")
		},
		Keys: steps.NewKeySource(func() (*jwt.Key, error) {
			t.Error("a key was made")
			return nil, errors.New("no key")
		}),
		Known:       map[string]answer.Known{},
		SandboxPair: client.Credentials{APIKey: "practice", APISecret: redact.NewSecret("PracticeSecret16")},
	}
	for key, value := range known {
		env.Known[key] = answer.Known{Value: value, Source: "--" + key}
	}
	return env
}

func enough() map[string]string {
	return map[string]string{
		answer.APIKey: apiKey, answer.APISecret: apiSecret, answer.AppName: "My App", answer.User: "alice",
	}
}

func TestKnownAnswersNameAllThatIsMissing(t *testing.T) {
	t.Parallel()
	const secretFlag = "VONAGE_API_SECRET or --api-secret-stdin"
	for name, test := range map[string]struct {
		known map[string]string
		demo  bool
		want  []string
	}{
		"nothing is known": {nil, false, []string{"--api-key", secretFlag, "--app-name", "--user"}},
		"only the pair": {
			map[string]string{answer.APIKey: apiKey, answer.APISecret: apiSecret}, false, []string{"--app-name", "--user"},
		},
		"an application that exists": {
			map[string]string{answer.AppID: "78d335fa-323d-0114-9c3d-d6f0d48968cf"}, false, []string{"--api-key", secretFlag, "--user"},
		},
		"a demo": {nil, true, []string{"--app-name", "--user"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := unattended(t, test.known)
			env.Demo = test.demo
			_, err := steps.KnownAnswers(env)
			var missing *answer.MissingAnswersError
			if !errors.As(err, &missing) {
				t.Fatalf("got %v", err)
			}
			var flags []string
			for _, f := range missing.Fields {
				flags = append(flags, f.Flag)
			}
			if !slices.Equal(flags, test.want) {
				t.Errorf("missing are %q, want %q", flags, test.want)
			}
			equal(t, "the error", err.Error(), "missing: "+strings.Join(test.want, ", "))
		})
	}
}

func TestKnownAnswersFillTheRestWithDefaults(t *testing.T) {
	t.Parallel()
	known := enough()
	known[answer.APIKey] = " ab cd1234\n"
	known[answer.Key] = answer.Yes
	answers, err := steps.KnownAnswers(unattended(t, known))
	if err != nil {
		t.Fatal(err)
	}
	want := answer.Answers{
		answer.Account: answer.AccountVonage, answer.APIKey: apiKey, answer.APISecret: apiSecret,
		answer.AppName: "My App", answer.KeyFile: "private.key", answer.Key: answer.Yes, answer.Capability: "",
		answer.User: "alice", answer.DisplayName: "", answer.Expires: "24h", answer.ACL: "client-sdk",
	}
	if !maps.Equal(answers, want) {
		t.Errorf("got %q, want %q", map[string]string(answers), map[string]string(want))
	}
}

func TestKnownAnswersOfADemoAreTheSandboxsOwn(t *testing.T) {
	t.Parallel()
	env := unattended(t, map[string]string{answer.AppName: "My App", answer.User: "alice"})
	env.Demo = true
	answers, err := steps.KnownAnswers(env)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "the key", answers[answer.APIKey], "practice")
	equal(t, "the secret", answers[answer.APISecret], "PracticeSecret16")
}

func TestAnswersFromOutsideThatCannotBeRightAreRefusedBeforeAnythingIsDone(t *testing.T) {
	t.Parallel()
	for key, test := range map[string]struct{ value, says string }{
		answer.APIKey:      {"abcd:" + apiSecret, "without the secret"},
		answer.APISecret:   {"Sécret", "no key or secret has"},
		answer.AppName:     {strings.Repeat("x", 201), "201 characters"},
		answer.AppID:       {"42", "looks like"},
		answer.EventURL:    {"ftp://x", "it must be a whole URL, like https://example.com/webhooks/rtc"},
		answer.KeyFile:     {"../private.key", "--dir"},
		answer.User:        {"a\u200db", "cannot be shown"},
		answer.DisplayName: {strings.Repeat("x", 201), "201 characters"},
		answer.Expires:     {"25h", "24 hours at most"},
		answer.ACL:         {"{}", `must have "paths"`},
	} {
		t.Run(key, func(t *testing.T) {
			t.Parallel()
			known := enough()
			known[key] = test.value
			env := unattended(t, known)
			err := steps.CheckKnown(env)
			var invalid *answer.InvalidAnswerError
			if !errors.As(err, &invalid) {
				t.Fatalf("got %v", err)
			}
			equal(t, "the field", invalid.Field.Key, key)
			wantAll(t, err.Error(), "--"+key+": ", test.says)
			wantNone(t, err.Error(), apiSecret, "Sécret")
			if errors.Unwrap(err) == nil {
				t.Error("the error has lost its cause")
			}
			// These two are not asked, so only CheckKnown sees them.
			if key == answer.AppID || key == answer.EventURL {
				return
			}
			if _, err := steps.KnownAnswers(env); !errors.As(err, &invalid) || invalid.Field.Key != key {
				t.Errorf("KnownAnswers: got %v", err)
			}
		})
	}
	if err := steps.CheckKnown(unattended(t, enough())); err != nil {
		t.Errorf("good answers are refused: %v", err)
	}
	good := enough()
	good[answer.AppID] = "78d335fa-323d-0114-9c3d-d6f0d48968cf"
	good[answer.EventURL] = "http://localhost:3000/events"
	good[answer.ACL] = `{"paths":{"/*/users/**":{}}}`
	if err := steps.CheckKnown(unattended(t, good)); err != nil {
		t.Errorf("good answers are refused: %v", err)
	}
}

func TestAnEmptyFlagIsNoAnswer(t *testing.T) {
	t.Parallel()
	known := enough()
	known[answer.AppName] = "  "
	_, err := steps.KnownAnswers(unattended(t, known))
	if !errors.Is(err, answer.ErrNoAnswer) {
		t.Fatalf("got %v", err)
	}
	wantAll(t, err.Error(), "--app-name")
}

func TestGivenAnswersAreThoseThatAreNotAsked(t *testing.T) {
	t.Parallel()
	known := enough()
	known[answer.AppID] = " 78d335fa-323d-0114-9c3d-d6f0d48968cf "
	known[answer.ExistingUser] = answer.Yes
	given := steps.Given(unattended(t, known))
	if !maps.Equal(given, answer.Answers{
		answer.AppID: "78d335fa-323d-0114-9c3d-d6f0d48968cf", answer.ExistingUser: answer.Yes,
	}) {
		t.Errorf("got %q", map[string]string(given))
	}
}

func TestAKnownAnswerIsShownBeforeItIsUsed(t *testing.T) {
	t.Parallel()
	env := unattended(t, map[string]string{answer.User: " bob\n"})
	field := stepNamed(t, "user").Fields(env, steps.Session{}, nil)[0]
	equal(t, "the suggestion", field.Suggestion, "bob")
	equal(t, "its source", field.Source, "from --user")
	equal(t, "it serves where nobody is asked", field.Default, true)
}
