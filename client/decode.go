package client

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"strings"

	"credwiz/client/redact"
)

// identified is an answer that can check whether it holds what the API promises.
type identified interface{ check() error }

func (c *Client) decode(r request, status int, body []byte, out any) error {
	unexpected := func(reason string) error { return r.unexpected(status, reason) }
	body = bytes.TrimSpace(body)
	switch {
	case bytes.HasPrefix(body, []byte("<")):
		return unexpected("a web page instead of JSON")
	case out == nil && status != http.StatusNoContent:
		// A caller that takes this for done may delete what is still needed.
		return unexpected("something other than the API's answer to a deletion")
	case out == nil:
		return nil
	case len(body) == 0:
		return unexpected("an empty answer")
	}
	if err := json.Unmarshal(body, out); err != nil {
		return unexpected("the answer is not the JSON that was expected")
	}
	if name, twice := repeatedName(body); twice {
		return unexpected("the answer has " + strconv.Quote(redact.Printable(name)) + " twice")
	}
	if out, ok := out.(identified); ok {
		if err := out.check(); err != nil {
			return unexpected(err.Error())
		}
	}
	return nil
}

// checkEach checks the entries of a list.
func checkEach[T any](entries []T, check func(*T) error) error {
	for i := range entries {
		if err := check(&entries[i]); err != nil {
			return fmt.Errorf("number %d of the list: %w", i+1, err)
		}
	}
	return nil
}

// asked is what a request was about; what is empty was left to the API.
type asked struct{ id, name, publicKey string }

// compare holds the answer to a request against what was asked for.
func (a asked) compare(r request, answer asked) error {
	different := &DifferentError{Method: r.method, Path: r.path, ID: answer.id}
	switch {
	case a.id != "" && !strings.EqualFold(answer.id, a.id):
		different.What, different.Asked, different.Answered, different.ID = "id", a.id, answer.id, ""
	case a.name != "" && answer.name != a.name:
		different.What, different.Asked, different.Answered = "name", a.name, answer.name
	case a.publicKey != "" && answer.publicKey != "" && !sameKey(answer.publicKey, a.publicKey):
		different.What = "public key"
	default:
		return nil
	}
	return different
}

// linksElsewhere reports whether the link to itself that an answer has ends in the id of something else. Links of other
// forms say nothing.
func linksElsewhere(self link, id string, isID func(string) bool) bool {
	u, err := url.Parse(self.Href)
	if err != nil {
		return false
	}
	end := path.Base(u.Path)
	return isID(end) && !strings.EqualFold(end, id)
}

// repeatedName finds a name that an object of the JSON has twice: readers differ on which one counts. encoding/json
// takes ID for id, so they are one name here too.
func repeatedName(body []byte) (string, bool) {
	type level struct {
		names map[string]bool // nil in a list
		value bool            // whether the next token is a value, in an object
	}
	var open []level
	for d := json.NewDecoder(bytes.NewReader(body)); ; {
		token, err := d.Token()
		if err != nil {
			return "", false // its end; json.Unmarshal has read it all before
		}
		inside := len(open) > 0 && open[len(open)-1].names != nil
		if inside && token != json.Delim('}') {
			here := &open[len(open)-1]
			if name, ok := token.(string); ok && !here.value {
				folded := strings.ToLower(strings.ToUpper(name)) // ſ is S there
				if here.names[folded] {
					return name, true
				}
				here.names[folded] = true
			}
			here.value = !here.value
		}
		switch token {
		case json.Delim('{'):
			open = append(open, level{names: map[string]bool{}})
		case json.Delim('['):
			open = append(open, level{})
		case json.Delim('}'), json.Delim(']'):
			open = open[:len(open)-1]
		}
	}
}
