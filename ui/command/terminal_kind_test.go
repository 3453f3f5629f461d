//go:build unix

package command_test

import (
	"bytes"
	"os"
	"strings"
	"testing"
	"time"
)

func TestASimpleTerminalIsAskedLineByLine(t *testing.T) {
	t.Parallel()
	for name, env := range map[string]string{"TERM=dumb": "TERM=dumb", "ACCESSIBLE=1": "ACCESSIBLE=1"} {
		t.Run(name, func(t *testing.T) {
			t.Attr("fault", "T9")
			p := sit(t, setting{args: demo, env: []string{env}, sameStdout: true})
			p.sees("API key [").press("enter").sees("API secret [").press("ctrl+c").ends(130)
			if bytes.ContainsRune(p.Raw(), '\x1b') {
				t.Errorf("there is an escape byte: %q", p.Raw())
			}
		})
	}
}

func TestALocaleWithoutUTF8GetsASCII(t *testing.T) {
	t.Attr("fault", "T9")
	t.Parallel()
	p := sit(t, setting{args: demo, env: []string{"LANG=C", "LC_ALL=POSIX"}})
	p.sees("Connect your account").writes("\xff\xfe\xe9abc").sees("abc").press("enter").writes("wrong").press("enter").sees("x API key").press("ctrl+c").ends(130)
	for _, r := range p.Raw() {
		if r >= 0x80 {
			t.Fatalf("the terminal got the byte %x", r)
		}
	}
}

func TestInAContinuousIntegrationNothingIsWaitedFor(t *testing.T) {
	t.Attr("fault", "T9")
	t.Parallel()
	r := runs(t, t.TempDir(), "", []string{"CI=true"}, demo...)
	if r.code != 2 || !strings.Contains(r.stderr, "--app-name") || strings.ContainsRune(r.stderr, '\x1b') {
		t.Errorf("code %d: %s", r.code, r.stderr)
	}
	p := sit(t, setting{args: demo, env: []string{"CI=true"}})
	p.sees("Connect your account").press("ctrl+c").ends(130)
}

func TestASilentTerminalGetsItsFirstFrameAtOnce(t *testing.T) {
	t.Attr("fault", "T10")
	const soon, tries = 500 * time.Millisecond, 3 // the wait for an answer would be five seconds
	var took time.Duration
	for range tries {
		began := time.Now()
		p := sit(t, setting{args: demo, silent: true, sameStdout: true})
		p.sees("Connect your account")
		took = time.Since(began)
		p.press("ctrl+c").ends(130)
		if took < soon {
			return
		}
	}
	t.Errorf("the first frame took %v", took)
}

func TestWhatIsTypedBeforeTheFirstFrameIsKept(t *testing.T) {
	t.Attr("fault", "T10")
	t.Parallel()
	p := sit(t, setting{args: demo, silent: true})
	p.writes("wxyz").sees("Connect your account", "wxyz").press("ctrl+c").ends(130)
}

func TestAStormOfSizesIsSurvived(t *testing.T) {
	t.Attr("fault", "T7")
	t.Parallel()
	const sizes = 500
	p := sit(t, setting{args: []string{"--demo", "--latency", "300ms"}})
	p.sees("Connect your account").press("enter").sees("GET /v2/applications")
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for i := range sizes {
		noError(t, p.Resize(1+i*7%300, 1+i*11%100))
		<-tick.C
	}
	for _, size := range [][2]int{{1, 1}, {19, 5}, {300, 100}, {20, 6}} {
		noError(t, p.Resize(size[0], size[1]))
		if size[0] == 19 {
			p.sees("Please make the", "larger")
		}
	}
	noError(t, p.Resize(80, 24))
	p.sees("Your account is connected", "200 OK", "enter continue").press("ctrl+c").ends(130)
}

// unsized sits down at a window of 80x24 whose terminal tells the size that stty was given.
func unsized(t *testing.T, stty string, env ...string) *seat {
	t.Helper()
	return sit(t, setting{
		program: "/bin/sh", args: append([]string{"-c", "stty " + stty + `; exec "$0" "$@"`, built(t)}, demo...),
		env: append(env, "PATH="+os.Getenv("PATH")), sameStdout: true, cols: 120, rows: 40,
	})
}

func TestATerminalThatTellsNoSizeHasTheUsualOne(t *testing.T) {
	t.Parallel()
	for _, stty := range []string{"cols 0 rows 0", "cols 0 rows 24", "cols 80 rows 0"} {
		t.Run(stty, func(t *testing.T) {
			t.Attr("fault", "field-C1")
			p := unsized(t, stty)
			p.sees("Connect your account", "enter check the key").press("enter").sees("Your account is connected", "enter continue").press("ctrl+c").ends(130)
		})
	}
}

func TestColumnsAndLinesCountWhereTheTerminalTellsNoSize(t *testing.T) {
	t.Attr("fault", "field-C1")
	t.Parallel()
	p := unsized(t, "cols 0 rows 0", "COLUMNS=19", "LINES=10")
	p.sees("Please make the").press("ctrl+c").ends(130)
	p = unsized(t, "cols 80 rows 24", "COLUMNS=19", "LINES=10")
	p.sees("Connect your account").press("ctrl+c").ends(130)
	p = unsized(t, "cols 0 rows 0", "COLUMNS=wide", "LINES=-1")
	p.sees("Connect your account").press("ctrl+c").ends(130)
}

func TestALaterWindowSizeIsUsed(t *testing.T) {
	t.Attr("fault", "field-C1")
	t.Parallel()
	p := unsized(t, "cols 0 rows 0")
	p.sees("Connect your account")
	noError(t, p.Resize(19, 5))
	p.sees("Please make the")
	noError(t, p.Resize(100, 30))
	p.sees("Connect your account").press("ctrl+c").ends(130)
}
