package dotfile

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"credwiz/client/jwt"
)

var errNoObject = errors.New("it isn't the JSON that the vonage CLI keeps there, so it was left unchanged. Move it away, then try again")

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
	e.SetEscapeHTML(false) // existing text keeps its spelling
	e.SetIndent("", "  ")
	err := e.Encode(jwt.Part{Members: members})
	return text.Bytes(), err
}

// Object is a JSON object, in which vonage reads two spellings of a name: api-key and apiKey.
type Object struct{}

func isMember(m jwt.Member, name string) bool { return kebab(m.Name) == name }

func textOf(m jwt.Member) (text string, ok bool) {
	ok = json.Unmarshal(m.Value, &text) == nil
	return text, ok
}

// Merge sets members in the spelling that the object has.
func (Object) Merge(old []byte, values []Variable) ([]byte, error) {
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
			if !isMember(m, v.Name) {
				continue
			}
			found = true
			if was, ok := textOf(m); !ok || was != v.Value {
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

// Read returns the texts of the object, under their names with a hyphen.
func (Object) Read(text []byte) map[string]string {
	members, err := splitObject(text)
	if err != nil {
		return nil
	}
	values := map[string]string{}
	for _, m := range members {
		if value, ok := textOf(m); ok {
			values[kebab(m.Name)] = value
		}
	}
	return values
}

// All returns every value of a name in both spellings, as JSON if it is not a text.
func (Object) All(text []byte, name string) []string {
	members, _ := splitObject(text)
	var values []string
	for _, m := range members {
		if !isMember(m, name) {
			continue
		}
		value, ok := textOf(m)
		if !ok {
			value = string(m.Value)
		}
		values = append(values, value)
	}
	return values
}

// Without removes members, if the object has the owner's value.
func (Object) Without(old []byte, owner Variable, names []string) ([]byte, error) {
	members, err := splitObject(old)
	if err != nil {
		return nil, err
	}
	owned := slices.ContainsFunc(members, func(m jwt.Member) bool {
		value, ok := textOf(m)
		return isMember(m, owner.Name) && ok && value == owner.Value
	})
	if !owned {
		return old, nil
	}
	members = slices.DeleteFunc(members, func(m jwt.Member) bool {
		return slices.ContainsFunc(names, func(name string) bool { return isMember(m, name) })
	})
	if len(members) == 0 {
		return nil, nil
	}
	return joinObject(members)
}

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
