package screen

import (
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"credwiz/steps"
	"credwiz/steps/answer"
)

// twoApps gives the desk's account the application Lost, whose key is nowhere, and Kept, whose key is in the folder.
func (d *desk) twoApps() {
	d.Helper()
	d.sit(80, 30).connected().press("Lost", "enter").wait().sees("✓ Application Lost")
	d.remove("private.key", ".credwiz.json")
	d.env.Keys = steps.NewKeySource(anotherKey)
	d.sit(80, 30).connected().press("down", "up", "tab", "Kept", "enter").wait().sees("✓ Application Kept")
	d.remove(".credwiz.json")
}

// broken answers every call with an error, until answerFirst is given something else.
func broken(w http.ResponseWriter, _ *http.Request) bool {
	http.Error(w, "{}", http.StatusInternalServerError)
	return true
}

// breaksAfter answers so many calls for that path, and then with errors.
func (d *desk) breaksAfter(calls int32, path string) {
	var n atomic.Int32
	d.answerFirst(func(w http.ResponseWriter, r *http.Request) bool {
		return strings.HasPrefix(r.URL.Path, path) && n.Add(1) > calls && broken(w, r)
	})
}

// clears empties the search for an application.
func (p *person) clears(text string) *person {
	p.Helper()
	for range text {
		p.press("backspace")
	}
	return p
}

func TestNewKeysForOneApplicationAreNotMadeForTheNext(t *testing.T) {
	d := newDesk(t)
	d.twoApps()
	key := d.read("private.key")
	p := d.sit(80, 40).connected()
	p.press("Lost", "tab", "down").sees("❯ I lost it: replace the key")
	p.press("enter").sees("Tokens signed with the old key stop working at once.").press("Lost")
	d.answerFirst(broken)
	p.press("enter").wait().sees("e change answers")
	d.answerFirst(nil)
	p.press("e").press("tab").clears("Lost").press("Kept").sees("Nothing is created").doesNotSee("I lost it")
	p.press("enter").wait().sees("✓ Application Kept")
	if d.changes() > 0 {
		t.Errorf("the application was changed: %v", d.calls)
	}
	if d.read("private.key") != key {
		t.Error("the key in the folder is another one")
	}
}

func TestWhatIsChosenForANewApplicationChoosesNothingForAnother(t *testing.T) {
	d := newDesk(t)
	d.twoApps()
	p := d.sit(80, 40).connected()
	p.press("tab", "tab", "down").sees("❯ keep it, and create another")
	p.press("shift+tab", "shift+tab", "Lost").sees("Application", "❯ Lost")
	p.press("tab").sees("❯ I'll add the file")
}

func TestTheKeyOfAnotherApplicationIsNotMissedForANewOne(t *testing.T) {
	d := newDesk(t)
	d.twoApps()
	d.remove("private.key")
	p := d.sit(80, 40).connected()
	p.press("Lost", "tab").sees("❯ I'll add the file").press("tab", "private.key", "enter").wait().sees("Can't find private.key")
	p.press("e").press("shift+tab", "shift+tab").clears("Lost").press("up", "up").sees("❯ + Create a new application", "creates “My Client SDK app”")
	p.press("enter", "enter").wait().sees("✓ Application My Client SDK app", "✓ Private key saved")
}

func TestAnApplicationOfOneAccountIsNotLookedForInAnother(t *testing.T) {
	d := newDesk(t)
	d.twoApps()
	d.remove("private.key")
	d.env.Demo, d.env.Host = false, "api.nexmo.com"
	d.env.Known = map[string]answer.Known{
		answer.APIKey:    {Value: d.env.SandboxPair.APIKey, Source: "--api-key"},
		answer.TrustHost: {Value: answer.Yes, Source: "--trust-api-host"},
	}
	d.env.Secrets = map[string]answer.Known{
		d.env.SandboxPair.APIKey: {Value: d.env.SandboxPair.APISecret.Reveal(), Source: "VONAGE_API_SECRET"},
	}
	p := d.sit(80, 40).connected()
	p.press("Lost")
	d.answerFirst(broken)
	p.press("tab", "tab", "private.key", "enter").wait().sees("e change answers").press("e", "esc", "e")
	p.sees("My Vonage account").press("shift+tab").press("down")
	d.answerFirst(func(w http.ResponseWriter, _ *http.Request) bool { // an account that has nothing
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Date", noon.Format(http.TimeFormat))
		_, _ = w.Write([]byte(`{"page_size":100,"page":1,"total_items":0,"total_pages":1,"_embedded":{"applications":[]}}`))
		return true
	})
	p.press("enter").wait().sees("✓ Account")
	d.answerFirst(nil)
	p.sees("● Application", "Application name").doesNotSee("Lost")
	p.press("enter").wait().sees("✓ Application My Client SDK app")
}

func TestAnswersFromOutsideStayWhateverIsAnswered(t *testing.T) {
	d := newDesk(t)
	d.env.Known = map[string]answer.Known{answer.Capability: {Value: "voice", Source: "--capability"}}
	p := d.sit(80, 30).connected()
	d.answerFirst(broken)
	p.press("enter").wait()
	d.answerFirst(nil)
	p.press("e", "x", "enter").wait().sees("✓ Application x")
	p.press("esc").sees("Capabilities rtc, voice")
}

func TestAfterAFailureTheAnswersAreThoseThatWereTried(t *testing.T) {
	t.Run("of an earlier run", func(t *testing.T) {
		d := newDesk(t).account()
		d.sit(80, 30).connected().press("Mine", "enter").wait().press("bob", "tab", "Bob", "enter").wait()
		d.leftRun()
		d.breaksAfter(1, "/v2/applications") // which connects
		p := d.sit(80, 30).press("enter").wait().press("e").sees("Mine")
		p.press("enter").wait()
		d.breaksAfter(0, "/v1/users")
		p.press("r").wait().sees("✓ Application Mine").press("e").sees("bob", "Bob")
		d.answerFirst(nil)
		p.press("enter").wait().sees("✓ User bob")
		if users := d.api.Users(d.api.Applications()[0].ID); len(users) != 1 {
			t.Errorf("the users are %v", users)
		}
	})
	t.Run("of an offer", func(t *testing.T) {
		d := newDesk(t)
		d.sit(80, 40).ready()
		d.remove(".credwiz.json") // so that alice may be anybody's
		p := d.sit(80, 40).press("enter").wait().press("down", "enter").wait()
		p.awaits("+ Create a new user").press("alice", "enter").wait().sees("n to create alice-2")
		d.answerFirst(broken)
		p.press("n").wait().press("e").sees("alice-2")
	})
}

func TestGoingBackKeepsWhatIsTyped(t *testing.T) {
	d := newDesk(t)
	p := d.sit(80, 30).connected().press("enter").wait()
	p.press("ann, bob, cid").doesNotSee("isplay name").press("esc").sees("● Application", "Application ID")
	p.press("e", "Mine", "enter").wait().sees("✓ Application Mine")
	p.sees("ann, bob, cid", "Creates 3 users in “Mine”")
	p.press("enter").wait().sees("✓ User ann and 2 more").press("enter").wait().sees("✓ Token expires")
	p.press("u").sees("● User").doesNotSee("ann, bob, cid").press("dan", "esc").sees("✓ Token expires")
	p.press("esc").sees("● User ann and 2 more").press("enter")
	p.press("u").sees("dan", "Creates “dan”")
	if a := p.m.answers[answer.User]; a != "" {
		t.Errorf("%q counts as an answer before it is one", a)
	}
	p.press("enter").wait().sees("✓ User dan").press("enter").wait().press("u").sees("● User").doesNotSee("┃ dan", "❯ dan")
}

func TestATakenNameOfSeveralRenamesNoOtherUser(t *testing.T) {
	for typed, want := range map[string]string{
		"bob, alice":        "Name taken alice: use the existing user (t), or change the name and run credwiz again",
		"bob, alice, carol": "Names taken alice, carol: use the existing users (t), or change the names and run credwiz again",
	} {
		t.Run(typed, func(t *testing.T) {
			d := newDesk(t)
			d.env.Brief = true
			d.sit(80, 40).connected().press("enter").wait().press("alice, carol", "enter").wait()
			d.remove(".credwiz.json")
			p := d.sit(80, 40).press("enter").wait().press("down", "enter").wait().listed()
			p.press(typed, "enter").wait().sees(want).doesNotSee("e change", "--reuse-user")
			p.press("e").press("alice2", "enter").wait()
			if users := fmt.Sprint(d.api.Users(d.api.Applications()[0].ID)); !strings.Contains(users, "bob") || strings.Contains(users, "alice2") {
				t.Errorf("the users are %v", users)
			}
		})
	}
}

func TestWhatWasTypedForOneAccountIsForgottenWithIt(t *testing.T) {
	p := newDesk(t).sit(80, 30).connected().press("Mine", "esc").sees("● Account", "Applications none")
	p.press("enter").sees("Mine").press("esc", "e").press("enter").wait().sees("My Client SDK app").doesNotSee("Mine")
}

func TestAnAccountThatWasNotTakenIsNotNamed(t *testing.T) {
	d := newDesk(t).account()
	delete(d.env.Known, answer.Account)
	p := d.sit(80, 30).press("enter").wait().press("esc").sees("● Account", "Applications none").doesNotSee("practice sandbox")
	p.press("e", "shift+tab", "down").sees("practice sandbox").press("esc").sees("Applications none").doesNotSee("practice sandbox")
}

func TestEnterStopsAtAChoiceThatTheUserHasNotSeen(t *testing.T) {
	d := newDesk(t)
	d.twoApps()
	d.remove("private.key")
	d.sit(80, 30).connected().press("Lost", "enter").sees("❯ I'll add the file", "I lost it: replace the key").press("down").sees("❯ I lost it")
}
