package screen

import (
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"credwiz/steps"
)

func TestAQuestionMarkExplainsEveryStepInEveryState(t *testing.T) {
	p := newDesk(t).sit(80, 24)
	explains := func(texts ...string) {
		t.Helper()
		before := p.screen()
		p.press("?").sees(texts...).sees("esc close")
		if p.press("esc").screen() != before {
			t.Errorf("closing it leads elsewhere:\n%s", p.screen())
		}
	}
	explains("API key", "API secret", "no account or network")
	p.press("enter").wait()
	explains("A container in your account", "Key pair", "Capability")
	p.press("enter").wait()
	explains("A person or device", "not the ID that starts with USR-")
	p.press("enter").wait()
	explains("A signed statement", "ACL", "24 hours")
	p.press("enter").wait()
	explains("A signed statement")
	p.press("esc")
	explains("A person or device")
}

func TestInATextAndASecretAQuestionMarkIsALetter(t *testing.T) {
	d := newDesk(t)
	p := d.sit(80, 24).sees("? help").press("tab").doesNotSee("? help")
	p.press("?", "h", "u", "n", "t", "e", "r", "2").sees("8 characters", "● Account")
	p = d.sit(80, 24).connected()
	p.press("W", "h", "y", "?").sees("Why?").doesNotSee("esc close")
	p.take(keyF1)
	p.sees("A container in your account").press("esc").sees("Why?")
}

func TestAnExplanationThatIsTooLongCanBeScrolled(t *testing.T) {
	p := newDesk(t).sit(40, 12).connected().press("?")
	p.doesNotSee("Its event URL receives")
	p.press("pgdown", "pgdown", "pgdown").sees("Its event URL receives")
}

// copies is what the clipboard was given last.
func (p *person) copies() *string {
	var taken string
	p.m.tools.Clipboard = Clipboard{Local: func(text string) error { taken = text; return nil }}
	return &taken
}

func TestOnlyWithoutASureClipboardTheTokenGoesIntoAFileToo(t *testing.T) {
	d := newDesk(t)
	p := d.sit(100, 40)
	taken := p.copies()
	p.ready().press("c").awaits("Token: copied to the clipboard.")
	if *taken != p.m.Session().Token.JWT.Reveal() {
		t.Error("it is not the token")
	}
	if _, err := os.Stat(d.path("token.txt")); err == nil {
		t.Error("a file was written though the clipboard took it")
	}
	p.m.tools.Clipboard = Clipboard{Local: func(string) error { return errors.New("no display") }}
	p.press("c").awaits("not copied").sees("Saved in token.txt", "Saved private.key, .credwiz.json, .env, token.txt")
	if text := d.read("token.txt"); text != p.m.Session().Token.JWT.Reveal()+"\n" {
		t.Errorf("the file has %q", text)
	}
	info, err := os.Stat(d.path("token.txt"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("its mode: %v, %v", info.Mode(), err)
	}
	if !strings.Contains(steps.Receipt(d.env, p.m.Session()), "token.txt") {
		t.Error("the receipt does not name it")
	}
}

func TestTheQRCodeTakesTheWindowOrSaysHowLargeItMustBe(t *testing.T) {
	p := newDesk(t).sit(80, 24).ready()
	p.press("r").sees("QR code needs a window of", "this one has 80 and 24", "Enlarge the window")
	p.press("esc").sees("✓ Token", "copy token")
	p.take(sized(130, 64))
	p.press("r").sees("esc close")
	if !strings.Contains(p.screen(), "▀▀▀") {
		t.Errorf("there is no code:\n%s", p.screen())
	}
	p.press("r").sees("copy token")
}

func TestACopyThatComesLateRevertsNothing(t *testing.T) {
	for name, goesOn := range map[string]func(*person) *person{
		"to a new token": func(p *person) *person {
			return p.press("n", "up", "enter").wait().sees("✓ Token expires today at 18:00")
		},
		"to new questions":  func(p *person) *person { return p.press("n").sees("● Token") },
		"to a user more":    func(p *person) *person { return p.press("u").sees("● User") },
		"to another's step": func(p *person) *person { return p.press("esc").sees("● User alice") },
	} {
		t.Run(name, func(t *testing.T) {
			hanging := make(chan struct{})
			p := newDesk(t).sit(80, 40).ready()
			p.m.tools.Clipboard = Clipboard{Local: func(string) error { <-hanging; return errors.New("no display") }}
			goesOn(p.press("c"))
			before, screen := p.m.Session(), p.screen()
			close(hanging)
			p.until("the copy", func() bool { return len(p.m.Session().Files) > len(before.Files) }).doesNotSee("not copied")
			after := p.m.Session()
			if after.Token.ID != before.Token.ID || len(after.Earlier) != len(before.Earlier) {
				t.Errorf("the session is another one, after\n%s", screen)
			}
			if !strings.Contains(steps.Receipt(p.env, after), "token.txt") {
				t.Error("the receipt does not tell of the file")
			}
			if name == "to a user more" {
				p.press("esc").sees("✓ User alice", "✓ Token expires", "token.txt")
			}
		})
	}
}

func TestAnotherUserIsMadeInTheSameApplication(t *testing.T) {
	d := newDesk(t)
	p := d.sit(80, 40).ready()
	p.press("u").sees("● User", "┃ Name")
	p.press("b", "o", "b", "enter").wait().press("enter").wait().sees("bob")
	session := p.m.Session()
	if len(session.Earlier) != 1 || session.Earlier[0].User.Name != "alice" || session.User.Name != "bob" {
		t.Fatalf("the users are %v and %v", session.Earlier, session.User.User)
	}
	if apps := d.api.Applications(); len(apps) != 1 {
		t.Errorf("%d applications", len(apps))
	}
	if users := d.api.Users(session.Application.ID); len(users) != 2 {
		t.Errorf("%d users", len(users))
	}
	receipt := steps.Receipt(d.env, session)
	for _, part := range []string{"Token of alice\n" + session.Earlier[0].Token.JWT.Reveal(), "Token of bob\n" + session.Token.JWT.Reveal()} {
		if !strings.Contains(receipt, part) {
			t.Errorf("not in the receipt: %.20s", part)
		}
	}
	if users := steps.ResultOf(d.env, session).Users; len(users) != 2 || users[0].Token == nil || users[1].Token == nil {
		t.Errorf("the result has %v", users)
	}
}

func TestWantingNoOtherUserAfterAllLosesNothing(t *testing.T) {
	p := newDesk(t).sit(80, 40).ready()
	p.press("u").sees("● User").press("esc").sees("✓ User alice", "✓ Token expires", "copy token")
	p.press("u", "ctrl+c").leaves(nil)
	if !strings.Contains(steps.Receipt(p.env, p.m.Session()), "\nToken\n") {
		t.Error("the receipt has lost the first user's token")
	}
}

var keyF1 = tea.KeyMsg{Type: tea.KeyF1}

func TestPresentersShowNoSecretAndCopyTheRealOne(t *testing.T) {
	d := newDesk(t)
	d.env.Mask, d.env.Step = true, true
	p := d.sit(120, 50)
	seen := func() {
		t.Helper()
		screen := p.screen()
		for _, secret := range []string{d.env.SandboxPair.APIKey, d.env.SandboxPair.APISecret.Reveal(), "eyJ"} {
			if strings.Contains(screen, secret) {
				t.Errorf("%q is on the screen:\n%s", secret, screen)
			}
		}
	}
	seen()
	p.press("tab")
	seen()
	p.press("shift+tab", "enter").wait().sees("••••••••1234", "Applications none", "enter continue")
	seen()
	p.press("enter").sees("● Application")
	for range 3 {
		p.press("enter").wait()
		seen()
		p.press("enter")
		seen()
	}
	p = d.sit(120, 50) // the last enter has left
	taken := p.copies()
	p.ready().press("r").sees("A QR code shows the whole token")
	seen()
	p.press("esc", "c").awaits("copied to the clipboard")
	if *taken != p.m.Session().Token.JWT.Reveal() {
		t.Error("what was copied is not the token")
	}
	if receipt := steps.Receipt(d.env, p.m.Session()); strings.Contains(receipt, "eyJ") || !strings.Contains(receipt, (*taken)[len(*taken)-4:]) {
		t.Errorf("the receipt:\n%s", receipt)
	}
}

func TestTheCallsOfAStepAreShownAsTheyWentOverTheWire(t *testing.T) {
	p := newDesk(t).sit(110, 80)
	taken := p.copies()
	p.press("enter").wait().press("esc").sees("● Account", "x calls").press("x")
	p.sees("> GET", "/v2/applications", "Authorization: Basic •••", "< 200 OK", "The same in a shell", "curl",
		`"$VONAGE_API_KEY:$VONAGE_API_SECRET"`, "vonage apps list")
	p.press("c").awaits("Shell commands: copied to the clipboard.")
	if !strings.Contains(*taken, "curl") || strings.Contains(*taken, p.env.SandboxPair.APISecret.Reveal()) {
		t.Errorf("copied %q", *taken)
	}
	p.press("v").awaits("Vonage command: copied").press("x").sees("enter continue").doesNotSee("curl").press("x")

	p.press("esc", "enter", "enter").wait().press("esc", "x").sees("POST", "public_key", "< 201 Created").press("esc")
	p.press("enter", "enter").wait().press("esc", "x").sees("Authorization: Bearer •••", "VONAGE_ADMIN_JWT").press("esc")
	// At the end those of all steps are there.
	p.press("enter", "enter").wait().press("x").sees("(1 of 5)", "/v2/applications").press("right").sees("(2 of 5)", "< 201 Created")
	p.press("right", "right").sees("(4 of 5)", "No API call", "openssl").press("right").sees("(5 of 5)", "/v2/rtc/").press("esc")
	// Steps before are looked at too.
	p.press("esc").sees("● User").press("x").sees("POST", "/v1/users")
}

func TestHomeAndEndScrollALongCall(t *testing.T) {
	p := newDesk(t).sit(80, 24).ready().press("x", "right").sees("> POST").doesNotSee("Vonage's command line")
	p.press("end").sees("Vonage's command line").doesNotSee("> POST").press("home").sees("> POST")
}

func TestAFailedCallIsShownToo(t *testing.T) {
	p := newDesk(t).sit(110, 60)
	p.press("tab").press("wrong", "enter").wait().sees("API key").press("abc", "enter").wait().sees("✗", "f1 help and calls")
	p.take(tea.KeyMsg{Type: tea.KeyF1})
	p.sees("About this step").press("right").sees("< 401 Unauthorized", "curl").press("esc").sees("only accepts its own key")
}

func TestTheLoginCodeHasTheRealValuesInEachLanguage(t *testing.T) {
	d := newDesk(t)
	p := d.sit(100, 60).ready()
	taken := p.copies()
	token := p.m.Session().Token.JWT.Reveal()
	p.press("s")
	for _, language := range []string{"JavaScript", "Kotlin", "Swift", "React Native"} {
		p.sees("["+language+"]", "eyJ").press("c").awaits("Code: copied to the clipboard.")
		if !strings.Contains(*taken, token) {
			t.Errorf("%s: what is copied lacks the token", language)
		}
		p.press("right")
	}
	p.sees("[Node]").press("left", "left", "left", "left").sees("[JavaScript]").take(sized(40, 60))
	p.sees("Log in with JavaScript (1 of 10)").take(sized(100, 60))
	p.press("s").sees("login code")

	d.env.Mask, d.env.Step = true, true
	p.m.env.Mask = true
	p.press("s").sees("[JavaScript]", "••••••••"+token[len(token)-4:]).doesNotSee("eyJ")
	p.press("c").awaits("copied to the clipboard")
	if !strings.Contains(*taken, token) {
		t.Error("what presenters copy is masked")
	}
}

func TestTheOpenTabIsSeenAndStaysOnItsLine(t *testing.T) {
	p := newDesk(t).sit(80, 24).ready().press("s")
	for _, size := range []tea.WindowSizeMsg{sized(80, 24), sized(80, 18), sized(60, 24), sized(60, 12), sized(120, 40)} {
		p.take(size)
		lines := map[int]bool{}
		for _, page := range p.m.panel.pages {
			lines[slices.IndexFunc(p.lines(), func(line string) bool { return strings.Contains(line, "["+page.tab+"]") })] = true
			p.press("right")
		}
		if len(lines) > 1 || lines[-1] {
			t.Errorf("%d by %d: the open tab is on the lines %v", size.Width, size.Height, lines)
		}
	}
}

func TestANoticeOfCopyingMovesNothing(t *testing.T) {
	works := func(string) error { return nil }
	p := newDesk(t).sit(80, 24).ready()
	p.m.tools.Clipboard = Clipboard{Tmux: works, Terminal: works}
	for _, size := range []tea.WindowSizeMsg{sized(80, 24), sized(80, 12), sized(120, 40)} {
		for _, panel := range []string{"", "s", "x"} { // on the last screen itself first
			p.take(size)
			if p.m.panel.open() {
				p.press("esc")
			}
			if panel != "" {
				p.press(panel)
			}
			before := p.lines()
			p.press("c").awaits("copied to tmux (prefix ] pastes), sent to the terminal.")
			changed := 0
			for i, line := range p.lines() {
				if line != before[i] {
					changed++
				}
			}
			if changed != 1 {
				t.Errorf("%q, %d by %d: %d lines have changed\n%s", panel, size.Width, size.Height, changed, p.screen())
			}
		}
	}
}

func TestAnAudienceGetsTimeToReadEachResultAndLeavingEndsThePause(t *testing.T) {
	d := newDesk(t)
	d.env.Mask, d.env.Pause = true, time.Hour
	p := d.sit(80, 40).press("enter").awaits("200 OK")
	if p.m.phase != running {
		t.Error("the run went on without a pause")
	}
	p.press("ctrl+c").left()
}
