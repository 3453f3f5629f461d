package steps_test

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"credwiz/client"
	"credwiz/client/jwt"
	"credwiz/client/redact"
	"credwiz/steps"
	"credwiz/steps/advice"
	"credwiz/steps/answer"
	"credwiz/steps/workdir"
)

// unattended is an environment without network: it fails the test if a place is opened or a key is made.
func unattended(t testing.TB, known map[string]string) steps.Env {
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
		"nothing is known":           {nil, false, []string{"--api-key", secretFlag, "--app-name", "--user"}},
		"only the pair":              {map[string]string{answer.APIKey: apiKey, answer.APISecret: apiSecret}, false, []string{"--app-name", "--user"}},
		"an application that exists": {map[string]string{answer.AppID: "78d335fa-323d-0114-9c3d-d6f0d48968cf"}, false, []string{"--api-key", secretFlag, "--user"}},
		"a demo":                     {nil, true, []string{"--app-name", "--user"}},
	} {
		t.Run(name, func(t *testing.T) {
			env := unattended(t, test.known)
			env.Demo = test.demo
			_, err := steps.KnownAnswers(env)
			missing := as[*answer.MissingAnswersError](t, err)
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
	answers := must(steps.KnownAnswers(unattended(t, known)))
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
	answers := must(steps.KnownAnswers(env))
	equal(t, "the key", answers[answer.APIKey], "practice")
	equal(t, "the secret", answers[answer.APISecret], "PracticeSecret16")
}

func TestInvalidAnswersAreRefusedBeforeAnythingIsDone(t *testing.T) {
	t.Parallel()
	for key, test := range map[string]struct{ value, says string }{
		answer.APIKey:      {"abcd:" + apiSecret, "without the secret"},
		answer.APISecret:   {"Sécret", "no key or secret does"},
		answer.AppName:     {strings.Repeat("x", 201), "201 characters"},
		answer.AppID:       {"42", "looks like"},
		answer.EventURL:    {"ftp://x", "it must be a full URL, like https://example.com/webhooks/rtc"},
		answer.KeyFile:     {"../private.key", "--dir"},
		answer.User:        {"a\u200db", "can't be displayed"},
		answer.DisplayName: {strings.Repeat("x", 201), "201 characters"},
		answer.Expires:     {"25h", "too long"},
		answer.ACL:         {"{}", `must have "paths"`},
		answer.Write:       {"xml", "env, nexmo or vonage"},
	} {
		t.Run(key, func(t *testing.T) {
			known := enough()
			known[key] = test.value
			env := unattended(t, known)
			err := steps.CheckKnown(env)
			invalid := as[*answer.InvalidAnswerError](t, err)
			equal(t, "the field", invalid.Field.Key, key)
			wantAll(t, err.Error(), "--"+key+": ", test.says)
			wantNone(t, err.Error(), apiSecret, "Sécret")
			if errors.Unwrap(err) == nil {
				t.Error("the error has lost its cause")
			}
			// These are not asked, so only CheckKnown sees them.
			if key == answer.AppID || key == answer.EventURL || key == answer.Write {
				return
			}
			if _, err := steps.KnownAnswers(env); !errors.As(err, &invalid) || invalid.Field.Key != key {
				t.Errorf("KnownAnswers: got %v", err)
			}
		})
	}
	noError(t, steps.CheckKnown(unattended(t, enough())))
	good := enough()
	good[answer.AppID] = "78d335fa-323d-0114-9c3d-d6f0d48968cf"
	good[answer.EventURL] = "http://localhost:3000/events"
	good[answer.ACL] = `{"paths":{"/*/users/**":{}}}`
	noError(t, steps.CheckKnown(unattended(t, good)))
}

func TestGivenAnswersAreNotAsked(t *testing.T) {
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

func TestAnEmptyAnswerIsNotTheDefault(t *testing.T) {
	t.Attr("fault", "field-B9")
	t.Parallel()
	for _, key := range []string{answer.Expires, answer.ACL, answer.AppName, answer.User, answer.KeyFile, answer.APIKey, answer.EventURL} {
		env := unattended(t, map[string]string{key: " "})
		err := steps.CheckKnown(env)
		wantError(t, err, answer.ErrNoAnswer)
		wantAll(t, advice.For(err).What, "--"+key+": required")
		if _, err = steps.KnownAnswers(env); key != answer.EventURL { // which is not asked
			wantError(t, err, answer.ErrNoAnswer)
		}
	}
}

func TestAProfileAnswersForAScript(t *testing.T) {
	t.Parallel()
	env := unattended(t, enough())
	for key, value := range map[string]string{answer.User: "guest", answer.EventURL: "https://lyon.example.com/rtc", answer.Capability: "voice, messages",
		answer.Webhooks: "https://lyon.example.com/hooks", answer.Expires: "6h", answer.ACL: `{"paths":{"/*/rtc/**":{}}}`} {
		env.Known[key] = answer.Known{Value: value, Source: "lyon.toml"}
	}
	noError(t, steps.CheckKnown(env))
	answers := must(steps.KnownAnswers(env))
	equal(t, "the user", answers[answer.User], "guest")
	equal(t, "the event URL", answers[answer.EventURL], "https://lyon.example.com/rtc")

	env.Known = map[string]answer.Known{answer.EventURL: {Value: "nowhere", Source: "lyon.toml", Entry: "event_url"}}
	if err := steps.CheckKnown(env); err == nil || !strings.HasPrefix(err.Error(), "lyon.toml, event_url: ") {
		t.Errorf("got %v", err)
	}
}

func TestWhereTheAnswersGoIsAlwaysNamed(t *testing.T) {
	t.Attr("fault", "N11")
	t.Parallel()
	ours := steps.Session{Place: workdir.Place{API: client.New(client.Options{})}}
	sandboxed := steps.Session{Place: workdir.Place{API: client.New(client.Options{}), Sandbox: true}}
	practice := answer.Answers{answer.Account: answer.AccountSandbox}
	equal(t, "the account's API", steps.Where(steps.Env{}, ours, nil), "api.nexmo.com")
	equal(t, "the session's place is the sandbox", steps.Where(steps.Env{}, sandboxed, nil), "practice sandbox")
	equal(t, "the answer is the sandbox", steps.Where(steps.Env{}, steps.Session{}, practice), "practice sandbox")
	equal(t, "a demo", steps.Where(steps.Env{Demo: true}, ours, nil), "practice sandbox")
	equal(t, "before the account is connected", steps.Where(steps.Env{Host: "api.nexmo.com\x1b"}, steps.Session{}, nil), `api.nexmo.com\u{1B}`)
}
