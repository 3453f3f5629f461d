package tty

import (
	"strconv"
	"strings"
	"unicode"
)

// The modifier bits of CSI u. Locks do not matter.
const (
	shiftKey = 1 << iota
	altKey
	ctrlKey
	superKey
	hyperKey
	metaKey
)

func csiKey(seq []byte) string {
	body, final := string(seq[len(csi):len(seq)-1]), seq[len(seq)-1]
	fields := append(strings.Split(body, ";"), "", "")
	switch {
	case final == '[' && body == "", final == '$' && !digits(body), final < '@' && final != '$':
		return "" // cut off
	case final == 'u' && strings.TrimLeft(body, "0123456789:;") != "":
		return "" // an answer
	case final == 'u':
		return pressed(fields[0], fields[1], fields[2])
	case final == '~' && fields[0] == "27" && fields[2] != "":
		return pressed(fields[2], fields[1], "")
	}
	return string(seq)
}

func digits(text string) bool { return text != "" && strings.Trim(text, "0123456789") == "" }

// pressed translates a key of the kitty protocol, https://sw.kovidgoyal.net/kitty/keyboard-protocol. Colons separate
// the parts of a field: code, shifted code and US layout code; modifiers and event; characters of text.
func pressed(code, modifiers, text string) string {
	codes := append(strings.Split(code, ":"), "", "")
	const released = "3"
	modifiers, event, _ := strings.Cut(modifiers, ":")
	if event == released {
		return ""
	}
	key, held := number(codes[0]), max(number(modifiers)-1, 0)
	if base := number(codes[2]); base > 0 && held&ctrlKey != 0 {
		key = base
	}
	typed, ok := namedKey(key, held&shiftKey != 0)
	switch {
	case ok:
	case held&(superKey|hyperKey|metaKey) != 0:
	case held&ctrlKey != 0:
		if letter := unicode.ToLower(key); letter >= 'a' && letter <= 'z' {
			typed = string(letter & 0x1f)
		}
	case text != "":
		var whole strings.Builder
		for part := range strings.SplitSeq(text, ":") {
			whole.WriteString(printable(number(part)))
		}
		typed = whole.String()
	case held&shiftKey != 0 && codes[1] != "":
		typed = printable(number(codes[1]))
	case held&shiftKey != 0:
		typed = printable(unicode.ToUpper(key))
	default:
		typed = printable(key)
	}
	if typed != "" && held&altKey != 0 {
		return string(rune(escape)) + typed
	}
	return typed
}

func namedKey(key rune, shift bool) (typed string, ok bool) {
	const firstDigit, lastDigit = 57399, 57408 // of the keypad
	switch {
	case key == '\t' && shift:
		return csi + "Z", true
	case key >= firstDigit && key <= lastDigit:
		return string(key - firstDigit + '0'), true
	}
	typed, ok = map[rune]string{
		'\r': "\r", '\t': "\t", escape: "\x1b", rubout: "\x7f", '\b': "\x7f",
		57409: ".", 57410: "/", 57411: "*", 57412: "-", 57413: "+", 57414: "\r", 57415: "=", 57416: ",",
		57417: csi + "D", 57418: csi + "C", 57419: csi + "A", 57420: csi + "B", 57421: csi + "5~", 57422: csi + "6~",
		57423: csi + "H", 57424: csi + "F", 57425: csi + "2~", 57426: csi + "3~",
	}[key]
	return typed, ok
}

// printable returns "" for a key that types nothing.
func printable(r rune) string {
	if r < ' ' || r == rubout || unicode.In(r, unicode.Co, unicode.Cs) || r > unicode.MaxRune {
		return ""
	}
	return string(r)
}

func number(text string) rune {
	n, err := strconv.ParseInt(text, 10, 32)
	if err != nil {
		return 0
	}
	return rune(n)
}
