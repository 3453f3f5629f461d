//go:build unix

package terminal_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/charmbracelet/x/term"
	"github.com/charmbracelet/x/termios"
	"go.uber.org/goleak"

	"credwiz/ui/dev/terminal"
)

// The test binary is also the program in the terminal, when CHILD says which.
func TestMain(m *testing.M) {
	if child := os.Getenv("CHILD"); child != "" {
		children[child]()
		os.Exit(0)
	}
	goleak.VerifyTestMain(m)
}

var children = map[string]func(){
	// keys shows every byte it gets, until a q.
	"keys": func() {
		must(term.MakeRaw(os.Stdin.Fd()))
		fmt.Print(os.Getenv("FIRST") + "ready\r\n")
		input := make([]byte, 1)
		for {
			must(os.Stdin.Read(input))
			fmt.Printf("%q ", input)
			if input[0] == 'q' {
				return
			}
		}
	},
	// size shows the window's size, again at each SIGWINCH.
	"size": func() {
		resized := make(chan os.Signal, 8)
		signal.Notify(resized, syscall.SIGWINCH)
		for {
			w := must(termios.GetWinsize(0))
			fmt.Printf("%dx%d\n", w.Col, w.Row)
			<-resized
		}
	},
	// hup writes a file when it is hung up.
	"hup": func() {
		hungUp := make(chan os.Signal, 1)
		signal.Notify(hungUp, syscall.SIGHUP)
		fmt.Println("ready")
		<-hungUp
		if err := os.WriteFile(os.Getenv("FILE"), []byte("hung up"), 0o600); err != nil {
			panic(err)
		}
		os.Exit(3)
	},
}

// must gives the value of a call that works whatever is tested.
func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

// person is who sits at the terminal in a test.
type person struct {
	*terminal.Terminal
	t   *testing.T
	ctx context.Context
}

func sit(t *testing.T, cfg terminal.Config) person {
	t.Helper()
	cfg.Env = append(cfg.Env, "PATH="+os.Getenv("PATH"), "TERM=xterm-256color", "LANG=C.UTF-8", "GOCOVERDIR="+t.TempDir(), "GORACE=atexit_sleep_ms=0")
	term := must(terminal.Start(cfg))
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	t.Cleanup(func() {
		cancel()
		if err := term.Close(); err != nil {
			t.Error(err)
		}
	})
	return person{term, t, ctx}
}

func child(t *testing.T, name string, env ...string) person {
	t.Helper()
	return sit(t, terminal.Config{Command: []string{must(os.Executable())}, Env: append(env, "CHILD="+name)})
}

func shell(t *testing.T, script string) person {
	t.Helper()
	return sit(t, terminal.Config{Command: []string{"sh", "-c", script}})
}

func (p person) sees(texts ...string) {
	p.t.Helper()
	for _, text := range texts {
		p.does(p.WaitFor(p.ctx, text))
	}
}

func (p person) does(err error) {
	p.t.Helper()
	if err != nil {
		p.t.Fatal(err)
	}
}

func (p person) ends(code int, signal string) {
	p.t.Helper()
	gotCode, gotSignal, err := p.Wait(p.ctx)
	p.does(err)
	if gotCode != code || gotSignal != signal {
		p.t.Fatalf("ended with %d %q, not %d %q\n%s", gotCode, gotSignal, code, signal, p.Screen())
	}
}

func TestAPersonTypesAndReads(t *testing.T) {
	p := shell(t, `printf 'name? '; read name; echo "hello $name"; exit 7`)
	p.sees("name?")
	p.does(p.Type("bob"))
	p.sees("name? bob")
	p.does(p.Press("b", "y", "backspace", "space", "enter"))
	p.sees("hello bobb")
	p.ends(7, "")
	if left := p.Restored(); left != nil {
		t.Error(left)
	}
	if err := p.Type("x"); !errors.Is(err, terminal.ErrEnded) {
		t.Error("typed into a program that has ended:", err)
	}
}

func TestKeysAreWhatATerminalSends(t *testing.T) {
	for keys, want := range map[string]string{
		"enter": `"\r"`, "tab": `"\t"`, "shift+tab": `"\x1b" "[" "Z"`, "up": `"\x1b" "[" "A"`, "end": `"\x1b" "[" "F"`,
		"pgdown": `"\x1b" "[" "6" "~"`, "ctrl+c": `"\x03"`, "ctrl+z": `"\x1a"`, "esc": `"\x1b"`, "é": `"\xc3" "\xa9"`, "+": `"+"`,
	} {
		t.Run(keys, func(t *testing.T) {
			p := child(t, "keys")
			p.sees("ready")
			p.does(p.Press(keys))
			p.sees(want)
		})
	}
	p := child(t, "keys", "FIRST=\x1b[?1h")
	p.sees("ready")
	p.does(p.Press("up", "pgup"))
	p.sees(`"\x1b" "O" "A" "\x1b" "[" "5" "~"`)
}

func TestAnUnknownKeyPressesNoneOfTheKeysBeforeIt(t *testing.T) {
	p := child(t, "keys")
	p.sees("ready")
	if err := p.Press("x", "hyper"); err == nil {
		t.Error("pressed a key that does not exist")
	}
	p.does(p.Press("q"))
	p.ends(0, "")
	if strings.Contains(p.Screen(), `"x"`) {
		t.Error("pressed the keys before the unknown one")
	}
}

func TestPasteIsBracketedOnlyWhenAskedFor(t *testing.T) {
	p := child(t, "keys")
	p.sees("ready")
	p.does(p.Paste("a\nb\r\nc"))
	p.sees(`"a" "\r" "b" "\r" "c"`)

	p = child(t, "keys", "FIRST=\x1b[?2004h")
	p.sees("ready")
	p.does(p.Paste("a\n\x1b[201~b"))
	// The closing bracket within the text is taken out.
	p.sees(`"\x1b" "[" "2" "0" "0" "~" "a" "\n" "b" "\x1b" "[" "2" "0" "1"`)
}

func TestControlCReachesTheWholeForeground(t *testing.T) {
	p := shell(t, `trap 'echo the shell too; exit 3' INT; cat; echo never`)
	p.does(p.Type("cat?\n"))
	p.sees("cat?\ncat?") // Once from the terminal's echo, once from cat: it runs.
	p.does(p.Press("ctrl+c"))
	p.ends(3, "")
	p.sees("the shell too")
}

func TestWaitForShowsTheScreenWhenItGivesUp(t *testing.T) {
	p := shell(t, `echo 'this is here'; cat`)
	p.sees("here")
	late, cancel := context.WithCancelCause(p.ctx)
	cancel(errors.New("too late"))
	err := p.WaitFor(late, "that")
	want := "\"that\" is not on the screen: too late\n" +
		"-- screen 80x24 --------------------------------------------\n" +
		"this is here\n" +
		"------------------------------------------------------------"
	if err == nil || err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
	if err := p.WaitGone(late, "this"); err == nil || !strings.Contains(err.Error(), "still on the screen") {
		t.Error(err)
	}
	if _, _, err := p.Wait(late); err == nil || !strings.Contains(err.Error(), "this is here") {
		t.Error(err)
	}
}

func TestWaitGoneSeesTextDisappear(t *testing.T) {
	p := shell(t, `printf working; read x; printf '\033[H\033[2Jdone'`)
	p.sees("working")
	p.does(p.Press("enter"))
	p.does(p.WaitGone(p.ctx, "working"))
	p.ends(0, "")
	if !bytes.Contains(p.Raw(), []byte("working")) {
		t.Errorf("raw: %q", p.Raw())
	}
	if err := p.WaitFor(p.ctx, "working"); !errors.Is(err, terminal.ErrEnded) {
		t.Error(err)
	}
}

func TestSettleWaitsForAPause(t *testing.T) {
	p := shell(t, `echo first; cat`)
	p.sees("first")
	p.does(p.Settle(p.ctx, 10*time.Millisecond))
	late, cancel := context.WithCancel(p.ctx)
	cancel()
	if err := p.Settle(late, time.Minute); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestNothingWrittenIsLostAtTheEnd(t *testing.T) {
	p := shell(t, `seq 1 4000; exit 5`)
	p.ends(5, "")
	if !bytes.HasSuffix(p.Raw(), []byte("\r\n3999\r\n4000\r\n")) {
		t.Errorf("%d bytes", len(p.Raw()))
	}
	p.sees("4000")
}

func TestTheTerminalAnswersUnlessItIsSilent(t *testing.T) {
	const ask = "\x1b]11;?\x1b\\\x1b[6n"
	p := child(t, "keys", "FIRST="+ask)
	p.sees(`"\x1b" "]" "1" "1" ";" "r" "g" "b"`, `"\x1b" "[" "1" ";" "1" "R"`)
	p = sit(t, terminal.Config{Command: []string{must(os.Executable())}, Env: []string{"CHILD=keys", "FIRST=" + ask}, Silent: true})
	p.sees("ready")
	p.does(p.Press("q"))
	p.ends(0, "")
	if screen := strings.TrimSpace(p.Screen()); screen != "ready\n\"q\"" {
		t.Errorf("got an answer:\n%s", screen)
	}
}

func TestAnUnreadAnswerBlocksNothing(t *testing.T) {
	p := shell(t, `stty raw -echo; yes "$(printf '\033[6n\033]11;?\007')" | head -4000; echo asked; exec sleep 60`)
	p.sees("asked")
	p.does(p.Resize(60, 20))
}

func TestResizeTellsTheProgram(t *testing.T) {
	p := child(t, "size")
	p.sees("80x24")
	p.does(p.Resize(55, 13))
	p.sees("55x13")
	if rows := strings.Split(p.Screen(), "\n"); len(rows) != 13 {
		t.Errorf("%d rows", len(rows))
	}
	if err := p.Resize(0, 13); err == nil {
		t.Error("took a window without columns")
	}
}

func TestHangupTellsTheProgram(t *testing.T) {
	file := t.TempDir() + "/hup"
	p := child(t, "hup", "FILE="+file)
	p.sees("ready")
	p.does(p.Hangup())
	p.ends(3, "")
	if got, err := os.ReadFile(file); err != nil || string(got) != "hung up" {
		t.Error(string(got), err)
	}
	if left := p.Restored(); left != nil {
		t.Error("left behind in a terminal that is gone:", left)
	}
	p.sees("ready")
}

func TestSignalsEndAProgramThatDoesNotListen(t *testing.T) {
	// It reads nothing: that would fail, and might end it first.
	p := shell(t, `echo ready; exec sleep 600`)
	p.sees("ready")
	p.does(p.Hangup())
	p.ends(-1, "SIGHUP")
	p = shell(t, `echo ready; exec cat`)
	p.sees("ready")
	p.does(p.Signal(syscall.SIGTERM))
	p.ends(-1, "SIGTERM")
}

func TestHangupEndsItUnderNohupToo(t *testing.T) {
	again := exec.CommandContext(t.Context(), "sh", "-c", `trap '' HUP; exec "$@"`, "sh",
		must(os.Executable()), "-test.run=^TestSignalsEndAProgramThatDoesNotListen$", "-test.v")
	if out, err := again.CombinedOutput(); err != nil || !strings.Contains(string(out), "--- PASS") {
		t.Errorf("%v: %s", err, out)
	}
}

func TestRestoredFindsEachLeftover(t *testing.T) {
	for script, want := range map[string]string{
		`printf '\033[?1049h'`: "alternate screen",
		`printf '\033[?47h'`:   "alternate screen",
		`printf '\033[?25l'`:   "hidden cursor",
		`printf '\033[?2004h'`: "bracketed paste",
		`printf '\033[?1002h'`: "mouse",
		`printf '\033[?1006h'`: "mouse",
		`printf '\033[?1004h'`: "focus reports",
		`stty raw -echo`:       "raw mode",
		`stty -echo`:           "raw mode",
		// The cursor belongs to the terminal, not to one of its two screens.
		`printf '\033[?1049h\033[?25l\033[?1049l'`: "hidden cursor",
	} {
		t.Run(script, func(t *testing.T) {
			p := shell(t, script)
			p.ends(0, "")
			if got := p.Restored(); !slices.Equal(got, []string{want}) {
				t.Errorf("%q, not %q", got, want)
			}
		})
	}
	t.Run("all put back", func(t *testing.T) {
		p := shell(t, `old=$(stty -g); stty raw -echo
			printf '\033[?1049h\033[?25l\033[?2004h\033[?1002h\033[?1006h\033[?1004h'
			printf '\033[?1004l\033[?1006l\033[?1002l\033[?2004l\033[?25h\033[?1049l'
			stty "$old"`)
		p.ends(0, "")
		if got := p.Restored(); got != nil {
			t.Error(got)
		}
	})
}

func TestStdoutCanBeAPipe(t *testing.T) {
	var out bytes.Buffer
	p := sit(t, terminal.Config{
		Command: []string{"sh", "-c", `test -t 1 || echo receipt; test -t 0 && test -t 2 && echo screen >&2; echo controlling >/dev/tty`},
		Stdout:  &out,
	})
	p.ends(0, "")
	p.sees("screen", "controlling")
	if out.String() != "receipt\n" || strings.Contains(p.Screen(), "receipt") {
		t.Errorf("%q and\n%s", out.String(), p.Screen())
	}
}

func TestNothingIsInherited(t *testing.T) {
	t.Setenv("SECRET_OF_THE_TEST", "x")
	term := must(terminal.Start(terminal.Config{Command: []string{"/usr/bin/env"}, Dir: "/"}))
	defer func() { _ = term.Close() }()
	p := person{term, t, t.Context()}
	p.ends(0, "")
	// PWD comes from os/exec, because Dir is set.
	if got := strings.TrimSpace(p.Screen()); got != "PWD=/" && got != "" {
		t.Errorf("inherited:\n%s", got)
	}
}

func TestCloseEndsAProgramThatWillNot(t *testing.T) {
	p := shell(t, `trap '' HUP INT TERM; echo ready; while :; do sleep 60; done`)
	p.sees("ready")
	p.does(p.Close())
	p.does(p.Close())
	p.ends(-1, "SIGKILL")
	if !strings.Contains(p.Screen(), "ready") {
		t.Error("the screen has gone with the terminal")
	}
}

func TestStartRefusesAnInvalidConfiguration(t *testing.T) {
	for name, cfg := range map[string]terminal.Config{
		"nothing":    {},
		"no program": {Command: []string{"/no/such/program"}},
		"no window":  {Command: []string{"true"}, Cols: -1},
	} {
		if term, err := terminal.Start(cfg); err == nil {
			_ = term.Close()
			t.Errorf("%s: started", name)
		}
	}
}
