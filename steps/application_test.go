package steps_test

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
	"testing"
	"time"

	"credwiz/client"
	"credwiz/client/jwt"
	"credwiz/steps"
	"credwiz/steps/advice"
	"credwiz/steps/task"
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
		noError(t, json.NewDecoder(req.Body).Decode(&asked))
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
	r.fails("application")
	equal(t, "applications asked for", r.account.count(postApplication), 1)
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
	for name, test := range map[string]struct {
		fault fault
		tries int
		noted int // users, because a request may be late, and make one after it was looked for
	}{
		"connection dropped before": {dropped, 1, 1},
		"500":                       {failing(http.StatusInternalServerError), 1, 1},
		"503":                       {failing(http.StatusServiceUnavailable), 1, 1},
		"a web page":                {answering(http.StatusOK, "text/html", "<html>Please log in</html>"), 1, 1},
		"429":                       {failing(http.StatusTooManyRequests), client.MaxTries, 0},
		"400":                       {failing(http.StatusBadRequest), 1, 0},
		"401":                       {failing(http.StatusUnauthorized), 1, 0},
		"403":                       {failing(http.StatusForbidden), 1, 0},
		"a redirect":                {redirect, 1, 0},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRun(t).does("connect")
			r.failsBy("application", test.fault, postApplication)
			equal(t, "requests for an application", r.account.count(postApplication), test.tries)
			equal(t, "look-ups", r.account.count(listApplications), 1+test.tries) // 1 for the check of the key
			equal(t, "exists", r.session.Application.Exists, false)
			equal(t, "in doubt", r.session.Application.Uncertain, false)
			wantNone(t, steps.Receipt(r.env, r.session), "may exist")
			wantAll(t, steps.Receipt(r.env, r.session), r.path("private.key"))
			key := r.file("private.key")
			r.does("application")
			equal(t, "the key file is the same", r.file("private.key"), key)
			equal(t, "pairs made", r.account.used.Load(), 1)

			r.failsBy("user", test.fault, postUser)
			equal(t, "requests for a user", r.account.count(postUser), test.tries)
			equal(t, "the user in doubt", r.session.User.Uncertain, false)
			equal(t, "users in the journal", len(r.journal().Applications[0].Users), test.noted)
			r.does("user", "token")
			equal(t, "users", len(r.account.users(t)), 1)
			equal(t, "created by us", r.session.User.Created, true)
		})
	}
}

func redirect(w http.ResponseWriter, r *http.Request, _ http.Handler) {
	http.Redirect(w, r, "http://127.0.0.1:1/elsewhere", http.StatusTemporaryRedirect)
}

func TestWhenEvenTheLookUpFailsTheNextTryAdopts(t *testing.T) {
	t.Attr("fault", "N4")
	t.Attr("fault", "F2")
	t.Parallel()
	for id, call := range map[string]struct{ post, list string }{"application": {postApplication, listApplications}, "user": {postUser, "GET /v1/users"}} {
		for name, again := range map[string]bool{"in the same run": false, "in another run": true} {
			t.Run(id+" "+name, func(t *testing.T) {
				r := newRun(t).does("connect")
				doubt := func() bool { return r.session.Application.Uncertain }
				if id == "user" {
					r.does("application")
					doubt = func() bool { return r.session.User.Uncertain }
				}
				r.account.on(call.post, doneThenDropped)
				r.account.on(call.list, dropped)
				err := r.try(id)
				equal(t, "what may exist", as[*task.UncertainError](t, err).What, id)
				wantAll(t, err.Error(), "the "+id+" may exist")
				equal(t, "in doubt", doubt(), true)
				wantAll(t, steps.Receipt(r.env, r.session), "may exist", r.path("private.key"))
				if id == "user" {
					wantAll(t, steps.Receipt(r.env, r.session), "! alice may exist in My App. The next run looks for the user by its name first.")
					noted := r.journal().Applications[0].Users
					if len(noted) != 1 || noted[0].Name != "alice" || noted[0].ID != "" {
						t.Errorf("the journal says %+v, and not that a user is intended", noted)
					}
				}

				r.account.heal()
				if again {
					r = r.again().does("connect")
				}
				r.does("application", "user")
				equal(t, "requests", r.account.count(call.post), 1)
				equal(t, "users", len(r.account.users(t)), 1)
				equal(t, "the user is ours", r.session.User.Created, true)
				equal(t, "in doubt", doubt(), false)
				if id == "application" {
					equal(t, "the application is ours", r.session.Application.Created, true)
					wantNone(t, r.shows("application"), "existed already")
				}
				r.does("token")
			})
		}
	}
}

func TestAResolvedDoubtIsNotReportedAgain(t *testing.T) {
	t.Parallel()
	r := newRun(t).does("connect")
	for _, test := range []struct {
		id, post, list string
		doubt          func() bool
	}{
		{"application", postApplication, listApplications, func() bool { return r.session.Application.Uncertain }},
		{"user", postUser, "GET /v1/users", func() bool { return r.session.User.Uncertain }},
	} {
		r.failsBy(test.id, dropped, test.post, test.list)
		equal(t, test.id+" in doubt", test.doubt(), true)
		r.failsBy(test.id, failing(http.StatusForbidden), test.post)
		equal(t, test.id+" in doubt after a refusal", test.doubt(), false)
		wantNone(t, steps.Receipt(r.env, r.session), "may exist")
		r.does(test.id)
	}
	equal(t, "users", len(r.account.users(t)), 1)
	equal(t, "users in the journal", len(r.journal().Applications[0].Users), 1)
}

func TestLeavingWaitsForAnAnswerThatIsOnItsWay(t *testing.T) {
	t.Parallel()
	for id, call := range map[string]string{"application": postApplication, "user": postUser} {
		t.Run(id, func(t *testing.T) {
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
			noError(t, <-done)
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

	as[*task.UncertainError](t, err)
	wantError(t, err, context.Canceled)
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
	wantError(t, <-done, context.Canceled)
	close(enough)
	equal(t, "requests for an application", r.account.count(postApplication), 0)
	equal(t, "files", len(r.names()), 0)
	equal(t, "the receipt", steps.Receipt(r.env, r.session), "")
}
