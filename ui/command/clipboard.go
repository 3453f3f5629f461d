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

// clipboardPatience is how long a clipboard program may take: one without a display may wait for ever.
const clipboardPatience = 2 * time.Second

// clipboards finds the ways to copy that the environment has.
func (c console) clipboards() screen.Clipboard {
	ways := screen.Clipboard{Terminal: func(sequence string) error {
		_, err := io.WriteString(c.err, sequence)
		return err
	}}
	// Over SSH, this machine's clipboard is not the one that the user sees.
	if !clipboard.Unsupported && os.Getenv("SSH_CONNECTION") == "" {
		ways.Local = patiently(clipboard.WriteAll)
	}
	// tmux ignores a program's OSC 52 unless it is configured for it (set-clipboard, in tmux's manual).
	if os.Getenv("TMUX") != "" {
		ways.Tmux = func(text string) error {
			// -w hands it on to the terminal's clipboard; before version 3.2 there is no such flag.
			if err := tmuxLoad(text, "-w", "-"); err != nil {
				return tmuxLoad(text, "-")
			}
			return nil
		}
	}
	return ways
}

// tmuxLoad gives the text by standard input: arguments can be read by every process.
func tmuxLoad(text string, args ...string) error {
	ctx, cancel := context.WithTimeout(context.Background(), clipboardPatience)
	defer cancel()
	load := exec.CommandContext(ctx, "tmux", append([]string{"load-buffer"}, args...)...) //nolint:gosec // The arguments are those above.
	load.Stdin = strings.NewReader(text)
	return load.Run()
}

func patiently(write func(string) error) func(string) error {
	return func(text string) error {
		done := make(chan error, 1)
		go func() { done <- write(text) }()
		select {
		case err := <-done:
			return err
		case <-time.After(clipboardPatience):
			return errors.New("the clipboard did not answer")
		}
	}
}
