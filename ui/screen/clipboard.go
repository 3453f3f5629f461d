package screen

import (
	"strings"

	"github.com/aymanbagabas/go-osc52/v2"
)

// Clipboard has the ways to copy a text; each may be nil.
type Clipboard struct {
	// Local is the clipboard of this machine.
	Local func(text string) error
	// Tmux is a tmux buffer.
	Tmux func(text string) error
	// Terminal writes an escape sequence.
	Terminal func(sequence string) error
}

// maxCopied bounds OSC 52, in bytes: some terminals cut or drop longer texts.
const maxCopied = 8 << 10

type copied struct {
	local, tmux, terminal bool
}

func (c copied) sure() bool { return c.local || c.tmux }

// put tries every way, because each may be another machine's clipboard.
func (c Clipboard) put(text string) copied {
	done := func(way func(string) error, text string) bool { return way != nil && way(text) == nil }
	return copied{
		local: done(c.Local, text),
		tmux:  done(c.Tmux, text),
		// OSC 52 reaches the user's own machine, over SSH too.
		terminal: len(text) <= maxCopied && done(c.Terminal, osc52.New(text).String()),
	}
}

// words claims no more than is known.
func (c copied) words(what string) string {
	var ways []string
	if c.local {
		ways = append(ways, "copied to the clipboard")
	}
	if c.tmux {
		ways = append(ways, "copied to tmux (its prefix and ] paste it)")
	}
	switch {
	case c.terminal && !c.sure():
		ways = append(ways, "sent to the terminal's clipboard, which does not say whether it took it")
	case c.terminal:
		ways = append(ways, "sent to the terminal's clipboard too")
	case !c.sure():
		ways = append(ways, "not copied: there is no clipboard here")
	}
	return what + ": " + strings.Join(ways, "; ") + "."
}
