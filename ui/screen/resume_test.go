package screen

import (
	"testing"

	"credwiz/client"
	"credwiz/steps"
	"credwiz/steps/answer"
	"credwiz/ui/style"
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

func (d *desk) left(t *testing.T) {
	t.Helper()
	place, err := d.env.Open(false)
	if err != nil {
		t.Fatal(err)
	}
	if d.env.Earlier = steps.FindEarlier(".", place.API.Host().String()); d.env.Earlier == nil {
		t.Fatal("no earlier run is found")
	}
}

func TestALeftRunGoesOnWithoutAskingAgain(t *testing.T) {
	d := newDesk(t).account()
	d.sit(t, 80, 30, style.Look{}).connected().press("M", "i", "n", "e", "enter").wait().press("enter", "b", "o", "b", "enter").wait()
	made := len(d.made())
	d.left(t)
	p := d.sit(t, 80, 30, style.Look{})
	p.sees("A run in this folder was left just now", "❯ go on", "“Mine” and bob exist, the token is next")
	p.press("enter").wait().press("enter").wait().sees("Your application is ready", "Mine")
	p.press("enter").wait().sees("Your user is ready", "bob").press("enter").sees("Valid for").press("enter").wait()
	p.sees("Ready to log in", "bob in Mine")
	if now := len(d.made()); now != made {
		t.Errorf("something was created again: %q", d.made())
	}
}

func TestStartingAfreshAsksEverything(t *testing.T) {
	d := newDesk(t).account()
	d.sit(t, 80, 30, style.Look{}).connected().press("enter").wait()
	d.left(t)
	p := d.sit(t, 80, 36, style.Look{}).press("down").sees("❯ start afresh", "nothing is deleted").press("enter").wait()
	p.press("enter").sees("❯ a new one", "Application name", "❯", "keep it, and make another").press("enter").wait()
	p.sees("private-2.key")
	if apps := d.api.Applications(); len(apps) != 2 {
		t.Errorf("%d applications", len(apps))
	}
}
