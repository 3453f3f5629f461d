package steps_test

import (
	"errors"
	"testing"

	"credwiz/steps"
)

func TestAnAnswerThatIsGivenEmptyIsNotTheDefault(t *testing.T) {
	t.Attr("fault", "field-B9")
	for _, key := range []string{
		steps.AnswerExpires, steps.AnswerACL, steps.AnswerAppName, steps.AnswerUser, steps.AnswerKeyFile, steps.AnswerAPIKey, steps.AnswerEventURL,
	} {
		t.Run(key, func(t *testing.T) {
			env := newRun(t).env
			env.Known = map[string]steps.Known{key: {Value: " ", Source: "--" + key}}
			err := steps.CheckKnown(env)
			if !errors.Is(err, steps.ErrNoAnswer) {
				t.Fatalf("got %v", err)
			}
			wantAll(t, steps.Advise(err).What, "--"+key+": required")
		})
	}
}
