package steps_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"credwiz/steps"
	"credwiz/steps/advice"
	"credwiz/steps/answer"
	"credwiz/steps/journal"
	"credwiz/steps/resign"
	"credwiz/steps/task"
	"credwiz/steps/workdir"
)

// signs is credwiz token for the one who is named, or for the only one.
func (r *run) signs(user string, a answer.Answers, write bool) (steps.Session, error) {
	r.t.Helper()
	folder := r.folder()
	users, err := resign.FindUsers(folder, "", user)
	if err != nil {
		return steps.Session{}, err
	}
	if len(users) > 1 {
		return steps.Session{}, &resign.SeveralUsersError{Users: users}
	}
	return resign.Sign(r.t.Context(), r.env, workdir.Place{Folder: folder}, users[0], a.With(answer.Write, map[bool]string{true: "env"}[write]), func(task.Event) {})
}

func TestSigningAgainRenewsTheTokenAndWhatDependsOnIt(t *testing.T) {
	r := newRun(t).doesAll()
	r.has(".env", "MINE=1\n"+r.file(".env"))
	before := len(r.account.requests())
	session := must(r.signs("", answer.Answers{answer.Expires: "1h", answer.ACL: "tutorial"}, true))
	equal(t, "calls", len(r.account.requests()), before)
	equal(t, "life", session.Token.ExpiresAt.Sub(session.Token.IssuedAt), time.Hour)
	wantAll(t, r.file(".env"), "MINE=1\n", "VONAGE_JWT="+session.Token.JWT.Reveal()+"\n")
	result := resign.TokenResult(r.env, session)
	equal(t, "the result", result.Token.JWT, session.Token.JWT.Reveal())
	equal(t, "whose", result.Name, "alice")
	noted := r.journal().Applications[0].Users[0]
	equal(t, "noted until", noted.ExpiresAt.Equal(session.Token.ExpiresAt), true)
}

// TestAnUnrecordedTokenIsNotWritten has the journal spoiled after the user was chosen.
func TestAnUnrecordedTokenIsNotWritten(t *testing.T) {
	for _, write := range []bool{true, false} {
		r := newRun(t).doesAll()
		before, folder := r.file(".env"), r.folder()
		users := must(resign.FindUsers(folder, "", ""))
		r.has(".credwiz.json", "scribble")
		r.events = nil
		session, err := resign.Sign(t.Context(), r.env, workdir.Place{Folder: folder}, users[0], answer.Answers{answer.Write: map[bool]string{true: "env"}[write]},
			func(e task.Event) { r.events = append(r.events, e) })
		var journal *journal.Error
		switch {
		case write && !errors.As(err, &journal):
			t.Errorf("got %v", err)
		case !write && (err != nil || session.Token.JWT.IsZero()):
			t.Errorf("no token: %v", err)
		case !write:
			wantAll(t, r.warned(), "credwiz status won't show it")
		}
		equal(t, ".env is as it was", r.file(".env") == before, true)
	}
}

func TestADotenvForAnotherApplicationIsRenewedAsAWhole(t *testing.T) {
	r := newRun(t).doesAll()
	r.has(".env", "VONAGE_APPLICATION_ID=another\n")
	_ = must(r.signs("", answer.Answers{}, true))
	wantAll(t, r.file(".env"), "VONAGE_APPLICATION_ID="+r.session.Application.ID, "VONAGE_PRIVATE_KEY_PATH=private.key", "VONAGE_USER_NAME=alice")
}

func TestWhyNoTokenIsSigned(t *testing.T) {
	for _, test := range []struct {
		name    string
		spoil   func(r *run)
		user    string
		answers answer.Answers
		what    []string // of the advice
	}{
		{name: "nothing was made", spoil: func(r *run) { r.has(".credwiz.json", `{"version":1}`) }, what: []string{"Nothing was set up in"}},
		{name: "no such user", user: "bob", what: []string{"There's no user “bob”", "alice", "--user"}},
		{name: "several users", spoil: func(r *run) {
			r.answer(answer.User, "bob")
			r.does("user", "token")
		}, what: []string{"several", "alice", "bob", "--user"}},
		{name: "no time", answers: answer.Answers{answer.Expires: "soon"}, what: []string{"--expires"}},
		{name: "no ACL", answers: answer.Answers{answer.ACL: "{"}, what: []string{"--acl"}},
		{name: "no choice", answers: answer.Answers{answer.OpenKey: "maybe"}, what: []string{"--open-key"}},
		{name: "a key elsewhere", answers: answer.Answers{answer.KeyFile: "../private.key"}, what: []string{"--key-file"}},
		{name: "the key is lost", spoil: func(r *run) { r.moves("private.key", "../lost") }, what: []string{"private.key", "--renew-key"}},
		{name: "the key is broken", spoil: func(r *run) { r.has("private.key", "broken") }, what: []string{"private.key", "--renew-key"}},
		{name: "the key has another name", spoil: func(r *run) { r.moves("private.key", "my.key") }, what: []string{"private.key", "--key-file my.key"}},
		{name: "another key", spoil: func(r *run) { r.has("private.key", pemOf(pairs[2]())) }, what: []string{"is not the key of “My App”", "--renew-key"}},
		{name: "an open key", spoil: func(r *run) { r.opens("private.key") }, what: []string{"private.key", "--open-key"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := newRun(t).doesAll()
			if test.spoil != nil {
				test.spoil(r)
			}
			_, err := r.signs(test.user, test.answers, false)
			if err == nil || err.Error() == "" {
				t.Fatalf("got %v", err)
			}
			advice := advice.For(err)
			wantAll(t, advice.What+" "+advice.Do, test.what...)
		})
	}
}

func TestWhoIsAskedForIsChosenAlsoAmongApplications(t *testing.T) {
	r := newRun(t).doesAll()
	second := r.again()
	second.answer(answer.AppName, "Second", answer.KeyFile, "second.key")
	second.doesAll()
	users, err := resign.FindUsers(r.folder(), "", "alice")
	if err != nil || len(users) != 2 {
		t.Fatalf("%d users, %v", len(users), err)
	}
	question := resign.WhichUser(r.folder(), users)
	equal(t, "choices", len(question.Choices), 2)
	equal(t, "the first", question.Choices[0].Label, "alice · Second")
	chosen, ok := resign.Pick(users, question.Choices[1].Value)
	if !ok || chosen.Sandbox() {
		t.Errorf("got %v, %v", chosen, ok)
	}
	if _, ok := resign.Pick(users, "nobody"); ok || question.Check("nobody") == nil {
		t.Error("nobody was chosen")
	}
	advice1 := advice.For(&resign.SeveralUsersError{Users: users})
	wantAll(t, advice1.What+advice1.Do, "alice in Second", "alice in My App", "--app-id")
	_, err = resign.FindUsers(r.folder(), "2b5d0f2e-0000-4000-8000-000000000000", "")
	wantAll(t, advice.For(err).What, "There's no application with the ID 2b5d0f2e")
	as[*resign.NoUserError](t, err)
	equal(t, "applications", len(journal.ApplicationsIn(r.dir)), 2)
	r.has(".credwiz.json", strings.Replace(r.file(".credwiz.json"), `"noted_at"`, `"deleted": true, "noted_at"`, 1))
	equal(t, "applications that are left", len(journal.ApplicationsIn(r.dir)), 1)
	equal(t, "in no folder", len(journal.ApplicationsIn(r.path("nothing"))), 0)
}
