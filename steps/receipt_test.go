package steps_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"credwiz/client"
	"credwiz/client/redact"
	"credwiz/steps"
	"credwiz/steps/answer"
)

func TestTheReceiptTellsEverythingThatExists(t *testing.T) {
	t.Parallel()
	r := newRun(t)
	r.answer(answer.DisplayName, "Alice Ardent")
	equal(t, "before anything is made", steps.Receipt(r.env, r.session), "")
	r.does("connect")
	equal(t, "after a look at the account", steps.Receipt(r.env, r.session), "")
	r.does("application")
	wantAll(t, steps.Receipt(r.env, r.session), strings.TrimPrefix(r.account.url, "http://"), apiKey, "My App", r.session.Application.ID, r.path("private.key"))
	wantNone(t, steps.Receipt(r.env, r.session), "alice", "Token", "✓")
	r.does("user", "token")

	receipt := steps.Receipt(r.env, r.session)
	head, _, _ := strings.Cut(receipt, "\nToken\n")
	equal(t, "the receipt", head, "✓ alice has a token for My App until tomorrow at 12:00\n"+
		"  Token in "+r.path(".env")+" (VONAGE_JWT), key in "+r.path("private.key")+"\n")
	wantNone(t, receipt, apiSecret, "PRIVATE")
	token := r.session.Token.JWT.Reveal()
	equal(t, "lines that are the token, whole and alone", strings.Count(receipt, "\n"+token+"\n"), 1)
	equal(t, "times that it is told", strings.Count(receipt, token), 1)
	wantPrintableLines(t, receipt)

	r.env.NoToken = true
	equal(t, "without the token", steps.Receipt(r.env, r.session), head)
}

func TestTheReceiptSaysWhoseDotenvItWas(t *testing.T) {
	t.Parallel()
	r := newRun(t).doesAll()
	wantNone(t, steps.Receipt(r.env, r.session), ".env was")
	r.session = r.session.Another()
	r.answer(answer.User, "bob")
	r.does("user", "token")
	wantAll(t, steps.Receipt(r.env, r.session), "✓ .env now has bob's token (was alice's)\n")
	r.does("token")
	wantAll(t, steps.Receipt(r.env, r.session), "✓ .env now has bob's token (was alice's)\n")
}

func TestTheReceiptSaysWhichFileHasWhichSecret(t *testing.T) {
	t.Parallel()
	r := newRun(t)
	r.answer(answer.Write, "env,nexmo,vonage")
	r.doesAll()
	wantAll(t, steps.Receipt(r.env, r.session),
		", key in "+r.path("private.key")+", "+r.path(".nexmo-app")+", "+r.path(".vonagerc")+"\n",
		"  API secret in "+r.path(".nexmorc")+", "+r.path(".vonagerc")+"\n")
}

// A key that was tried first, and one that is used, are the user's own files.
func TestTheReceiptListsOnlyFilesThatCredwizWrote(t *testing.T) {
	t.Parallel()
	r := newRun(t)
	r.has("my.pem", pemOf(pairs[1]()))
	r.has("shared.key", pemOf(pairs[2]()))
	r.answer(answer.AppID, r.account.hasApplication(t, "Theirs", pairs[2]()), answer.KeyFile, "my.pem", answer.Key, answer.Yes)
	r.does("connect").fails("application")
	r.answer(answer.KeyFile, "shared.key")
	r.does("application", "user", "token")
	wantAll(t, steps.Receipt(r.env, r.session), "  Token in "+r.path(".env")+" (VONAGE_JWT), key in "+r.path("shared.key")+"\n")
	equal(t, "files", fmt.Sprint(steps.ResultOf(r.env, r.session).Files), fmt.Sprint([]string{r.path(".credwiz.json"), r.path(".env")}))
}

func TestTheReceiptAfterAnotherUserIsOnlyBegun(t *testing.T) {
	t.Parallel()
	r := newRun(t).doesAll()
	r.session = r.session.Another()
	receipt := steps.Receipt(r.env, r.session)
	wantAll(t, receipt, "  alice's token in ")
	wantNone(t, receipt, "To continue")
	r.answer(answer.User, "bob")
	r.does("user")
	wantAll(t, steps.Receipt(r.env, r.session), "! bob exists in My App and has no token yet", "  alice's token in ", "  To continue: credwiz --dir ")
}

// A run that ends early can be continued, but not in a demo, whose files go.
func TestTheReceiptNamesTheCommandThatContinues(t *testing.T) {
	t.Parallel()
	r := newRun(t).does("connect", "application")
	wantAll(t, steps.Receipt(r.env, r.session), "! My App has no user yet.\n", "\n  To continue: "+
		"credwiz --dir "+inShell(r.dir)+" --api-host "+r.account.url+"\n")
	r.env.Mask, r.env.Pause = true, 2*time.Second
	r.env.Known = map[string]answer.Known{answer.User: {Value: "erin", Source: "--user"}}
	wantAll(t, steps.Receipt(r.env, r.session), " --mask --pause 2s --user erin\n")
	again := r.again().does("connect", "application") // in which others may have created users
	wantAll(t, steps.Receipt(again.env, again.session), "! No user was added to My App.\n")
	r.env.Temporary, r.session.Place.Sandbox = true, true
	wantNone(t, strings.ToLower(steps.Receipt(r.env, r.session)), "continue", "again", "next run")
}

func wantPrintableLines(t testing.TB, text string) {
	t.Helper()
	for line := range strings.Lines(text) {
		if line = strings.TrimSuffix(line, "\n"); redact.Printable(line) != line {
			t.Errorf("this line is not safe to print: %q", line)
		}
	}
}

// evil would write to the clipboard, clear the screen and turn the writing round.
const evil = "\x1b]52;c;aGk=\a\x1b[2J\u202e\r\n"

func TestNamesFromElsewhereCannotHarmTheTerminal(t *testing.T) {
	t.Parallel()
	quoted := must(json.Marshal(evil))
	const id = "78d335fa-323d-0114-9c3d-d6f0d48968cf"
	r := newRun(t)
	r.dir = filepath.Join(r.dir, "dir\x1b[2J\u202e")
	r.does("connect")

	// An application that could not be made leaves the key, in a folder with such a name.
	r.account.on(postApplication, failing(http.StatusForbidden))
	r.fails("application")
	wantPrintableLines(t, steps.Receipt(r.env, r.session))

	r.account.on(postApplication, answering(http.StatusCreated, "application/json", fmt.Sprintf(
		`{"id":%q,"name":"My App","capabilities":{%s:{},"rtc":{"webhooks":{"event_url":{"address":%s}}}}}`, id, quoted, quoted)))
	r.account.on(postUser, answering(http.StatusCreated, "application/json", fmt.Sprintf(
		`{"id":"USR-%s","name":"alice","display_name":%s,"_links":{"self":{"href":"https://%s/"}}}`, id, quoted, "a\u202eb.test")))
	for _, step := range steps.Script()[1:] {
		plan := step.Plan(r.env, r.session, r.answers)
		if redact.Printable(plan) != plan {
			t.Errorf("the plan of %s is not safe to print: %q", step.ID, plan)
		}
		r.does(step.ID)
		for _, f := range step.Show(r.env, r.session) {
			if redact.Printable(f.Label) != f.Label || redact.Printable(f.Value) != f.Value {
				t.Errorf("a fact of %s is not safe to print: %q %q", step.ID, f.Label, f.Value)
			}
		}
		wantPrintableLines(t, steps.Receipt(r.env, r.session))
	}
	wantAll(t, r.shows("application"), `\u{1B}]52;c;aGk=\u{7}`)
}

func TestTheResultInJSON(t *testing.T) {
	t.Parallel()
	r := newRun(t)
	r.answer(answer.DisplayName, "Alice Ardent", answer.Expires, "1h")
	r.doesAll()
	want := fmt.Sprintf(`{
  "api_key": %q,
  "api_host": %q,
  "sandbox": false,
  "application": {
    "id": %q,
    "name": "My App",
    "private_key_path": %q,
    "created": true
  },
  "users": [
    {
      "id": %q,
      "name": "alice",
      "display_name": "Alice Ardent",
      "created": true,
      "token": {
        "jwt": %q,
        "issued_at": "2026-03-04T12:00:00Z",
        "expires_at": "2026-03-04T13:00:00Z",
        "logged_in": false
      }
    }
  ],
  "missed": [],
  "files": [
    %q,
    %q,
    %q
  ]
}`, apiKey, r.account.url, r.session.Application.ID, r.path("private.key"), r.session.User.ID,
		r.session.Token.JWT.Reveal(), r.path("private.key"), r.path(".credwiz.json"), r.path(".env"))
	got := must(json.MarshalIndent(steps.ResultOf(r.env, r.session), "", "  "))
	if string(got) != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestTheResultOfARunThatEndedEarly(t *testing.T) {
	t.Parallel()
	asJSON := func(s steps.Session) string {
		return string(must(json.Marshal(steps.ResultOf(steps.Env{}, s))))
	}
	equal(t, "nothing", asJSON(steps.Session{}), `{"api_key":"","api_host":"","sandbox":false,"users":[],"missed":[],"files":[]}`)
	r := newRun(t).does("connect")
	equal(t, "an account", asJSON(r.session),
		fmt.Sprintf(`{"api_key":%q,"api_host":%q,"sandbox":false,"users":[],"missed":[],"files":[]}`, apiKey, r.account.url))
	r.does("application", "user")
	wantAll(t, asJSON(r.session), `"application":{`, `"users":[{`, `"display_name":""`)
	wantNone(t, asJSON(r.session), "token", apiSecret)
}

func TestTheReceiptSaysThatATokenHasExpired(t *testing.T) {
	t.Parallel()
	r := newRun(t).doesAll()
	r.env.Now = func() time.Time { return noon.Add(25 * time.Hour) }
	receipt := steps.Receipt(r.env, r.session)
	wantAll(t, receipt, "✗ alice's token for My App expired today at 12:00. For a new one: credwiz token --dir ", "--user alice --write env\n")
	wantNone(t, receipt, "✓ alice", "To continue")
}

// TestTheReceiptKnowsTheTokensOfAnEarlierRun has a finished roster run again, up to its users.
func TestTheReceiptKnowsTheTokensOfAnEarlierRun(t *testing.T) {
	t.Parallel()
	for users, says := range map[int]string{
		2:  "✓ user1 has a token for My App until tomorrow at 12:00\n✓ user2 has a token for My App until tomorrow at 12:00\n",
		13: "✓ 13 users have tokens for My App until tomorrow at 12:00\n",
	} {
		r := workshop(t, users).doesAll()
		r.answer(answer.ExistingUser, answer.Yes)
		r.session = steps.Session{}
		r.does("connect", "application", "user")
		receipt := steps.Receipt(r.env, r.session)
		wantAll(t, receipt, says)
		wantNone(t, receipt, "To continue", "no token yet")
		r.env.Roster = append(r.env.Roster, client.NewUser{Name: "late"})
		r.does("user")
		wantAll(t, steps.Receipt(r.env, r.session), map[int]string{
			2: "! late exists in My App and has no token yet", 13: "! 14 users exist in My App, and 13 of them have a valid token",
		}[users], "To continue")
	}
}

// TestTheReceiptOfTypedUsersNamesOnlyThem has all of them fail.
func TestTheReceiptOfTypedUsersNamesOnlyThem(t *testing.T) {
	t.Parallel()
	r := newRun(t)
	r.answer(answer.User, "bob, carol")
	r.does("connect", "application")
	r.failsBy("user", failing(http.StatusForbidden), postUser)
	wantAll(t, steps.Receipt(r.env, r.session), "To continue: credwiz --dir "+inShell(r.dir)+" --api-host "+r.account.url+" --user bob --user carol\n")
}

func TestAMaskedReceiptProposesNothingThatPrintsTheToken(t *testing.T) {
	t.Parallel()
	r := newRun(t).doesAll()
	r.env.Now, r.env.Mask = func() time.Time { return noon.Add(25 * time.Hour) }, true
	receipt := steps.Receipt(r.env, r.session)
	wantAll(t, receipt, "✗ alice's token for My App expired today at 12:00.\n")
	wantNone(t, receipt, "credwiz token")
}
