//go:build unix

package command_test

import (
	"os"
	"strings"
	"testing"

	"credwiz/client"
	"credwiz/client/jwt"
	"credwiz/client/redact"
	"credwiz/client/sandbox"
)

// Every journey is counted: what it asks of a person may not grow unnoticed.

func TestTheFirstJourneyIsTwoValuesAndSixEnters(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	p := sit(t, setting{args: []string{"--api-host", s.url, "--dir", s.dir, "--json"}})
	p.sees("API key").writes(sandbox.DefaultAPIKey).press("enter").sees("paste it").writes(sandbox.DefaultAPISecret)
	p.connects().makesApplication().makesUser().signs().press("enter").ends(0).tookAtMost(effort{values: 2, enters: 6})
	s.isWhole(p.stdout.String())
	s.wasThrifty()
}

func TestTheSecondTimeEverythingIsThereToBeTaken(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	p := s.sit().sees("Application name").makesApplication().makesUser().signs()
	p.press("enter").ends(0).tookAtMost(effort{enters: 4})
	key := s.holds()
	p = s.sit().sees("My Client SDK app", "alice's token, expires in", "New token for alice")
	p.signs().press("enter").ends(0).tookAtMost(effort{enters: 2})
	noError(t, os.Remove(s.dir+"/.credwiz.json")) // with it the home screen
	p = s.sit().sees("in .env · key here").press("enter").sees("✓ Application", "Looked up the application", "● User", "❯ + Create a new user").press("shift+tab", "down")
	p.sees("enter use alice").press("enter").sees("Looked for the user", "Valid for")
	p.signs().press("enter").ends(0).tookAtMost(effort{enters: 4, keys: 2})
	apps := s.api.Applications()
	if len(apps) != 1 || apps[0].Users != 1 || string(s.holds()) != string(key) {
		t.Errorf("made: %+v", apps)
	}
}

func TestAFolderOpensAtTheHostWhereItWasSetUp(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	host := strings.TrimPrefix(s.url, "http://")
	s.sit("--no-input", "--app-name", "My App", "--user", "alice").ends(0)
	plain := func() *seat {
		return sit(t, setting{cols: 100, rows: 40, env: account(), args: []string{"--dir", s.dir}})
	}
	s.begins(nil)
	plain().sees(host, "New token for alice").press("enter").signs().press("enter").ends(0)
	s.begins(nil)
	p := plain().sees("New token for alice").press("down", "down", "down").sees("❯ Use another application").press("enter")
	p.sees("✗ Account", "would get your API key", "Press y to send them to "+host)
	if asked := s.asked(); len(asked) != 0 {
		t.Errorf("asked before the yes: %q", asked)
	}
	p.press("y").sees("● Application").press("ctrl+c").ends(130)
	p = sit(t, setting{args: []string{"--dir", s.dir, "--api-host", client.DefaultHost}})
	p.sees("● Account", "from the top of dashboard.vonage.com").press("ctrl+c").ends(130)
}

func TestFlagsOfAnEarlierRunAskForNoApplication(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	for range 2 {
		p := s.sit("--app-name", "My App", "--user", "alice", "--expires", "1h").sees("Login test passed", "enter finish").tookAtMost(effort{})
		p.press("enter").ends(0)
	}
	if apps := s.api.Applications(); len(apps) != 1 || apps[0].Users != 1 {
		t.Errorf("made: %+v", apps)
	}
}

func TestWhoLeavesAnUnfinishedSetupAgainLearnsHowToContinue(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.sit().sees("Application name").makesApplication().sees("● User").press("ctrl+c").ends(130)
	p := s.sit().sees("unfinished setup").press("ctrl+c").ends(130)
	p.sees("To continue:", "credwiz --dir", "--api-") // which the terminal breaks, and nothing else
}

func TestALostKeyIsNamedWhereTheFolderWasSetUp(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.sit("--no-input", "--app-name", "My App", "--user", "alice").ends(0)
	noError(t, os.Remove(s.dir+"/private.key"))
	p := sit(t, setting{cols: 100, rows: 40, args: []string{"--dir", s.dir, "--trust-api-host"}})
	p.sees("private.key, the key of “My App”, is missing", sandbox.DefaultAPIKey, "Enter to accept").press("enter").writes(sandbox.DefaultAPISecret)
	p.press("enter").sees("❯ My App", "in .env", "Private key not found in").press("ctrl+c").ends(130)
}

func TestGoingBackToTheApplicationsNameAndForwardMakesOneApplication(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	p := s.sit().sees("Application name").makesApplication().makesUser()
	p.press("esc").sees("● User").press("esc").sees("● Application", "e rename").press("e")
	p.sees("Renames").writes("Renamed").press("enter").sees("Application renamed", "Renamed · ", "● User", "enter continue")
	p.press("enter").sees("Valid for").signs().press("enter").ends(0).tookAtMost(effort{values: 1, enters: 6, keys: 3})
	if apps := s.api.Applications(); len(apps) != 1 || apps[0].Name != "Renamed" || apps[0].Users != 1 {
		t.Errorf("made: %+v", apps)
	}
}

func TestALostKeyIsReplacedOnTheScreens(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	host := must(client.ParseHost(s.url))
	key := must(jwt.GenerateKey())
	creds := client.Credentials{APIKey: sandbox.DefaultAPIKey, APISecret: redact.NewSecret(sandbox.DefaultAPISecret)}
	if _, err := client.New(client.Options{Host: host}).CreateApplication(t.Context(), creds,
		client.NewApplication{Name: "Theirs", PublicKey: key.PublicPEM()}); err != nil {
		t.Fatal(err)
	}
	p := s.sit()
	p.sees("+ Create a new application", "Theirs").writes("their").sees("Private key not found in").press("tab").press("down")
	p.sees("stop working").press("enter").sees("stop working at once", "type the application's name").writes("Theirs").press("enter")
	p.sees("Key replaced", "● User").makesUser().signs()
	p.press("enter").ends(0).tookAtMost(effort{values: 2, enters: 5, keys: 2})
	fingerprint := must(jwt.Fingerprint(s.api.Applications()[0].PublicKey))
	mine, err := jwt.ParseKey(s.holds())
	if err != nil || mine.Fingerprint() != fingerprint || len(s.api.Applications()) != 1 {
		t.Errorf("the application has another key than the folder: %v", err)
	}
}

func TestATakenNameOffersAnotherOnTheScreens(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.sit("--no-input", "--app-name", "My App", "--user", "alice").ends(0)
	// What was noted is lost, and the key is kept.
	noError(t, os.Remove(s.dir+"/.credwiz.json"))
	p := s.sit()
	p.sees("+ Create a new application", "enter use application").press("enter").sees("● User", "❯ + Create a new user").writes("alice").press("enter")
	p.sees("Names are unique", "create alice-2").press("n").sees("✓ User", "alice-2", "Valid for")
	p.press("ctrl+c").ends(130).tookAtMost(effort{values: 1, enters: 2, keys: 2})
	if apps := s.api.Applications(); len(apps) != 1 || apps[0].Users != 2 {
		t.Errorf("made: %+v", apps)
	}
}

func TestAPresentersTerminalGetsNoSecret(t *testing.T) {
	t.Attr("fault", "S8")
	t.Attr("fault", "S6")
	t.Parallel()
	s := newScene(t)
	p := sit(t, setting{cols: 120, rows: 60, sameStdout: true, env: append(account(), "SSH_CONNECTION=1"),
		args: []string{"--api-host", s.url, "--dir", s.dir, "--mask", "--pause", "10ms"}})
	p.sees("API key").press("enter").sees("••••••••1234", "enter continue").press("x").sees("< 200 OK").press("x")
	p.sees("enter continue").press("enter").sees("Application name").press("enter").sees("201 Created", "enter continue").press("x")
	p.sees("public_key").press("x").sees("enter continue").press("enter").sees("● User").press("enter")
	p.sees("User created", "enter continue").press("enter").sees("Valid for").press("enter").sees("Login test passed", "enter finish")
	p.press("s").sees("[JavaScript]").press("c").sees("Code: not copied: --mask keeps it out of the terminal.").press("s")
	p.sees("login code").press("r").sees("shows the whole token").press("r").sees("login code").press("c").sees("Token: not copied: --mask keeps it out of the terminal. Saved in")
	p.sees("login code").press("enter").ends(0)
	raw := string(p.Raw())
	env := must(os.ReadFile(s.dir + "/.env"))
	_, token, _ := strings.Cut(string(env), "VONAGE_JWT=")
	token = strings.TrimSpace(token)
	for name, secret := range map[string]string{
		"the API key": sandbox.DefaultAPIKey, "the API secret": sandbox.DefaultAPISecret,
		"the token": token[:20], "the token's middle": token[len(token)/2 : len(token)/2+20], "the token's signature": token[len(token)-24 : len(token)-4],
		"the private key": strings.Split(read(t, s.dir, "private.key"), "\n")[3],
	} {
		if strings.Contains(raw, secret) {
			t.Errorf("%s is in what the terminal got", name)
		}
	}
	if strings.Contains(raw, "\x1b]52") {
		t.Error("something was copied through the terminal, which a recording keeps")
	}
}

func TestRecordingsComeOutAlike(t *testing.T) {
	record := func() string {
		dir := t.TempDir()
		p := sit(t, setting{args: []string{"--demo", "--fixed", "--dir", dir, "--no-input", "--app-name", "A", "--user", "alice", "--json"}})
		p.ends(0)
		return strings.ReplaceAll(p.stdout.String(), dir, "DIR")
	}
	one, two := record(), record()
	if one != two || !strings.Contains(one, `"jwt": "eyJ`) {
		t.Errorf("they differ:\n%s\n%s", one, two)
	}
}
