package screen

import (
	"strings"
	"testing"

	"credwiz/client"
	"credwiz/steps"
	"credwiz/steps/answer"
)

// account makes the desk one with a real account instead of a demo.
func (d *desk) account() *desk {
	d.env.Demo = false
	d.env.Known = map[string]answer.Known{
		answer.Account: {Value: answer.AccountVonage, Source: "--api-host"},
		answer.APIKey:  {Value: d.env.SandboxPair.APIKey, Source: "--api-key"},
	}
	d.env.Secrets = map[string]answer.Known{
		d.env.SandboxPair.APIKey: {Value: d.env.SandboxPair.APISecret.Reveal(), Source: "VONAGE_API_SECRET"},
	}
	d.env.SandboxPair = client.Credentials{}
	return d
}

// leftRun has the next wizard find the run that was left.
func (d *desk) leftRun() {
	d.Helper()
	place := must(d.env.Open(false))
	if d.env.Earlier = steps.FindEarlier(d.folder, place.API.Host().String()); d.env.Earlier == nil {
		d.Fatal("no earlier run is found")
	}
}

func TestALeftRunGoesOnWithoutAskingAgain(t *testing.T) {
	d := newDesk(t).account()
	d.sit(80, 30).connected().press("M", "i", "n", "e", "enter").wait().press("b", "o", "b", "enter").wait()
	made := len(d.made())
	d.leftRun()
	p := d.sit(80, 30)
	p.sees("You have an unfinished setup here, from just now", "❯ continue", "next, the token; “Mine” and bob exist")
	p.press("enter").wait().sees("✓ Application Mine", "✓ User bob", "Valid for").press("enter").wait()
	p.sees("✓ Token expires", "bob signed in")
	if now := len(d.made()); now != made {
		t.Errorf("something was created again: %q", d.made())
	}
}

func TestStartingAgainAsksEverything(t *testing.T) {
	d := newDesk(t).account()
	d.sit(80, 30).connected().press("enter").wait()
	d.leftRun()
	p := d.sit(80, 36).press("down").sees("❯ start over", "nothing is deleted").press("enter").wait()
	p.sees("❯ + Create a new application", "Application name", "❯ keep it, and create another").press("enter", "enter").wait()
	p.sees("private-2.key")
	if apps := d.api.Applications(); len(apps) != 2 {
		t.Errorf("%d applications", len(apps))
	}
}

func TestAUserIsRenamedAndTheTokenSignedAgainUnlessEscLeavesItAsItWas(t *testing.T) {
	d := newDesk(t)
	p := d.sit(80, 40).ready()
	p.press("esc", "e").sees("Name", "Changes “alice”").press("b", "o", "b").sees("Renames “alice”", "You sign a new one next")
	p.press("esc").sees("● User alice").press("enter").sees("✓ User alice", "✓ Token expires")
	if calls := strings.Join(d.calls, " "); strings.Contains(calls, "PATCH") {
		t.Error("it was changed all the same")
	}
	p.press("esc", "e", "b", "o", "b", "enter").wait().sees("✓ User bob", "Valid for")
	p.press("enter").wait().sees("✓ User bob", "Token expires", "bob signed in")
	if users := d.api.Users(d.api.Applications()[0].ID); len(users) != 1 || users[0].Name != "bob" {
		t.Errorf("the users are %v", users)
	}
}

func TestAFailedChangeKeepsWhatThereIs(t *testing.T) {
	d := newDesk(t)
	p := d.sit(80, 40).ready()
	p.press("u", "b", "o", "b", "enter").wait().press("enter").wait().sees("bob signed in")
	p.press("esc", "e").press("a", "l", "i", "c", "e", "enter").wait().sees("Names are unique", "Choose another name")
	p.sees("┃ alice").press("esc").sees("● User bob").press("enter").sees("✓ User bob", "Token expires", "bob signed in")
}

func TestContinuingWithoutTheKeyCreatesNoSecondApplication(t *testing.T) {
	d := newDesk(t).account()
	d.sit(80, 30).connected().press("enter").wait()
	d.remove("private.key")
	d.leftRun()
	d.sit(80, 30).press("enter").wait().wait().sees("Can't find private.key", "If the key is lost, replace it")
	if apps := d.api.Applications(); len(apps) != 1 {
		t.Errorf("%d applications", len(apps))
	}
}

func TestTheSameNameAgainChoosesTheApplicationThatItMade(t *testing.T) {
	d := newDesk(t).account()
	d.env.Known[answer.AppName] = answer.Known{Value: "Twice", Source: "--app-name"}
	d.sit(80, 30).ready()
	for _, size := range [][2]int{{60, 18}, {40, 12}} {
		d.env.Step = true
		p := d.sit(size[0], size[1]).press("enter").wait().press("enter").wait()
		p.sees("❯ Twice", "Checks that private.key is the key of “Twice”", "enter use")
	}
	d.env.Step = false
	d.sit(80, 30).press("enter").wait().sees("● User") // there is nothing to ask
	if apps := d.api.Applications(); len(apps) != 1 {
		t.Errorf("%d applications", len(apps))
	}
}
