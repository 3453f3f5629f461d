//go:build unix

package command_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"credwiz/steps"
)

// wholeToken is a whole token wherever it is printed.
var wholeToken = regexp.MustCompile(`eyJ[\w-]+\.eyJ[\w-]+\.[\w-]{300,}`)

func TestTheReceiptAtATerminalIsShortAndSaysWhatIsNext(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		args, env, says []string
		token, color    bool
	}{
		"in a folder": {args: []string{"--dir", "."}, color: true, says: []string{
			"Token in .env (VONAGE_JWT), key in private.key", "credwiz token   a new token             credwiz status  what is here\n", "credwiz clean   delete what it created\n", "Now for real:  credwiz"}},
		"a demo":         {color: true, says: []string{"its files are deleted", "\n  Now for real:  credwiz\n"}},
		"with the token": {args: []string{"--print-token"}, token: true, color: true, says: []string{"Now for real"}},
		"masked": {args: []string{"--print-token", "--mask", "--pause", "0s", "--dir", "."}, color: true, says: []string{
			"•••", "\n\n  credwiz serve  tokens for your app     credwiz code   login code\n"}},
		"without colors":     {env: []string{"NO_COLOR=1"}, says: []string{"Now for real"}},
		"in ASCII":           {env: []string{"LC_ALL=C"}, color: true, says: []string{"+ alice can log in"}},
		"of a dumb terminal": {env: []string{"TERM=dumb"}, says: []string{"Now for real"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := sit(t, setting{args: demoWith(append([]string{"--yes"}, test.args...)...), env: test.env, sameStdout: true, cols: 100, rows: 100}).ends(0)
			raw := strings.ReplaceAll(string(p.Raw()), "\r\n", "\n")
			plain := regexp.MustCompile(`\x1b\[[\d;]*m`).ReplaceAllString(raw, "")
			has(t, plain, append(test.says, " alice can log in to My Client SDK app until ")...)
			if wholeToken.MatchString(strings.ReplaceAll(plain, "\n", "")) != test.token {
				t.Errorf("whether it has the whole token is not %v:\n%s", test.token, plain)
			}
			if (raw != plain) != test.color {
				t.Errorf("whether it is in color is not %v: %q", test.color, raw)
			}
		})
	}
}

func TestTheReceiptInAPipeEndsWithTheToken(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	r := runs(t, dir, "", nil, demoWith("--yes", "--dir", ".")...).ends(t, 0)
	lines := strings.Split(strings.TrimSpace(r.stdout), "\n")
	verifyToken(t, lines[len(lines)-1], dir)
	if strings.Contains(r.stdout, "\x1b") || len(lines) > 7 {
		t.Error(r.stdout)
	}
}

// A pipe may lead to a screen or a log, as tee does. What a program asks for is whole.
func TestAMaskedReceiptIsMaskedInAPipeToo(t *testing.T) {
	t.Parallel()
	for format, whole := range map[string]bool{"--yes": false, "--json": true} {
		r := runs(t, t.TempDir(), "", nil, demoWith("--yes", "--mask", "--pause", "0s", format)...).ends(t, 0)
		if wholeToken.MatchString(r.stdout+r.stderr) != whole || strings.Contains(r.stdout, "•••") == whole {
			t.Errorf("with %s:\n%s", format, r.stdout)
		}
	}
}

func TestADemosFolderGoesUnlessItHasSomethingElse(t *testing.T) {
	t.Parallel()
	demos := func(dir string) []string { return must(filepath.Glob(filepath.Join(dir, "credwiz-demo*"))) }
	for name, args := range map[string][]string{
		"one user": nil, "a tool's file": {"--write", "env,nexmo,vonage"}, "several users": {"--user", "a", "--user", "b"}, "a recording": {"--fixed"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			r := runs(t, dir, "", nil, demoWith(append([]string{"--yes"}, args...)...)...).ends(t, 0)
			if left := demos(dir); len(left) > 0 || strings.Contains(r.stderr, "Not deleted") {
				t.Errorf("left: %q, of %q\n%s", left, names(t, left[0]), r.stderr)
			}
		})
	}
	t.Run("something else", func(t *testing.T) {
		t.Parallel()
		p := sit(t, setting{args: demo})
		p.connects().makesApplication()
		left := demos(p.dir)
		write(t, left[0], "notes.txt", "mine")
		p.press("ctrl+c").sees("Not deleted:").ends(130)
		if got := names(t, left[0]); !slices.Contains(got, "notes.txt") || !slices.Contains(got, "private.key") {
			t.Errorf("the folder has %q", got)
		}
	})
	t.Run("the users' files", func(t *testing.T) {
		t.Parallel()
		dir := t.TempDir()
		args := demoWith("--yes", "--user", "a", "--user", "b", "--out", "handouts")
		has(t, runs(t, dir, "", nil, args...).ends(t, 0).stdout, "its files are deleted, except handouts/. To keep files, use --dir.")
		r := decoded[steps.Result](t, runs(t, dir, "", nil, append(args, "--json")...).ends(t, 0))
		if !slices.Equal(r.Files, []string{"handouts"}) || !slices.Contains(names(t, filepath.Join(dir, "handouts")), "a.env") {
			t.Errorf("it lists %q", r.Files)
		}
	})
	t.Run("left early", func(t *testing.T) {
		t.Parallel()
		p := sit(t, setting{args: demo})
		p.connects().makesApplication().press("ctrl+c").ends(130)
		if said := p.stdout.String() + p.Screen(); strings.Contains(said, "ontinue") {
			t.Errorf("nothing is left to continue:\n%s", said)
		}
		if left := demos(p.dir); len(left) > 0 {
			t.Errorf("left: %q", left)
		}
	})
	t.Run("a folder of the user's", func(t *testing.T) {
		t.Parallel()
		dir := t.TempDir()
		runs(t, dir, "", nil, demoWith("--yes", "--dir", "kept")...).ends(t, 0)
		if _, err := os.Stat(filepath.Join(dir, "kept", "private.key")); err != nil {
			t.Error(err)
		}
	})
}

func TestTheReceiptSaysWhatIsNextAfterALookBack(t *testing.T) {
	t.Parallel()
	p := sit(t, setting{args: demoWith("--dir", "kept"), sameStdout: true, cols: 100, rows: 40})
	p.connects().makesApplication().makesUser().signs()
	p.press("esc").sees("● User").press("q").ends(130)
	has(t, p.Screen(), "alice can log in", "a new token", "Now for real")
}
