package steps_test

import (
	"testing"

	"credwiz/steps"
	"credwiz/steps/advice"
	"credwiz/steps/answer"
)

func TestAnAnswerThatIsGivenEmptyIsNotTheDefault(t *testing.T) {
	t.Attr("fault", "field-B9")
	for _, key := range []string{
		answer.Expires, answer.ACL, answer.AppName, answer.User, answer.KeyFile, answer.APIKey, answer.EventURL,
	} {
		t.Run(key, func(t *testing.T) {
			env := newRun(t).env
			env.Known = map[string]answer.Known{key: {Value: " ", Source: "--" + key}}
			err := steps.CheckKnown(env)
			wantError(t, err, answer.ErrNoAnswer)
			wantAll(t, advice.For(err).What, "--"+key+": required")
			_, err = steps.KnownAnswers(env)
			if key != answer.EventURL { // which is not asked
				wantError(t, err, answer.ErrNoAnswer)
			}
		})
	}
}
