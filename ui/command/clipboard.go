package command

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/atotto/clipboard"

	"credwiz/ui/screen"
)

// clipboardTimeout bounds clipboard programs, which may hang without a display.
const clipboardTimeout = 2 * time.Second

func (c console) clipboard() screen.Clipboard {
	ways := screen.Clipboard{Terminal: func(sequence string) error {
		_, err := io.WriteString(c.err, sequence)
		return err
	}}
	// Over SSH, this machine's clipboard is not the user's.
	if !clipboard.Unsupported && os.Getenv("SSH_CONNECTION") == "" {
		ways.Local = withTimeout(clipboard.WriteAll)
	}
	// tmux ignores OSC 52 unless set-clipboard allows it.
	if os.Getenv("TMUX") != "" {
		ways.Tmux = func(text string) error {
			// -w also sets the terminal's clipboard; tmux has it since 3.2.
			if err := loadTmuxBuffer(text, "-w", "-"); err != nil {
				return loadTmuxBuffer(text, "-")
			}
			return nil
		}
	}
	return ways
}

// loadTmuxBuffer uses standard input, because any process can read arguments.
func loadTmuxBuffer(text string, args ...string) error {
	ctx, cancel := context.WithTimeout(context.Background(), clipboardTimeout)
	defer cancel()
	load := exec.CommandContext(ctx, "tmux", append([]string{"load-buffer"}, args...)...) //nolint:gosec // The arguments are those above.
	load.Stdin = strings.NewReader(text)
	return load.Run()
}

func withTimeout(write func(string) error) func(string) error {
	return func(text string) error {
		done := make(chan error, 1)
		go func() { done <- write(text) }()
		select {
		case err := <-done:
			return err
		case <-time.After(clipboardTimeout):
			return errors.New("the clipboard didn't respond")
		}
	}
}
