//go:build unix

package terminal

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/termios"
	"github.com/charmbracelet/x/vt"
	"github.com/creack/pty"
	"golang.org/x/sys/unix"
)

// Close ends four goroutines: read (output to the emulator), take (the emulator's replies to queries), answer
// (replies to the program) and reap (the program's end). Nothing waits for the program under mu. take and answer are
// two, because the emulator's Write waits until each reply is taken, and a program may query without reading.

// ErrEnded means that the program can write and read no more.
var ErrEnded = errors.New("the program has ended, or lost its terminal")

// Config is a program and its terminal.
type Config struct {
	Command []string // The program and its arguments.
	Dir     string   // Where it runs; here when empty.
	Env     []string // Its whole environment: nothing is inherited.

	Cols, Rows int    // 80 and 24 when zero.
	Title      string // The window's title in pictures, until the program sets one.
	Silent     bool   // The terminal never answers a query, as some do not.

	// Stdout receives standard output, until Wait returns; if nil, that is the terminal.
	Stdout io.Writer
}

// Terminal is a program in its terminal. Its methods are safe for concurrent use.
type Terminal struct {
	cmd    *exec.Cmd
	keys   *os.File // the terminal's own side of the pseudo-terminal
	before unix.Termios

	closing  sync.Once
	reaped   chan struct{} // closed when the program has ended
	drained  chan struct{} // closed when all it wrote has been read
	answered chan struct{} // closed when the last reply was written
	replies  chan []byte

	mu      sync.Mutex
	screen  *vt.Emulator
	modes   map[ansi.Mode]bool
	title   string
	raw     []byte
	heard   time.Time     // when the last of raw came
	ended   bool          // no more output will come
	hung    bool          // Hangup was called
	changed chan struct{} // closed and replaced at each chunk of output, and at its end
}

// Start starts a program. The caller must call Close.
func Start(cfg Config) (*Terminal, error) {
	if len(cfg.Command) == 0 {
		return nil, errors.New("no command")
	}
	cfg.Cols, cfg.Rows = cmp.Or(cfg.Cols, 80), cmp.Or(cfg.Rows, 24)
	keys, tty, err := open()
	if err != nil {
		return nil, fmt.Errorf("pseudo-terminal: %w", err)
	}
	// The program has the only other copy, so its end ends our reads.
	defer func() { _ = tty.Close() }()

	t := &Terminal{
		keys:     keys,
		reaped:   make(chan struct{}),
		drained:  make(chan struct{}),
		answered: make(chan struct{}),
		replies:  make(chan []byte, 1024),
		modes:    map[ansi.Mode]bool{ansi.ModeTextCursorEnable: true},
		title:    cfg.Title,
		changed:  make(chan struct{}),
	}
	t.cmd = exec.Command(cfg.Command[0], cfg.Command[1:]...) //nolint:noctx // Close ends it, with its process group.
	t.cmd.Dir = cfg.Dir
	t.cmd.Env = append([]string{}, cfg.Env...) // Never nil: exec takes nil for "inherit".
	t.cmd.Stdin, t.cmd.Stdout, t.cmd.Stderr = tty, tty, tty
	if cfg.Stdout != nil {
		t.cmd.Stdout = cfg.Stdout
		t.cmd.WaitDelay = time.Second // In case a child of the program keeps the pipe open.
	}
	// In a session of its own with this controlling terminal, ctrl+c, hangup and /dev/tty work.
	t.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}

	heedSignals()
	if err := t.begin(cfg.Cols, cfg.Rows); err != nil {
		_ = keys.Close()
		return nil, err
	}
	t.screen = vt.NewEmulator(cfg.Cols, cfg.Rows)
	t.screen.SetCallbacks(vt.Callbacks{
		Title:       func(s string) { t.title = s },
		EnableMode:  func(m ansi.Mode) { t.modes[m] = true },
		DisableMode: func(m ansi.Mode) { t.modes[m] = false },
	})
	go t.read()
	go t.take(cfg.Silent)
	go t.answer()
	go t.reap()
	return t, nil
}

// heedSignals undoes the ignored signals of nohup or "&" for child programs: exec resets handled signals to the
// default.
var heedSignals = sync.OnceFunc(func() {
	for _, s := range []os.Signal{unix.SIGHUP, unix.SIGINT, unix.SIGQUIT} {
		if signal.Ignored(s) {
			signal.Notify(make(chan os.Signal, 1), s)
		}
	}
})

func (t *Terminal) begin(cols, rows int) error {
	if err := t.setSize(cols, rows); err != nil {
		return err
	}
	var err error
	if t.before, err = t.settings(); err != nil {
		return fmt.Errorf("terminal settings: %w", err)
	}
	return t.cmd.Start()
}

// open is pty.Open with a near side that Go's poller serves, so that Close can end a Read.
func open() (keys, tty *os.File, err error) {
	blocking, tty, err := pty.Open()
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = blocking.Close() }()
	fd, err := unix.FcntlInt(blocking.Fd(), unix.F_DUPFD_CLOEXEC, 3)
	if err == nil {
		if err = unix.SetNonblock(fd, true); err != nil {
			_ = unix.Close(fd)
		}
	}
	if err != nil {
		_ = tty.Close()
		return nil, nil, err
	}
	return os.NewFile(uintptr(fd), "terminal"), tty, nil
}

func (t *Terminal) read() {
	defer close(t.drained)
	chunk := make([]byte, 32<<10)
	for {
		n, err := t.keys.Read(chunk)
		heard := time.Now()
		t.mu.Lock()
		if n > 0 {
			t.heard = heard
		}
		t.raw = append(t.raw, chunk[:n]...)
		_, _ = t.screen.Write(chunk[:n])
		// Linux returns EIO, others EOF, when the other side is closed.
		t.ended = err != nil
		close(t.changed)
		t.changed = make(chan struct{})
		t.mu.Unlock()
		if err != nil {
			return
		}
	}
}

func (t *Terminal) take(silent bool) {
	defer close(t.replies)
	reply := make([]byte, 256)
	for {
		n, err := t.screen.Read(reply)
		if err != nil {
			return
		}
		if silent {
			continue
		}
		select {
		case t.replies <- bytes.Clone(reply[:n]):
		default: // So many are unread that the program will never miss this one.
		}
	}
}

func (t *Terminal) answer() {
	defer close(t.answered)
	for reply := range t.replies {
		_, _ = t.keys.Write(reply) // A program that has gone needs no answer.
	}
}

func (t *Terminal) reap() {
	defer close(t.reaped)
	_ = t.cmd.Wait() // What came of it is in t.cmd.ProcessState.
}

// Wait waits for the program's end and its last output. The code is -1 after a signal, such as "SIGHUP".
func (t *Terminal) Wait(ctx context.Context) (code int, signal string, err error) {
	select {
	case <-t.reaped:
	case <-ctx.Done():
		return 0, "", fmt.Errorf("the program has not ended: %w\n%s", context.Cause(ctx), t.framed())
	}
	select {
	case <-t.drained:
	case <-ctx.Done():
		return 0, "", fmt.Errorf("the program has ended, but a child of it holds the terminal: %w", context.Cause(ctx))
	}
	if status, ok := t.cmd.ProcessState.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		signal = unix.SignalName(status.Signal())
	}
	return t.cmd.ProcessState.ExitCode(), signal, nil
}

// PID is the program's process.
func (t *Terminal) PID() int { return t.cmd.Process.Pid }

// CPU is the program's processor time. Call it after Wait.
func (t *Terminal) CPU() time.Duration {
	return t.cmd.ProcessState.UserTime() + t.cmd.ProcessState.SystemTime()
}

// Signal signals the program alone; keys such as ctrl+c reach its whole foreground group.
func (t *Terminal) Signal(s os.Signal) error {
	return t.cmd.Process.Signal(s)
}

// Resize changes the window's size.
func (t *Terminal) Resize(cols, rows int) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	// What the program draws next is meant for the new size.
	err := t.setSize(cols, rows)
	if err == nil {
		t.screen.Resize(cols, rows)
	}
	return err
}

// Hangup closes the terminal under the program, which gets a SIGHUP. The screen stays.
func (t *Terminal) Hangup() error {
	t.mu.Lock()
	t.hung = true
	t.mu.Unlock()
	return t.keys.Close()
}

// Close kills the program's process group and closes the terminal. The screen stays readable.
func (t *Terminal) Close() error {
	t.closing.Do(func() {
		select {
		case <-t.reaped:
		default:
			_ = unix.Kill(-t.cmd.Process.Pid, unix.SIGKILL)
		}
		_ = t.keys.Close() // Ends read, and a blocked write.
		<-t.reaped
		<-t.drained
		// Not t.screen.Close: it races with Read (x/vt v0.1.0, emulator.go:273).
		if pipe, ok := t.screen.InputPipe().(io.Closer); ok {
			_ = pipe.Close()
		}
		<-t.answered
	})
	return nil
}

func (t *Terminal) setSize(cols, rows int) error {
	if cols < 1 || rows < 1 || cols > 1000 || rows > 1000 {
		return fmt.Errorf("size %dx%d: not a window's size", cols, rows)
	}
	return t.control(func(fd int) error {
		return termios.SetWinsize(fd, &unix.Winsize{Row: uint16(rows), Col: uint16(cols)})
	})
}

// control avoids keys.Fd, which would make the file blocking again.
func (t *Terminal) control(do func(fd int) error) error {
	conn, err := t.keys.SyscallConn()
	if err != nil {
		return err
	}
	var done error
	err = conn.Control(func(fd uintptr) { done = do(int(fd)) })
	return cmp.Or(err, done)
}
