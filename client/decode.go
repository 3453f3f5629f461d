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
	if name, twice := repeatedName(json.NewDecoder(bytes.NewReader(body))); twice {
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

// repeatedName finds a name that an object in a JSON value has twice: readers differ on which one counts. encoding/json
// takes ID for id, so they are one name here too. It reads what json.Unmarshal has read before, without an error.
func repeatedName(d *json.Decoder) (string, bool) {
	opening, _ := d.Token()
	kind, nested := opening.(json.Delim)
	if !nested {
		return "", false
	}
	names := map[string]bool{}
	for d.More() {
		if kind == '{' {
			token, _ := d.Token()
			name, _ := token.(string)
			folded := strings.ToLower(strings.ToUpper(name)) // ſ is S there
			if names[folded] {
				return name, true
			}
			names[folded] = true
		}
		if name, twice := repeatedName(d); twice {
			return name, true
		}
	}
	_, _ = d.Token() // the closing one
	return "", false
}
