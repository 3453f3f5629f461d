package tty

import (
	"bytes"
	"errors"
	"io"
	"os"
	"time"
)

const (
	pasteStart = "\x1b[200~"
	pasteEnd   = "\x1b[201~"
	ctrlC      = 0x03
)

const (
	// PasteLimit is in bytes: the longest answer.
	PasteLimit = 64 << 10
	// pausePatience is how long a paste may pause; less after a Ctrl-C, which was probably a key.
	pausePatience, ctrlCPatience = 300 * time.Millisecond, 50 * time.Millisecond
	// sequencePatience separates the escape key from an escape sequence.
	sequencePatience = 25 * time.Millisecond
	// insertions is by how much filtering can lengthen the input.
	insertions = 32
	// longestSkip bounds how much is discarded before the next check for the program's end.
	longestSkip = 256 << 10
)

// PasteGuard is the terminal's input, with pastes that Bubble Tea can handle. Bubble Tea v1 rescans an unfinished
// paste at every 256 bytes: 4 MB take 20 seconds, and one without an end swallows every key, Ctrl-C too (v1.3.10,
// key.go:565 and key_sequences.go:79).
// It embeds the file, so that Bubble Tea can set raw mode and cancel reads. Bubble Tea waits for the descriptor
// before each Read (muesli/cancelreader): hold back only what more bytes will follow.
type PasteGuard struct {
	*os.File
	Filter   PasteFilter
	Readable func(time.Duration) bool // whether a byte comes within a time
	Waiting  func() int               // how many bytes are on the descriptor, as far as that is known
	held     []byte                   // what was read and not filtered; more is on the descriptor
	Cut      func()                   // called before the bytes of a paste that was cut
	Gone     func()                   // called when the terminal is gone
}

// Read returns what Bubble Tea should see, possibly nothing.
func (g *PasteGuard) Read(p []byte) (int, error) {
	room := len(p) - insertions
	if room < 1 {
		return 0, io.ErrShortBuffer
	}
	in := make([]byte, room)
	n := copy(in, g.held)
	g.held = g.held[n:]
	if n < room {
		more, err := g.File.Read(in[n:])
		if err != nil {
			if !errors.Is(err, os.ErrClosed) {
				// Bubble Tea ignores the end of input, and would continue without a keyboard.
				g.Gone()
			}
			return copy(p, in[:n]), io.EOF
		}
		n += more
	}
	out, rest := g.Filter.take(p[:0], in[:n], n == room)
	g.skip()
	switch {
	case g.Filter.pasting() && !g.Readable(g.Filter.patience()):
		out = g.Filter.pause(out)
	case g.Filter.inString && !g.more(pausePatience):
		g.Filter.inString = false
		out = append(out, rest...)
	case len(rest) > 0 && g.more(restPatience(rest)):
		g.held = append(bytes.Clone(rest), g.held...)
	default:
		out = append(out, typedRest(rest)...)
	}
	if g.Filter.cut {
		g.Filter.cut = false
		g.Cut()
	}
	return len(out), nil
}

func (g *PasteGuard) more(within time.Duration) bool { return len(g.held) > 0 || g.Readable(within) }

func restPatience(rest []byte) time.Duration {
	if len(typedRest(rest)) < len(rest) {
		return pausePatience
	}
	return sequencePatience
}

// skip discards the rest of a paste over the limit in large reads: Bubble Tea's 256 bytes with a wait before each are
// most of the cost of megabytes. It keeps what follows the paste, and leaves a byte on the descriptor to wake the
// next Read.
func (g *PasteGuard) skip() {
	const most = 4 << 10 // what a terminal gives at once
	var buffer []byte
	for skipped := 0; g.Filter.where == beyond && len(g.held) == 0 && skipped < longestSkip; {
		n := min(g.Waiting()-1, most)
		if n < 1 {
			return
		}
		if buffer == nil {
			buffer = make([]byte, most)
		}
		n, err := g.File.Read(buffer[:n])
		if err != nil {
			return // which the next Read meets too
		}
		skipped += n
		_, g.held = g.Filter.takePasted(nil, buffer[:n])
	}
}

// PasteFilter finds pastes in terminal input, and turns the rest into keys that Bubble Tea knows.
type PasteFilter struct {
	Limit   int
	where   pastePart
	taken   int  // bytes of the paste that went through
	matched int  // how much of the closing bracket came last
	leaving bool // the last byte was a ctrl+c
	paused  bool // a pause ended the last paste, and its rest may yet come
	cut     bool // there was more than the limit

	inString bool // in the answer of a terminal, outside of pastes
}

type pastePart int

const (
	outside pastePart = iota
	inside
	beyond // in a paste, after its limit
)

func (f *PasteFilter) pasting() bool { return f.where != outside }

func (f *PasteFilter) patience() time.Duration {
	if f.leaving {
		return ctrlCPatience
	}
	return pausePatience
}

// take appends the visible part of in to out. The rest is an unfinished sequence or letter, to be shown with what
// follows it. A burst is more than a person types at once.
func (f *PasteFilter) take(out, in []byte, burst bool) (seen, rest []byte) {
	if f.paused {
		out = f.resume(out, in, burst)
	}
	for len(in) > 0 {
		if f.where != outside {
			out, in = f.takePasted(out, in)
			continue
		}
		before, after, found := bytes.Cut(in, []byte(pasteStart))
		seen, rest := f.keys(out, before)
		if !found {
			return seen, rest
		}
		f.inString = false
		out = append(append(seen, typedRest(rest)...), pasteStart...)
		f.where, f.taken, f.matched, f.leaving = inside, 0, 0, false
		in = after
	}
	return out, nil
}

// resume continues a paste that a pause ended: a line break in its rest must not press Enter.
func (f *PasteFilter) resume(out, in []byte, burst bool) []byte {
	f.paused = false
	end, start := bytes.Index(in, []byte(pasteEnd)), bytes.Index(in, []byte(pasteStart))
	if ended := end >= 0 && (start < 0 || end < start); !ended && (!burst || start >= 0) {
		return out
	}
	f.matched, f.leaving = 0, false
	if f.taken >= f.Limit {
		f.where = beyond
		return out
	}
	f.where = inside
	return append(out, pasteStart...)
}

func (f *PasteFilter) takePasted(out, in []byte) (seen, after []byte) {
	for i, b := range in {
		f.leaving = b == ctrlC
		if b == pasteEnd[f.matched] {
			if f.matched++; f.matched == len(pasteEnd) {
				if f.where == inside {
					out = append(out, pasteEnd...)
				}
				f.where = outside
				return out, in[i+1:]
			}
			continue
		}
		for _, c := range []byte(pasteEnd[:f.matched]) {
			out = f.content(out, c)
		}
		f.matched = 0
		switch b {
		case pasteEnd[0]:
			f.matched = 1
		case ctrlC: // a key if nothing follows, else of no use in an answer
		default:
			out = f.content(out, b)
		}
	}
	return out, nil
}

func (f *PasteFilter) content(out []byte, b byte) []byte {
	switch {
	case f.where == beyond:
		return out
	case f.taken < f.Limit:
		f.taken++
		return append(out, b)
	}
	f.where, f.cut = beyond, true
	return append(out, pasteEnd...)
}

func (f *PasteFilter) pause(out []byte) []byte {
	if f.where == inside {
		out = append(out, pasteEnd...)
	}
	f.where, f.paused, f.matched = outside, true, 0
	if f.leaving {
		out = append(out, ctrlC)
	}
	return out
}
