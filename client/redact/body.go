package redact

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"
	"sync"
)

// Body is Redact for the body of a request or of an answer. In JSON it also hides the values of telling names. In
// JSON that is cut off or broken, it hides all the rest where such a value may go on.
func (r *Redactor) Body(body []byte) string {
	text, whole := hideMembers(body)
	if !whole {
		text = openMember().ReplaceAllString(string(body), `${1}"`+Hidden+`"`)
	}
	return textMember().ReplaceAllString(r.Redact(text), `${1}"`+Hidden+`"`)
}

// IsSecretName reports whether the name of a member or an entry suggests that its value is secret.
func IsSecretName(name string) bool { return tellingName().MatchString(name) }

const (
	tellingPart   = `secret|private[^a-z0-9"]*key|pass[^a-z0-9"]*(?:word|phrase)|token|jwt|credential`
	tellingMember = `("[^"]*(?:` + tellingPart + `)[^"]*"\s*:\s*)`
)

var (
	tellingName = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?i)` + tellingPart + `|pem$`) })
	textMember  = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`(?i)` + tellingMember + `("(?:[^"\\]|\\.)*(?:"|\\?$)|[^",{}\[\]\s]+)`)
	})
	openMember = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?is)` + tellingMember + `[\[{].*`) })
)

// hideMembers hides the values of members with telling names, whatever is in them, and reports whether the text is JSON.
func hideMembers(text []byte) (string, bool) {
	if !json.Valid(text) {
		return "", false
	}
	const blanks = " \t\r\n"
	d := json.NewDecoder(bytes.NewReader(text))
	var shown strings.Builder
	copied := 0
	for {
		token, err := d.Token()
		if err != nil {
			shown.Write(text[copied:])
			return shown.String(), errors.Is(err, io.EOF)
		}
		name, isText := token.(string)
		rest := bytes.TrimLeft(text[d.InputOffset():], blanks)
		if !isText || !bytes.HasPrefix(rest, []byte(":")) || !IsSecretName(name) {
			continue
		}
		start := len(text) - len(bytes.TrimLeft(rest, blanks+":"))
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return "", false
		}
		shown.Write(text[copied:start])
		shown.WriteString(strconv.Quote(Hidden))
		copied = int(d.InputOffset())
	}
}
