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
	d.sit(80, 30).connected().press("M", "i", "n", "e", "enter").wait().press("enter", "b", "o", "b", "enter").wait()
	made := len(d.made())
	d.leftRun()
	p := d.sit(80, 30)
	p.sees("You have an unfinished setup here, from just now", "❯ continue", "“Mine” and bob exist; next, the token")
	p.press("enter").wait().press("enter").wait().sees("Application ready", "Mine")
	p.press("enter").wait().sees("Your user is ready", "bob").press("enter").sees("Valid for").press("enter").wait()
	p.sees("Ready to log in", "bob in Mine")
	if now := len(d.made()); now != made {
		t.Errorf("something was created again: %q", d.made())
	}
}

func TestStartingAgainAsksEverything(t *testing.T) {
	d := newDesk(t).account()
	d.sit(80, 30).connected().press("enter").wait()
	d.leftRun()
	p := d.sit(80, 36).press("down").sees("❯ start over", "nothing is deleted").press("enter").wait()
	p.press("enter").sees("❯ + Create a new application", "Application name", "❯", "keep it, and create another").press("enter").wait()
	p.sees("private-2.key")
	if apps := d.api.Applications(); len(apps) != 2 {
		t.Errorf("%d applications", len(apps))
	}
}

func TestAUserIsRenamedAndTheTokenSignedAgainUnlessEscLeavesItAsItWas(t *testing.T) {
	d := newDesk(t)
	p := d.sit(80, 40).ready()
	p.press("esc", "e").sees("User name", "Changes “alice”").press("b", "o", "b").sees("Renames “alice”", "signs a new token")
	p.press("esc").sees("Your user is ready", "alice").press("enter").sees("Ready to log in", "alice in")
	if calls := strings.Join(d.calls, " "); strings.Contains(calls, "PATCH") {
		t.Error("it was changed all the same")
	}
	p.press("esc", "e", "b", "o", "b", "enter").wait().sees("Your user is ready", "bob")
	p.press("enter").sees("Valid for").press("enter").wait().sees("Ready to log in", "bob in")
	if users := d.api.Users(d.api.Applications()[0].ID); len(users) != 1 || users[0].Name != "bob" {
		t.Errorf("the users are %v", users)
	}
}

func TestAFailedChangeKeepsWhatThereIs(t *testing.T) {
	d := newDesk(t)
	p := d.sit(80, 40).ready()
	p.press("u", "b", "o", "b", "enter").wait().press("enter", "enter").wait().sees("bob in")
	p.press("esc", "e").press("a", "l", "i", "c", "e", "enter").wait().sees("Names are unique", "Choose another name")
	p.press("e").sees("User name").press("esc").sees("Your user is ready", "bob").press("enter").sees("Ready to log in", "bob in")
}
