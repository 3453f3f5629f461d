package steps_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"credwiz/client"
	"credwiz/client/jwt"
	"credwiz/client/redact"
	"credwiz/steps/advice"
	"credwiz/steps/answer"
	"credwiz/steps/cleanup"
	"credwiz/steps/journal"
	"credwiz/steps/workdir"
)

// elsewhere is a run with an application that was made from another folder, and has those users.
func elsewhere(t testing.TB, users ...string) *run {
	t.Helper()
	made := newRun(t).does("connect", "application")
	made.env.Wait = func(ctx context.Context, _ time.Duration) error { return ctx.Err() }
	for _, name := range users {
		made.makes(name)
	}
	r := runIn(t, made.account, t.TempDir())
	r.env.Wait = made.env.Wait
	r.has("private.key", made.file("private.key"))
	r.answer(answer.AppID, made.session.Application.ID)
	return r
}

// makes creates a user outside of credwiz.
func (r *run) makes(name string) {
	r.t.Helper()
	_ = must(r.session.Place.API.CreateUser(r.t.Context(), r.admin(), client.NewUser{Name: name}))
}

// admin is a token for the API's own calls.
func (r *run) admin() redact.Secret {
	r.t.Helper()
	token, err := jwt.Sign(r.session.Key.Private, jwt.Request{
		ApplicationID: r.session.Application.ID, IssuedAt: noon, Lifetime: time.Minute, ID: "00000000-0000-4000-8000-000000000001"})
	noError(r.t, err)
	return token.JWT
}

func (r *run) userNames() []string {
	r.t.Helper()
	var names []string
	for _, u := range r.account.users(r.t) {
		names = append(names, u.Name)
	}
	slices.Sort(names)
	return names
}

func TestUsersOfOthersAreNeitherTakenNorDeleted(t *testing.T) {
	t.Attr("fault", "N4")
	taken := make([]string, 25)
	for i := range taken {
		taken[i] = fmt.Sprintf("taken%02d", i)
	}
	r := elsewhere(t, taken...).does("connect", "application")
	for _, name := range append(slices.Clone(taken), "free1", "free2") {
		r.env.Roster = append(r.env.Roster, client.NewUser{Name: name})
	}
	r.does("user", "token")
	equal(t, "missed", len(r.session.Failed), len(taken))
	equal(t, "requests for a user", r.account.count(postUser), len(taken)+2)
	wantAll(t, fmt.Sprint(stepNamed(t, "user").Show(r.env, r.session)), "2 of 27 ready", "Names taken taken00, taken01", "use the existing users (--reuse-user), or change the names")
	for _, u := range r.journal().Applications[0].Users {
		if u.ID == "" || strings.HasPrefix(u.Name, "taken") {
			t.Errorf("the journal has %+v", u)
		}
	}
	r.cleared()
	equal(t, "users left", fmt.Sprint(r.userNames()), fmt.Sprint(taken))
}

func TestAnInterruptedUserIsNotClaimed(t *testing.T) {
	t.Attr("fault", "N4")
	for name, again := range map[string]bool{"when all is cleared away": false, "by the next run": true} {
		t.Run(name, func(t *testing.T) {
			r := elsewhere(t).does("connect", "application")
			r.account.on(postUser, dropped)
			r.account.on("GET /v1/users", func(w http.ResponseWriter, q *http.Request, api http.Handler) {
				if r.account.count(postUser) > 0 {
					dropped(w, q, api)
				}
				api.ServeHTTP(w, q)
			})
			r.fails("user")
			r.account.heal()
			equal(t, "its note", r.journal().Applications[0].Users[0].ID, "")
			r.makes("alice") // by someone else
			if again {
				id := r.session.Application.ID
				r = r.again()
				r.answer(answer.AppID, id, answer.Key, answer.Yes)
				r.doesAll()
				equal(t, "created", r.session.User.Created, false)
			}
			if left := r.cleared(); !slices.Contains(left, "private.key") {
				t.Errorf("left: %q", left)
			}
			equal(t, "users", strings.Join(r.userNames(), " "), "alice")
		})
	}
}

func TestAStoppedRosterRecordsOnlyStartedUsers(t *testing.T) {
	t.Attr("fault", "N4")
	const n, atOnce = 200, 16
	r := workshop(t, n).does("connect", "application")
	ctx, cancel := context.WithCancel(t.Context())
	var asked atomic.Int64
	r.account.on(postUser, func(w http.ResponseWriter, q *http.Request, api http.Handler) {
		if asked.Add(1) == 50 {
			cancel()
		}
		api.ServeHTTP(w, q)
	})
	wantError(t, r.tryUntil(ctx, "user"), context.Canceled)
	doubtful := slices.DeleteFunc(r.journal().Applications[0].Users, func(u journal.User) bool { return u.ID != "" })
	if len(doubtful) > atOnce {
		t.Errorf("%d users are noted that were never asked for", len(doubtful))
	}
}

func TestUsersThatWereThereGoWithTheirApplicationAndThatIsSaid(t *testing.T) {
	r := newRun(t).doesAll()
	r.makes("bob")
	r.answer(answer.User, "bob", answer.ExistingUser, answer.Yes)
	r.does("user", "token")
	removal := r.removal()
	for _, item := range removal.Items {
		if item.Kind == cleanup.UserItem && item.Name == "bob" && (item.State != cleanup.ToDelete || !strings.Contains(item.Why, "with its application")) {
			t.Errorf("got %+v", item)
		}
	}
	r.leaves("")
}

func TestARenewedKeyChangesNothingElseInTheJournal(t *testing.T) {
	r := newRun(t)
	r.answer(answer.Write, "env,vonage")
	r.doesAll()
	before := r.journal().Applications[0]
	noError(t, os.Remove(r.path("private.key")))
	r = r.again()
	r.renews(before.ID)
	r.does("connect", "application")
	apps := r.journal().Applications
	equal(t, "applications", len(apps), 1)
	after := apps[0]
	equal(t, "made here", after.Created, true)
	equal(t, "users", len(after.Users), 1)
	equal(t, "files", strings.Join(after.Files, " "), ".vonagerc")
	if after.KeySHA == before.KeySHA {
		t.Error("it has its old key")
	}
	r.does("user", "token")
	r.leaves("")
}

func TestTheOnlyCopyOfAKeyIsNotOverwritten(t *testing.T) {
	t.Attr("fault", "F1")
	const app = "[app_config]\napp_id=2b5d0f2e-0000-4000-8000-000000000000\nprivate_key="
	key := pemOf(pairs[2]())
	const encrypted = "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIF\n-----END ENCRYPTED PRIVATE KEY-----\n"
	const curve = "-----BEGIN EC PRIVATE KEY-----\nMHcC\n-----END EC PRIVATE KEY-----\n"
	for name, test := range map[string]struct{ kind, file, content, key string }{
		"nexmo":           {"nexmo", ".nexmo-app", app + fmt.Sprintf("%q", key) + "\n", key},
		"nexmo, twice":    {"nexmo", ".nexmo-app", app + fmt.Sprintf("%q", key) + "\nprivate_key=private.key\n", key},
		"nexmo, a curve":  {"nexmo", ".nexmo-app", app + fmt.Sprintf("%q", curve) + "\n", curve},
		"vonage":          {"vonage", ".vonagerc", fmt.Sprintf(`{"private-key":%q}`, key), key},
		"camel":           {"vonage", ".vonagerc", fmt.Sprintf(`{"privateKey":%q}`, key), key},
		"both spellings":  {"vonage", ".vonagerc", fmt.Sprintf(`{"private-key":%q,"privateKey":"private.key"}`, key), key},
		"encrypted":       {"vonage", ".vonagerc", fmt.Sprintf(`{"private-key":%q}`, encrypted), encrypted},
		"not even a text": {"vonage", ".vonagerc", fmt.Sprintf(`{"private-key":[%q]}`, encrypted), fmt.Sprintf("[%q]", encrypted)},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRun(t)
			r.answer(answer.Write, test.kind)
			r.has(test.file, test.content)
			err := r.does("connect").try("application")
			if !errors.Is(err, workdir.ErrOnlyCopy) || r.file(test.file) != test.content || r.account.count(postApplication) > 0 {
				t.Fatalf("got %v, %d requests", err, r.account.count(postApplication))
			}
			wantAll(t, advice.For(err).What+advice.For(err).Do, test.file, "in no other file here", "move")
			r.has("old.pem", test.key)
			r.doesAll()
		})
	}
}

func TestWhatWasInAFileBeforeStaysThere(t *testing.T) {
	r := newRun(t)
	r.answer(answer.Write, "env,nexmo,vonage")
	vonagerc := fmt.Sprintf("{\n  \"api-key\": %q,\n  \"api-secret\": %q\n}\n", apiKey, apiSecret)
	r.has(".vonagerc", vonagerc)
	r.has(".nexmorc", "[credentials]\napi_key="+apiKey+"\napi_secret=older\n")
	r.has(".env", "VONAGE_API_KEY="+apiKey+"\n")
	r.doesAll()
	// A second run for another application leaves more of its own.
	again := r.again()
	again.answer(answer.AppID, "new", answer.KeyFile, "second.key", answer.Write, "env,vonage")
	again.doesAll()
	left := r.cleared()
	if !slices.Equal(left, []string{".env", ".nexmorc", ".vonagerc"}) {
		t.Fatalf("left: %q", left)
	}
	for _, name := range []string{"api-key", "api-secret"} {
		wantAll(t, r.file(".vonagerc"), name)
	}
	for _, name := range []string{"app-id", "private-key"} {
		if strings.Contains(r.file(".vonagerc"), name) {
			t.Errorf("%s is left in\n%s", name, r.file(".vonagerc"))
		}
	}
	equal(t, ".env", r.file(".env"), "VONAGE_API_KEY="+apiKey+"\n")
	equal(t, ".nexmorc", r.file(".nexmorc"), "[credentials]\napi_key="+apiKey+"\n")
}

func TestAnotherAccountInAFileIsReplacedAndThatIsSaid(t *testing.T) {
	r := newRun(t)
	r.answer(answer.Write, "nexmo,vonage")
	r.has(".nexmorc", "[credentials]\napi_key=old11111\napi_secret=x\n")
	r.has(".vonagerc", `{"apiKey":"old11111"}`)
	r.doesAll()
	wantAll(t, r.warned(), "check .nexmorc: it was for account old11111", "check .vonagerc: it was for account old11111")
}

func TestUsersOfDifferentRunsHaveDifferentFiles(t *testing.T) {
	r := newRun(t)
	r.env.Roster = []client.NewUser{{Name: "李雷"}, {Name: "a b"}, {Name: "A_B"}, {Name: strings.Repeat("名", 100)}}
	r.doesAll()
	again := r.again()
	again.answer(answer.Key, answer.Yes)
	again.env.Roster = []client.NewUser{{Name: "a_b"}, {Name: "a b"}, {Name: "!"}}
	again.doesAll()
	for file, user := range map[string]string{"李雷": "李雷", "a_b": "a b", "A_B-2": "A_B", "a_b-2": "a_b", "user": "!", strings.Repeat("名", 40): strings.Repeat("名", 100)} {
		if text := r.file("users/" + file + ".env"); !strings.Contains(text, "VONAGE_USER_NAME="+user+"\n") && !strings.Contains(text, `VONAGE_USER_NAME="`+user+`"`) && !strings.Contains(text, `VONAGE_USER_NAME='`+user+`'`) {
			t.Errorf("%s.env is not of %s:\n%s", file, user, text)
		}
	}
	equal(t, "files", len(namesIn(t, r.path("users"))), 7)
}

func TestARosterDoesNotWaitForAnHour(t *testing.T) {
	t.Attr("fault", "N3")
	for name, refuse := range map[string]fault{
		"503": askingToWait(http.StatusServiceUnavailable, "3600"), "429": askingToWait(http.StatusTooManyRequests, "90"),
	} {
		t.Run(name, func(t *testing.T) {
			r := workshop(t, 100).does("connect", "application")
			r.env.Wait = func(ctx context.Context, d time.Duration) error {
				if d > client.LongestWait {
					t.Errorf("it waits for %v", d)
				}
				return ctx.Err()
			}
			var n atomic.Int64
			r.account.on(postUser, func(w http.ResponseWriter, q *http.Request, api http.Handler) {
				if n.Add(1) > 20 {
					_, _ = io.Copy(io.Discard, q.Body)
					refuse(w, q, api)
					return
				}
				api.ServeHTTP(w, q)
			})
			err := r.try("user")
			if err == nil || r.account.count(postUser) > 60 {
				t.Errorf("%d requests, %v", r.account.count(postUser), err)
			}
			if len(r.session.Roster) < 10 {
				t.Errorf("%d users are known", len(r.session.Roster)+1)
			}
			r.account.heal()
			again := r.again().with(100)
			again.answer(answer.Key, answer.Yes)
			again.doesAll()
			again.isComplete(100)
		})
	}
}

func TestCleanDeletesFilesOfAFailedRun(t *testing.T) {
	t.Attr("fault", "F5")
	r := workshop(t, 2)
	r.does("connect", "application", "user").has("users", "a file in the way")
	r.fails("token")
	noError(t, os.Remove(r.path("users")))
	r.does("token")
	r.leaves("")
}

// TestCleanDeletesFilesOfAnOlderVersion has a journal without the names of what was written.
func TestCleanDeletesFilesOfAnOlderVersion(t *testing.T) {
	r := newRun(t)
	r.answer(answer.Write, "env,nexmo,vonage")
	r.doesAll()
	names := regexp.MustCompile(`,\n *"wrote": \{[^}]*\}`)
	if !names.MatchString(r.file(".credwiz.json")) {
		t.Fatalf("the journal notes no names:\n%s", r.file(".credwiz.json"))
	}
	r.has(".credwiz.json", names.ReplaceAllString(r.file(".credwiz.json"), ""))
	r.answer(answer.User, "bob")
	r.does("user", "token")
	r.leaves("")
}
