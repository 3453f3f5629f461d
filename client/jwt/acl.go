package jwt

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"credwiz/client/redact"
)

// ACL says what a user token can access: a map of paths, each with the methods and filters that are allowed. The zero
// ACL is none at all. The grammar is that of Vonage's CLI and Node SDK: {"paths": {PATH: {"methods": [...], "filters":
// {...}}}}, both of a rule's fields optional.
type ACL struct {
	text  string // compact JSON, so that what is signed is what was written
	paths []string
}

// ACLClientSDK is what the Client SDKs use, voice and chat, in the browser and on phones.
func ACLClientSDK() ACL {
	return aclOf("/*/users/**", "/*/conversations/**", "/*/sessions/**", "/*/devices/**", "/*/image/**", "/*/media/**",
		"/*/applications/**", "/*/push/**", "/*/knocking/**", "/*/legs/**", "/*/rtc/**")
}

// ACLTutorial is the list of the tutorial "How to Generate Test Credentials", word for word. It names API versions,
// and today's platform answers a login with it by system:error:permission (Nexmo/nexmo-developer pull request 1874).
func ACLTutorial() ACL {
	return aclOf("/v1/users/**", "/v1/conversations/**", "/v1/sessions/**", "/v1/devices/**", "/v1/image/**",
		"/v3/media/**", "/v1/applications/**", "/v1/push/**", "/v1/knocking/**")
}

func aclOf(paths ...string) ACL {
	return ACL{text: `{"paths":{"` + strings.Join(paths, `":{},"`) + `":{}}}`, paths: paths}
}

// Paths returns the paths in the order in which they were written.
func (a ACL) Paths() []string { return slices.Clone(a.paths) }

// Equal reports whether both allow the same, in whatever order or spelling.
func (a ACL) Equal(b ACL) bool { return reflect.DeepEqual(a.meaning(), b.meaning()) }

func (a ACL) meaning() (value any) {
	_ = json.Unmarshal([]byte(a.text), &value) // which was parsed before; no ACL means nil
	return value
}

// IsZero reports whether there is no ACL.
func (a ACL) IsZero() bool { return a.text == "" }

// MarshalJSON writes the ACL as it was given, without its blanks.
func (a ACL) MarshalJSON() ([]byte, error) {
	if a.IsZero() {
		return []byte("null"), nil
	}
	return []byte(a.text), nil
}

// UnmarshalJSON is ParseACL, for tokens that are read.
func (a *ACL) UnmarshalJSON(text []byte) error {
	parsed, err := ParseACL(text)
	if err != nil {
		return err
	}
	*a = parsed
	return nil
}

// The grammar's \s is that of JavaScript, which knows more blanks than that of Go.
var aclPath = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^/[^\s\v\p{Z}\x{FEFF}]*$`) })

// ParseACL reads an ACL in JSON and says where it leaves the grammar.
func ParseACL(text []byte) (ACL, error) {
	var whole json.RawMessage
	if err := decodeStrictly(text, &whole); err != nil {
		return ACL{}, fmt.Errorf("ACL: %w", err)
	}
	members, err := uniqueMembers(whole)
	if err != nil {
		return ACL{}, fmt.Errorf("ACL: it %w", err)
	}
	if !slices.ContainsFunc(members, func(m Member) bool { return m.Name == "paths" }) {
		return ACL{}, errors.New(`ACL: it must have "paths"`)
	}
	if len(members) > 1 {
		return ACL{}, errors.New(`ACL: it must contain only "paths"`)
	}
	rules, err := uniqueMembers(members[0].Value)
	if err != nil {
		return ACL{}, fmt.Errorf("ACL: paths %w", err)
	}
	if len(rules) == 0 {
		return ACL{}, errors.New("ACL: paths: none given, so the token would have no access")
	}
	var paths []string
	for _, rule := range rules {
		if !aclPath().MatchString(rule.Name) {
			return ACL{}, fmt.Errorf("ACL: %s: a path must start with / and contain no spaces", quoted(rule.Name))
		}
		if err := checkRule(rule.Value); err != nil {
			return ACL{}, fmt.Errorf("ACL: %s: %w", quoted(rule.Name), err)
		}
		paths = append(paths, rule.Name)
	}
	var compact bytes.Buffer
	_ = json.Compact(&compact, text) // it is JSON: see above
	return ACL{text: compact.String(), paths: paths}, nil
}

func quoted(name string) string { return `"` + redact.Printable(name) + `"` }

func checkRule(raw json.RawMessage) error {
	members, err := uniqueMembers(raw)
	if err != nil {
		return fmt.Errorf("its rule %w; {} allows everything", err)
	}
	for _, m := range members {
		switch m.Name {
		case "methods":
			var methods []string
			if json.Unmarshal(m.Value, &methods) != nil || methods == nil {
				return errors.New("methods must be a list of strings")
			}
			for _, method := range methods {
				if !slices.Contains([]string{"GET", "POST", "PUT", "DELETE", "PATCH"}, method) {
					return fmt.Errorf("method %s: must be GET, POST, PUT, DELETE or PATCH", quoted(method))
				}
			}
		case "filters":
			var filters map[string]json.RawMessage
			if json.Unmarshal(m.Value, &filters) != nil || filters == nil {
				return errors.New("filters must be an object")
			}
		default:
			return fmt.Errorf("unknown field %s in a rule: use methods or filters", quoted(m.Name))
		}
	}
	return nil
}

func decodeStrictly(text []byte, out any) error {
	if !utf8.Valid(text) {
		return errors.New("not JSON: it isn't UTF-8")
	}
	d := json.NewDecoder(bytes.NewReader(text))
	if err := d.Decode(out); err != nil {
		return fmt.Errorf("not JSON: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("not JSON: extra text after the end")
	}
	return nil
}

// uniqueMembers returns the members of a JSON object. A name that is there twice is refused: of two rules each reader of
// the token would choose its own.
func uniqueMembers(text json.RawMessage) ([]Member, error) {
	object := readPart(text)
	switch {
	case object.Err != nil:
		return nil, errors.New("must be an object")
	case len(object.Twice) > 0:
		return nil, fmt.Errorf("has %s twice", quoted(object.Twice[0]))
	}
	return object.Members, nil
}
