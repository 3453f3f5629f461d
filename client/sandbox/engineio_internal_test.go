package sandbox

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
)

func TestPacketsOfClients(t *testing.T) {
	for text, want := range map[string]packet{
		"1":                           {kind: packetClose},
		"2":                           {kind: packetPing},
		"2probe":                      {kind: packetPing},
		"3":                           {kind: packetPong},
		"5":                           {kind: packetNothing},
		"6":                           {kind: packetNothing},
		"40":                          {kind: packetConnect},
		`40{"token":"x"}`:             {kind: packetConnect},
		"41":                          {kind: packetDisconnect},
		"41/,":                        {kind: packetDisconnect},
		"430[]":                       {kind: packetAck},
		`42["a"]`:                     {kind: packetEvent, event: "a"},
		`42/,["a"]`:                   {kind: packetEvent, event: "a"},
		`4212["a",{"b":[1]},"c"]`:     {kind: packetEvent, ack: "12", event: "a", data: json.RawMessage(`{"b":[1]}`)},
		` `:                           {},
		"":                            {},
		"0{}":                         {},
		"4":                           {},
		"44":                          {},
		"45-[]":                       {},
		"7":                           {},
		"42":                          {},
		"42[]":                        {},
		`42[null]`:                    {},
		`42[7]`:                       {},
		`42{"a":1}`:                   {},
		`42["a"`:                      {},
		`421234567890123456["a"]`:     {},
		`42/admin,["a"]`:              {},
		"40/admin":                    {},
		`42` + strings.Repeat("[", 9): {},
	} {
		got, err := parsePacket(text)
		if got.kind != want.kind || got.ack != want.ack || got.event != want.event || string(got.data) != string(want.data) {
			t.Errorf("%q is %+v, want %+v", text, got, want)
		}
		if wrong := want.kind == ""; wrong != errors.As(err, new(packetError)) {
			t.Errorf("%q: error %v", text, err)
		}
	}
}

// FuzzPacket reads any packet, and reads back what it writes.
func FuzzPacket(f *testing.F) {
	for _, seed := range []string{
		"", "2", "3probe", "40", "41", `42["session:login",{"tid":"x","body":{"token":"y"}}]`,
		`427["a"]`, "430[]", `42/,["a",null]`, "42/x,[]", `42["\ud800"]`, "4\xff", "42[[[[",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p, err := parsePacket(text)
		if err != nil {
			if !errors.As(err, new(packetError)) || p.kind != "" {
				t.Errorf("%q: packet %+v, error %v", text, p, err)
			}
			return
		}
		if p.kind != packetEvent {
			if p.ack != "" || p.event != "" || p.data != nil {
				t.Errorf("%q is %+v", text, p)
			}
			return
		}
		items := []any{p.event}
		if p.data != nil {
			items = append(items, p.data)
		}
		array, err := json.Marshal(items)
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		again, err := parsePacket(packetEvent + p.ack + string(array))
		if err != nil || again.ack != p.ack || again.event != p.event || (again.data == nil) != (p.data == nil) {
			t.Errorf("%q is %+v, and then %+v, error %v", text, p, again, err)
		}
	})
}
