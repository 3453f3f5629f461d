package ui

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
)

const escape = 0x1b

// keypad is what the keypad and the ends of a line send in application mode, as Bubble Tea knows it.
func keypad() map[byte]string {
	return map[byte]string{'H': "\x1b[H", 'F': "\x1b[F", 'M': "\r"}
}

// keys appends what is typed outside of pastes to out, in forms that Bubble Tea knows, and without the replies of the
// terminal, which it would type into a field.
func (f *pasteFilter) keys(out, in []byte) []byte {
	for len(in) > 0 {
		if f.reply {
			in = f.skipReply(in)
			continue
		}
		i := bytes.IndexByte(in, escape)
		if i < 0 || i+2 >= len(in) {
			return append(out, in...) // an escape and one byte are alt and a key
		}
		out, in = append(out, in[:i]...), in[i:]
		switch key, known := keypad()[in[2]]; {
		case bytes.IndexByte([]byte("]P_^X"), in[1]) >= 0:
			f.reply, in = true, in[2:]
		case in[1] == 'O' && known:
			out, in = append(out, key...), in[3:]
		case in[1] == '[':
			end := 2 + bytes.IndexFunc(in[2:], func(r rune) bool { return r < 0x20 || r > 0x3f })
			if end >= 2 && isCtrlC(string(in[2:end]), in[end]) {
				out, in = append(out, ctrlC), in[end+1:]
				continue
			}
			out, in = append(out, in[:2]...), in[2:]
		default:
			out, in = append(out, in[0]), in[1:]
		}
	}
	return out
}

// skipReply skips a reply to its end. A control character that does not belong to it is a key, so that ctrl+c always is.
func (f *pasteFilter) skipReply(in []byte) []byte {
	const bell = 0x07
	i := bytes.IndexFunc(in, func(r rune) bool { return r < 0x20 })
	if i < 0 {
		return nil
	}
	f.reply = false
	switch {
	case in[i] == bell:
		i++
	case in[i] == escape && i+1 < len(in) && in[i+1] == '\\':
		i += 2
	}
	return in[i:]
}

// isCtrlC tells whether a sequence is ctrl+c as kitty (CSI u) or xterm (modifyOtherKeys) can send it.
func isCtrlC(parameters string, final byte) bool {
	p := strings.Split(parameters, ";")
	switch {
	case final == '~' && len(p) == 3 && p[0] == "27":
		p = []string{p[2], p[1]}
	case final != 'u' || len(p) < 2:
		return false
	}
	modifiers, _, _ := strings.Cut(p[1], ":")
	const control = 4
	m, err := strconv.Atoi(modifiers)
	// Another alphabet sends its own letter, and that of the same key on a Latin keyboard after it.
	return err == nil && (m-1)&control != 0 && slices.Contains(strings.Split(p[0], ":"), "99")
}
