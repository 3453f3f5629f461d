package screen

import (
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"credwiz/ui/style"
)

// loses is a desk with the application Lost, whose key is not in the folder; another key may be.
func (d *desk) loses(t *testing.T, withAnother bool) *desk {
	t.Helper()
	d.twoApps(t)
	if withAnother {
		return d
	}
	noError(t, os.Remove("private.key"))
	return d
}

func (d *desk) changes() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(slices.DeleteFunc(slices.Clone(d.calls), func(call string) bool { return !strings.HasPrefix(call, http.MethodPut) }))
}

func TestReplacingTheKeyOfALiveApplicationIsAskedTwiceAndInWords(t *testing.T) {
	t.Attr("fault", "field-A9")
	p := newDesk(t).loses(t, false).sit(t, 80, 40, style.Look{}).connected()
	p.press("Lost", "tab").sees("enter").press("down").sees("❯ I lost it: replace the key")
	p.press("enter", "enter", "enter").sees("Every token signed with the old key stops working at once.", "Required")
	p.press("Kept", "enter").sees("This is not its name: nothing is replaced")
	if n := p.changes(); n > 0 {
		t.Errorf("%d changes were made", n)
	}
	for range "Kept" {
		p.press("backspace")
	}
	p.press("Lost").sees("enter replace the key", "replaces the key of “Lost”").press("enter").wait().sees("Your application is ready", "give it the new key")
}

func TestTheWayOutOfAWrongKeyAsksToo(t *testing.T) {
	t.Attr("fault", "field-A9")
	p := newDesk(t).loses(t, true).sit(t, 80, 40, style.Look{}).connected()
	p.press("Lost", "tab", "tab", "private.key", "enter").wait().sees("is not the key of “Lost”", "n replace the key")
	p.press("n").wait().sees("Nothing was changed.", "stops working at once", "Type the application's name")
	if n := p.changes(); n > 0 {
		t.Errorf("%d changes were made", n)
	}
	p.press("Lost", "enter").wait().sees("Your application is ready", "give it the new key")
}

func TestAKeyThatIsInAnotherFileIsOfferedRatherThanReplaced(t *testing.T) {
	t.Attr("fault", "field-A9")
	d := newDesk(t).loses(t, true)
	other := must(aThirdKey())
	pem := must(other.PEM())
	noError(t, os.Rename("private.key", "kept.pem"))
	noError(t, os.WriteFile("private.key", []byte(pem.Reveal()), 0o600))
	p := d.sit(t, 80, 40, style.Look{}).connected()
	p.press("Kept", "tab", "private.key", "enter").wait().sees("is not the key of “Kept”", "k use kept.pem").doesNotSee("replace the key")
	p.press("k").wait().sees("Your application is ready", "kept.pem")
}
