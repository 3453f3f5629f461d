package screen

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"credwiz/steps"
	"credwiz/ui/tty"
)

func TestEscForgetsNoUserThatWasCreated(t *testing.T) {
	p := newDesk(t).sit(80, 40).ready()
	p.press("u").sees("● User").press("bob", "enter").wait().sees("● Token")
	p.press("esc").sees("● User bob")
	if s := p.m.Session(); s.User.Name != "bob" || len(s.Earlier) != 1 {
		t.Errorf("the session has %+v and %d others", s.User.User, len(s.Earlier))
	}
	p.press("enter").sees("● Token").press("enter").wait().sees("✓ User bob", "Token expires", "bob signed in")
}

func TestEscLeadsBackToTheTokenBeforeAnythingElseIsCreated(t *testing.T) {
	d := newDesk(t)
	d.env.Step = true
	p := d.sit(80, 40).ready().press("a").wait().sees("● Account", "○ Token", "esc back")
	p.press("esc").sees("✓ Token expires", "copy token").press("a").wait()
	p.press("enter").sees("● Application").press("esc").sees("✓ Token expires")
	p.press("a").wait().press("enter", "shift+tab", "down", "enter").wait().sees("● Application", "Application ID")
	p.press("esc").sees("● Account").doesNotSee("esc back")
}

func TestEscForgetsNoUserThatMayExist(t *testing.T) {
	d := newDesk(t)
	p := d.sit(80, 40).ready().press("u")
	d.answerFirst(broken)
	p.press("bob", "enter").wait().sees("e change answers")
	d.answerFirst(nil)
	if !p.m.Session().User.Uncertain {
		t.Fatal("bob is certain")
	}
	p.press("e", "esc").sees("● Application", "Application ID").press("enter").sees("● User", "bob").press("enter").wait()
	p.sees("✓ User bob", "● Token")
	if s := p.m.Session(); len(s.Earlier) != 1 {
		t.Errorf("%d others", len(s.Earlier))
	}
}

func TestLeavingWhileAnotherUserIsCreatedTellsThatItMayExist(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIPPED: -short doesn't wait until a create is given up")
	}
	d := newDesk(t)
	p := d.sit(80, 40).ready().press("u")
	arrived, _ := d.held(http.MethodPost)
	p.press("bob", "enter").waitFor(arrived).awaits("Create the user").press("ctrl+c", "ctrl+c").left()
	var pending *tty.PendingError
	if err := p.m.outcome(); !errors.As(err, &pending) || pending.Call != "POST /v1/users" || !errors.Is(err, tty.ErrInterrupted) {
		t.Errorf("outcome %v", err)
	}
}

func TestThatDotenvBecomesAnotherUsersIsSaidBeforeAndAfter(t *testing.T) {
	t.Attr("fault", "field-B10")
	p := newDesk(t).sit(80, 40).ready().doesNotSee("Replaces alice")
	p.press("n").doesNotSee("Replaces").press("enter").wait().doesNotSee("now has")
	p.press("u").press("bob", "enter").wait().awaits("Replaces alice in .env with bob.")
	p.press("enter").wait().sees("✓ Token expires", "✓ .env written", "now has bob's token (was alice's)")
	p.m.env.Keys = steps.NewKeySource(anotherKey)
	p.press("a").wait().press("up", "up").press("enter").press("Workshop", "enter").wait().press("dave", "enter").wait().press("enter").wait()
	p.sees("✓ .env written", "now for “Workshop” (was “My Client SDK app”)").doesNotSee("!")
}

func TestAnApplicationThatWasLeftIsNotForgotten(t *testing.T) {
	p := newDesk(t).account().sit(80, 40).connected().press("Wrong", "enter").wait().sees("● User")
	p.press("esc").sees("● Application Wrong").press("a").wait()
	p.m.env.Keys = steps.NewKeySource(anotherKey)
	p.press("up", "up").press("enter").press("Good", "enter").wait().press("dave", "enter").wait().press("enter").wait()
	p.sees("Token expires", "This run also created Wrong. To delete")
	want := "! This run also created Wrong. To delete all that it created: credwiz clean"
	if receipt := steps.Receipt(p.m.env, p.m.Session()); !strings.Contains(receipt, want) {
		t.Errorf("the receipt is\n%s", receipt)
	}
}

func TestAnApplicationThatWasLeftTwiceIsNamedOnce(t *testing.T) {
	p := newDesk(t).account().sit(80, 40).connected().press("Wrong", "enter").wait().press("carol", "enter").wait().press("enter").wait().sees("Token expires")
	p.m.env.Keys = steps.NewKeySource(anotherKey)
	p.press("a").wait().press("esc").sees("Token expires").press("a").wait()
	p.press("up", "up").press("enter").press("Good", "enter").wait().press("dave", "enter").wait().press("enter").wait()
	p.sees("Token expires", "This run also created Wrong. To delete")
}
