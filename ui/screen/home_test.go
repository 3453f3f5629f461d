package screen

import (
	"strings"
	"testing"

	"credwiz/steps"
	"credwiz/steps/answer"
	"credwiz/steps/journal"
	"credwiz/steps/resign"
	"credwiz/steps/workdir"
)

// setUp has the next wizard open at home, in a folder where a token was signed.
func (d *desk) setUp() {
	d.Helper()
	if d.home = resign.FindHome(d.folder, must(d.env.Open(false)).API.Host().String()); d.home == nil {
		d.Fatal("the folder is not set up")
	}
}

// aHome is a desk whose folder is set up, with alice's token.
func aHome(t *testing.T) *desk {
	t.Helper()
	d := newDesk(t).account()
	d.sit(80, 24).ready()
	d.setUp()
	return d
}

func TestAUserIsAddedFromHome(t *testing.T) {
	d := aHome(t)
	p := d.sit(80, 30).press("down").sees("❯ Add a user").press("enter")
	p.until("the user's questions", func() bool { return !p.m.atHome() }).listed().sees("● User", "❯ + Create a new user", "1 of 2", "┃ Name")
	p.press("esc").sees("● Application", "Application ID", "(created by an earlier run)").press("esc").sees("● Account").press("enter", "enter").sees("● User")
	p.listed().press("bob", "enter", "enter").wait().sees("✓ User bob", "● Token").press("enter").wait()
	p.sees("Token expires", "bob signed in")
	if users := d.api.Users(d.api.Applications()[0].ID); len(users) != 2 {
		t.Errorf("the users are %v", users)
	}
}

func TestHomeSuggestsTheUserWhoHasNoTokenYet(t *testing.T) {
	d := aHome(t)
	p := d.sit(80, 30).press("down", "enter")
	p.until("the user's questions", func() bool { return !p.m.atHome() }).listed().press("bob", "enter", "enter").wait().sees("● Token")
	d.setUp()
	p = d.sit(80, 30).sees("❯ New token for bob", "no token yet").press("enter")
	p.until("the token", func() bool { return p.m.finished() }).sees("bob signed in")
}

func TestLeavingBeforeAUserIsAddedFromHomeDoesNotDenyTheOthers(t *testing.T) {
	p := aHome(t).sit(80, 30).press("down", "enter")
	p.until("the user's questions", func() bool { return !p.m.atHome() }).listed()
	if receipt := steps.Receipt(p.m.env, p.m.Session()); !strings.Contains(receipt, "No user was added") || strings.Contains(receipt, "no user yet") {
		t.Errorf("the receipt:\n%s", receipt)
	}
}

func TestHomeSaysThatTheTokenInEnvWasRefused(t *testing.T) {
	d := aHome(t)
	d.home.Users[0].User.Refused = "system:error:invalid-token"
	d.sit(80, 30).sees("In .env", "alice's token, which failed the login test: system:error:invalid-token")
}

func TestHomeSuggestsNamesThatAreFree(t *testing.T) {
	d := aHome(t)
	for key, name := range map[string]string{answer.User: "alice", answer.AppName: "My Client SDK app"} {
		d.env.Known[key] = answer.Known{Value: name, Source: ".credwiz.json", Suggested: true}
	}
	p := d.sit(80, 30).press("down", "enter")
	p.until("the user's questions", func() bool { return !p.m.atHome() }).listed().sees("Creates “bob” in").doesNotSee("from .credwiz.json")
	p.press("alice").sees("Creates “alice” in “My Client SDK app”, or uses it if it exists.")
	p = d.sit(80, 30).press("down", "down", "enter").wait().sees("❯ + Create a new application", "this folder", "creates “My Client SDK app 2”")
}

func TestAQuestionMarkExplainsHome(t *testing.T) {
	p := aHome(t).sit(80, 30).sees("? help").press("?")
	p.sees("About this folder", "New token", "Add a user", "Use another application", "Nothing is deleted", "esc close")
	p.press("esc").sees("❯ New token for alice")
}

func TestAfterHomeOnlyTheSecretIsAskedForToSwitchTheApplication(t *testing.T) {
	d := aHome(t)
	secret := d.env.Secrets[d.env.Known[answer.APIKey].Value].Value
	d.env.Secrets = nil
	delete(d.env.Known, answer.APIKey)
	for name, way := range map[string][]string{"home": {"down", "down"}, "the last screen": {"enter"}} {
		t.Run(name, func(t *testing.T) {
			p := d.sit(80, 40).press(way...)
			if name == "home" {
				p.sees("❯ Use another application").press("enter")
			} else {
				p.until("the token", func() bool { return p.m.finished() }).press("a")
			}
			p.sees("abcd1234", "┃ API secret").press(secret).doesNotSee(secret).press("enter").wait().sees("● Application", "key here")
		})
	}
}

func TestAfterHomeAnApplicationIsRenamedWithTheSecretThatWasNotAskedForYet(t *testing.T) {
	d := aHome(t)
	secret := d.env.Secrets[d.env.Known[answer.APIKey].Value].Value
	d.env.Secrets = nil
	p := d.sit(80, 40).press("enter")
	p.until("the token", func() bool { return p.m.finished() })
	p.press("esc", "esc").sees("● Application").press("e").sees("API secret").press("New name", "enter").press("wrong", "enter").wait()
	p.sees("rejected this key and secret", "API secret").doesNotSee("dashboard.vonage.com").press(secret, "enter").wait()
	if apps := d.api.Applications(); apps[0].Name != "New name" {
		t.Errorf("its name is %q", apps[0].Name)
	}
	p.press("esc").sees("● Application New name").press("e").doesNotSee("API secret")
}

func TestHomeSaysWhyThereIsNoTokenAndStays(t *testing.T) {
	d := aHome(t)
	d.rename("private.key", "moved")
	p := d.sit(80, 30).press("enter").awaits("✗ ")
	p.sees("private.key")
	d.rename("moved", "private.key")
	p.press("enter").until("the token", func() bool { return p.m.finished() })
}

func TestEscFromTheFirstStepLeadsHome(t *testing.T) {
	d := aHome(t)
	d.env.Known = nil
	p := d.sit(80, 24).press("down", "down").sees("❯ Use another application").press("enter").sees("● Account", "esc back")
	p.press("esc").sees("❯ New token for alice").press("q").left()
}

func TestStartingOverAtHomeCreatesAnotherApplicationAndDeletesNothing(t *testing.T) {
	d := aHome(t)
	key := d.read("private.key")
	p := d.sit(80, 30).press("down", "down", "down").sees("❯ Start over", "nothing is deleted").press("enter").wait()
	p.sees("● Application", "❯ + Create a new application", "❯ keep it, and create another").press("enter").wait().sees("private-2.key", "● User")
	if apps := d.api.Applications(); len(apps) != 2 || d.read("private.key") != key {
		t.Errorf("%d applications, or another key", len(apps))
	}
}

func TestATokenAtHomeRaisesNoAlarmAboutCapabilitiesItDidNotLookUp(t *testing.T) {
	p := aHome(t).sit(80, 24).press("enter")
	p.until("the token", func() bool { return p.m.finished() })
	if receipt := steps.Receipt(p.env, p.m.Session()); strings.Contains(receipt, "rtc") {
		t.Errorf("the receipt says:\n%s", receipt)
	}
}

func TestStartingOverStartsOverAfterALookAtTheOtherApplications(t *testing.T) {
	p := aHome(t).sit(80, 30).press("down", "down", "enter").wait().sees("● Application")
	p.press("esc", "esc").sees("❯ New token for alice").press("down", "down", "down", "enter").wait()
	p.sees("● Application", "❯ + Create a new application")
}

func TestHomeOffersToContinueASetupThatWasLeft(t *testing.T) {
	d := aHome(t)
	d.env.Keys = steps.NewKeySource(anotherKey)
	p := d.sit(80, 30).press("down", "down", "down", "enter").wait().press("enter").wait().sees("● User")
	p.press("ctrl+c").left()
	d.setUp()
	d.leftRun()
	d.sit(80, 30).sees("❯ Continue the unfinished setup", "New token for alice").press("enter").wait().sees("private-2.key", "● User")
}

func TestAUserWhoIsChosenAgainIsOneUserInTheReceipt(t *testing.T) {
	p := aHome(t).sit(80, 24).press("enter")
	p.until("the token", func() bool { return p.m.finished() })
	p.press("u").listed().press("alice", "enter").wait().press("enter").wait()
	if receipt := steps.Receipt(p.env, p.m.Session()); strings.Count(receipt, "alice can log in") != 1 {
		t.Errorf("the receipt says:\n%s", receipt)
	}
}

func TestARenamedUserIsStillOnesOwn(t *testing.T) {
	d := aHome(t)
	p := d.sit(80, 24).press("enter")
	p.until("the token", func() bool { return p.m.finished() })
	p.press("u").listed().press("alice", "enter").wait().press("esc", "e", "bob", "enter").wait().sees("● Token")
	folder := must(workdir.OpenExisting(d.folder))
	defer func() { _ = folder.Close() }()
	if users := must(journal.Read(folder)).Applications[0].Users; len(users) != 1 || users[0].Name != "bob" || !users[0].Created {
		t.Errorf("the journal has %+v", users)
	}
}
