package client

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// mask hides what is private in texts that are to be shown: values that are known to be secret, members of JSON whose
// names say that they are, and what looks like a private key or a token wherever it stands.
type mask struct{ secrets []string }

// add makes a value secret, in the forms that it may travel in.
func (m *mask) add(secret string) {
	if secret == "" {
		return
	}
	quoted, _ := json.Marshal(secret)
	for _, form := range []string{secret, url.QueryEscape(secret), url.PathEscape(secret), string(bytes.Trim(quoted, `"`))} {
		if !slices.Contains(m.secrets, form) {
			m.secrets = append(m.secrets, form)
		}
	}
}

var (
	// A key that is cut off is still one.
	privateKeyText = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`(?s)-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)`)
	})
	tokenText     = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`eyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*){0,2}`) })
	privateMember = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`(?i)("[^"]*(?:secret|private_?key|password|token|jwt)[^"]*"\s*:\s*)("(?:[^"\\]|\\.)*(?:"|\\?$)|[^",{}\[\]\s]+)`)
	})
	// In JSON that is cut off or broken, nobody knows where a private array or object ends.
	privateRest = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`(?is)("[^"]*(?:secret|private_?key|password|token|jwt)[^"]*"\s*:\s*)[\[{].*`)
	})
	privateName = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?i)secret|private_?key|password|token|jwt`) })
)

// text masks a text of any kind.
func (m mask) text(text string) string {
	for _, secret := range m.secrets {
		text = strings.ReplaceAll(text, secret, hidden)
	}
	text = privateKeyText().ReplaceAllString(text, hidden)
	text = tokenText().ReplaceAllString(text, hidden)
	return privateMember().ReplaceAllString(text, `${1}"`+hidden+`"`)
}

// body masks a body. JSON stays as it is but for what is masked in it.
func (m mask) body(body []byte) string {
	if masked, ok := m.json(body); ok {
		return m.text(masked)
	}
	return m.text(privateRest().ReplaceAllString(string(body), `${1}"`+hidden+`"`))
}

// json masks the values of members with telling names, whatever is in them, and reports whether the text is JSON.
func (m mask) json(text []byte) (string, bool) {
	if !json.Valid(text) {
		return "", false
	}
	d := json.NewDecoder(bytes.NewReader(text))
	var masked strings.Builder
	copied := 0
	var depth []bool // for each level, whether it is an object
	name := false    // whether a member's name comes next
	for {
		token, err := d.Token()
		if err != nil {
			masked.Write(text[copied:])
			return masked.String(), errors.Is(err, io.EOF)
		}
		isName := false
		switch token := token.(type) {
		case json.Delim:
			if token == '{' || token == '[' {
				depth = append(depth, token == '{')
			} else {
				depth = depth[:len(depth)-1]
			}
			name = len(depth) > 0 && depth[len(depth)-1]
			continue
		case string:
			if name {
				isName = true
				if privateName().MatchString(token) {
					start := valueStart(text, int(d.InputOffset()))
					var value json.RawMessage
					if err := d.Decode(&value); err != nil {
						return "", false
					}
					masked.Write(text[copied:start])
					masked.WriteString(strconv.Quote(hidden))
					copied = int(d.InputOffset())
					continue
				}
			}
		}
		name = len(depth) > 0 && depth[len(depth)-1] && !isName
	}
}

// valueStart is where a member's value begins, from the end of its name on.
func valueStart(text []byte, end int) int {
	for end < len(text) && bytes.IndexByte([]byte(" \t\r\n:"), text[end]) >= 0 {
		end++
	}
	return end
}

// bodyLines are the lines of a body, JSON with a member a line.
func bodyLines(prefix, body string) []string {
	if body == "" {
		return nil
	}
	var pretty bytes.Buffer
	if !isDeep(body) && json.Indent(&pretty, []byte(body), "", "  ") == nil {
		body = pretty.String()
	}
	lines := []string{prefix}
	for line := range strings.SplitSeq(strings.TrimRight(body, "\n"), "\n") {
		lines = append(lines, prefix+strings.TrimSuffix(line, "\r"))
	}
	return lines
}

// isDeep reports whether a body has so many levels that indenting them would make a hundred megabytes of it. Brackets in
// texts count too, which costs no more than the indents.
func isDeep(body string) bool {
	const levels = 64
	depth := 0
	for i := range len(body) {
		switch body[i] {
		case '[', '{':
			depth++
		case ']', '}':
			depth--
		}
		if depth > levels {
			return true
		}
	}
	return false
}

func statusLine(status int) string {
	return strings.TrimSpace(strconv.Itoa(status) + " " + http.StatusText(status))
}
