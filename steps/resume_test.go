package steps_test

import (
	"context"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"credwiz/client"
	"credwiz/steps"
	"credwiz/steps/answer"
)

// finds is the next run in the folder, with what it finds of an earlier one.
func (r *run) finds() *run {
	r.t.Helper()
	next := r.again()
	next.env.Earlier = steps.FindEarlier(r.dir, r.account.url)
	next.answers = answer.Answers{
		answer.Account: answer.AccountVonage, answer.APIKey: apiKey, answer.APISecret: apiSecret,
		answer.Expires: "24h", answer.ACL: "client-sdk", answer.User: "alice",
	}
	return next
}

func TestAnUnfinishedRunIsOffered(t *testing.T) {
	t.Attr("fault", "F2")
	t.Parallel()
	for name, test := range map[string]struct {
		before func(*run)
		says   string
	}{
		"before the application": {func(r *run) { r.failsBy("application", dropped, postApplication) }, "“My App” may exist; checking first"},
		"without the application's answer": {func(r *run) {
			r.account.on(postApplication, func(w http.ResponseWriter, q *http.Request, api http.Handler) {
				r.account.on("GET /v2/applications", dropped)
				doneThenDropped(w, q, api)
			})
			r.fails("application")
			r.account.heal()
		}, "“My App” may exist; checking first"},
		"before the user":  {func(r *run) { r.does("application") }, "next, its user; “My App” exists"},
		"before the token": {func(r *run) { r.does("application", "user") }, "next, the token; “My App” and alice exist"},
		"with a key of another name": {func(r *run) {
			r.answer(answer.KeyFile, "other.key")
			r.does("application")
		}, "next, its user"},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRun(t).does("connect")
			test.before(r)
			r = r.finds()
			if r.env.Earlier == nil {
				t.Fatal("it is not found")
			}
			later := *r
			later.env.Now = func() time.Time { return noon.Add(time.Hour) }
			offer := later.field("connect", answer.Resume)
			equal(t, "the question", offer.Label, "You have an unfinished setup here, from 1 hour ago")
			equal(t, "the suggestion", offer.Suggestion, answer.Yes)
			wantAll(t, offer.Choices[0].Note, test.says)
			r.answer(answer.Resume, answer.Yes)
			r.does("connect")
			for _, id := range []string{"application", "user"} {
				if answers, ok := steps.Resumed(r.env, id, r.answers); ok {
					r.answers = answers
				}
				r.does(id)
			}
			r.does("token")
			equal(t, "users", len(r.account.users(t)), 1)
			equal(t, "keys", strings.Count(strings.Join(r.names(), " "), ".key"), 1)
			if steps.FindEarlier(r.dir, r.account.url) != nil {
				t.Error("what came to its end is offered again")
			}
		})
	}
}

func TestStartingOverCreatesAnotherApplicationAndLosesNothing(t *testing.T) {
	t.Parallel()
	r := newRun(t).does("connect", "application")
	key := r.file("private.key")
	r = r.finds()
	r.answer(answer.Resume, answer.No)
	r.does("connect")
	equal(t, "the application", r.field("application", answer.AppID).Suggestion, answer.NewOne)
	equal(t, "the key", r.field("application", answer.Key).Suggestion, answer.No)
	r.answer(answer.AppName, "My App", answer.KeyFile, "private.key")
	r.does("application", "user", "token")
	equal(t, "applications", len(r.account.Applications()), 2)
	equal(t, "the old key", r.file("private.key"), key)
	equal(t, "the new key", r.session.Key.Name, "private-2.key")
}

func TestWithoutAnEarlierRunNothingIsOffered(t *testing.T) {
	t.Parallel()
	done := newRun(t).doesAll()
	damaged := newRun(t)
	damaged.has(".credwiz.json", "{")
	left := newRun(t).does("connect", "application")
	for name, earlier := range map[string]*steps.Earlier{
		"a new folder":       steps.FindEarlier(newRun(t).dir, "https://api.nexmo.com"),
		"no folder":          steps.FindEarlier(newRun(t).path("nowhere"), "https://api.nexmo.com"),
		"a run that is done": steps.FindEarlier(done.dir, done.account.url),
		"a damaged journal":  steps.FindEarlier(damaged.dir, damaged.account.url),
		"another API":        steps.FindEarlier(left.dir, "https://api.nexmo.com"),
	} {
		if earlier != nil {
			t.Errorf("%s: there is an offer", name)
		}
	}
}

// goesOn is the next run in the folder, which continues the interrupted one, up to the user.
func (r *run) goesOn() *run {
	r.t.Helper()
	next := r.finds()
	if next.env.Earlier == nil {
		r.t.Fatal("it is not found")
	}
	next.env.Wait = r.env.Wait
	next.answer(answer.Resume, answer.Yes)
	next.does("connect")
	next.answers, _ = steps.Resumed(next.env, "application", next.answers)
	return next.does("application")
}

func TestARosterThatWasTypedIsResumedWhole(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		from int64 // the request that cuts it off
		says string
	}{
		"none is made":         {1, "“My App” exists; checking its 4 users first"},
		"some are made":        {3, "“My App” exists; checking its 4 users first"},
		"all but their tokens": {5, "next, their tokens; “My App” and 4 users exist"},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRun(t).with(0).does("connect", "application")
			r.answer(answer.User, "alice, bob, carol, dave")
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			var n atomic.Int64
			all := make(chan struct{})
			r.account.on(postUser, func(w http.ResponseWriter, q *http.Request, api http.Handler) {
				at := n.Add(1)
				if at == 4 {
					close(all)
				}
				<-all // so that each of them was begun
				if at < test.from {
					api.ServeHTTP(w, q)
					return
				}
				cancel()
				doneThenDropped(w, q, api)
			})
			if err := r.tryUntil(ctx, "user"); (err == nil) != (test.from == 5) {
				t.Fatalf("got %v", err)
			}
			r.account.heal()
			r = r.goesOn()
			equal(t, "the offer", r.field("connect", answer.Resume).Choices[0].Note, test.says)
			answers, ok := steps.Resumed(r.env, "user", r.answers)
			equal(t, "answered", ok, true)
			r.answers = answers
			r.does("user", "token")
			r.isComplete(4)
		})
	}
}

func TestOnlyANameThatCannotBeTypedIsAskedAgain(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		users []client.NewUser
		known bool
	}{
		"one":                         {[]client.NewUser{{Name: "alice", DisplayName: "Alice"}}, true},
		"a comma in its name":         {[]client.NewUser{{Name: "Ardent, Alice"}}, false},
		"a comma in one of the names": {[]client.NewUser{{Name: "bob"}, {Name: "Ardent, Alice"}}, true},
		"display names":               {[]client.NewUser{{Name: "alice", DisplayName: "Alice"}, {Name: "bob"}}, true},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRun(t).with(0).does("connect", "application")
			r.env.Roster = test.users
			r.does("user")
			r = r.goesOn()
			if _, ok := steps.Resumed(r.env, "user", r.answers); ok != test.known {
				t.Errorf("answered: %v", ok)
			}
			if test.known {
				answers, _ := steps.Resumed(r.env, "user", r.answers)
				resumed := *r
				resumed.answers = answers
				resumed.does("user", "token").isComplete(len(test.users))
			}
			r.env.Roster = test.users
			if _, ok := steps.Resumed(r.env, "user", r.answers); !ok {
				t.Error("with the same users from outside, they are asked for")
			}
		})
	}
}
