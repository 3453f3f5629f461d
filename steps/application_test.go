package steps_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"credwiz/client"
	"credwiz/client/jwt"
	"credwiz/client/redact"
	"credwiz/steps"
	"credwiz/steps/advice"
	"credwiz/steps/answer"
	"credwiz/steps/task"
	"credwiz/steps/workdir"
)

func TestTheKeyIsSafeOnTheDiskBeforeTheApplicationIsAskedFor(t *testing.T) {
	t.Attr("fault", "F2")
	t.Parallel()
	r := newRun(t).does("connect")
	r.account.on(postApplication, func(w http.ResponseWriter, req *http.Request, api http.Handler) {
		info, err := os.Stat(r.path("private.key"))
		if err != nil {
			t.Errorf("the key: %v", err)
			failing(http.StatusInternalServerError)(w, req, api)
			return
		}
		equal(t, "the key's mode", info.Mode(), 0o600)
		key, err := jwt.ParseKey([]byte(r.file("private.key")))
		if err != nil {
			t.Errorf("the key is not whole: %v", err)
		}
		var asked struct {
			Keys struct {
				Public string `json:"public_key"`
			} `json:"keys"`
		}
		if err := json.NewDecoder(req.Body).Decode(&asked); err != nil {
			t.Error(err)
		}
		fingerprint, err := jwt.Fingerprint(asked.Keys.Public)
		if err != nil || fingerprint != key.Fingerprint() {
			t.Errorf("the request has another key than the file: %v", err)
		}
		noted := r.journal().Applications
		if len(noted) != 1 || noted[0].Name != "My App" || noted[0].ID != "" || noted[0].KeySHA != key.Fingerprint() {
			t.Errorf("the journal says %+v, and not that the application is intended", noted)
		}
		failing(http.StatusInternalServerError)(w, req, api)
	})
	if err := r.try("application"); err == nil {
		t.Error("a failed create was taken for a good one")
	}
	equal(t, "applications asked for", r.account.count(postApplication), 1)
}

func TestAnApplicationThatWasMadeWithoutAnAnswerIsFoundByItsKey(t *testing.T) {
	t.Attr("fault", "N4")
	t.Parallel()
	tests := map[string]fault{
		"connection dropped":   doneThenDropped,
		"500":                  doneThen(failing(http.StatusInternalServerError)),
		"502 and a web page":   doneThen(answering(http.StatusBadGateway, "text/html", "<html>Bad gateway</html>")),
		"an empty 201":         doneThen(answering(http.StatusCreated, "application/json", "")),
		"a 200 and a web page": doneThen(answering(http.StatusOK, "text/html", "<html>Please log in</html>")),
		"a 201 cut short":      doneThen(cutShort),
		"an id of its own":     doneThen(answering(http.StatusCreated, "application/json", `{"id":"../../etc","name":"My App"}`)),
	}
	for name, fault := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRun(t).does("connect")
			r.account.on(postApplication, fault)
			r.does("application")

			applications := r.account.Applications()
			if len(applications) != 1 {
				t.Fatalf("there are %d applications", len(applications))
			}
			equal(t, "the id", r.session.Application.ID, applications[0].ID)
			equal(t, "created by this run", r.session.Application.Created, true)
			equal(t, "in doubt", r.session.Application.Uncertain, false)
			equal(t, "the journal's id", r.journal().Applications[0].ID, applications[0].ID)
			r.does("user", "token")
		})
	}
}

// cutShort promises more than it sends.
func cutShort(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", "1000")
	w.WriteHeader(http.StatusCreated)
	_, _ = w.Write([]byte(`{"id":"78d335fa-323d-0114-9c3d-d6f0d48968cf"}`))
	_ = http.NewResponseController(w).Flush()
	panic(http.ErrAbortHandler)
}

func TestAfterACreateThatFailedForSureTheNextTryMakesExactlyOne(t *testing.T) {
	t.Attr("fault", "N4")
	t.Parallel()
	tests := map[string]struct {
		fault fault
		tries int
	}{
		"connection dropped before": {dropped, 1},
		"500":                       {failing(http.StatusInternalServerError), 1},
		"503":                       {failing(http.StatusServiceUnavailable), 1},
		"a web page":                {answering(http.StatusOK, "text/html", "<html>Please log in</html>"), 1},
		"429":                       {failing(http.StatusTooManyRequests), client.MaxTries},
		"400":                       {failing(http.StatusBadRequest), 1},
		"403":                       {failing(http.StatusForbidden), 1},
		"a redirect":                {redirect, 1},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRun(t).does("connect")
			r.account.on(postApplication, test.fault)
			if err := r.try("application"); err == nil {
				t.Fatal("it was taken for a good answer")
			}
			equal(t, "requests for an application", r.account.count(postApplication), test.tries)
			equal(t, "look-ups", r.account.count("GET /v2/applications"), 1+test.tries) // 1 for the check of the key
			equal(t, "exists", r.session.Application.Exists, false)
			equal(t, "in doubt", r.session.Application.Uncertain, false)
			key := r.file("private.key")

			r.account.heal()
			r.does("application")
			equal(t, "applications", len(r.account.Applications()), 1)
			equal(t, "the key file is the same", r.file("private.key"), key)
			equal(t, "pairs made", r.account.used.Load(), 1)
			r.does("user", "token")
		})
	}
}

func redirect(w http.ResponseWriter, r *http.Request, _ http.Handler) {
	http.Redirect(w, r, "http://127.0.0.1:1/elsewhere", http.StatusTemporaryRedirect)
}

func TestARefusedCreateIsNotToldAsAnApplicationThatMayExist(t *testing.T) {
	t.Parallel()
	r := newRun(t).does("connect")
	r.account.on(postApplication, failing(http.StatusBadRequest))
	if err := r.try("application"); err == nil {
		t.Fatal("a refusal was taken for a good answer")
	}
	wantAll(t, steps.Receipt(r.env, r.session), r.path("private.key"))
	wantNone(t, steps.Receipt(r.env, r.session), "may exist")
}

func TestWhenEvenTheLookUpFailsTheNextTryAdopts(t *testing.T) {
	t.Attr("fault", "N4")
	t.Attr("fault", "F2")
	t.Parallel()
	for name, next := range map[string]func(*run) *run{
		"in the same run": func(r *run) *run { return r },
		"in another run":  func(r *run) *run { return r.again().does("connect") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRun(t).does("connect")
			r.account.on(postApplication, doneThenDropped)
			r.account.on("GET /v2/applications", dropped)
			err := r.try("application")
			var uncertain *task.UncertainError
			if !errors.As(err, &uncertain) || uncertain.What != "application" {
				t.Fatalf("got %v", err)
			}
			equal(t, "in doubt", r.session.Application.Uncertain, true)
			wantAll(t, steps.Receipt(r.env, r.session), "may exist", r.path("private.key"))
			wantAll(t, err.Error(), "the application may exist")

			r.account.heal()
			r = next(r)
			r.does("application")
			equal(t, "requests for an application", r.account.count(postApplication), 1)
			equal(t, "applications", len(r.account.Applications()), 1)
			equal(t, "created by us", r.session.Application.Created, true)
			wantNone(t, r.shows("application"), "existed already")
			r.does("user", "token")
		})
	}
}

func TestADoubtThatWasClearedUpIsNotToldAgain(t *testing.T) {
	t.Parallel()
	r := newRun(t).does("connect")
	r.account.on(postApplication, dropped)
	r.account.on("GET /v2/applications", dropped)
	if err := r.try("application"); !r.session.Application.Uncertain {
		t.Fatalf("got %v", err)
	}
	r.account.heal()
	r.account.on(postApplication, failing(http.StatusForbidden))
	if err := r.try("application"); err == nil {
		t.Fatal("a refusal was taken for a good answer")
	}
	equal(t, "in doubt", r.session.Application.Uncertain, false)

	r.account.heal()
	r.does("application")
	r.account.on(postUser, dropped)
	r.account.on("GET /v1/users", dropped)
	if err := r.try("user"); !r.session.User.Uncertain {
		t.Fatalf("got %v", err)
	}
	r.account.heal()
	r.account.on(postUser, failing(http.StatusForbidden))
	if err := r.try("user"); err == nil {
		t.Fatal("a refusal was taken for a good answer")
	}
	equal(t, "the user is in doubt", r.session.User.Uncertain, false)
	wantNone(t, steps.Receipt(r.env, r.session), "may exist")
}

func TestLeavingWaitsForAnAnswerThatIsOnItsWay(t *testing.T) {
	t.Parallel()
	for id, call := range map[string]string{"application": postApplication, "user": postUser} {
		t.Run(id, func(t *testing.T) {
			t.Parallel()
			r := newRun(t).does("connect")
			if id == "user" {
				r.does("application")
			}
			post := newHeld()
			r.account.on(call, post.fault)
			ctx, leave := context.WithCancel(t.Context())
			done := make(chan error, 1)
			go func() { done <- r.tryUntil(ctx, id) }()
			<-post.arrived
			leave()
			close(post.released)
			if err := <-done; err != nil {
				t.Fatalf("the answer was thrown away: %v", err)
			}
			switch id {
			case "application":
				equal(t, "the application", r.session.Application.ID, r.account.Applications()[0].ID)
			case "user":
				equal(t, "the user", r.session.User.ID, r.account.users(t)[0].ID)
			}
		})
	}
}

func TestLeavingDoesNotWaitForEverAndTheNextTryAdopts(t *testing.T) {
	t.Parallel()
	r := newRun(t).does("connect")
	post := newHeld()
	r.account.on(postApplication, post.fault)
	ctx, leave := context.WithCancel(t.Context())
	done := make(chan error, 1)
	began := time.Now()
	go func() { done <- r.tryUntil(ctx, "application") }()
	<-post.arrived
	leave()
	err := <-done
	took := time.Since(began)
	close(post.released)
	<-post.over

	var uncertain *task.UncertainError
	if !errors.As(err, &uncertain) || !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v", err)
	}
	equal(t, "the kind", advice.For(err).Kind, advice.Stopped)
	if took < task.Grace || took > 5*task.Grace {
		t.Errorf("it waited %v, and %v is the grace", took, task.Grace)
	}
	r.account.heal()
	r.does("application")
	equal(t, "applications", len(r.account.Applications()), 1)
	equal(t, "requests for an application", r.account.count(postApplication), 1)
}

func TestLeavingBeforeTheRequestMakesNothing(t *testing.T) {
	t.Parallel()
	r := newRun(t).does("connect")
	making, enough := make(chan struct{}), make(chan struct{})
	r.env.Keys = steps.NewKeySource(func() (*jwt.Key, error) {
		close(making)
		<-enough
		return pairs[0](), nil
	})
	ctx, leave := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- r.tryUntil(ctx, "application") }()
	<-making
	leave()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v", err)
	}
	close(enough)
	equal(t, "requests for an application", r.account.count(postApplication), 0)
	equal(t, "files", len(r.names()), 0)
	equal(t, "the receipt", steps.Receipt(r.env, r.session), "")
}

func TestAnApplicationIsFoundOnALaterPage(t *testing.T) {
	t.Attr("fault", "N14")
	t.Parallel()
	r := newRun(t)
	creds := client.Credentials{APIKey: apiKey, APISecret: redact.NewSecret(apiSecret)}
	api := clientOf(t, r.account.url, nil)
	for n := range 130 {
		if _, err := api.CreateApplication(t.Context(), creds, client.NewApplication{
			Name: fmt.Sprintf("Other %d", n), PublicKey: pairs[2]().PublicPEM(),
		}); err != nil {
			t.Fatal(err)
		}
	}
	r.does("connect")
	equal(t, "applications at the start", r.session.Applications, 130)
	wantAll(t, r.shows("connect"), "130, which stay as they are")
	r.account.on(postApplication, doneThenDropped)
	r.does("application")
	equal(t, "applications", len(r.account.Applications()), 131)
	equal(t, "the name", r.session.Application.Name, "My App")
}

func TestAnExistingKeyLeadsToItsApplication(t *testing.T) {
	t.Attr("fault", "F10")
	t.Parallel()
	r := newRun(t)
	theirs := r.account.hasApplication(t, "Made elsewhere", pairs[2]())
	r.account.hasApplication(t, "Another", pairs[1]())
	r.has("private.key", pemOf(pairs[2]()))
	r.answer(answer.Key, answer.Yes)
	r.does("connect", "application")

	equal(t, "the id", r.session.Application.ID, theirs)
	equal(t, "created by us", r.session.Application.Created, false)
	equal(t, "requests for an application", r.account.count(postApplication), 2) // the two of the test
	wantAll(t, r.shows("application"), "Made elsewhere (existed already)", theirs)
	equal(t, "the journal says that we made it", r.journal().Applications[0].Created, false)
	equal(t, "the key file", r.file("private.key"), pemOf(pairs[2]()))
	r.does("user", "token")
}

func TestAnExistingKeyWithoutAnApplicationGetsOne(t *testing.T) {
	t.Parallel()
	r := newRun(t)
	r.account.hasApplication(t, "Another", pairs[1]())
	r.has("private.key", pemOf(pairs[2]()))
	r.answer(answer.Key, answer.Yes)
	r.does("connect", "application")

	applications := r.account.Applications()
	equal(t, "applications", len(applications), 2)
	equal(t, "the id", r.session.Application.ID, applications[1].ID)
	equal(t, "created by us", r.session.Application.Created, true)
	equal(t, "the key file", r.file("private.key"), pemOf(pairs[2]()))
	r.does("user", "token")
}

func TestAnExistingKeyThatCannotBeReadStopsBeforeAnyRequest(t *testing.T) {
	t.Attr("fault", "F9")
	t.Parallel()
	r := newRun(t)
	r.has("private.key", "nothing like a key")
	r.answer(answer.Key, answer.Yes)
	r.does("connect")
	err := r.try("application")
	if !errors.Is(err, jwt.ErrNotPEM) {
		t.Fatalf("got %v", err)
	}
	equal(t, "requests", len(r.account.requests()), 1)
	equal(t, "the file", r.file("private.key"), "nothing like a key")
}

// hasApplication gives the account an application with a key, and returns its id.
func (a *account) hasApplication(t *testing.T, name string, key *jwt.Key) string {
	t.Helper()
	made, err := clientOf(t, a.url, nil).CreateApplication(t.Context(),
		client.Credentials{APIKey: apiKey, APISecret: redact.NewSecret(apiSecret)},
		client.NewApplication{Name: name, PublicKey: key.PublicPEM()})
	if err != nil {
		t.Fatal(err)
	}
	return made.ID
}

func TestAnApplicationByItsIDIsUsedWithItsOwnKeyOnly(t *testing.T) {
	t.Attr("fault", "F10")
	t.Parallel()
	for _, test := range []struct {
		name string
		key  int
		own  bool
	}{{"its own key", 2, true}, {"another key", 1, false}} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			r := newRun(t)
			id := r.account.hasApplication(t, "Theirs", pairs[2]())
			r.has("private.key", pemOf(pairs[test.key]()))
			r.answer(answer.AppID, id)
			r.does("connect")
			wantAll(t, stepNamed(t, "application").Plan(r.env, r.session, r.answers), "Nothing is created")
			err := r.try("application")
			equal(t, "applications", len(r.account.Applications()), 1)
			if test.own {
				if err != nil {
					t.Fatal(err)
				}
				equal(t, "the id", r.session.Application.ID, id)
				equal(t, "created by us", r.session.Application.Created, false)
				r.does("user", "token")
				return
			}
			var mismatch *steps.MismatchError
			if !errors.As(err, &mismatch) || mismatch.Application.ID != id {
				t.Fatalf("got %v", err)
			}
			wantAll(t, err.Error(), "private.key", id)
			equal(t, "exists", r.session.Application.Exists, false)
			equal(t, "requests for users", r.account.count(postUser), 0)
			if _, err := os.Stat(r.path(".credwiz.json")); err == nil {
				t.Error("the application of somebody else was noted")
			}
		})
	}
}

func TestAnApplicationThatDoesNotExistIsNotMade(t *testing.T) {
	t.Parallel()
	r := newRun(t)
	r.has("private.key", pemOf(pairs[2]()))
	r.answer(answer.AppID, "78d335fa-323d-0114-9c3d-d6f0d48968cf")
	r.does("connect")
	if err := r.try("application"); !client.IsNotFound(err) {
		t.Fatalf("got %v", err)
	}
	equal(t, "applications", len(r.account.Applications()), 0)
}

func TestAnApplicationByItsIDNeedsItsKeyFile(t *testing.T) {
	t.Parallel()
	r := newRun(t)
	r.answer(answer.AppID, r.account.hasApplication(t, "Theirs", pairs[2]()))
	r.does("connect")
	err := r.try("application")
	var missing *workdir.KeyError
	if !errors.As(err, &missing) || !errors.Is(err, os.ErrNotExist) {
		t.Fatalf("got %v", err)
	}
	equal(t, "files", len(r.names()), 0)
}

func TestTheSameAnswersInTheSameFolderGoOn(t *testing.T) {
	t.Parallel()
	first := newRun(t).doesAll()
	second := first.again().doesAll()
	equal(t, "applications", len(second.account.Applications()), 1)
	equal(t, "users", len(second.account.users(t)), 1)
	equal(t, "the application", second.session.Application.ID, first.session.Application.ID)
	equal(t, "the user", second.session.User.ID, first.session.User.ID)
	equal(t, "the application was made by this run", second.session.Application.Created, false)
	equal(t, "the user was made by this run", second.session.User.Created, false)
	if second.session.Token.JWT == first.session.Token.JWT {
		t.Error("the token is the same as before")
	}
	wantAll(t, second.file(".env"), second.session.Token.JWT.Reveal())
	wantNone(t, second.file(".env"), first.session.Token.JWT.Reveal())
	noted := second.journal().Applications
	if len(noted) != 1 || !noted[0].Created || len(noted[0].Users) != 1 || !noted[0].Users[0].Created {
		t.Errorf("the journal forgot what was made here: %+v", noted)
	}
}

func TestAnotherApplicationNameDoesNotUseTheKeyThatIsThereUnasked(t *testing.T) {
	t.Attr("fault", "F1")
	t.Parallel()
	first := newRun(t).doesAll()
	key := first.file("private.key")
	second := first.again()
	second.answer(answer.AppName, "Another App")
	second.does("connect")
	err := second.try("application")
	if !errors.Is(err, os.ErrExist) {
		t.Fatalf("got %v", err)
	}
	equal(t, "the kind", advice.For(err).Kind, advice.WouldOverwrite)
	equal(t, "the key file", second.file("private.key"), key)
	equal(t, "requests for an application", second.account.count(postApplication), 1)

	second.answer(answer.KeyFile, "other.key")
	second.does("application", "user", "token")
	equal(t, "applications", len(second.account.Applications()), 2)
	equal(t, "the key file", second.file("private.key"), key)
	equal(t, "applications in the journal", len(second.journal().Applications), 2)
}

func TestARunThatWasKilledBeforeTheRequestGoesOnWithItsKey(t *testing.T) {
	t.Attr("fault", "F2")
	t.Parallel()
	r := newRun(t).does("connect")
	r.account.on(postApplication, dropped)
	r.account.on("GET /v2/applications", dropped)
	if err := r.try("application"); err == nil {
		t.Fatal("it was taken for a good answer")
	}
	key := r.file("private.key")
	r.account.heal()
	r = r.again().doesAll()
	equal(t, "applications", len(r.account.Applications()), 1)
	equal(t, "the key file", r.file("private.key"), key)
}

func TestAnApplicationThatIsGoneIsMadeAgainWithItsKey(t *testing.T) {
	t.Parallel()
	first := newRun(t).doesAll()
	gone := first.session.Application.ID
	if err := clientOf(t, first.account.url, nil).DeleteApplication(t.Context(), first.session.Credentials, gone); err != nil {
		t.Fatal(err)
	}
	first.account.on(postApplication, func(w http.ResponseWriter, req *http.Request, api http.Handler) {
		if noted := first.journal().Applications; len(noted) != 1 || noted[0].ID != "" || len(noted[0].Users) != 0 {
			t.Errorf("the journal still has the application that is gone: %+v", noted)
		}
		api.ServeHTTP(w, req)
	})
	second := first.again().doesAll()
	equal(t, "applications", len(second.account.Applications()), 1)
	equal(t, "requests for an application", second.account.count(postApplication), 2)
	if second.session.Application.ID == gone {
		t.Error("the application is the one that is gone")
	}
	noted := second.journal().Applications
	if len(noted) != 1 || len(noted[0].Users) != 1 || noted[0].Users[0].ID != second.session.User.ID {
		t.Errorf("the journal says %+v", noted)
	}
}

func TestEventsGoWhereTheUserSaid(t *testing.T) {
	t.Parallel()
	r := newRun(t)
	r.does("connect", "application")
	wantAll(t, r.shows("application"), "https://example.com/webhooks/rtc (a placeholder)")

	r = newRun(t)
	r.answer(answer.EventURL, "https://alice.test/events")
	r.does("connect", "application")
	wantAll(t, r.shows("application"), "Events go to: https://alice.test/events\n")
	wantAll(t, string(r.account.Applications()[0].Capabilities), "https://alice.test/events")
}

func TestAnApplicationThatTheSDKCannotUseIsTold(t *testing.T) {
	t.Parallel()
	r := newRun(t)
	r.account.on("GET /v2/applications", answering(http.StatusOK, "application/json", fmt.Sprintf(
		`{"total_items":1,"_embedded":{"applications":[{"id":"78d335fa-323d-0114-9c3d-d6f0d48968cf","name":"Voice",`+
			`"keys":{"public_key":%q},"capabilities":{"voice":{}}}]},"_links":{}}`, pairs[2]().PublicPEM())))
	r.has("private.key", pemOf(pairs[2]()))
	r.answer(answer.Key, answer.Yes)
	r.does("connect", "application")
	wantAll(t, r.shows("application"), "without rtc the Client SDK may not work", "Capabilities: voice")
}

func TestTheApplicationQuestions(t *testing.T) {
	t.Attr("fault", "F1")
	t.Parallel()
	r := newRun(t)
	application := stepNamed(t, "application")
	keys := func(a answer.Answers) string {
		var all []string
		for _, f := range application.Fields(r.env, r.session, a) {
			all = append(all, f.Key)
		}
		return strings.Join(all, " ")
	}
	nothing := answer.Answers{}
	r.does("connect")
	equal(t, "in an empty folder", keys(nothing), "app-name key-file capability")
	equal(t, "with --app-id", keys(nothing.With(answer.AppID, "x")), "key-file")

	r.has("private.key", pemOf(pairs[2]()))
	r.does("connect")
	equal(t, "beside a key, before the choice", keys(nothing), "app-name reuse-key capability")
	equal(t, "to use it", keys(nothing.With(answer.Key, answer.Yes)), "app-name reuse-key capability")
	equal(t, "to keep it", keys(nothing.With(answer.Key, answer.No)), "app-name reuse-key key-file capability")
	fields := application.Fields(r.env, r.session, nothing.With(answer.Key, answer.No))
	equal(t, "the name that is free", fields[2].Suggestion, "private-2.key")
	wantAll(t, application.Plan(r.env, r.session, r.answers.With(answer.Key, answer.Yes)), "private.key", "My App")
	wantAll(t, application.Plan(r.env, r.session, r.answers.With(answer.KeyFile, "private-2.key")), "private-2.key", "My App")

	r.has("private-2.key", "taken too")
	r.has("private.key", "no key")
	r.does("connect")
	fields = application.Fields(r.env, r.session, nothing)
	equal(t, "beside a broken key", keys(nothing), "app-name reuse-key key-file capability")
	equal(t, "the choices beside a broken key", len(fields[1].Choices), 1)
	equal(t, "the only choice", fields[1].Choices[0].Value, answer.No)
	wantAll(t, fields[1].Hint, "it cannot be used", "not a private key in PEM")
	equal(t, "the name that is free", fields[2].Suggestion, "private-3.key")
}

func TestNamesThatCannotBeShownAreRefused(t *testing.T) {
	t.Parallel()
	r := newRun(t)
	name := stepNamed(t, "application").Fields(r.env, r.session, answer.Answers{})[0]
	for _, test := range []struct{ typed, refused string }{
		{"My App", ""},
		{"Ünïcode 日本 👩‍🚀", ""},
		{strings.Repeat("é", 200), ""},
		{strings.Repeat("é", 201), "201 characters"},
		{"a\u200db", "cannot be shown"},
		{"\U0010FFFE", "cannot be shown"},
	} {
		_, err := name.Answer(test.typed)
		switch {
		case test.refused == "" && err != nil:
			t.Errorf("%q is refused: %v", test.typed, err)
		case test.refused != "" && (err == nil || !strings.Contains(err.Error(), test.refused)):
			t.Errorf("%q: got %v, want %q", test.typed, err, test.refused)
		}
	}
}

func TestInTheSandboxThePlanSaysSo(t *testing.T) {
	t.Parallel()
	r := newRun(t)
	r.env.Demo = true
	r.env.SandboxPair = client.Credentials{APIKey: apiKey, APISecret: redact.NewSecret(apiSecret)}
	r.does("connect")
	wantAll(t, stepNamed(t, "application").Plan(r.env, r.session, r.answers), "the sandbox")
	r.does("application", "user", "token")
	equal(t, "the journal says practice", r.journal().Applications[0].Sandbox, true)
	wantAll(t, steps.Receipt(r.env, r.session), "nothing here is real")

	// The next sandbox knows nothing of it: the key serves again, for a new application.
	later := runIn(t, newAccount(t), r.dir)
	later.env.Demo = true
	later.doesAll()
	equal(t, "applications in the journal", len(later.journal().Applications), 1)
	equal(t, "its id", later.journal().Applications[0].ID, later.account.Applications()[0].ID)
	equal(t, "the key is the same", later.file("private.key"), pemOf(pairs[0]()))
}

func TestTwoAccountsInOneFolderAreKeptApart(t *testing.T) {
	t.Parallel()
	first := newRun(t).doesAll()
	second := runIn(t, newAccount(t), first.dir)
	second.does("connect")
	equal(t, "what the other account's notes say", second.session.Found.Noted.KeySHA, "")
	if err := second.try("application"); !errors.Is(err, os.ErrExist) {
		t.Fatalf("got %v", err)
	}
	second.answer(answer.Key, answer.Yes)
	second.does("application")
	equal(t, "applications in the journal", len(second.journal().Applications), 2)
	equal(t, "the other account's applications", len(first.account.Applications()), 1)
}

func TestAnotherAccountsNotesOfTheSameAPIAreNotGoneOnWith(t *testing.T) {
	t.Parallel()
	first := newRun(t).doesAll()
	notes := strings.ReplaceAll(first.file(".credwiz.json"), `"api_key": "`+apiKey+`"`, `"api_key": "other567"`)
	first.has(".credwiz.json", notes)
	second := first.again().does("connect")
	equal(t, "what the notes say of this account", second.session.Found.Noted.KeySHA, "")
	if err := second.try("application"); !errors.Is(err, os.ErrExist) {
		t.Fatalf("got %v", err)
	}
	equal(t, "the notes", second.file(".credwiz.json"), notes)

	second.answer(answer.Key, answer.Yes)
	second.does("application")
	noted := second.journal().Applications
	if len(noted) != 2 || noted[0].APIKey != "other567" || noted[1].APIKey != apiKey {
		t.Errorf("the notes of the other account are lost: %+v", noted)
	}
}

func TestAnotherKeyFileMakesAnotherApplication(t *testing.T) {
	t.Parallel()
	first := newRun(t).doesAll()
	second := first.again()
	second.answer(answer.KeyFile, "other.key")
	second.does("connect", "application")
	equal(t, "applications", len(second.account.Applications()), 2)
	equal(t, "the key", second.session.Key.Name, "other.key")
	equal(t, "the first key", second.file("private.key"), pemOf(pairs[0]()))
}

func TestAnotherNameForTheKeyAfterAFailureMakesAnotherKey(t *testing.T) {
	t.Parallel()
	r := newRun(t).does("connect")
	r.account.on(postApplication, failing(http.StatusForbidden))
	if err := r.try("application"); err == nil {
		t.Fatal("a refusal was taken for a good answer")
	}
	r.account.heal()
	r.answer(answer.KeyFile, "other.key")
	r.does("application", "user", "token")
	equal(t, "the key", r.session.Key.Path, r.path("other.key"))
	equal(t, "the second key", r.file("other.key"), pemOf(pairs[1]()))
	equal(t, "the first key", r.file("private.key"), pemOf(pairs[0]()))
	wantAll(t, r.file(".env"), "VONAGE_PRIVATE_KEY_PATH=other.key\n")
}

func TestAnotherApplicationTakesTheUserAndTheTokenAway(t *testing.T) {
	t.Parallel()
	r := newRun(t).doesAll().does("application")
	equal(t, "has a user", r.session.User.Exists, false)
	equal(t, "has a token", !r.session.Token.JWT.IsZero(), false)
	equal(t, "requests for an application", r.account.count(postApplication), 1)
}
