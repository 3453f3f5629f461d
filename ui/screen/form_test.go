package screen

import (
	"net/http"
	"testing"

	tea "github.com/charmbracelet/bubbletea"

	"credwiz/client/redact"
	"credwiz/client/sandbox"
	"credwiz/steps"
	"credwiz/steps/answer"
)

// realAccount is a desk with an account of its own behind it, rather than a demo.
func (d *desk) realAccount() *desk {
	d.env.Demo, d.env.Host = false, "api.nexmo.com"
	d.env.Known = map[string]answer.Known{
		answer.Account:   {Value: answer.AccountVonage, Source: "--api-host"},
		answer.TrustHost: {Value: answer.Yes, Source: "--trust-api-host"},
	}
	return d
}

func TestARefusedSecretIsReplacedByWhatIsTypedOrPasted(t *testing.T) {
	for name, again := range map[string]func(*person){
		"typed": func(p *person) {
			for _, letter := range sandbox.DefaultAPISecret {
				p.press(string(letter))
			}
		},
		"pasted":                 func(p *person) { p.paste(sandbox.DefaultAPISecret) },
		"after another look":     func(p *person) { p.press("tab", "tab").paste(sandbox.DefaultAPISecret) },
		"in one piece":           func(p *person) { p.press(sandbox.DefaultAPISecret) },
		"after it is rubbed out": func(p *person) { p.press("backspace").doesNotSee("characters").paste(sandbox.DefaultAPISecret) },
		"after the cursor moved": func(p *person) { p.press("left", "left").paste(sandbox.DefaultAPISecret) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Attr("fault", "field-A8")
			p := newDesk(t).realAccount().sit(80, 30)
			p.press("abcd1234", "tab", "not-the-secret", "enter").wait()
			p.sees("401 Unauthorized", "rejected this key and secret", "and that both are for", "API secret", "14 characters")
			again(p)
			p.sees("16 characters, new", "rejected this key and secret").press("enter").wait().sees("✓ Account abcd1234")
		})
	}
}

func TestARefusedKeyIsReplacedAndTakesItsSecretWithIt(t *testing.T) {
	t.Attr("fault", "field-A8")
	p := newDesk(t).realAccount().sit(80, 30)
	p.press("wrong123", "tab", "not-the-secret", "enter").wait().sees("rejected this key and secret", "wrong123")
	p.press("shift+tab").paste("abcd1234").sees("abcd1234", "enter next").doesNotSee("wrong123", "14 characters")
	p.press("enter").paste(sandbox.DefaultAPISecret).press("enter").wait().sees("✓ Account")
}

func TestARefusedNameIsEditedRatherThanReplaced(t *testing.T) {
	t.Attr("fault", "field-C15")
	d := newDesk(t)
	p := d.sit(80, 30).connected().press("My app")
	d.answerFirst(func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method != http.MethodPost {
			return false
		}
		w.Header().Set("Content-Type", "application/problem+json")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write([]byte(`{"title":"Bad","invalid_parameters":[{"name":"name","reason":"too short"}]}`))
		return true
	})
	p.press("enter").wait().sees("rejected this (400 Bad Request)", "Application name", "My app")
	d.answerFirst(nil)
	p.press("q", "e", "r").sees("My appqer").press("enter").wait().sees("✓ Application My appqer")
}

func TestASecretThatIsComeBackToIsReplaced(t *testing.T) {
	t.Attr("fault", "field-A8")
	p := newDesk(t).sit(80, 24).press("abcd1234", "tab", "half of it", "tab", "tab").sees("type to replace")
	p.paste(sandbox.DefaultAPISecret).sees("16 characters").press("enter").wait().sees("✓ Account")
}

func TestWhatIsTypedBlindNeverActsOnAnErrorScreen(t *testing.T) {
	t.Attr("fault", "field-C15")
	p := newDesk(t).sit(80, 30)
	p.press("zyxw9876", "enter").sees("enter next", "paste it; it stays hidden").press("q", "e", "r", "enter").wait()
	p.sees("only accepts its own key").press("q", "r", "e", "x").sees("4 characters", "only accepts its own key")
	if p.gone {
		t.Error("a letter has ended the wizard")
	}
}

func TestAnErrorDuringTypingWaitsForItsEnd(t *testing.T) {
	t.Attr("fault", "field-C15")
	d := newDesk(t)
	p := d.sit(80, 30).connected()
	arrived, release := d.held(http.MethodPost)
	held := d.before
	d.answerFirst(func(w http.ResponseWriter, r *http.Request) bool {
		return held(w, r) || r.Method == http.MethodPost && broken(w, r)
	})
	p.press("enter").waitFor(arrived)
	p.press("h", "e", "l")
	close(release)
	p.wait().press("q", "e", "r", "enter").sees("✗ Application", "e change answers")
	if p.gone {
		t.Error("a letter has ended the wizard")
	}
	d.answerFirst(nil)
	p.until("the end of the typing", func() bool { return p.m.typeAhead == 0 }).press("enter").wait().sees("● User")
}

func TestWhatIsTypedDuringARunAnswersNoQuestionAfterIt(t *testing.T) {
	t.Attr("fault", "field-C15")
	d := newDesk(t)
	p := d.sit(80, 30).connected()
	arrived, release := d.held(http.MethodPost)
	p.press("enter").waitFor(arrived).press("c", "a")
	close(release)
	p.wait().press("r", "l", "enter").sees("● User", "┃ alice")
	p.until("the end of the typing", func() bool { return p.m.typeAhead == 0 }).press("carl", "enter").wait().sees("✓ User carl")
}

func TestSuggestionsThatBelongTogetherGoTogether(t *testing.T) {
	found := func(t *testing.T) *desk {
		t.Helper()
		d := newDesk(t).realAccount()
		d.env.Known[answer.APIKey] = answer.Known{Value: "found123", Source: ".env", Suggested: true}
		d.env.Secrets = map[string]answer.Known{"found123": {Value: "the-found-secret", Source: ".env", Suggested: true}}
		return d
	}
	for name, desk := range map[string]func(*testing.T) *desk{"from the sandbox": newDesk, "of a file": found} {
		t.Run(name, func(t *testing.T) {
			t.Attr("fault", "field-C15")
			p := desk(t).sit(80, 24).sees("16 characters")
			p.press("mine1234").doesNotSee("16 characters").press("enter").sees("paste it; it stays hidden")
			p.press("enter").sees("Required")
			if len(p.calls) > 0 {
				t.Errorf("called %v", p.calls)
			}
			// As long as nothing is replaced, nothing is gone.
			p.press("tab")
			for range "mine1234" {
				p.press("backspace")
			}
			p.sees("16 characters", "type to replace")
			p.press("tab", "my-own-secret", "tab").doesNotSee("from the sandbox", "found123").press("enter").sees("Required", "13 characters")
		})
	}
}

func TestAKeyThatIsGivenStaysWhenItsSecretIsReplaced(t *testing.T) {
	t.Attr("fault", "field-C15")
	d := newDesk(t).realAccount()
	d.env.Known[answer.APIKey] = answer.Known{Value: sandbox.DefaultAPIKey, Source: "VONAGE_API_KEY"}
	d.env.Secrets = map[string]answer.Known{sandbox.DefaultAPIKey: {Value: "an-older-secret", Source: "VONAGE_API_SECRET"}}
	p := d.sit(80, 24).press("enter").wait().sees("rejected this key and secret")
	p.paste(sandbox.DefaultAPISecret).press("enter").wait().sees("✓ Account")
}

func TestAKeyAndASecretArePastedTogether(t *testing.T) {
	for name, text := range map[string]string{
		"lines":      "abcd1234\n" + sandbox.DefaultAPISecret + "\n",
		"a blank":    "abcd1234 " + sandbox.DefaultAPISecret,
		"a colon":    "abcd1234:" + sandbox.DefaultAPISecret,
		"settings":   "VONAGE_API_KEY=abcd1234\r\nVONAGE_API_SECRET='" + sandbox.DefaultAPISecret + "'\r\n",
		"a web page": "API key: abcd1234\nAPI secret: " + sandbox.DefaultAPISecret,
	} {
		t.Run(name, func(t *testing.T) {
			t.Attr("fault", "field-C15")
			p := newDesk(t).realAccount().sit(80, 24).paste(text)
			p.sees("abcd1234", "16 characters").doesNotSee("!", sandbox.DefaultAPISecret)
			p.press("enter").wait().sees("✓ Account")
		})
	}
}

func TestAPastedSecretIsNotSeen(t *testing.T) {
	for name, source := range map[string]answer.Known{
		"where the key is given": {Value: sandbox.DefaultAPIKey, Source: "VONAGE_API_KEY"},
		"where it is found":      {Value: sandbox.DefaultAPIKey, Source: ".env", Suggested: true},
		"in the field of a key":  {},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t).realAccount()
			if source.Value != "" {
				d.env.Known[answer.APIKey] = source
			}
			p := d.sit(80, 24).paste(sandbox.DefaultAPISecret).sees("16 characters").doesNotSee(sandbox.DefaultAPISecret)
			if source.Value == "" {
				p.sees("went into its field").press(sandbox.DefaultAPIKey)
			}
			p.press("enter").wait().sees("✓ Account")
		})
	}
}

func TestQuotesAroundAKeyAndASecretGoAway(t *testing.T) {
	t.Attr("fault", "field-C15")
	p := newDesk(t).realAccount().sit(80, 24).paste(`"abcd1234"`).press("tab").paste(" '" + sandbox.DefaultAPISecret + "' ")
	p.sees("abcd1234", "16 characters").doesNotSee(`"abcd`).press("enter").wait().sees("✓ Account", "Account abcd1234")
}

func TestWhatIsShownInAFieldIsWhatIsUsed(t *testing.T) {
	t.Attr("fault", "field-C11")
	for _, key := range []tea.KeyMsg{
		{Type: tea.KeySpace, Runes: []rune{' '}}, {Type: tea.KeyRunes, Runes: []rune("  ")}, {Type: tea.KeyRunes, Runes: []rune("\t "), Paste: true},
	} {
		t.Run(key.String(), func(t *testing.T) {
			p := newDesk(t).sit(80, 24).connected()
			p.take(key)
			p.sees("┃ My Client SDK app").press("B").take(key)
			p.press("backspace", "backspace", "backspace").sees("┃ My Client SDK app").press("enter").wait()
			p.sees("✓ Application My Client SDK app")
		})
	}
}

func TestAnotherKeyIsNotSentWithTheSecretOfThePracticePair(t *testing.T) {
	t.Attr("fault", "field-C15")
	env := newDesk(t).env
	env.Known = map[string]answer.Known{answer.APIKey: {Value: "other123", Source: "--api-key"}}
	for _, field := range steps.Script()[0].Fields(env, steps.Session{}, answer.Answers{}) {
		if field.Key == answer.APISecret && redact.NewSecret(field.Suggestion) == env.SandboxPair.APISecret {
			t.Error("the sandbox's secret is suggested with another key")
		}
	}
}

func TestHowToAnswerIsSaidUntilTheFirstAnswer(t *testing.T) {
	p := newDesk(t).sit(80, 24).sees("from the sandbox: Enter to accept, or type to replace")
	p.connected().doesNotSee("Enter to accept").press("enter").wait().sees("● User").doesNotSee("Enter to accept")
}

func TestWhatFewNeedIsOpenedByTabAndCapabilitiesAreTakenWithSpace(t *testing.T) {
	p := newDesk(t).sit(80, 30).connected().sees("▸ More options private key file, extra capabilities").doesNotSee("Voice")
	p.press("tab").sees("┃ Private key file", "Extra capabilities none").doesNotSee("More options")
	p.press("tab").sees("❯ [ ] Voice", "space select")
	p.press("space", "down", "space", "down", "space", "space").sees("[x] Voice", "[x] Messages", "❯ [ ] Video")
	p.press("enter").wait().press("esc").sees("Capabilities messages, rtc, voice")
}

// atTheToken is at the questions of the token.
func (p *person) atTheToken() *person {
	p.Helper()
	return p.connected().press("enter").wait().press("enter").wait().sees("● Token")
}

func TestAValueOfYourOwnThatIsLeftEmptyOrRubbedOutSignsNothing(t *testing.T) {
	t.Attr("fault", "field-B9")
	p := newDesk(t).sit(80, 24).atTheToken()
	p.press("9", "backspace", "enter").sees("❯ Custom, e.g. 90m", "Required").doesNotSee("Signs it")
	p.press("up", "down", "enter").sees("❯ Custom, e.g. 90m", "Required").doesNotSee("Signs it")
	p.press(" ", "enter").sees("Required").press("45m").sees("Signs it", "Expires today at 12:45").doesNotSee("Required")
	p.press("tab", "down", "down", "down", "enter").sees("❯ Custom ACL, in JSON", "Required").doesNotSee("Signs it")
	p.press("up", "up", "enter").wait().sees("✓ Token expires today at 12:45", "Access full Client SDK")
}
