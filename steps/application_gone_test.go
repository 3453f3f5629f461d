package steps_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"credwiz/client"
	"credwiz/client/jwt"
	"credwiz/steps"
	"credwiz/steps/advice"
	"credwiz/steps/answer"
)

// deletes takes an application away by other hands.
func (r *run) deletes(id string) {
	r.t.Helper()
	noError(r.t, clientOf(r.t, r.account.url, nil).DeleteApplication(r.t.Context(), r.session.Credentials, id))
}

// puts changes an application by other hands.
func (a *account) puts(t testing.TB, id, body string) {
	t.Helper()
	request := must(http.NewRequestWithContext(t.Context(), http.MethodPut, a.url+"/v2/applications/"+id, strings.NewReader(body)))
	request.SetBasicAuth(apiKey, apiSecret)
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Accept", "application/json")
	answer := must(http.DefaultClient.Do(request))
	defer func() { _ = answer.Body.Close() }()
	equal(t, "the answer to the change", answer.StatusCode, http.StatusOK)
}

// givesKey gives an application another key by other hands, as the dashboard does.
func (r *run) givesKey(id string, key *jwt.Key) {
	r.t.Helper()
	body, err := json.Marshal(map[string]any{
		"name": "My App", "keys": map[string]string{"public_key": key.PublicPEM()},
		"capabilities": map[string]any{"rtc": map[string]any{"webhooks": map[string]any{}}},
	})
	noError(r.t, err)
	r.account.puts(r.t, id, string(body))
}

func TestADeletedApplicationIsReportedAndCreatedAgain(t *testing.T) {
	t.Attr("fault", "F10")
	t.Parallel()
	first := newRun(t).doesAll()
	gone := first.session.Application.ID
	first.deletes(gone)
	first.account.on(postApplication, func(w http.ResponseWriter, req *http.Request, api http.Handler) {
		if noted := first.journal().Applications; len(noted) != 1 || noted[0].ID != "" || len(noted[0].Users) != 0 {
			t.Errorf("the journal still has the application that is gone: %+v", noted)
		}
		api.ServeHTTP(w, req)
	})
	second := first.again().does("connect", "application")
	wantAll(t, second.story(), "✓ look for the application from an earlier run", "✓ it no longer exists")
	wantAll(t, second.told(), "“My App” from an earlier run, "+gone)
	equal(t, "created by this run", second.session.Application.Created, true)
	noted := second.journal().Applications
	if len(noted) != 1 || noted[0].ID == gone || len(noted[0].Users) != 0 {
		t.Errorf("the journal has %+v", noted)
	}
	equal(t, "the key", second.file("private.key"), pemOf(pairs[0]()))
	second.does("user", "token")
	equal(t, "the user noted", second.journal().Applications[0].Users[0].ID, second.session.User.ID)
	equal(t, "applications", len(second.account.Applications()), 1)
}

func TestAReplacedKeySignsNothing(t *testing.T) {
	t.Attr("fault", "F10")
	t.Parallel()
	first := newRun(t).doesAll()
	id := first.session.Application.ID
	first.givesKey(id, pairs[2]())

	second := first.again().does("connect")
	err := second.try("application")
	replaced := as[*steps.KeyReplacedError](t, err)
	if replaced.Application.ID != id || replaced.KeyPath != second.path("private.key") {
		t.Errorf("got %v", replaced)
	}
	wantAll(t, err.Error(), id, "private.key")
	equal(t, "requests for an application", second.account.count(postApplication), 1)
	equal(t, "exists", second.session.Application.Exists, false)
	equal(t, "notes", second.journal().Applications[0].ID, id)

	notes := first.file(".credwiz.json")
	t.Run("the way out with its new key", func(t *testing.T) {
		third := runIn(t, first.account, first.dir)
		third.has("new.key", pemOf(pairs[2]()))
		third.answers = third.answers.With(answer.AppID, id).With(answer.KeyFile, "new.key")
		third.env.Known = map[string]answer.Known{answer.KeyFile: {Value: "new.key", Source: "--key-file"}}
		third.does("connect", "application", "user", "token")
		equal(t, "the application", third.session.Application.ID, id)
		equal(t, "applications", len(third.account.Applications()), 1)
		noted := third.journal().Applications
		if len(noted) != 1 || !noted[0].Created || noted[0].KeyFile != "new.key" || len(noted[0].Users) != 1 {
			t.Errorf("the journal has %+v", noted)
		}
	})
	t.Run("the way out that is offered", func(t *testing.T) {
		offer := advice.For(err).Offers[0]
		first.has(".credwiz.json", notes)
		third := runIn(t, first.account, first.dir)
		third.answer(offer.Answer, offer.Value)
		third.does("connect", "application", "user", "token")
		equal(t, "applications", len(third.account.Applications()), 2)
		equal(t, "the key", third.session.Key.Private.Fingerprint(), pairs[0]().Fingerprint())
		fingerprints := map[string]string{}
		for _, noted := range third.journal().Applications {
			if noted.ID == id && noted.KeySHA == pairs[0]().Fingerprint() {
				t.Errorf("the journal still gives the old application the key in the folder: %+v", noted)
			}
			fingerprints[noted.ID] += noted.KeySHA
		}
		equal(t, "the new application's note", fingerprints[third.session.Application.ID], pairs[0]().Fingerprint())
		if fingerprints[id] == "" {
			t.Error("the old application's note is lost")
		}
	})
}

func TestAnApplicationOfAnotherAccountIsRecognized(t *testing.T) {
	t.Attr("fault", "F10")
	t.Parallel()
	other := newAccount(t)
	id := other.hasApplication(t, "Theirs", pairs[2]())
	r := newRun(t)
	r.has("private.key", pemOf(pairs[2]()))
	r.answer(answer.AppID, id)
	r.does("connect")
	err := r.try("application")
	none := as[*steps.NoApplicationError](t, err)
	if none.ID != id || !client.IsNotFound(err) {
		t.Errorf("got %v", none)
	}
	wantAll(t, err.Error(), id)
	equal(t, "applications", len(r.account.Applications()), 0)
}
