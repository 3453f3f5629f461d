package steps_test

import (
	"path/filepath"
	"strings"
	"testing"

	"credwiz/steps"
	"credwiz/steps/answer"
)

// found is a wizard's surroundings with a pair from a file.
func found(t testing.TB) steps.Env {
	t.Helper()
	env := unattended(t, nil)
	home := filepath.FromSlash("~/.nexmorc")
	env.Known = map[string]answer.Known{
		answer.APIKey: {Value: apiKey, Source: home, Suggested: true}, answer.AppName: {Value: "Mine", Source: ".credwiz.json", Suggested: true},
		answer.User: {Value: "bob", Source: ".credwiz.json", Suggested: true},
	}
	env.Secrets = map[string]answer.Known{apiKey: {Value: apiSecret, Source: home, Suggested: true}}
	return env
}

func connectFields(t testing.TB, env steps.Env, a answer.Answers) map[string]answer.Field {
	t.Helper()
	fields := map[string]answer.Field{}
	for _, f := range stepNamed(t, "connect").Fields(env, steps.Session{}, a) {
		fields[f.Key] = f
	}
	return fields
}

func TestASecretIsSuggestedOnlyWithItsKey(t *testing.T) {
	t.Parallel()
	env := found(t)
	for name, test := range map[string]struct {
		answers answer.Answers
		secret  string
	}{
		"before anything is typed": {answer.Answers{}, apiSecret},
		"its key is typed":         {answer.Answers{answer.APIKey: apiKey}, apiSecret},
		"another key is typed":     {answer.Answers{answer.APIKey: "other123"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			field := connectFields(t, env, test.answers)[answer.APISecret]
			equal(t, "the secret", field.Suggestion, test.secret)
			equal(t, "it serves where nobody is asked", field.Default, false)
			equal(t, "it says where it is from", strings.HasSuffix(field.Source, "from "+filepath.FromSlash("~/.nexmorc")), test.secret != "")
		})
	}
}

func TestWhatWasFoundIsNotForTheSandbox(t *testing.T) {
	t.Parallel()
	env := found(t)
	sandboxed := answer.Answers{answer.Account: answer.AccountSandbox}
	fields := connectFields(t, env, sandboxed)
	equal(t, "the key", fields[answer.APIKey].Suggestion, "practice")
	equal(t, "the secret", fields[answer.APISecret].Suggestion, "PracticeSecret16")
	equal(t, "the user", stepNamed(t, "user").Fields(env, steps.Session{}, sandboxed)[0].Suggestion, "alice")
	equal(t, "the user of an account", stepNamed(t, "user").Fields(env, steps.Session{}, nil)[0].Suggestion, "bob")
}

func TestWhatWasFoundIsNeverUsedUnseen(t *testing.T) {
	t.Parallel()
	env := found(t)
	_, err := steps.KnownAnswers(env)
	if err == nil {
		t.Fatal("a script ran with what nobody gave it")
	}
	wantAll(t, err.Error(), "--api-key", "VONAGE_API_SECRET", "--app-name", "--user")
	env.Known[answer.AppID] = answer.Known{Value: "x", Source: ".env", Suggested: true}
	equal(t, "answers to what is not asked", len(steps.Given(env)), 0)
	noError(t, steps.CheckKnown(env))
}

func TestAPairFromTheEnvironmentIsCheckedAndUsed(t *testing.T) {
	t.Parallel()
	known := enough()
	delete(known, answer.APISecret)
	env := unattended(t, known)
	env.Secrets = map[string]answer.Known{known[answer.APIKey]: {Value: apiSecret, Source: "VONAGE_API_SECRET"}}
	answers, err := steps.KnownAnswers(env)
	if err != nil || answers[answer.APISecret] != apiSecret {
		t.Errorf("the secret is not used: %v", err)
	}
	env.Secrets[known[answer.APIKey]] = answer.Known{Value: "Canary€", Source: "VONAGE_API_SECRET"}
	err = steps.CheckKnown(env)
	if err == nil || !strings.HasPrefix(err.Error(), "VONAGE_API_SECRET: ") {
		t.Errorf("a secret that cannot be right: %v", err)
	}
}
