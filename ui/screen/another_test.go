package screen

import (
	"errors"
	"net/http"
	"testing"

	"credwiz/ui/tty"
)

func TestEscForgetsNoUserThatWasCreated(t *testing.T) {
	p := newDesk(t).sit(80, 40).ready()
	p.press("u").sees("Create a user").press("bob", "enter").wait().press("enter").sees("Sign a token")
	p.press("esc").sees("Your user is ready", "bob")
	if s := p.m.Session(); s.User.Name != "bob" || len(s.Earlier) != 1 {
		t.Errorf("the session has %+v and %d others", s.User.User, len(s.Earlier))
	}
	p.press("enter").sees("Sign a token").press("enter").wait().sees("Ready to log in", "bob in My Client SDK app")
}

func TestEscForgetsNoUserThatMayExist(t *testing.T) {
	d := newDesk(t)
	p := d.sit(80, 40).ready().press("u")
	d.answerFirst(broken)
	p.press("bob", "enter").wait().sees("e change the answers")
	d.answerFirst(nil)
	if !p.m.Session().User.Uncertain {
		t.Fatal("bob is certain")
	}
	p.press("e", "esc").sees("Application ready").press("enter").sees("Create a user", "bob").press("enter").wait()
	p.sees("Your user is ready", "bob")
	if s := p.m.Session(); len(s.Earlier) != 1 {
		t.Errorf("%d others", len(s.Earlier))
	}
}

func TestLeavingWhileAnotherUserIsCreatedTellsThatItMayExist(t *testing.T) {
	d := newDesk(t)
	p := d.sit(80, 40).ready().press("u")
	arrived, _ := d.held(http.MethodPost)
	p.press("bob", "enter").waitFor(arrived).awaits("create the user").press("ctrl+c", "ctrl+c").left()
	var pending *tty.PendingError
	if err := p.m.outcome(); !errors.As(err, &pending) || pending.Call != "POST /v1/users" || !errors.Is(err, tty.ErrInterrupted) {
		t.Errorf("outcome %v", err)
	}
}

func TestThatDotenvBecomesAnotherUsersIsSaidBeforeAndAfter(t *testing.T) {
	t.Attr("fault", "field-B10")
	p := newDesk(t).sit(80, 40).ready().doesNotSee("is for alice")
	p.press("n").doesNotSee(".env is for").press("enter").wait().doesNotSee("it was for")
	p.press("u").press("bob", "enter").wait().press("enter").awaits("Replaces alice in .env with bob.")
	p.press("enter").wait().sees("Ready to log in", "check .env", "it was for alice, and is for bob now")
}
