package screen

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"credwiz/client/sandbox"
	"credwiz/steps/answer"
)

// changes counts the calls that change an application.
func (d *desk) changes() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(slices.DeleteFunc(slices.Clone(d.calls), func(call string) bool { return !strings.HasPrefix(call, http.MethodPut) }))
}

func TestReplacingTheKeyOfALiveApplicationIsAskedTwiceAndInWords(t *testing.T) {
	t.Attr("fault", "field-A9")
	d := newDesk(t)
	d.twoApps()
	d.remove("private.key")
	p := d.sit(80, 40).connected()
	p.press("Lost", "tab").sees("enter").press("down").sees("❯ I lost it: replace the key")
	p.press("enter", "enter", "enter").sees("Tokens signed with the old key stop working at once.", "Required")
	p.press("Kept", "enter").sees("That's not the application's name")
	if n := p.changes(); n > 0 {
		t.Errorf("%d changes were made", n)
	}
	for range "Kept" {
		p.press("backspace")
	}
	p.press("Lost").sees("enter replace the key", "replaces the key of “Lost”").press("enter").wait().sees("✓ Application Lost", "✓ Key replaced")
}

func TestTheWayOutOfAWrongKeyAsksToo(t *testing.T) {
	t.Attr("fault", "field-A9")
	d := newDesk(t)
	d.twoApps()
	p := d.sit(80, 40).connected()
	p.press("Lost").sees("private.key is not the key of “Lost”").doesNotSee("not found")
	p.press("tab", "tab", "private.key", "enter").wait().sees("is not the key of “Lost”", "n to replace the key")
	p.press("n").wait().sees("Nothing was changed.", "stop working at once", "type the application's name")
	if n := strings.Count(p.flat(), "stop working at once"); n > 1 {
		t.Errorf("the warning is there %d times:\n%s", n, p.screen())
	}
	if n := p.changes(); n > 0 {
		t.Errorf("%d changes were made", n)
	}
	p.press("Lost", "enter").wait().sees("✓ Application Lost", "✓ Key replaced")
}

func TestAKeyThatIsInAnotherFileIsOfferedRatherThanReplaced(t *testing.T) {
	t.Attr("fault", "field-A9")
	d := newDesk(t)
	d.twoApps()
	d.rename("private.key", "kept.pem")
	d.write("private.key", must(must(aThirdKey()).PEM()).Reveal())
	p := d.sit(80, 40).connected()
	p.press("Kept", "tab", "private.key", "enter").wait().sees("is not the key of “Kept”", "k to use kept.pem").doesNotSee("replace the key")
	p.press("k").wait().sees("✓ Application Kept", "kept.pem")
}

func TestANewKeyIsNotNamedAfterAFileThatWasNotFound(t *testing.T) {
	d := newDesk(t)
	d.twoApps()
	d.remove("private.key")
	p := d.sit(80, 40).connected()
	p.press("Lost", "tab", "tab", "nope.key", "enter").wait().sees("Can't find", "nope.key").press("e")
	p.press("shift+tab", "down").sees("❯ I lost it: replace the key", "private.key").doesNotSee("nope.key")
}

func TestWhatIsMissingIsSaidWhereTheAccountIsSkipped(t *testing.T) {
	d := newDesk(t)
	d.twoApps()
	d.realAccount()
	d.env.Brief, d.env.FolderWarning = true, "private.key, the key of “Kept”, is missing here."
	d.env.Known[answer.APIKey] = answer.Known{Value: sandbox.DefaultAPIKey, Source: "VONAGE_API_KEY"}
	d.env.Secrets = map[string]answer.Known{sandbox.DefaultAPIKey: {Value: sandbox.DefaultAPISecret, Source: "VONAGE_API_SECRET"}}
	d.sit(40, 12).wait().sees("is missing here")
}
