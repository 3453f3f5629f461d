package screen

import (
	"net/http"
	"sync/atomic"
	"testing"
)

// heldUsers keeps calls for the list of users waiting until release is closed. arrived tells that one came, and ended
// that its caller has gone.
func (d *desk) heldUsers() (arrived, ended <-chan struct{}, release chan<- struct{}) {
	in, gone, out := make(chan struct{}, 8), make(chan struct{}, 8), make(chan struct{})
	d.answerFirst(func(_ http.ResponseWriter, r *http.Request) bool {
		if r.Method != http.MethodGet || r.URL.Path != "/v1/users" {
			return false
		}
		in <- struct{}{}
		select {
		case <-out:
		case <-r.Context().Done():
			gone <- struct{}{}
		}
		return false
	})
	return in, gone, out
}

// atUsers is at the user's questions, in an application that has a user, and the list of users is on its way.
func (d *desk) atUsers() (p *person, arrived, ended <-chan struct{}, release chan<- struct{}) {
	d.Helper()
	d.sit(80, 30).ready()
	p = d.sit(80, 30)
	p.connected()
	arrived, ended, release = d.heldUsers()
	p.press("enter").waitFor(arrived).sees("● User", "┃ Name")
	return p, arrived, ended, release
}

func TestAListOfUsersTakesNoNameAwayThatIsTyped(t *testing.T) {
	for name, keys := range map[string][]string{"a name": {"b", "o"}, "a display name": {"tab", "B", "o"}} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			p, _, _, release := d.atUsers()
			p.press(keys...)
			close(release)
			p.until("the users", func() bool { return len(p.m.session.Users) > 0 }).sees("● User", "Name", "isplay name", "+ Create a new user")
			p.press("b").sees("ob")
			if name == "a display name" {
				p.press("shift+tab", "carol")
			}
			p.press("enter").wait().sees("✓ User", "● Token")
			if users := d.api.Users(d.api.Applications()[0].ID); len(users) != 2 {
				t.Errorf("the users are %v", users)
			}
		})
	}
}

func TestAskingAgainLooksTheUsersUpOnceAndOffersThem(t *testing.T) {
	p, arrived, ended, release := newDesk(t).atUsers()
	p.press("esc").sees("● Application").press("enter").waitFor(ended).waitFor(arrived)
	close(release)
	p.awaits("❯ alice").sees("your last run")
}

func TestAListOfUsersThatComesLateRevertsNothing(t *testing.T) {
	d := newDesk(t)
	p, _, _, _ := d.atUsers()
	late := preparedMsg{p.m.job.id, p.m.session}
	var begun atomic.Bool
	d.answerFirst(func(w http.ResponseWriter, r *http.Request) bool { // from the creation on, so that bob stays uncertain
		begun.Store(begun.Load() || r.Method == http.MethodPost)
		return begun.Load() && broken(w, r)
	})
	p.press("bob", "enter").wait()
	d.answerFirst(nil)
	if !p.m.Session().User.Uncertain {
		t.Fatal("bob is certain")
	}
	p.press("e").take(late)
	if !p.m.Session().User.Uncertain {
		t.Error("it is forgotten that bob may exist")
	}
}

func TestTheNameOfAnExistingUserIsNotPlannedAsANewOne(t *testing.T) {
	d := newDesk(t)
	d.sit(80, 30).ready()
	d.remove(".credwiz.json")
	p := d.sit(80, 30).connected()
	p.press("My Client", "enter").wait().listed().press("up", "up", "tab", "alice")
	p.sees("“My Client SDK app” already has alice. Choose it in the list, or enter another name.").press(", zoe")
	p.sees("Creates users in “My Client SDK app”, several at a time. It already has alice.")
}
