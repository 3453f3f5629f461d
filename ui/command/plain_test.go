//go:build unix

package command_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"unicode"

	"credwiz/client/sandbox"
)

func TestPlainAsksLineByLineOverAPipe(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	r := runs(t, dir, "\n\nPiped App\nbob\n1\n", nil, demoWith("--plain", "--dir", ".")...).ends(t, 0, "Step 1 of 4", "API key", "✓ Application created         POST /v2/applications · 201 Created", "1  15 minutes")
	has(t, r.stdout, "✓ bob can log in to Piped App")
	has(t, r.stderr, "15 minutes")
	if strings.ContainsRune(r.stdout+r.stderr, '\x1b') {
		t.Error("there is an escape byte")
	}
}

func TestPlainTakesWhatItSuggestsFromEmptyLines(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	// As yes '' gives them: more than there are questions.
	r := runs(t, dir, strings.Repeat("\n", 100), nil, demoWith("--plain", "--dir", ".")...).ends(t, 0)
	_, token, _ := strings.Cut(r.stdout, "\nToken\n")
	if claims := verifyToken(t, token, dir); claims["sub"] != "alice" {
		t.Errorf("the token claims %v", claims)
	}
}

func TestPlainSaysItInASCIIWhereTheTerminalHasNoMore(t *testing.T) {
	t.Parallel()
	r := runs(t, t.TempDir(), strings.Repeat("\n", 100), []string{"LC_ALL=C"},
		demoWith("--plain", "--fault", "POST /v1/users:500:1")...)
	if !strings.Contains(r.stderr, `"My Client SDK app"`) {
		t.Errorf("the name is not said:\n%s", r.stderr)
	}
	if at := strings.IndexFunc(r.stderr, func(c rune) bool { return c > unicode.MaxASCII }); at >= 0 {
		t.Errorf("more than ASCII: %q", r.stderr[at:min(at+20, len(r.stderr))])
	}
}

func TestPlainAsksAgainAfterAFailure(t *testing.T) {
	t.Parallel()
	runs(t, t.TempDir(), "\nwrong\n1\n\n\n\n\n\n\n\n\n", nil, demoWith("--plain")...).ends(t, 0, "only accepts its own key")
}

func TestPlainKeepsTheAnswersAfterAFailure(t *testing.T) {
	t.Parallel()
	r := runs(t, t.TempDir(), "\n\nKept\n2\n\n\n\n\n\n\n", nil,
		demoWith("--plain", "--fault", "POST /v2/applications:500:1")...)
	if r.code != 0 || !strings.Contains(r.stderr, "Suggestion: your last answer.\nApplication name [Kept]") || !strings.Contains(r.stdout, "Kept") {
		t.Fatalf("code %d: %s", r.code, r.stderr)
	}
}

func TestBothFrontEndsMakeTheSame(t *testing.T) {
	t.Parallel()
	record := func() (*sandbox.Server, func() []string) {
		var mu sync.Mutex
		var calls []string
		n := 0
		server, err := sandbox.Start(sandbox.Config{
			NewID: func() string {
				mu.Lock()
				defer mu.Unlock()
				n++
				return fmt.Sprintf("5a000000-0000-4000-8000-%012d", n)
			},
			Observe: func(r sandbox.Request) {
				mu.Lock()
				defer mu.Unlock()
				calls = append(calls, fmt.Sprint(r.Method, " ", r.Path, " ", r.Status))
			},
		})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = server.Close() })
		return server, func() []string {
			// A socket is noted when it has ended on the server's side too, which may be after the program.
			if err := server.Close(); err != nil {
				t.Error(err)
			}
			return calls
		}
	}
	screens, screenCalls := record()
	p := sit(t, setting{env: account(), args: []string{"--api-host", screens.URL()}})
	p.sees("Application name").makesApplication().makesUser().signs().press("enter").ends(0)
	want, wantReceipt := strings.Join(screenCalls(), "\n"), sameInAll(p.stdout.String(), screens.URL())

	for way, args := range map[string][]string{
		"line by line": {"--plain"}, "from flags": {"--no-input", "--app-name", "My Client SDK app", "--user", "alice"},
	} {
		server, calls := record()
		r := runs(t, t.TempDir(), strings.Repeat("\n", 8), account(), append(args, "--api-host", server.URL())...)
		if got := strings.Join(calls(), "\n"); got != want {
			t.Errorf("%s, the calls are\n%s\nand with screens\n%s", way, got, want)
		}
		if got := sameInAll(r.stdout, server.URL()); got != wantReceipt {
			t.Errorf("%s, the receipt is\n%s\nand with screens\n%s\n%s", way, got, wantReceipt, r.stderr)
		}
	}
}

// sameInAll takes what differs between two runs out of a receipt: the port, the minute, the token.
func sameInAll(receipt, host string) string {
	receipt, _, _ = strings.Cut(receipt, "\nToken\n")
	receipt = strings.ReplaceAll(receipt, strings.TrimPrefix(host, "http://"), "HOST")
	var kept []string
	for line := range strings.Lines(receipt) {
		if !strings.HasPrefix(line, "Works") {
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, "")
}

func TestLineByLineAnArrowKeyIsNoAnswer(t *testing.T) {
	t.Parallel()
	p := sit(t, setting{args: demoWith("--plain")}).sees("[abcd1234]").writes("\x1b[B\n")
	p.sees("Arrow keys don't work here").press("ctrl+c").ends(130)
}
