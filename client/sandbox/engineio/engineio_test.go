package engineio_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"credwiz/client/sandbox/engineio"
)

func TestPacketsOfClients(t *testing.T) {
	for text, want := range map[string]engineio.Packet{
		"1":                           {Kind: engineio.Close},
		"2":                           {Kind: engineio.Ping},
		"2probe":                      {Kind: engineio.Ping},
		"3":                           {Kind: engineio.Pong},
		"5":                           {Kind: engineio.Nothing},
		"6":                           {Kind: engineio.Nothing},
		"40":                          {Kind: engineio.Connect},
		`40{"token":"x"}`:             {Kind: engineio.Connect},
		"41":                          {Kind: engineio.Disconnect},
		"41/,":                        {Kind: engineio.Disconnect},
		"43":                          {Kind: engineio.Ack},
		"430[]":                       {Kind: engineio.Ack, Ack: "0"},
		`4317["x"]`:                   {Kind: engineio.Ack, Ack: "17"},
		"431234567890123456[]":        {},
		`42["a"]`:                     {Kind: engineio.Event, Event: "a"},
		`42/,["a"]`:                   {Kind: engineio.Event, Event: "a"},
		`4212["a",{"b":[1]},"c"]`:     {Kind: engineio.Event, Ack: "12", Event: "a", Data: json.RawMessage(`{"b":[1]}`)},
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
		got, err := engineio.Parse(text)
		if got.Kind != want.Kind || got.Ack != want.Ack || got.Event != want.Event || string(got.Data) != string(want.Data) {
			t.Errorf("%q is %+v, want %+v", text, got, want)
		}
		if wrong := want.Kind == ""; wrong != errors.As(err, new(engineio.Error)) {
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
		p, err := engineio.Parse(text)
		if err != nil {
			if !errors.As(err, new(engineio.Error)) || p.Kind != "" {
				t.Errorf("%q: packet %+v, error %v", text, p, err)
			}
			return
		}
		if p.Kind != engineio.Event {
			if p.Ack != "" && p.Kind != engineio.Ack || p.Event != "" || p.Data != nil {
				t.Errorf("%q is %+v", text, p)
			}
			return
		}
		items := []any{p.Event}
		if p.Data != nil {
			items = append(items, p.Data)
		}
		array, err := json.Marshal(items)
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		again, err := engineio.Parse(engineio.Event + p.Ack + string(array))
		if err != nil || again.Ack != p.Ack || again.Event != p.Event || (again.Data == nil) != (p.Data == nil) {
			t.Errorf("%q is %+v, and then %+v, error %v", text, p, again, err)
		}
	})
}
