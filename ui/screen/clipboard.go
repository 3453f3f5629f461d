package screen

import (
	"strings"

	"github.com/aymanbagabas/go-osc52/v2"
)

// Clipboard has the ways to put a text where other programs paste it from. Any of them may be nil: there is none then.
type Clipboard struct {
	// Local puts it on the clipboard of the machine that credwiz runs on.
	Local func(text string) error
	// Tmux puts it into a buffer of tmux.
	Tmux func(text string) error
	// Terminal writes an escape sequence to the terminal.
	Terminal func(sequence string) error
}

// maxCopied bounds what is sent to the terminal's clipboard, in bytes: some terminals cut longer texts, or drop them.
const maxCopied = 8 << 10

// copied tells where a text was put. Sure is false if only the terminal was asked, which does not answer.
type copied struct {
	local, tmux, terminal bool
}

func (c copied) sure() bool { return c.local || c.tmux }

// put tries every way, because none of them knows where the user sits.
func (c Clipboard) put(text string) copied {
	done := func(way func(string) error, text string) bool { return way != nil && way(text) == nil }
	return copied{
		local: done(c.Local, text),
		tmux:  done(c.Tmux, text),
		// OSC 52 reaches the machine that the user sits at, over SSH too.
		terminal: len(text) <= maxCopied && done(c.Terminal, osc52.New(text).String()),
	}
}

// words say where what was put, and claim no more than is known.
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
