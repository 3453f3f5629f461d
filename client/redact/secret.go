package redact

import (
	"fmt"
	"log/slog"
)

// Hidden stands wherever a Secret would be printed.
const Hidden = "•••"

// Secret is a text that must not be seen: an API secret, a private key, a token. Every way of printing or encoding
// it gives •••; Reveal is the only way to the text itself, so that its uses can be found.
//
// The text is behind a pointer because fmt calls no method of what is in an unexported field, or of anything under
// %p: it would print the text itself. So == does not compare texts.
type Secret struct{ text *string }

// NewSecret hides text.
func NewSecret(text string) Secret { return Secret{&text} }

// Reveal returns the text. What receives it must not log, print or store it, unless that is what the user asked for.
func (s Secret) Reveal() string {
	if s.text == nil {
		return ""
	}
	return *s.text
}

// IsZero reports whether there is no text.
func (s Secret) IsZero() bool { return s.Reveal() == "" }

// String returns •••.
func (s Secret) String() string { return Hidden }

// GoString returns •••, for %#v.
func (s Secret) GoString() string { return Hidden }

// Format prints ••• whatever the verb, so that %x or %q do not reach the text.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(Hidden)) }

// MarshalText gives •••, so that no encoder writes the text into a file.
func (s Secret) MarshalText() ([]byte, error) { return []byte(Hidden), nil }

// LogValue gives •••, for log/slog.
func (s Secret) LogValue() slog.Value { return slog.StringValue(Hidden) }

// LastFour shows the last four characters of a value, which tell it from others, behind as many dots whatever its length.
func LastFour(value string) string {
	const dots, visible = "••••••••", 4
	return dots + value[len(value)-min(visible, len(value)/2):]
}
