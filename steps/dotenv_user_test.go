package steps_test

import (
	"regexp"
	"testing"

	"credwiz/steps/answer"
)

// prepares is a run at the questions of a step.
func (r *run) prepares(id string) *run {
	r.t.Helper()
	r.session = must(stepNamed(r.t, id).Prepare(r.t.Context(), r.env, r.session))
	return r
}

func (r *run) plans() string { return stepNamed(r.t, "token").Plan(r.env, r.session, r.answers) }

func TestARunForAnotherUserNamesTheUserItReplacesInDotenv(t *testing.T) {
	t.Attr("fault", "field-B10")
	made := newRun(t).doesAll()
	wantNone(t, made.plans()+made.told(), "alice now")
	again := made.again().does("connect", "application", "user").prepares("token")
	wantNone(t, again.plans(), ".env is for")
	// A .env with only a token belongs to its user.
	for _, env := range []string{regexp.MustCompile(`(?m)^VONAGE_USER_NAME.*\n`).ReplaceAllString(made.file(".env"), ""), made.file(".env")} {
		made.has(".env", env)
		other := made.again()
		other.answer(answer.User, "bob")
		other.does("connect", "application", "user").prepares("token")
		wantAll(t, other.plans(), "Replaces alice in .env with bob.")
		other.answer(answer.Write, "vonage")
		wantNone(t, other.plans(), ".env is for")
		other.answer(answer.Write, "env")
		other.does("token")
		wantAll(t, other.told(), "now has bob's token (was alice's)")
		wantNone(t, other.told(), "readable only by you")
		wantNone(t, other.warned(), "alice")

		users := other.status(noon).Applications[0].Users
		for _, user := range users {
			equal(t, user.Name+" is in .env", user.InDotenv, user.Name == "bob")
		}
		equal(t, "users", len(users), 2)
		made.opens(".env")
		wantAll(t, made.again().doesAll().told(), "; now readable only by you")
	}
}
