package payload

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
)

// Invalid is one thing that is wrong with a request's body or query.
type Invalid struct {
	Name   string `json:"name"`
	Reason string `json:"reason"`
}

// Wrong returns an Invalid.
func Wrong(name, reason string) Invalid { return Invalid{Name: name, Reason: reason} }

// Check says what is wrong with the decoded JSON value at path. Reasons are
// written to stand alone or behind the name of the field, because applications
// and users differ in that.
type Check func(path string, value any) []Invalid

// Shape is the check of an object. Fields that it does not name are let pass,
// because the API has more of them than are documented here, unless it is
// Closed.
type Shape struct {
	Fields   map[string]Check
	Required []string
	Closed   bool
}

// Check has the wrong fields in alphabetical order, so that the same body always
// gets the same answer.
func (s Shape) Check(path string, value any) []Invalid {
	fields, ok := value.(map[string]any)
	if !ok {
		return []Invalid{{path, "must be an object"}}
	}
	var wrong []Invalid
	for _, name := range s.Required {
		if _, ok := fields[name]; !ok {
			wrong = append(wrong, Invalid{join(path, name), "is required"})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		switch check := s.Fields[name]; {
		case check != nil:
			wrong = append(wrong, check(join(path, name), fields[name])...)
		case s.Closed:
			wrong = append(wrong, Invalid{join(path, name), "is not allowed"})
		}
	}
	return wrong
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// NonEmpty wants a text with something in it.
func NonEmpty(path string, value any) []Invalid {
	switch s, ok := value.(string); {
	case !ok:
		return []Invalid{{path, "must be a string"}}
	case s == "":
		return []Invalid{{path, "is not allowed to be empty"}}
	}
	return nil
}

// Boolean wants true or false.
func Boolean(path string, value any) []Invalid { return is[bool](path, value, "must be a boolean") }

// List wants an array.
func List(path string, value any) []Invalid { return is[[]any](path, value, "must be an array") }

// String wants a text.
func String(path string, value any) []Invalid { return is[string](path, value, "must be a string") }

func is[T any](path string, value any, reason string) []Invalid {
	_, ok := value.(T)
	return unless(ok, path, reason)
}

func unless(ok bool, path, reason string) []Invalid {
	if ok {
		return nil
	}
	return []Invalid{{path, reason}}
}

// Integer wants a whole number between two others.
func Integer(low, high int64) Check {
	return func(path string, value any) []Invalid {
		number, _ := value.(json.Number)
		n, err := number.Int64()
		return unless(err == nil && n >= low && n <= high, path, fmt.Sprintf("must be between %d and %d", low, high))
	}
}

// WholeNumber wants a whole number.
func WholeNumber(path string, value any) []Invalid {
	number, _ := value.(json.Number)
	_, err := number.Int64()
	return unless(err == nil, path, "must be an integer")
}

// OneOf wants one of some texts.
func OneOf(choices ...string) Check {
	return func(path string, value any) []Invalid {
		s, ok := value.(string)
		return unless(ok && slices.Contains(choices, s), path, "must be one of: "+strings.Join(choices, ", "))
	}
}

// WebURL wants an address of the web.
func WebURL(path string, value any) []Invalid {
	s, _ := value.(string)
	u, err := url.Parse(s)
	return unless(err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "", path, "must be an http or https URL")
}

// URI wants an address of any scheme.
func URI(path string, value any) []Invalid {
	s, _ := value.(string)
	u, err := url.Parse(s)
	return unless(err == nil && u.Scheme != "" && u.Host+u.Opaque != "", path, "must be a valid uri")
}

// OrNull wants null, or what another check wants.
func OrNull(other Check) Check {
	return func(path string, value any) []Invalid {
		if value == nil {
			return nil
		}
		return other(path, value)
	}
}
