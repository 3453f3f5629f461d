package steps_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"credwiz/client"
	"credwiz/steps"
	"credwiz/steps/advice"
	"credwiz/steps/answer"
)

func TestAnUnansweredUserIsFoundByName(t *testing.T) {
	t.Attr("fault", "N4")
	t.Parallel()
	for name, fault := range madeAndAnswered {
		t.Run(name, func(t *testing.T) {
			r := newRun(t).does("connect", "application")
			r.account.on(postUser, fault)
			r.does("user")
			id := r.account.users(t)[0].ID
			equal(t, "the id", r.session.User.ID, id)
			equal(t, "created by us", r.session.User.Created, true)
			equal(t, "the journal's id", r.journal().Applications[0].Users[0].ID, id)
		})
	}
}

func TestATakenUserNameIsNotUsedWithoutConsent(t *testing.T) {
	t.Attr("fault", "N2")
	t.Parallel()
	r := newRun(t)
	r.has("private.key", pemOf(pairs[2]())) // which others may have too
	r.answer(answer.Key, answer.Yes)
	r.does("connect", "application")
	r.makes("alice")
	err := r.try("user")
	taken := as[*steps.NameTakenError](t, err)
	if taken.Name != "alice" || !client.IsDuplicateName(err) {
		t.Errorf("got %v", taken)
	}
	wantAll(t, err.Error(), "user name: ")
	equal(t, "exists", r.session.User.Exists, false)
	equal(t, "users in the journal", len(r.journal().Applications[0].Users), 0)

	// A second try is not a continuation.
	if err := r.try("user"); !errors.As(err, &taken) {
		t.Fatalf("the second time: got %v", err)
	}

	offer := advice.For(err).Offers[0]
	r.answer(offer.Answer, offer.Value)
	wantAll(t, stepNamed(t, "user").Plan(r.env, r.session, r.answers), "or uses it if it exists")
	r.does("user")
	equal(t, "users", len(r.account.users(t)), 1)
	equal(t, "created by us", r.session.User.Created, false)
	wantAll(t, r.shows("user"), "alice (already existed)")
	equal(t, "the journal says that we made it", r.journal().Applications[0].Users[0].Created, false)
}

func TestReuseUserCreatesAMissingUser(t *testing.T) {
	t.Parallel()
	r := newRun(t).does("connect", "application")
	r.answer(answer.ExistingUser, answer.Yes)
	r.failsBy("user", failing(http.StatusInternalServerError), "GET /v1/users")
	equal(t, "requests for a user that was not looked up", r.account.count(postUser), 0)
	r.does("user")
	equal(t, "created by us", r.session.User.Created, true)
	equal(t, "users", len(r.account.users(t)), 1)
}

func TestANewUserTakesTheOldTokenAway(t *testing.T) {
	t.Parallel()
	r := newRun(t).doesAll()
	r.answer(answer.User, "bob")
	r.does("user")
	equal(t, "has a token", !r.session.Token.JWT.IsZero(), false)
	r.does("token")
	equal(t, "the token is for", r.session.Token.Subject, "bob")
	equal(t, "users in the journal", len(r.journal().Applications[0].Users), 2)
}

func TestTheUserQuestions(t *testing.T) {
	t.Parallel()
	r := newRun(t)
	fields := stepNamed(t, "user").Fields(r.env, r.session, answer.Answers{})
	equal(t, "enter alone", must(fields[0].Answer("")), "alice")
	equal(t, "no display name", must(fields[1].Answer("")), "")
	if _, err := fields[0].Answer(strings.Repeat("a", 201)); err == nil {
		t.Error("a name of 201 characters is accepted")
	}
}

func TestWhatTheAPIKnowsOfAUserIsShown(t *testing.T) {
	t.Parallel()
	r := newRun(t).does("connect", "application")
	r.account.on(postUser, answering(http.StatusCreated, "application/json",
		`{"id":"USR-78d335fa-323d-0114-9c3d-d6f0d48968cf","name":"alice","display_name":"Alice",`+
			`"_links":{"self":{"href":"https://api-us-3.vonage.com/v1/users/USR-78d335fa-323d-0114-9c3d-d6f0d48968cf"}}}`))
	r.does("user")
	wantAll(t, r.shows("user"), "User: alice\n", "Display name: Alice\n",
		"User ID: USR-78d335fa-323d-0114-9c3d-d6f0d48968cf\n", "Region: api-us-3.vonage.com\n")
}

func TestAUserMayBeNamedByItsID(t *testing.T) {
	t.Parallel()
	r := newRun(t).doesAll()
	id := r.session.User.ID
	r = r.again().does("connect", "application")
	r.answer(answer.User, id)
	wantAll(t, stepNamed(t, "user").Plan(r.env, r.session, r.answers), "Looks up "+id, "Nothing is created")
	r.does("user", "token")
	equal(t, "the user", r.session.User.Name, "alice")
	equal(t, "created by this run", r.session.User.Created, false)
	equal(t, "requests for a user", r.account.count(postUser), 1)
	wantAll(t, claimsOf(t, r.session.Token.JWT.Reveal()), `"sub":"alice"`)
	wantAll(t, r.file(".env"), "VONAGE_USER_NAME=alice\n")
	equal(t, "users noted", len(r.journal().Applications[0].Users), 1)
}

func TestTheIDOfAnotherApplicationsUserMakesNone(t *testing.T) {
	t.Parallel()
	other := newRun(t).doesAll()
	other.answer(answer.AppName, "Another App")
	r := other.again()
	r.answer(answer.KeyFile, "other.key", answer.User, other.session.User.ID)
	r.does("connect", "application")
	err := r.try("user")
	none := as[*steps.NoUserError](t, err)
	if none.ID != other.session.User.ID || none.Application != "My App" || !client.IsNotFound(err) {
		t.Errorf("got %v", none)
	}
	wantAll(t, err.Error(), none.ID)
	equal(t, "requests for a user", r.account.count(postUser), 1)
	equal(t, "exists", r.session.User.Exists, false)
}

func TestANameThatOnlyLooksLikeAnIDIsAName(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"USR-alice", "USR-", "78d335fa-323d-0114-9c3d-d6f0d48968cf", "USR-{78d335fa-323d-0114-9c3d-d6f0d48968cf}"} {
		r := newRun(t).does("connect", "application")
		r.answer(answer.User, name)
		r.does("user")
		equal(t, "the user", r.session.User.Name, name)
	}
}

func TestADeletedUserIsReportedAndCreatedAgain(t *testing.T) {
	t.Parallel()
	first := newRun(t).doesAll()
	gone := first.session.User.ID
	noError(t, clientOf(t, first.account.url, nil).DeleteUser(t.Context(), first.admin(), gone))
	second := first.again().does("connect", "application")
	second.account.on(postUser, func(w http.ResponseWriter, req *http.Request, api http.Handler) {
		if u := second.journal().Applications[0].Users; len(u) != 1 || u[0].ID != "" || u[0].TokenID != "" {
			t.Errorf("the journal still has the user that is gone: %+v", u)
		}
		api.ServeHTTP(w, req)
	})
	second.does("user")
	wantAll(t, second.told(), "it no longer exists: “alice” from an earlier run, "+gone)
	equal(t, "created by this run", second.session.User.Created, true)
	second.does("token")
	noted := second.journal().Applications[0].Users
	if len(noted) != 1 || noted[0].ID != second.session.User.ID || noted[0].ID == gone {
		t.Errorf("the journal has %+v", noted)
	}
}
