package screen

import (
	"bufio"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"credwiz/steps/answer"
	"credwiz/ui/plain"
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

func TestLineByLineAKeyIsReplacedOnlyIfTheApplicationIsNamed(t *testing.T) {
	t.Attr("fault", "field-A9")
	for name, renewing := range map[string]bool{"chosen": false, "by the flag": true} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t).loses(t, false)
			choice := "2"
			if renewing {
				d.env.Known = map[string]answer.Known{answer.Key: {Value: answer.RenewKey, Source: "--renew-key"}}
				choice = "" // as it was given
			}
			lines := strings.Join([]string{"", "", d.row(t, "Lost"), choice, "", "Kept", "", "Lost", "", "", "", ""}, "\n") + strings.Repeat("\n", 20)
			var said strings.Builder
			_, err := plain.Run(t.Context(), plain.Asker{Lines: bufio.NewReader(strings.NewReader(lines))}, &said, d.env, style.Look{})
			if err != nil {
				t.Fatalf("%v\n%s", err, &said)
			}
			for _, text := range []string{
				"Warning: Every token signed with the old key stops working at once.", "Not accepted: this is not its name: nothing is replaced.",
				"Not accepted: required.", "give it the new key: done",
			} {
				if !strings.Contains(said.String(), text) {
					t.Errorf("%q is not said:\n%s", text, &said)
				}
			}
		})
	}
}

// row is the number of an application in the list, line by line.
func (d *desk) row(t *testing.T, name string) string {
	t.Helper()
	for i, app := range d.api.Applications() {
		if app.Name == name {
			return string(rune('2' + i)) // the first is a new one
		}
	}
	t.Fatalf("there is no %s", name)
	return ""
}
