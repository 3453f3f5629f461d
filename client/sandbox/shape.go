package sandbox

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
)

// A check says what is wrong with the decoded JSON value at path. Reasons are
// written to stand alone or behind the name of the field, because applications
// and users differ in that.
type check func(path string, value any) []invalid

// shape is the check of an object. Fields that it does not name are let pass,
// because the API has more of them than are documented here, unless it is
// closed.
type shape struct {
	fields   map[string]check
	required []string
	closed   bool
}

// check has the wrong fields in alphabetical order, so that the same body always
// gets the same answer.
func (s shape) check(path string, value any) []invalid {
	fields, ok := value.(map[string]any)
	if !ok {
		return []invalid{{path, "must be an object"}}
	}
	var wrong []invalid
	for _, name := range s.required {
		if _, ok := fields[name]; !ok {
			wrong = append(wrong, invalid{join(path, name), "is required"})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		switch check := s.fields[name]; {
		case check != nil:
			wrong = append(wrong, check(join(path, name), fields[name])...)
		case s.closed:
			wrong = append(wrong, invalid{join(path, name), "is not allowed"})
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

func nonEmptyString(path string, value any) []invalid {
	switch s, ok := value.(string); {
	case !ok:
		return []invalid{{path, "must be a string"}}
	case s == "":
		return []invalid{{path, "is not allowed to be empty"}}
	}
	return nil
}

func boolean(path string, value any) []invalid {
	if _, ok := value.(bool); !ok {
		return []invalid{{path, "must be a boolean"}}
	}
	return nil
}

func list(path string, value any) []invalid {
	if _, ok := value.([]any); !ok {
		return []invalid{{path, "must be an array"}}
	}
	return nil
}

func integer(low, high int64) check {
	return func(path string, value any) []invalid {
		number, _ := value.(json.Number)
		n, err := number.Int64()
		if err != nil || n < low || n > high {
			return []invalid{{path, fmt.Sprintf("must be between %d and %d", low, high)}}
		}
		return nil
	}
}

func wholeNumber(path string, value any) []invalid {
	number, _ := value.(json.Number)
	if _, err := number.Int64(); err != nil {
		return []invalid{{path, "must be an integer"}}
	}
	return nil
}

func oneOf(choices ...string) check {
	return func(path string, value any) []invalid {
		if s, ok := value.(string); !ok || !slices.Contains(choices, s) {
			return []invalid{{path, "must be one of: " + strings.Join(choices, ", ")}}
		}
		return nil
	}
}

func webURL(path string, value any) []invalid {
	s, _ := value.(string)
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return []invalid{{path, "must be an http or https URL"}}
	}
	return nil
}

func uri(path string, value any) []invalid {
	s, _ := value.(string)
	u, err := url.Parse(s)
	if err != nil || u.Scheme == "" || u.Host == "" && u.Opaque == "" {
		return []invalid{{path, "must be a valid uri"}}
	}
	return nil
}

func rsaPublicKey(path string, value any) []invalid {
	s, _ := value.(string)
	if _, err := parsePublicKey(s); err != nil {
		return []invalid{{path, err.Error()}}
	}
	return nil
}
