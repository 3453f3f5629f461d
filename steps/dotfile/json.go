package dotfile

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"credwiz/client/jwt"
)

var errNoObject = errors.New("it is not the JSON object that vonage keeps there, and is left as it is: move it away, then try again")

// splitObject reads a JSON object. An empty file is one without members.
func splitObject(text []byte) ([]jwt.Member, error) {
	text = bytes.TrimPrefix(text, []byte(ByteOrderMark))
	if len(bytes.TrimSpace(text)) == 0 {
		return nil, nil
	}
	members, err := jwt.ParseObject(text)
	if err != nil {
		return nil, errNoObject
	}
	return members, nil
}

func joinObject(members []jwt.Member) ([]byte, error) {
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false) // what is there stays as it is spelled
	e.SetIndent("", "  ")
	err := e.Encode(jwt.Part{Members: members})
	return text.Bytes(), err
}

// MergeObject sets members of a JSON object. A member that is there in vonage's other spelling (apiKey for api-key) is
// set as it is spelled, because vonage reads both.
func MergeObject(old []byte, values []Variable) ([]byte, error) {
	members, err := splitObject(old)
	if err != nil {
		return nil, err
	}
	same := len(members) > 0
	for _, v := range values {
		value, err := json.Marshal(v.Value)
		if err != nil {
			return nil, err
		}
		found := false
		for i, m := range members {
			if m.Name != v.Name && m.Name != camel(v.Name) {
				continue
			}
			found = true
			var was string
			if json.Unmarshal(m.Value, &was) != nil || was != v.Value {
				members[i].Value, same = value, false
			}
		}
		if !found {
			members, same = append(members, jwt.Member{Name: v.Name, Value: value}), false
		}
	}
	if same {
		return old, nil
	}
	return joinObject(members)
}

// ReadObject returns the texts in a JSON object, under their names with a hyphen.
func ReadObject(text []byte) map[string]string {
	members, err := splitObject(text)
	if err != nil {
		return nil
	}
	values := map[string]string{}
	for _, m := range members {
		var value string
		if json.Unmarshal(m.Value, &value) == nil {
			values[kebab(m.Name)] = value
		}
	}
	return values
}

// AllInObject returns every value of a name in a JSON object, in both spellings; as JSON if it is no text.
func AllInObject(text []byte, name string) []string {
	members, err := splitObject(text)
	if err != nil {
		return nil
	}
	var values []string
	for _, m := range members {
		if m.Name != name && m.Name != camel(name) {
			continue
		}
		value := string(m.Value)
		var text string
		if json.Unmarshal(m.Value, &text) == nil {
			value = text
		}
		values = append(values, value)
	}
	return values
}

// WithoutMembers takes members out of a JSON object, if it is about the one that is given.
func WithoutMembers(old []byte, about Variable, names []string) ([]byte, error) {
	members, err := splitObject(old)
	if err != nil {
		return nil, err
	}
	is := func(m jwt.Member, name string) bool { return m.Name == name || m.Name == camel(name) }
	mine := slices.ContainsFunc(members, func(m jwt.Member) bool {
		var value string
		return is(m, about.Name) && json.Unmarshal(m.Value, &value) == nil && value == about.Value
	})
	if !mine {
		return old, nil
	}
	members = slices.DeleteFunc(members, func(m jwt.Member) bool {
		return slices.ContainsFunc(names, func(name string) bool { return is(m, name) })
	})
	if len(members) == 0 {
		return nil, nil
	}
	return joinObject(members)
}

// camel is the other spelling: apiKey.
func camel(kebab string) string {
	first, second, _ := strings.Cut(kebab, "-")
	if second == "" {
		return first
	}
	return first + strings.ToUpper(second[:1]) + second[1:]
}

// kebab is api-key, however it is spelled.
func kebab(name string) string {
	var b strings.Builder
	for _, r := range name {
		if r >= 'A' && r <= 'Z' {
			b.WriteByte('-')
			r += 'a' - 'A'
		}
		b.WriteRune(r)
	}
	return b.String()
}
