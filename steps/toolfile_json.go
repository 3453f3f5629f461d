package steps

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"strings"
)

// member is one of a JSON object's, in its place.
type member struct {
	name  string
	value json.RawMessage
}

var errNoObject = errors.New("it is not the JSON object that vonage keeps there, and is left as it is: move it away, then try again")

// splitObject reads a JSON object, whose members keep their order.
func splitObject(text []byte) ([]member, error) {
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	if len(bytes.TrimSpace(text)) == 0 {
		return nil, nil
	}
	d := json.NewDecoder(bytes.NewReader(text))
	if open, err := d.Token(); err != nil || open != json.Delim('{') {
		return nil, errNoObject
	}
	var members []member
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return nil, errNoObject
		}
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return nil, errNoObject
		}
		text, _ := name.(string)
		members = append(members, member{text, value})
	}
	if _, err := d.Token(); err != nil || d.More() {
		return nil, errNoObject
	}
	return members, nil
}

func joinObject(members []member) ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, m := range members {
		if i > 0 {
			b.WriteByte(',')
		}
		name, err := json.Marshal(m.name)
		if err != nil {
			return nil, err
		}
		b.Write(name)
		b.WriteByte(':')
		b.Write(m.value)
	}
	b.WriteByte('}')
	var text bytes.Buffer
	if err := json.Indent(&text, b.Bytes(), "", "  "); err != nil {
		return nil, err
	}
	return append(text.Bytes(), '\n'), nil
}

// mergeObject sets members of a JSON object. A member that is there in vonage's other spelling (apiKey for api-key) is
// set as it is spelled, because vonage reads both.
func mergeObject(old []byte, values []Variable) ([]byte, error) {
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
			if m.name != v.Name && m.name != camel(v.Name) {
				continue
			}
			found = true
			var was string
			if json.Unmarshal(m.value, &was) != nil || was != v.Value {
				members[i].value, same = value, false
			}
		}
		if !found {
			members, same = append(members, member{v.Name, value}), false
		}
	}
	if same {
		return old, nil
	}
	return joinObject(members)
}

// readObject returns the texts in a JSON object, under their names with a hyphen.
func readObject(text []byte) map[string]string {
	members, err := splitObject(text)
	if err != nil {
		return nil
	}
	values := map[string]string{}
	for _, m := range members {
		var value string
		if json.Unmarshal(m.value, &value) == nil {
			values[kebab(m.name)] = value
		}
	}
	return values
}

// allInObject returns every value of a name in a JSON object, in both spellings; as JSON if it is no text.
func allInObject(text []byte, name string) []string {
	members, err := splitObject(text)
	if err != nil {
		return nil
	}
	var values []string
	for _, m := range members {
		if m.name != name && m.name != camel(name) {
			continue
		}
		value := string(m.value)
		var text string
		if json.Unmarshal(m.value, &text) == nil {
			value = text
		}
		values = append(values, value)
	}
	return values
}

// withoutMembers takes members out of a JSON object, if it is about the one that is given.
func withoutMembers(old []byte, about Variable, names []string) ([]byte, error) {
	members, err := splitObject(old)
	if err != nil {
		return nil, err
	}
	is := func(m member, name string) bool { return m.name == name || m.name == camel(name) }
	mine := slices.ContainsFunc(members, func(m member) bool {
		var value string
		return is(m, about.Name) && json.Unmarshal(m.value, &value) == nil && value == about.Value
	})
	if !mine {
		return old, nil
	}
	members = slices.DeleteFunc(members, func(m member) bool {
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
