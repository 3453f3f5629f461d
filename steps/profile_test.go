package steps_test

import (
	"strings"
	"testing"

	"credwiz/steps"
	"credwiz/steps/answer"
)

func TestAProfileAnswersForAScript(t *testing.T) {
	t.Parallel()
	env := unattended(t, enough())
	for key, value := range map[string]string{answer.User: "guest", answer.EventURL: "https://lyon.example.com/rtc", answer.Capability: "voice, messages",
		answer.Webhooks: "https://lyon.example.com/hooks", answer.Expires: "6h", answer.ACL: `{"paths":{"/*/rtc/**":{}}}`} {
		env.Known[key] = answer.Known{Value: value, Source: "lyon.toml"}
	}
	noError(t, steps.CheckKnown(env))
	answers, err := steps.KnownAnswers(env)
	if err != nil || answers[answer.User] != "guest" || answers[answer.EventURL] != "https://lyon.example.com/rtc" {
		t.Errorf("a script gets %q, %v", map[string]string(answers), err)
	}
}

func TestAnAnswerOfAProfileThatCannotBeRightNamesItsEntry(t *testing.T) {
	t.Parallel()
	env := unattended(t, nil)
	env.Known = map[string]answer.Known{answer.EventURL: {Value: "nowhere", Source: "lyon.toml", Entry: "event_url"}}
	err := steps.CheckKnown(env)
	if err == nil || !strings.HasPrefix(err.Error(), "lyon.toml, event_url: ") {
		t.Errorf("got %v", err)
	}
}
