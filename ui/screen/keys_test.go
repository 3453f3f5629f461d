package screen

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"credwiz/steps/advice"
	"credwiz/steps/answer"
	"credwiz/ui/tty"
)

// footer is the last line of the screen.
func (p *person) footer() string {
	p.Helper()
	lines := strings.Split(strings.TrimRight(p.screen(), "\n "), "\n")
	return strings.TrimSpace(lines[len(lines)-1])
}

func TestEnterDoesWhatAnErrorScreenOffersFirst(t *testing.T) {
	for name, test := range map[string]struct {
		fails func(*person)
		offer string
		then  string
	}{
		"the API failed": {func(p *person) {
			p.connected().answerFirst(func(w http.ResponseWriter, r *http.Request) bool { return r.Method == http.MethodPost && broken(w, r) })
			p.press("enter").wait().answerFirst(nil)
			p.sees("500 Internal Server Error", "The API had a problem")
		}, "enter try again", "✓ Application My Client SDK app"},
		"a name is taken": {func(p *person) {
			p.ready()
			p.remove(".credwiz.json")
			*p = *p.sit(80, 30).connected()
			p.press("enter").wait().press("enter").wait().sees("Names are unique")
		}, "enter change answers", "┃ Name"},
		"there is no such application": {func(p *person) {
			p.env.Known = map[string]answer.Known{answer.AppID: {Value: "78d335fa-323d-0114-9c3d-d6f0d48968cf", Source: "--app-id"}}
			*p = *p.sit(80, 30).press("enter").wait().press("enter").wait().sees("Can't find private.key")
		}, "enter try again", "Can't find private.key"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Attr("fault", "field-C10")
			p := newDesk(t).sit(80, 30)
			test.fails(p)
			if !strings.HasPrefix(p.footer(), test.offer) || !strings.HasSuffix(p.footer(), "ctrl+c quit") {
				t.Errorf("the footer is %q", p.footer())
			}
			p.press("enter").wait().sees(test.then)
		})
	}
}

func TestEnterClosesWhatAPanelOffersToCloseFirst(t *testing.T) {
	t.Attr("fault", "field-C10")
	p := newDesk(t).sit(130, 70).ready()
	for _, key := range []string{"?", "x", "s", "i", "r"} {
		p.press(key).doesNotSee("copy token")
		if !strings.HasPrefix(p.footer(), "esc close") || !strings.HasSuffix(p.footer(), "q quit") {
			t.Errorf("%s: the footer is %q", key, p.footer())
		}
		p.press("enter").sees("copy token")
	}
}

func TestQQuitsWhereverNothingIsTyped(t *testing.T) {
	interrupted := func(err error) bool { return errors.Is(err, tty.ErrInterrupted) }
	done := func(err error) bool { return err == nil }
	failure := func(err error) bool { return advice.For(err).Kind == advice.Remote }
	for name, test := range map[string]struct {
		at   func(*person)
		want func(error) bool
	}{
		"a choice": {func(p *person) {
			p.realAccount()
			delete(p.env.Known, answer.Account)
			*p = *p.sit(80, 24).press("shift+tab")
		}, interrupted},
		"a result":          {func(p *person) { p.press("enter").wait().press("esc") }, interrupted},
		"the last result":   {func(p *person) { p.ready() }, done},
		"a panel":           {func(p *person) { p.ready().press("s") }, done},
		"the QR code":       {func(p *person) { p.ready().press("r") }, done},
		"an error":          {func(p *person) { p.connected().answerFirst(broken); p.press("enter").wait() }, failure},
		"a panel of it too": {func(p *person) { p.connected().answerFirst(broken); p.press("enter").wait().press("x") }, failure},
	} {
		t.Run(name, func(t *testing.T) {
			t.Attr("fault", "field-C10")
			p := newDesk(t).sit(130, 70)
			test.at(p)
			p.press("q").left()
			if err := p.m.outcome(); !test.want(err) {
				t.Errorf("the wizard ended with %v", err)
			}
		})
	}
}

func TestQIsALetterWhereSomethingIsTyped(t *testing.T) {
	t.Attr("fault", "field-C10")
	p := newDesk(t).sit(80, 30).press("q").sees("API key", "this has 1")
	p = p.sit(80, 30).connected().press("q").press("enter").wait().press("enter").wait()
	p.sees("Valid for").press("q").sees("❯ Custom, e.g. 90m").press("enter").sees("Not a valid duration").press("tab", "q").sees("❯ Custom ACL, in JSON")
	if p.gone {
		t.Error("the wizard has ended")
	}
}

func TestEscFirstLeavesAValueThatALetterBegan(t *testing.T) {
	p := newDesk(t).sit(80, 30).connected().press("enter").wait().press("enter").wait().sees("❯ 24 hours")
	p.press("x", "y").sees("❯ Custom", "xy").press("esc").sees("● Token", "❯ 24 hours", "Expires tomorrow")
	p.press("esc").sees("● User")
}

func TestWhatBecameOfCopyingHasItsOwnLine(t *testing.T) {
	for _, rows := range []int{12, 24, 40} {
		t.Run(strconv.Itoa(rows), func(t *testing.T) {
			t.Attr("fault", "field-C11")
			p := newDesk(t).sit(80, rows).ready()
			p.m.tools.Clipboard = Clipboard{Local: func(string) error { return nil }}
			p.press("c").awaits("copied to the clipboard")
			for range 40 {
				p.press("down")
			}
			p.sees("copy token", "new token", "add a user")
		})
	}
}
