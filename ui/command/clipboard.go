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

// clipboardTimeout is how long a clipboard program may take: one without a display may wait for ever.
const clipboardTimeout = 2 * time.Second

// clipboard finds the ways to copy that the environment has.
func (c console) clipboard() screen.Clipboard {
	ways := screen.Clipboard{Terminal: func(sequence string) error {
		_, err := io.WriteString(c.err, sequence)
		return err
	}}
	// Over SSH, this machine's clipboard is not the one that the user sees.
	if !clipboard.Unsupported && os.Getenv("SSH_CONNECTION") == "" {
		ways.Local = withTimeout(clipboard.WriteAll)
	}
	// tmux ignores a program's OSC 52 unless it is configured for it (set-clipboard, in tmux's manual).
	if os.Getenv("TMUX") != "" {
		ways.Tmux = func(text string) error {
			// -w hands it on to the terminal's clipboard; before version 3.2 there is no such flag.
			if err := loadTmuxBuffer(text, "-w", "-"); err != nil {
				return loadTmuxBuffer(text, "-")
			}
			return nil
		}
	}
	return ways
}

// loadTmuxBuffer gives the text by standard input: arguments can be read by every process.
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
			return errors.New("the clipboard did not answer")
		}
	}
}
