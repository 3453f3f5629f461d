package jwt

import (
	"bytes"
	"encoding/json"
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
	if start, _ := d.Token(); start != json.Delim('{') {
		return nil, ErrNotObject
	}
	var members []Member
	for d.More() {
		var m Member
		name, _ := d.Token()
		m.Name, _ = name.(string)
		_ = d.Decode(&m.Value)
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
	members := make([]string, 0, len(p.Members))
	for _, m := range p.Members {
		name, _ := json.Marshal(m.Name) // a string can always be encoded
		members = append(members, string(name)+":"+string(m.Value))
	}
	return []byte("{" + strings.Join(members, ",") + "}"), nil
}
