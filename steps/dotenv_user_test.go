package steps_test

import (
	"strings"
	"testing"

	"credwiz/steps/answer"
)

// asksForTheToken is a run at the questions of the token.
func (r *run) asksForTheToken() *run {
	r.t.Helper()
	session := must(stepNamed(r.t, "token").Prepare(r.t.Context(), r.env, r.session))
	r.session = session
	return r
}

func (r *run) plans() string { return stepNamed(r.t, "token").Plan(r.env, r.session, r.answers) }

func TestARunForAnotherUserSaysWhoseDotenvItTakes(t *testing.T) {
	t.Attr("fault", "field-B10")
	made := newRun(t).doesAll()
	wantNone(t, made.plans()+made.told(), "alice now")
	again := made.again().does("connect", "application", "user").asksForTheToken()
	wantNone(t, again.plans(), ".env is for")
	other := made.again()
	other.answer(answer.User, "bob")
	other.does("connect", "application", "user").asksForTheToken()
	wantAll(t, other.plans(), ".env is for alice now, and will be for bob.")
	other.answer(answer.Write, "vonage")
	wantNone(t, other.plans(), ".env is for")
	other.answer(answer.Write, "env")
	other.does("token")
	wantAll(t, other.warned(), "it was for alice, and is for bob now")

	users := other.status(noon).Applications[0].Users
	for _, user := range users {
		equal(t, user.Name+" is in .env", user.InDotenv, user.Name == "bob")
	}
	equal(t, "users", len(users), 2)
}

func TestADotenvWithOnlyATokenBelongsToItsUser(t *testing.T) {
	t.Attr("fault", "field-B10")
	made := newRun(t).doesAll()
	var kept []string
	for line := range strings.Lines(made.file(".env")) {
		if !strings.HasPrefix(line, "VONAGE_USER_NAME") {
			kept = append(kept, line)
		}
	}
	made.has(".env", strings.Join(kept, ""))
	other := made.again()
	other.answer(answer.User, "bob")
	other.does("connect", "application", "user").asksForTheToken()
	wantAll(t, other.plans(), ".env is for alice now, and will be for bob.")
}
