package steps_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"credwiz/client"
	"credwiz/client/jwt"
	"credwiz/steps"
	"credwiz/steps/answer"
	"credwiz/steps/task"
)

// workshop is a run with so many users, whose waits take no time.
func workshop(t testing.TB, n int) *run {
	t.Helper()
	return newRun(t).with(n)
}

func (r *run) with(n int) *run {
	r.env.Wait = func(ctx context.Context, _ time.Duration) error { return ctx.Err() }
	for i := range n {
		r.env.Roster = append(r.env.Roster, client.NewUser{Name: fmt.Sprintf("user%d", i+1), DisplayName: fmt.Sprintf("User %d", i+1)})
	}
	return r
}

// refusing refuses the user of a name.
func refusing(name string) fault {
	return func(w http.ResponseWriter, q *http.Request, api http.Handler) {
		body, _ := io.ReadAll(q.Body)
		if strings.Contains(string(body), name) {
			failing(http.StatusUnprocessableEntity)(w, q, api)
			return
		}
		q.Body = io.NopCloser(bytes.NewReader(body))
		api.ServeHTTP(w, q)
	}
}

// isComplete holds for a workshop that is over: each user exists once, and has a token of its own.
func (r *run) isComplete(n int) {
	r.t.Helper()
	users := r.account.users(r.t)
	equal(r.t, "users", len(users), n)
	ids := map[string]string{}
	for _, u := range users {
		ids[u.Name] = u.ID
	}
	members := append([]steps.Member{r.session.Member}, r.session.Roster...)
	equal(r.t, "members", len(members), n)
	public := r.session.Key.Private.PublicPEM()
	for _, m := range members {
		if ids[m.User.Name] != m.User.ID || m.Token.Subject != m.User.Name {
			r.t.Fatalf("%+v is not among the users, or has another's token", m.User.User)
		}
		noError(r.t, jwt.Verify(m.Token.JWT, public, r.session.Application.ID, noon))
	}
	noted := r.journal().Applications[0].Users
	equal(r.t, "users in the journal", len(noted), n)
	for _, u := range noted {
		if u.ID != ids[u.Name] || u.ExpiresAt == nil {
			r.t.Fatalf("the journal has %+v", u)
		}
	}
}

func TestARosterIsCreatedAndEachUserHasAToken(t *testing.T) {
	r := workshop(t, 30).doesAll()
	r.isComplete(30)
	wantAll(t, r.file(".env"), "VONAGE_USER_NAME=user1\n")
	equal(t, "files", len(namesIn(t, r.path("users"))), 31)
	text := r.file("users/user7.env")
	wantAll(t, text, "VONAGE_USER_NAME=user7\n", "VONAGE_JWT=eyJ")
	wantNone(t, text, "API_KEY", "PRIVATE")
	receipt := steps.Receipt(r.env, r.session)
	wantAll(t, receipt, "✓ 30 users have tokens for My App", "users/")
	wantNone(t, receipt, "User ID") // so many are not read out
	r.leaves("")
}

func TestNamesWithCommasBetweenThemAreARoster(t *testing.T) {
	r := workshop(t, 0)
	r.answer(answer.User, "alice, bob,carol,")
	r.doesAll()
	equal(t, "users", len(r.account.users(t)), 3)
	equal(t, "the first", r.session.User.Name, "alice")

	flag := workshop(t, 0)
	flag.env.Known = map[string]answer.Known{answer.User: {Value: "Ardent, Alice", Source: "--user", Whole: true}}
	flag.answer(answer.User, "Ardent, Alice")
	flag.doesAll()
	equal(t, "users", len(flag.account.users(t)), 1)
	equal(t, "the name", flag.session.User.Name, "Ardent, Alice")
}

// TestARosterComesThroughFaults has every fifth request refused, broken, or done without an answer.
func TestARosterComesThroughFaults(t *testing.T) {
	var n atomic.Int64
	r := workshop(t, 300)
	faults := []fault{failing(http.StatusTooManyRequests), failing(http.StatusInternalServerError), doneThenDropped, dropped}
	r.account.on(postUser, func(w http.ResponseWriter, q *http.Request, api http.Handler) {
		if i := n.Add(1); i%5 == 0 {
			faults[i/5%int64(len(faults))](w, q, api)
			return
		}
		api.ServeHTTP(w, q)
	})
	r.doesAll()
	equal(t, "missed", len(r.session.Failed), 0)
	r.isComplete(300)
}

func TestARosterThatWasCutOffIsResumed(t *testing.T) {
	r := workshop(t, 100).does("connect", "application")
	ctx, cancel := context.WithCancel(t.Context())
	var n atomic.Int64
	r.account.on(postUser, func(w http.ResponseWriter, q *http.Request, api http.Handler) {
		if n.Add(1) == 40 {
			cancel()
		}
		doneThen(dropped)(w, q, api) // no waiter is left
	})
	r.env.UsersFrom = "class.csv"
	wantAll(t, steps.Receipt(r.env, r.session), "To continue: credwiz --dir ", " --users-from class.csv\n")
	wantError(t, r.tryUntil(ctx, "user"), context.Canceled)
	r.account.heal()
	result := steps.ResultOf(r.env, r.session)
	equal(t, "all are told", len(result.Users)+len(result.Missed), 100)
	wantAll(t, steps.Receipt(r.env, r.session), fmt.Sprintf("! %d of 100 users exist in My App, and none of them has a valid token.\n✗ Not created: user", len(result.Users)),
		"To continue: credwiz --dir ", " --users-from class.csv\n")
	r = r.again().with(100)
	r.answer(answer.AppID, "new")
	r.doesAll()
	r.isComplete(100)
}

// TestARosterThatWasLeftKeepsItsOrder has the later users answered first.
func TestARosterThatWasLeftKeepsItsOrder(t *testing.T) {
	t.Parallel()
	r := workshop(t, 8).does("connect", "application")
	var last sync.WaitGroup
	last.Add(1)
	r.account.on(postUser, func(w http.ResponseWriter, q *http.Request, api http.Handler) {
		body, _ := io.ReadAll(q.Body)
		q.Body = io.NopCloser(bytes.NewReader(body))
		if strings.Contains(string(body), `"user8"`) {
			defer last.Done()
		} else {
			last.Wait()
		}
		api.ServeHTTP(w, q)
	})
	r.does("user")
	for i, user := range r.status(noon).Applications[0].Users {
		equal(t, "user", user.Name, fmt.Sprintf("user%d", i+1))
	}
}

func TestFailedUsersAreReportedAndTheOthersAreReady(t *testing.T) {
	r := newRun(t).does("connect", "application", "user") // alice is there
	another := r.again().with(5)
	another.env.Roster = append(another.env.Roster, client.NewUser{Name: "taken"})
	r.account.on(postUser, refusing("taken"))
	another.does("connect", "application", "user")
	wantAll(t, another.warned(), "create taken: ")
	another.does("token")
	if missed := another.session.Failed; len(missed) != 1 || missed[0].Name != "taken" || missed[0].Why == "" {
		t.Fatalf("missed %+v", missed)
	}
	equal(t, "users", len(r.account.users(t)), 6)
	for _, u := range another.journal().Applications[0].Users {
		if u.ID == "" {
			t.Errorf("the journal has %+v", u)
		}
	}
}

// TestEachFailedUserHasALine has the names of all but the first taken, with a screen and without.
func TestEachFailedUserHasALine(t *testing.T) {
	const n, onScreen = 50, 20
	for brief, lines := range map[bool]int{false: n, true: onScreen} {
		var log strings.Builder
		r := workshop(t, n+1)
		r.has("private.key", pemOf(pairs[2]())) // which others may have too
		r.answer(answer.Key, answer.Yes)
		r.does("connect", "application")
		r.env.Brief, r.env.Log = brief, slog.New(slog.NewTextHandler(&log, nil))
		for _, user := range r.env.Roster[1:] {
			_ = must(r.session.Place.API.CreateUser(t.Context(), r.admin(), user))
		}
		r.does("user")
		equal(t, "missed", len(r.session.Failed), n)
		equal(t, "lines", strings.Count("\n"+r.warned(), "\ncreate user"), lines)
		equal(t, "lines of the log", strings.Count(log.String(), `what="create user`), n)
	}
}

// TestAUserCreatedByALostAnswerIsUsed has the first request for user2 come after the user was looked for: the
// second finds the name taken.
func TestAUserCreatedByALostAnswerIsUsed(t *testing.T) {
	for _, reuse := range []string{"", answer.Yes} {
		var n atomic.Int64
		r := workshop(t, 3)
		r.answer(answer.ExistingUser, reuse)
		r.account.on(postUser, func(w http.ResponseWriter, q *http.Request, api http.Handler) {
			body, _ := io.ReadAll(q.Body)
			again := func() *http.Request {
				q.Body = io.NopCloser(bytes.NewReader(body))
				return q
			}
			if strings.Contains(string(body), "user2") {
				switch n.Add(1) {
				case 1:
					dropped(w, q, api)
				case 2:
					api.ServeHTTP(httptest.NewRecorder(), again())
				}
			}
			api.ServeHTTP(w, again())
		})
		r.doesAll()
		equal(t, "missed", len(r.session.Failed), 0)
		r.isComplete(3)
		for _, u := range r.journal().Applications[0].Users {
			equal(t, u.Name+" was made here", u.Created, true)
		}
	}
}

func TestExistingUsersAreReusedOnlyWhenAsked(t *testing.T) {
	r := newRun(t).does("connect", "application", "user") // alice
	forget := func() { r.has(".credwiz.json", strings.ReplaceAll(r.file(".credwiz.json"), `"alice"`, `"nobody"`)) }
	forget()
	for _, test := range []struct {
		reuse  string
		missed int
	}{{"", 1}, {answer.Yes, 0}} {
		again := r.again()
		again.env.Roster = []client.NewUser{{Name: "alice"}, {Name: "bob" + test.reuse}}
		again.answer(answer.ExistingUser, test.reuse)
		again.does("connect", "application", "user")
		equal(t, "missed", len(again.session.Failed), test.missed)
	}
}

func TestAFailureOfAllUsersIsReportedOnce(t *testing.T) {
	r := workshop(t, 200).does("connect", "application")
	r.account.on(postUser, failing(http.StatusUnauthorized))
	if err := r.try("user"); err == nil || r.account.count(postUser) > 20 {
		t.Errorf("%d requests, %v", r.account.count(postUser), err)
	}
}

func TestAnotherRunDoesNotClaimAnUncertainUser(t *testing.T) {
	r := newRun(t).does("connect", "application", "user") // alice
	r.has(".credwiz.json", regexp.MustCompile(`"id": "USR-[^"]*",\n\s*`).ReplaceAllString(r.file(".credwiz.json"), ""))
	again := r.again()
	again.env.Roster = []client.NewUser{{Name: "alice"}, {Name: "bob"}}
	again.doesAll()
	equal(t, "alice", again.session.User.Created, false)
	equal(t, "bob", again.session.Roster[0].User.Created, true)
	for _, u := range again.journal().Applications[0].Users {
		equal(t, u.Name+" in the journal", u.Created, u.Name == "bob")
	}
}

func TestDeletedUsersAreCreatedAgain(t *testing.T) {
	r := workshop(t, 3).doesAll()
	gone := r.account.users(t)[1]
	noError(t, r.session.Place.API.DeleteUser(t.Context(), r.admin(), gone.ID))
	r.again().with(3).doesAll()
	equal(t, "users", len(r.account.users(t)), 3)
}

func TestGitIgnoresTheUsersFilesUnlessItDoesAlready(t *testing.T) {
	for before, want := range map[string]string{
		"deploy/*.env\n":      "deploy/*.env\n/*.env\n" + temps,
		"!/*.env\n":           "!/*.env\n/*.env\n" + temps,
		"/*.env\n!user1.*\n":  "/*.env\n!user1.*\n/*.env\n" + temps,
		"#/*.env\n":           "#/*.env\n/*.env\n" + temps,
		"/*.env\n/.*.credwiz": "/*.env\n/.*.credwiz",
		"mine\r\n/*.env\r\n":  "mine\r\n/*.env\r\n" + temps,
		"*\r\n":               "*\r\n",
	} {
		r := workshop(t, 2)
		r.has(".gitignore", before)
		r.env.Out = r.dir
		r.doesAll()
		equal(t, "after "+before, r.file(".gitignore"), want)
	}
}

func TestARosterOfOneGetsItsFileToo(t *testing.T) {
	r := workshop(t, 1).does("connect", "application")
	user, token := stepNamed(t, "user"), stepNamed(t, "token")
	equal(t, "the plan", user.Plan(r.env, r.session, r.answers.With(answer.User, "")), "Creates “user1” in “My App”.")
	equal(t, "the verb", user.Verb(r.env, r.session, r.answers), "create user")
	r.does("user")
	wantAll(t, token.Plan(r.env, r.session, r.answers), "users/ (a .env each)")
	r.does("token")
	wantAll(t, r.file("users/user1.env"), "VONAGE_USER_NAME=user1\n")

	// And the one of several who is ready.
	r = workshop(t, 0).does("connect", "application")
	r.answer(answer.User, "alice,bob")
	r.account.on(postUser, refusing("bob"))
	r.does("user", "token")
	wantAll(t, r.file("users/alice.env"), "VONAGE_USER_NAME=alice\n")
}

// TestTheOutFolderIsShownWithItsPath has it in the run's folder and elsewhere.
func TestTheOutFolderIsShownWithItsPath(t *testing.T) {
	elsewhere := t.TempDir()
	dir := t.TempDir()
	for out, name := range map[string]string{
		filepath.Join(dir, "handout"): "handout" + string(filepath.Separator), elsewhere: elsewhere + string(filepath.Separator),
	} {
		r := runIn(t, newAccount(t), dir).with(1)
		r.env.Out, r.env.Printed = out, true
		r.answer(answer.KeyFile, filepath.Base(out)+".key")
		r.doesAll()
		last := r.session.Files[len(r.session.Files)-1]
		equal(t, "the path", last.Path, out)
		equal(t, "the name", last.Name, name)
		equal(t, "a user's file", slices.Contains(namesIn(t, last.Path), "user1.env"), true)
		equal(t, "the result", slices.Contains(steps.ResultOf(r.env, r.session).Files, out), true)
	}
}

func TestARosterIsSummedUp(t *testing.T) {
	r := workshop(t, 5).does("connect", "application")
	step := stepNamed(t, "user")
	wantAll(t, step.Plan(r.env, r.session, r.answers), "Creates 5 users in “My App”", "user1, user2, user3, user4 and 1 more")
	equal(t, "questions", len(step.Fields(r.env, r.session, r.answers)), 0)
	r.account.on(postUser, refusing("user2"))
	r.does("user")
	equal(t, "sum", r.sum("user"), "4 of 5 users are ready")
	facts := fmt.Sprint(step.Show(r.env, r.session))
	wantAll(t, facts, "4 of 5 ready", "user2: run credwiz again with the same users")
	r.does("token")
	receipt := steps.Receipt(r.env, r.session)
	wantAll(t, receipt, "Token of user1\n", "Token of user5\n")
	result := steps.ResultOf(r.env, r.session)
	equal(t, "users", len(result.Users), 4)
	equal(t, "missed", result.Missed[0].Name, "user2")
	equal(t, "progress", task.Progress{Done: 1200, Failed: 1, Total: 3000, Rate: 10, Left: 3 * time.Minute}.Text(),
		"1,200 of 3,000, 1 failed, 10 a second, 3 minutes left")
}

// TestAllUsersWaitWhenTheAPIAsksForIt has a clock that stands still, so the rest never ends: each user that is
// asked for after the refusal waits first.
func TestAllUsersWaitWhenTheAPIAsksForIt(t *testing.T) {
	t.Attr("fault", "N3")
	const n, atOnce = 40, 8
	r := workshop(t, n).does("connect", "application")
	var rests atomic.Int64
	resting := make(chan struct{})
	r.env.Wait = func(ctx context.Context, d time.Duration) error {
		if d == 2*time.Second && rests.Add(1) == 1 {
			close(resting)
		}
		return ctx.Err()
	}
	var asked atomic.Bool
	r.account.on(postUser, func(w http.ResponseWriter, q *http.Request, api http.Handler) {
		if asked.CompareAndSwap(false, true) {
			askingToWait(http.StatusTooManyRequests, "2")(w, q, api)
			return
		}
		<-resting // those that are under way at the same time
		api.ServeHTTP(w, q)
	})
	r.does("user")
	if got := rests.Load(); got < n-atOnce {
		t.Errorf("%d of %d waited for 2 seconds", got, n)
	}
	told := ""
	for _, e := range r.events {
		if e.Progress != nil && e.Progress.Rest > 0 {
			told = e.Progress.Text()
		}
	}
	wantAll(t, told, "of 40, waiting 2 seconds, as the API asks")
	equal(t, "missed", len(r.session.Failed), 0)
}
