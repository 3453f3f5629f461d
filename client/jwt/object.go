package jwt

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Member is a name in a JSON object, with its value in JSON.
type Member struct {
	Name  string
	Value json.RawMessage
}

// ParseObject reads a JSON object, whose members keep their order. A name may be there more than once. Its errors are
// ErrNotJSON and ErrNotObject.
func ParseObject(text []byte) ([]Member, error) {
	if !json.Valid(text) {
		return nil, ErrNotJSON
	}
	d := json.NewDecoder(bytes.NewReader(text))
	if start, err := d.Token(); err != nil || start != json.Delim('{') {
		return nil, ErrNotObject
	}
	var members []Member
	for d.More() {
		var m Member
		name, err := d.Token()
		if err != nil || d.Decode(&m.Value) != nil {
			return nil, ErrNotJSON
		}
		m.Name, _ = name.(string)
		members = append(members, m)
	}
	return members, nil
}

// readPart reads an object as most readers do: of several members with one name, the last counts.
func readPart(text []byte) (p Part) {
	members, err := ParseObject(text)
	places := map[string]int{}
	for _, m := range members {
		at, again := places[m.Name]
		if !again {
			places[m.Name] = len(p.Members)
			p.Members = append(p.Members, m)
			continue
		}
		p.Members[at] = m
		if !slices.Contains(p.Twice, m.Name) {
			p.Twice = append(p.Twice, m.Name)
		}
	}
	p.Err = err
	return p
}

// MarshalJSON writes the part as an object, and an unreadable one as null.
func (p Part) MarshalJSON() ([]byte, error) {
	if p.Err != nil {
		return []byte("null"), nil //nolint:nilerr // The error is about reading the part, not about writing it.
	}
	var b strings.Builder
	b.WriteByte('{')
	for i, m := range p.Members {
		if i > 0 {
			b.WriteByte(',')
		}
		name, err := json.Marshal(m.Name)
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(&b, "%s:%s", name, m.Value)
	}
	b.WriteByte('}')
	return []byte(b.String()), nil
}
