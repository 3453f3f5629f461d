// Package redact keeps secrets out of what is shown: it holds them, finds them in text, and makes text safe to print.
package redact

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Redactor takes secrets out of text other than results: logs, messages, panics. It hides the values that Hide names, in
// the forms that they travel in, and anything that looks like a private key or a token. It is the second line of defense:
// the first one is not to write a secret at all.
//
// It is safe for concurrent use. A nil Redactor knows no values, and hides what looks like a secret.
type Redactor struct {
	mu    sync.RWMutex
	forms []Secret // what to hide; never empty texts
}

// shortest is the length in bytes of the shortest value to hide. Anything shorter is part of many words: hiding it would
// leave no message legible, and the gaps would give the value away.
const shortest = 4

// Hide adds values to hide, line by line: a private key is as secret in a log that indents it as in its file.
func (r *Redactor) Hide(secrets ...Secret) {
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, s := range secrets {
		for line := range strings.FieldsFuncSeq(s.Reveal(), func(r rune) bool { return r == '\n' || r == '\r' }) {
			// A part of the dots would be found in what hides it.
			if len(line) >= shortest && !pemBoundary().MatchString(line) && !strings.Contains(Hidden, line) {
				r.add(line)
			}
		}
	}
}

func (r *Redactor) add(value string) {
	for _, form := range formsOf(value) {
		if !slices.ContainsFunc(r.forms, func(s Secret) bool { return s.Reveal() == form }) {
			r.forms = append(r.forms, NewSecret(form))
		}
	}
}

// formsOf are the texts that a value becomes in a header, a URL, a JSON document or a quoted string.
func formsOf(value string) []string {
	var escaped strings.Builder
	e := json.NewEncoder(&escaped)
	e.SetEscapeHTML(false)
	_ = e.Encode(value) // a string can always be encoded
	forHTML, _ := json.Marshal(value)
	return []string{
		value,
		url.QueryEscape(value), url.PathEscape(value),
		// Each unpadded form begins the padded one.
		base64.RawStdEncoding.EncodeToString([]byte(value)), base64.StdEncoding.EncodeToString([]byte(value)),
		base64.RawURLEncoding.EncodeToString([]byte(value)), base64.URLEncoding.EncodeToString([]byte(value)),
		unquoted(strings.TrimSpace(escaped.String())), unquoted(string(forHTML)), unquoted(strconv.Quote(value)),
	}
}

func unquoted(text string) string { return text[1 : len(text)-1] }

// What is hidden by its looks. A block without an end is hidden as far as it can go on: a message that only names such a
// block stays legible. A truncated token counts too.
var (
	pemBoundary = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^-----(BEGIN|END) [A-Z0-9 ]+-----$`) })
	pemBlock    = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----(?:(?s:.*?)-----END [A-Z0-9 ]*PRIVATE KEY-----|[A-Za-z0-9+/=:,\s\\"-]*)`)
	})
	openPEM = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----[A-Za-z0-9+/=:,\s\\"-]*$`)
	})
	jwtForm = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`eyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]+){0,2}`) })
)

// Redact returns text with ••• in the place of each secret. Redacting again changes nothing.
func (r *Redactor) Redact(text string) string {
	const rounds = 8
	for range rounds {
		// A value may begin or end with the dots that were just put there.
		redacted := r.once(text)
		if redacted == text {
			return text
		}
		text = redacted
	}
	return Hidden // only values made of dots come to this
}

// LooksSecret reports whether a private key or a token is in text.
func LooksSecret(text string) bool {
	var r *Redactor
	return len(r.spans(text)) > 0
}

// span is a part of a text, by the indices of its bytes.
type span struct{ from, to int }

// once replaces what it finds. It finds everything first, because values may overlap: replacing one after the other
// would leave the rest of the second one.
func (r *Redactor) once(text string) string {
	var b strings.Builder
	end := 0
	for _, s := range merged(r.spans(text)) {
		b.WriteString(text[end:s.from])
		b.WriteString(Hidden)
		end = s.to
	}
	b.WriteString(text[end:])
	return b.String()
}

func (r *Redactor) spans(text string) []span {
	var found []span
	for _, look := range []*regexp.Regexp{pemBlock(), jwtForm()} {
		for _, at := range look.FindAllStringIndex(text, -1) {
			found = append(found, span{at[0], at[1]})
		}
	}
	if r == nil {
		return found
	}
	r.mu.RLock()
	defer r.mu.RUnlock()
	for _, hiding := range r.forms {
		form := hiding.Reveal()
		for from := 0; ; from++ {
			at := strings.Index(text[from:], form)
			if at < 0 {
				break
			}
			from += at
			found = append(found, span{from, from + len(form)})
		}
	}
	return found
}

// merged are the spans in their order, those that touch as one.
func merged(spans []span) []span {
	slices.SortFunc(spans, func(a, b span) int { return cmp.Compare(a.from, b.from) })
	var result []span
	for _, s := range spans {
		if n := len(result); n > 0 && s.from <= result[n-1].to {
			result[n-1].to = max(result[n-1].to, s.to)
			continue
		}
		result = append(result, s)
	}
	return result
}

// Writer returns a writer to w that redacts whole lines, so that it finds a secret that comes in two parts.
// A line is held until it ends, a private key until its block does, and what is left until Close, which does not close w.
func (r *Redactor) Writer(w io.Writer) io.WriteCloser { return &redactedWriter{redactor: r, to: w} }

type redactedWriter struct {
	redactor *Redactor

	mu   sync.Mutex
	to   io.Writer
	held []byte
}

func (w *redactedWriter) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.held = append(w.held, p...)
	whole := bytes.LastIndexByte(w.held, '\n') + 1
	if block := openPEM().FindIndex(w.held[:whole]); block != nil {
		whole = block[0]
	}
	return len(p), w.flush(whole)
}

// Close writes what is held.
func (w *redactedWriter) Close() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.flush(len(w.held))
}

func (w *redactedWriter) flush(n int) error {
	if n == 0 {
		return nil
	}
	text := w.redactor.Redact(string(w.held[:n]))
	w.held = slices.Clone(w.held[n:])
	_, err := io.WriteString(w.to, text)
	return err
}
