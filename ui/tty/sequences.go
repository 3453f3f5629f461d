package tty

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// Bubble Tea v1 types unknown sequences as text. They become keys here, or are dropped:
//
//	ESC ] P _ ... ST     a late reply to an earlier program's query, dropped
//	ESC O x              the keypad, Home and End in application mode
//	CSI ... u, CSI 27 ~  keys of kitty and of xterm's modifyOtherKeys

const (
	escape           = 0x1b
	bell             = 0x07
	rubout           = 0x7f
	stringTerminator = '\\' // after an escape
	csi              = "\x1b["
	// longestSequence, in bytes, is longer than any key or reply.
	longestSequence = 64
)

// keys is take for input outside of pastes.
func (f *PasteFilter) keys(out, in []byte) (seen, rest []byte) {
	for len(in) > 0 {
		if f.inString {
			if in = f.skipString(in); f.inString {
				return out, in
			}
			continue
		}
		at := bytes.IndexByte(in, escape)
		if at < 0 {
			whole := len(in) - incompleteLetter(in)
			return append(out, in[:whole]...), in[whole:]
		}
		out, in = append(out, in[:at]...), in[at:]
		n := sequence(in[:min(len(in), longestSequence)])
		switch {
		case n == 0 && len(in) < longestSequence:
			return out, in
		case n == 0:
			n = longestSequence // unknown, but no text
		case n == 1:
			out = append(out, escape) // a key, or the alt of the next one
		case in[1] == '[':
			out = append(out, csiKey(in[:n])...)
		case in[1] == 'O':
			out = append(out, keypadKey(in[n-1])...)
		default:
			f.inString = true
		}
		in = in[n:]
	}
	return out, nil
}

// skipString returns what follows a string, or a possible beginning of its end. A control character in it is a key.
func (f *PasteFilter) skipString(in []byte) []byte {
	at := bytes.IndexFunc(in, func(r rune) bool { return r < ' ' || r == rubout })
	switch {
	case at < 0:
		return nil
	case in[at] == escape && at+1 == len(in):
		return in[at:]
	}
	f.inString = false
	switch {
	case in[at] == bell:
		return in[at+1:]
	case in[at] == escape && in[at+1] == stringTerminator:
		return in[at+2:]
	}
	return in[at:]
}

// sequence returns the length of the sequence at the beginning, for a string that of its introducer; 1 for none, 0
// for an unfinished one.
func sequence(in []byte) int {
	if len(in) == 1 {
		return 0
	}
	switch in[1] {
	case escape: // the alt of a sequence, unless a third one follows
		if len(in) > 2 && in[2] == escape {
			return 1
		}
		return min(sequence(in[1:]), 1)
	case '[':
		return csiSequence(in)
	case 'O':
		end := 2 + stretch(in[2:], '0', '9')
		switch {
		case end == len(in):
			return 0
		case in[end] == ' ' || in[end] >= '@' && in[end] < rubout:
			return end + 1
		}
	case ']', 'P', '_':
		switch {
		case len(in) == 2:
			return 0
		case strings.IndexByte(map[byte]string{']': "0123456789lL", 'P': "0123456789+$!>", '_': "G"}[in[1]], in[2]) >= 0:
			return 2
		}
	}
	return 1
}

func csiSequence(in []byte) int {
	if len(in) > 2 && in[2] == '[' { // a function key of the Linux console
		if len(in) == 3 {
			return 0
		}
		if in[3] == 0x1b {
			return 3 // cut off by another sequence
		}
		return 4
	}
	parameters := 2 + stretch(in[2:], '0', '?')
	if digits := 2 + stretch(in[2:], '0', '9'); digits > 2 && digits < len(in) && in[digits] == '$' {
		return digits + 1 // shift with a key of rxvt
	}
	end := parameters + stretch(in[parameters:], ' ', '/')
	switch {
	case end == len(in):
		return 0
	case in[end] >= '@' && in[end] < rubout:
		return end + 1
	case end > 2:
		return end // cut off, and no text either
	}
	return 1
}

func stretch(in []byte, first, last byte) int {
	for i, b := range in {
		if b < first || b > last {
			return i
		}
	}
	return len(in)
}

func keypadKey(letter byte) string {
	switch {
	case letter == 'H' || letter == 'F':
		return csi + string(rune(letter))
	case letter >= 'A' && letter <= 'D' || letter >= 'P' && letter <= 'S':
		return "\x1bO" + string(rune(letter)) // Bubble Tea knows the arrows and F1 to F4
	case letter >= 'j' && letter <= 'y':
		return string(rune(letter - '@'))
	}
	return map[byte]string{'M': "\r", 'I': "\t", ' ': " ", 'X': "="}[letter]
}

// WithoutSequences removes the sequences of keys from a typed line.
func WithoutSequences(line string) string {
	if !strings.ContainsRune(line, escape) {
		return line
	}
	var f PasteFilter
	seen, rest := f.keys(nil, []byte(line))
	return ansi.Strip(string(append(seen, rest...)))
}

// typedRest returns the part of an unfinished rest that a person may have typed: not the beginning of a CSI with
// parameters.
func typedRest(rest []byte) []byte {
	if before, after, found := bytes.Cut(rest, []byte(csi)); found && len(after) > 0 {
		return before
	}
	return rest
}

// incompleteLetter counts the trailing bytes of an unfinished letter.
func incompleteLetter(in []byte) int {
	for n := 1; n <= min(len(in), utf8.UTFMax-1); n++ {
		if tail := in[len(in)-n:]; utf8.RuneStart(tail[0]) {
			if !utf8.FullRune(tail) {
				return n
			}
			break
		}
	}
	return 0
}
