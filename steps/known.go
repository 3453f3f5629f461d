package steps

import (
	"credwiz/steps/answer"
	"credwiz/steps/workdir"
)

// withKnown replaces the suggestion by an answer from outside. Answers found in files are real, and not for the
// sandbox.
func withKnown(f answer.Field, env Env, a answer.Answers) answer.Field {
	known, ok := env.Known[f.Key]
	if !ok || known.Suggested && usesSandbox(env, a) {
		return f
	}
	return f.Known(known)
}

// Given returns the answers from outside to questions that are rarely asked. Every front end starts with them.
func Given(env Env) answer.Answers {
	answers := answer.Answers{}
	for _, key := range []string{
		answer.AppID, answer.EventURL, answer.Capability, answer.Webhooks, answer.Add, answer.Key, answer.OpenKey, answer.NewApp, answer.ExistingUser, answer.TrustHost, answer.AcceptSkew,
		answer.Resume, answer.Write,
	} {
		if known, ok := env.Known[key]; ok && !known.Suggested {
			answers[key] = answer.CleanLine(known.Value)
		}
	}
	if env.Yes {
		answers = confirmRenewal(answers)
	}
	return answers
}

// confirmRenewal is for runs that ask nothing: there the flags together say it.
func confirmRenewal(a answer.Answers) answer.Answers {
	if a[answer.Key] != answer.RenewKey {
		return a
	}
	return a.With(answer.ReplaceKey, a.AppID())
}

// CheckKnown refuses impossible answers from outside before anything happens. It returns *InvalidAnswerError.
func CheckKnown(env Env) error {
	env = env.withoutSuggestions()
	for _, known := range env.Secrets {
		if err := answer.CheckAPISecret(answer.CleanToken(known.Value)); err != nil {
			return &answer.InvalidAnswerError{Field: answer.Field{Key: answer.APISecret, Flag: known.Named()}, Err: err}
		}
	}
	fields := []answer.Field{
		{Key: answer.AppID, Flag: "--app-id", Check: CheckAppID},
		{Key: answer.EventURL, Flag: "--event-url", Check: func(text string) error { return checkURL(text, defaultEventURL) }},
		{Key: answer.Capability, Flag: "--capability", Optional: true, Check: checkCapabilities},
		{Key: answer.Webhooks, Flag: "--webhook-url", Check: checkWebhooks},
		{Key: answer.OpenKey, Flag: "--open-key", Check: workdir.CheckOpenKey},
		{Key: answer.Write, Flag: "--write", Optional: true, Check: answer.CheckWrite},
	}
	for _, step := range Script() {
		fields = append(fields, step.Fields(env, Session{}, Given(env))...)
	}
	for _, f := range fields {
		known, ok := env.Known[f.Key]
		if !ok || f.Check == nil {
			continue
		}
		if _, err := f.AnswerTyped(known.Value); err != nil {
			f.Flag = known.Named()
			return &answer.InvalidAnswerError{Field: f, Err: err}
		}
	}
	return nil
}

// KnownAnswers answers the whole script without asking. It ignores answers that were just found, and returns
// *MissingAnswersError or *InvalidAnswerError.
func KnownAnswers(env Env) (answer.Answers, error) {
	env = env.withoutSuggestions()
	answers := confirmRenewal(Given(env))
	var missing []answer.Field
	for _, step := range Script() {
		for _, f := range step.Fields(env, Session{}, answers) {
			if !f.Default && !f.Optional {
				missing = append(missing, f)
				continue
			}
			value, err := f.Answer("")
			if err != nil {
				return nil, &answer.InvalidAnswerError{Field: f, Err: err}
			}
			answers = answers.With(f.Key, value)
		}
	}
	if len(missing) > 0 {
		return nil, &answer.MissingAnswersError{Fields: missing, Why: env.Unasked}
	}
	return answers, nil
}

func usesSandbox(env Env, a answer.Answers) bool {
	return env.Demo || a[answer.Account] == answer.AccountSandbox
}

func resumes(a answer.Answers, env Env) bool {
	return env.Earlier != nil && a[answer.Resume] == answer.Yes
}

// Answered reports whether answers from outside settle all the fields, so that they need not be asked. Whether to
// continue an earlier run is asked, because that may create a user.
func (e Env) Answered(fields []answer.Field) bool {
	settled := len(fields) == 0
	for _, f := range fields {
		_, err := f.Answer("")
		switch {
		case err != nil, !e.given(f.Key) && (!f.Default && !f.Optional || f.Key == answer.Resume):
			return false
		case e.given(f.Key), f.Key == answer.AppID && e.given(answer.AppName):
			settled = true // a name also says whether to create an application
		}
	}
	return settled
}
