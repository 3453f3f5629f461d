package steps_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"credwiz/client"
	"credwiz/client/jwt"
	"credwiz/client/redact"
	"credwiz/steps"
	"credwiz/steps/advice"
	"credwiz/steps/answer"
	"credwiz/steps/task"
)

// changes performs a step's change of what it made.
func (r *run) changes(id string) error {
	var err error
	r.session, err = stepNamed(r.t, id).Change(r.t.Context(), r.env, r.session, r.answers, func(e task.Event) { r.events = append(r.events, e) })
	return err
}

// field is a question of a step, in its current state.
func (r *run) field(id, key string) answer.Field {
	r.t.Helper()
	for _, f := range stepNamed(r.t, id).Fields(r.env, r.session, r.answers) {
		if f.Key == key {
			return f
		}
	}
	r.t.Fatalf("there is no question %s", key)
	return answer.Field{}
}

func (r *run) asks(id string) []string {
	var keys []string
	for _, f := range stepNamed(r.t, id).Fields(r.env, r.session, r.answers) {
		keys = append(keys, f.Key)
	}
	return keys
}

// renews answers that an application gets a new key, and confirms it.
func (r *run) renews(id string) {
	r.answer(answer.AppID, id, answer.Key, answer.RenewKey, answer.ReplaceKey, id)
}

// elsewhere is a run in another folder, of the same account.
func (r *run) elsewhere() *run { return runIn(r.t, r.account, r.t.TempDir()) }

func TestTheAccountsApplicationsAreOfferedWithANewOneFirst(t *testing.T) {
	t.Parallel()
	made := newRun(t).does("connect", "application")
	id := made.session.Application.ID
	list := made.elsewhere().does("connect").field("application", answer.AppID)
	equal(t, "the first", list.Choices[0].Value, answer.NewOne)
	equal(t, "the suggestion", list.Suggestion, answer.NewOne)
	equal(t, "the second", list.Choices[1].Value, id)
	equal(t, "searched by typing", list.Search, true)
	// That of the last run is suggested with its key.
	again := made.again().does("connect")
	equal(t, "the suggestion", again.field("application", answer.AppID).Suggestion, id)
	equal(t, "its key", again.field("application", answer.KeyFile).Suggestion, "private.key")
	// Without applications there is nothing to choose.
	equal(t, "questions of a new account", strings.Join(newRun(t).does("connect").asks("application"), " "), "app-name key-file capability")
}

func TestTheKeyOfAChosenApplicationIsFoundWhateverItsName(t *testing.T) {
	t.Parallel()
	made := newRun(t).does("connect", "application")
	r := made.elsewhere()
	r.has("from-my-colleague.pem", made.file("private.key"))
	r.has("another.key", pemOf(pairs[2]()))
	r.has("notes.key", "not a key at all")
	r.does("connect")
	r.answer(answer.AppID, made.session.Application.ID)
	equal(t, "the key file", r.field("application", answer.KeyFile).Suggestion, "from-my-colleague.pem")
	r.answer(answer.KeyFile, "from-my-colleague.pem")
	r.does("application", "user", "token")
	equal(t, "applications", len(r.account.Applications()), 1)
	equal(t, "created by us", r.session.Application.Created, false)
}

func TestALostKeyIsReplacedAfterBeingAsked(t *testing.T) {
	t.Parallel()
	made := newRun(t).does("connect", "application", "user", "token")
	r := made.elsewhere().does("connect")
	id := made.session.Application.ID
	r.answer(answer.AppID, id)
	lost := r.field("application", answer.Key)
	equal(t, "unasked, nothing is replaced", lost.Suggestion, answer.Yes)
	wantAll(t, lost.Choices[1].Note, "stop working")
	r.answer(answer.Key, answer.RenewKey)
	r.answer(answer.ReplaceKey, r.answers[answer.AppID])
	r.answer(answer.KeyFile, r.field("application", answer.KeyFile).Suggestion)
	wantAll(t, stepNamed(t, "application").Plan(r.env, r.session, r.answers), "stop working at once")
	before := made.file("private.key")
	r.answer(answer.User, "bob")
	r.does("application", "user", "token")

	apps := r.account.Applications()
	equal(t, "applications", len(apps), 1)
	fingerprint := must(jwt.Fingerprint(apps[0].PublicKey))
	key := must(jwt.ParseKey([]byte(r.file("private.key"))))
	equal(t, "the application's key", fingerprint, key.Fingerprint())
	equal(t, "the old key file", made.file("private.key"), before)
	noted := r.journal().Applications
	equal(t, "noted applications", len(noted), 1)
	equal(t, "the noted id", noted[0].ID, id)
	equal(t, "noted as made here", noted[0].Created, false)
}

func TestANewKeyIsSafeOnTheDiskBeforeTheApplicationGetsIt(t *testing.T) {
	t.Attr("fault", "F2")
	t.Parallel()
	for name, test := range map[string]struct {
		fault   fault
		renewed bool // whether the API has the new key after all
	}{
		"connection dropped before": {dropped, false},
		"connection dropped after":  {doneThenDropped, true},
		"500 after":                 {doneThen(failing(http.StatusInternalServerError)), true},
		"403":                       {failing(http.StatusForbidden), false},
	} {
		t.Run(name, func(t *testing.T) {
			made := newRun(t).does("connect", "application")
			r := made.elsewhere().does("connect")
			r.renews(made.session.Application.ID)
			var saved string
			r.account.on("PUT /v2/applications/"+made.session.Application.ID, func(w http.ResponseWriter, req *http.Request, api http.Handler) {
				saved = r.file("private.key")
				test.fault(w, req, api)
			})
			err := r.try("application")
			equal(t, "done", err == nil, test.renewed)
			if saved == "" {
				t.Fatal("the key was not saved first")
			}
			r.account.heal()
			r.does("application", "user", "token")
			equal(t, "the key file", r.file("private.key"), saved)
			equal(t, "key files", strings.Count(strings.Join(r.names(), " "), ".key"), 1)
		})
	}
}

func TestMoreApplicationsThanAPageAreOffered(t *testing.T) {
	t.Parallel()
	r := newRun(t)
	creds := client.Credentials{APIKey: r.answers[answer.APIKey], APISecret: redact.NewSecret(r.answers[answer.APISecret])}
	place := must(r.open(false))
	for i := range 205 {
		n := client.NewApplication{Name: fmt.Sprintf("app %d", i), PublicKey: pairs[2]().PublicPEM()}
		_ = must(place.API.CreateApplication(t.Context(), creds, n))
	}
	r.does("connect")
	equal(t, "read at once", len(r.session.Listed), 100)
	r.prepares("application")
	equal(t, "offered", len(r.field("application", answer.AppID).Choices), 206)
}

func TestRenamingAnApplicationMakesNoSecondOne(t *testing.T) {
	t.Parallel()
	r := newRun(t).does("connect", "application", "user", "token")
	token := r.session.Token.JWT.Reveal()
	equal(t, "questions", strings.Join(r.asks("application"), " "), "app-name")
	r.answer(answer.AppName, "A better name")
	noError(t, r.changes("application"))
	apps := r.account.Applications()
	equal(t, "applications", len(apps), 1)
	equal(t, "its name", apps[0].Name, "A better name")
	equal(t, "learning from its data", apps[0].ImproveAI, false)
	equal(t, "its events", r.session.Application.EventURL, "https://example.com/webhooks/rtc")
	equal(t, "the noted name", r.journal().Applications[0].Name, "A better name")
	equal(t, "the token", r.session.Token.JWT.Reveal(), token)
	noError(t, r.changes("application"))
	equal(t, "requests to rename", r.account.count("PUT /v2/applications/"+apps[0].ID), 1)
}

func TestTheUsersOfAnApplicationThatExistedAreOffered(t *testing.T) {
	t.Parallel()
	made := newRun(t).does("connect", "application", "user")
	equal(t, "users offered of a new application", len(made.session.Users), 0)
	r := made.again().does("connect", "application").prepares("user")
	list := r.field("user", answer.PickedUser)
	equal(t, "the first", list.Choices[0].Value, answer.NewOne)
	equal(t, "the suggestion", list.Suggestion, "alice")
	equal(t, "other questions", strings.Join(r.asks("user"), " "), answer.PickedUser)
	r.answer(answer.PickedUser, answer.NewOne)
	equal(t, "questions for a new one", strings.Join(r.asks("user"), " "), "picked-user user display-name")
	r.answer(answer.PickedUser, "alice")
	r.does("user", "token")
	equal(t, "users", len(r.account.users(t)), 1)
}

func TestRenamingAUserTakesItsTokenAway(t *testing.T) {
	t.Parallel()
	r := newRun(t).doesAll()
	id := r.session.User.ID
	equal(t, "questions", strings.Join(r.asks("user"), " "), "user display-name")
	r.answer(answer.DisplayName, "Alice Ardent")
	noError(t, r.changes("user"))
	equal(t, "the token is there", r.session.Token.JWT.IsZero(), false)
	r.answer(answer.User, "alicia")
	wantAll(t, stepNamed(t, "user").Plan(r.env, r.session, r.answers), "You sign a new one next")
	noError(t, r.changes("user"))
	equal(t, "the token is gone", r.session.Token.JWT.IsZero(), true)
	users := r.account.users(t)
	equal(t, "users", len(users), 1)
	equal(t, "its id", users[0].ID, id)
	equal(t, "its names", users[0].Name+", "+users[0].DisplayName, "alicia, Alice Ardent")
	noted := r.journal().Applications[0].Users
	equal(t, "noted users", len(noted), 1)
	equal(t, "the noted name", noted[0].Name, "alicia")
	r.does("token")
	equal(t, "whom it logs in", r.session.Token.Subject, "alicia")
}

func TestATakenNameOffersAFreeOne(t *testing.T) {
	t.Parallel()
	r := elsewhere(t, "alice").does("connect", "application")
	posted := r.account.count(postUser)
	r.account.on(postUser, failing(http.StatusInternalServerError)) // which claims no user that exists
	err := r.try("user")
	equal(t, "requests for a user", r.account.count(postUser), posted)
	r.account.heal()
	equal(t, "the name that is free", as[*steps.NameTakenError](t, err).Free, "alice-2")
	advice := advice.For(err)
	equal(t, "offers", len(advice.Offers), 2)
	equal(t, "the free name", advice.Offers[1].Value, "alice-2")
	r.answer(advice.Offers[1].Answer, advice.Offers[1].Value)
	r.does("user", "token")
	equal(t, "users", len(r.account.users(t)), 2)
}
