//go:build unix

package terminal

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

var named = map[string]string{
	"enter": "\r", "tab": "\t", "shift+tab": "\x1b[Z", "esc": "\x1b", "space": " ", "backspace": "\x7f",
	"up": "\x1b[A", "down": "\x1b[B", "right": "\x1b[C", "left": "\x1b[D", "home": "\x1b[H", "end": "\x1b[F",
	"pgup": "\x1b[5~", "pgdown": "\x1b[6~", "insert": "\x1b[2~", "delete": "\x1b[3~",
}

// Type sends text in one write, like a fast typist. It blocks while the program's input is full.
func (t *Terminal) Type(text string) error {
	t.mu.Lock()
	ended := t.ended
	t.mu.Unlock()
	if ended {
		return fmt.Errorf("type: %w", ErrEnded)
	}
	if _, err := t.keys.WriteString(text); err != nil {
		return fmt.Errorf("type: %w", err)
	}
	return nil
}

// Press sends keys: a character, ctrl+ and a letter, or a name such as enter. A busy program may read an esc and an a
// as alt+a: wait for the effect of the first one.
func (t *Terminal) Press(keys ...string) error {
	var sent []string
	for _, k := range keys {
		s, err := t.encode(k)
		if err != nil {
			return err
		}
		sent = append(sent, s)
	}
	for _, s := range sent {
		if err := t.Type(s); err != nil {
			return err
		}
	}
	return nil
}

func (t *Terminal) encode(key string) (string, error) {
	if s, ok := named[key]; ok {
		// In application mode arrows, home and end have another form.
		if rest, ok := strings.CutPrefix(s, "\x1b["); ok && len(rest) == 1 && strings.ContainsAny(rest, "ABCDHF") && t.mode(ansi.ModeCursorKeys) {
			s = "\x1bO" + rest
		}
		return s, nil
	}
	if c, ok := strings.CutPrefix(key, "ctrl+"); ok && len(c) == 1 && 'a' <= c[0] && c[0] <= 'z' {
		return string(c[0] & 0x1f), nil
	}
	if utf8.RuneCountInString(key) == 1 {
		return key, nil
	}
	return "", fmt.Errorf("no key is called %q", key)
}

// Paste sends text in brackets if the program enabled them, else with enter for each newline.
func (t *Terminal) Paste(text string) error {
	if t.mode(ansi.ModeBracketedPaste) {
		// Terminals remove closing brackets, which would end the paste.
		text = strings.ReplaceAll(text, ansi.BracketedPasteEnd, "")
		return t.Type(ansi.BracketedPasteStart + text + ansi.BracketedPasteEnd)
	}
	return t.Type(strings.NewReplacer("\r\n", "\r", "\n", "\r").Replace(text))
}

func (t *Terminal) mode(m ansi.Mode) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.modes[m]
}
