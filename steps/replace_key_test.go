package steps_test

import (
	"net/http"
	"strings"
	"testing"

	"credwiz/client"
	"credwiz/steps"
	"credwiz/steps/advice"
	"credwiz/steps/answer"
)

// lost is a run whose application exists, and whose private key is not here.
func lost(t testing.TB) (r *run, app client.Application) {
	t.Helper()
	made := newRun(t).does("connect", "application")
	r = made.elsewhere().does("connect")
	r.answer(answer.AppID, made.session.Application.ID, answer.Key, answer.RenewKey)
	return r, made.session.Application.Application
}

func TestALiveKeyIsReplacedOnlyIfTheApplicationIsNamed(t *testing.T) {
	t.Attr("fault", "field-A9")
	t.Parallel()
	for confirmed, replaced := range map[string]bool{"": false, answer.Yes: false, "Another": false, "My App": true, "ID": true, "my app": false} {
		t.Run(confirmed, func(t *testing.T) {
			r, app := lost(t)
			confirmed := strings.Replace(confirmed, "ID", app.ID, 1)
			question := r.field("application", answer.ReplaceKey)
			equal(t, "the warning", question.Warning, "Tokens signed with the old key stop working at once.")
			_, asked := question.Answer(confirmed)
			equal(t, "the question takes it", asked == nil, replaced)
			r.answer(answer.ReplaceKey, confirmed)
			err := r.try("application")
			equal(t, "changes", r.account.count("PUT /v2/applications/"+app.ID) > 0, replaced)
			if replaced {
				noError(t, err)
				return
			}
			as[*steps.ReplaceKeyError](t, err)
			equal(t, "files", len(r.names()), 0)
			wantAll(t, advice.For(err).What+" "+advice.For(err).Do, "Nothing was changed", "stop working at once")
			equal(t, "the answer to change", advice.For(err).Field, answer.ReplaceKey)
		})
	}
}

func TestAnExistingKeyIsNotReplacedByAnAnswerAboutAnother(t *testing.T) {
	t.Attr("fault", "field-A9")
	made := newRun(t).does("connect", "application")
	r := made.again().does("connect")
	r.answer(answer.AppID, made.session.Application.ID, answer.Key, answer.RenewKey)
	for _, field := range stepNamed(t, "application").Fields(r.env, r.session, r.answers) {
		if field.Key == answer.ReplaceKey {
			t.Error("it is asked to replace the key")
		}
	}
	wantNone(t, stepNamed(t, "application").Plan(r.env, r.session, r.answers), "replaces")
	r.env.Known = map[string]answer.Known{answer.Key: {Value: answer.RenewKey, Source: "--renew-key"}}
	wantAll(t, r.field("application", answer.ReplaceKey).Label, "My App")
	wantAll(t, stepNamed(t, "application").Verb(r.env, r.session, r.answers), "replace the key")
}

func TestAnApplicationIsConfirmedBeforeItsListIsRead(t *testing.T) {
	t.Attr("fault", "field-A9")
	r, _ := lost(t)
	r.session.Listed = nil
	r.fails("application")
	wantAll(t, r.field("application", answer.ReplaceKey).Label, "My App")
}

func TestWithoutQuestionsTheFlagsConfirm(t *testing.T) {
	t.Attr("fault", "field-A9")
	r, app := lost(t)
	env := unattended(t, map[string]string{
		answer.APIKey: r.answers[answer.APIKey], answer.APISecret: r.answers[answer.APISecret],
		answer.AppID: app.ID, answer.Key: answer.RenewKey, answer.User: "alice",
	})
	answers := must(steps.KnownAnswers(env))
	r.answers = answers
	r.does("application")
	equal(t, "changes", r.account.count(http.MethodPut+" /v2/applications/"+app.ID), 1)
}
