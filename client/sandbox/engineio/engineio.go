// Package engineio reads and writes the packets of a Socket.IO connection over Engine.IO 3 or 4.
package engineio

import (
	"encoding/json"
	"strings"
)

// The packets of a Socket.IO connection, as the text that each begins with. The
// first digit is of Engine.IO; behind a 4, which is a message, the second one is
// of Socket.IO. Engine.IO 3 and 4 have the same digits and differ in who pings.
const (
	Open       = "0"
	Close      = "1"
	Ping       = "2"
	Pong       = "3"
	Connect    = "40"
	Disconnect = "41"
	Event      = "42"
	Ack        = "43"
	Nothing    = "6" // an upgrade of the transport too: there is no other one
)

// Error is a client's mistake. It ends the connection, as Engine.IO's and
// Socket.IO's own servers do.
type Error string

// What a client does wrong.
const (
	ErrNoPacket    Error = "not an Engine.IO packet"
	ErrNoMessage   Error = "not a Socket.IO packet that a client sends"
	ErrNoEvent     Error = "not a Socket.IO event"
	ErrNoNamespace Error = "not in the default namespace"
	ErrEarly       Error = "an event before the connection"
	ErrWrongSide   Error = "a ping or pong of the wrong side"
)

func (e Error) Error() string { return string(e) }

// ackDigits is how long the number of an event may be. That of a real one counts
// the events of a connection.
const ackDigits = 15

// Packet is what a client sends.
type Packet struct {
	Kind  string
	Ack   string          // the number that an answer must repeat, or that an Ack repeats, or ""
	Event string          // the name of an event
	Data  json.RawMessage // what came with the event, or nil
}

// Parse reads one message of the WebSocket.
func Parse(text string) (Packet, error) {
	switch first := text[:min(1, len(text))]; first {
	case Close, Ping, Pong:
		return Packet{Kind: first}, nil
	case "5", Nothing:
		return Packet{Kind: Nothing}, nil
	case "4":
	default:
		return Packet{}, ErrNoPacket
	}
	p := Packet{Kind: text[:min(2, len(text))]}
	rest := text[len(p.Kind):]
	if strings.HasPrefix(rest, "/") {
		// Socket.IO leaves the default namespace out, but may name it.
		name, after, _ := strings.Cut(rest, ",")
		if name != "/" {
			return Packet{}, ErrNoNamespace
		}
		rest = after
	}
	switch p.Kind {
	case Connect, Disconnect:
		return p, nil // what else they hold is of no use here
	case Ack:
		// What a client answers beyond the number is of no use here.
		if p.Ack = number(rest); len(p.Ack) > ackDigits {
			return Packet{}, ErrNoMessage
		}
		return p, nil
	case Event:
		return parseEvent(p, rest)
	default:
		return Packet{}, ErrNoMessage
	}
}

// number returns the digits that a text begins with.
func number(text string) string { return text[:len(text)-len(strings.TrimLeft(text, "0123456789"))] }

// parseEvent reads what is behind the kind of an event: its number, if it wants
// an answer, and an array of its name and what came with it.
func parseEvent(p Packet, rest string) (Packet, error) {
	p.Ack = number(rest)
	array := rest[len(p.Ack):]
	var items []json.RawMessage
	if len(p.Ack) > ackDigits || json.Unmarshal([]byte(array), &items) != nil || len(items) == 0 ||
		items[0][0] != '"' || json.Unmarshal(items[0], &p.Event) != nil { // a null would be decoded as an empty name
		return Packet{}, ErrNoEvent
	}
	if len(items) > 1 {
		p.Data = items[1]
	}
	return p, nil
}

// EventPacket is an event that the server sends, with a value that was made here
// and can always be encoded. ack is the number that the client shall answer with,
// or "" if it shall not answer.
func EventPacket(name, ack string, with any) string {
	text, _ := json.Marshal([]any{name, with})
	return Event + ack + string(text)
}

// Handshake is the first packet of a connection. The times are in milliseconds.
type Handshake struct {
	SID          string   `json:"sid"`
	Upgrades     []string `json:"upgrades"`
	PingInterval int64    `json:"pingInterval"`
	PingTimeout  int64    `json:"pingTimeout"`
	MaxPayload   int      `json:"maxPayload"`
}
