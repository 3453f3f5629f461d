package sandbox

import (
	"bytes"
	"encoding/json"
	"strings"
)

// The packets of a Socket.IO connection, as the text that each begins with. The
// first digit is of Engine.IO; behind a 4, which is a message, the second one is
// of Socket.IO. Engine.IO 3 and 4 have the same digits and differ in who pings.
const (
	packetOpen       = "0"
	packetClose      = "1"
	packetPing       = "2"
	packetPong       = "3"
	packetConnect    = "40"
	packetDisconnect = "41"
	packetEvent      = "42"
	packetAck        = "43"
	packetNothing    = "6" // an upgrade of the transport too: there is no other one
)

// packetError is a client's mistake. It ends the connection, as Engine.IO's and
// Socket.IO's own servers do.
type packetError string

const (
	errNoPacket    packetError = "not an Engine.IO packet"
	errNoMessage   packetError = "not a Socket.IO packet that a client sends"
	errNoEvent     packetError = "not a Socket.IO event"
	errNoNamespace packetError = "not in the default namespace"
	errEarly       packetError = "an event before the connection"
	errWrongSide   packetError = "a ping or pong of the wrong side"
)

func (e packetError) Error() string { return string(e) }

// ackDigits is how long the number of an event may be. That of a real one counts
// the events of a connection.
const ackDigits = 15

// packet is what a client sends.
type packet struct {
	kind  string
	ack   string          // the number that an answer must repeat, or ""
	event string          // the name of an event
	data  json.RawMessage // what came with the event, or nil
}

// parsePacket reads one message of the WebSocket.
func parsePacket(text string) (packet, error) {
	if text == "" {
		return packet{}, errNoPacket
	}
	switch text[:1] {
	case packetClose, packetPing, packetPong:
		return packet{kind: text[:1]}, nil
	case "5", packetNothing:
		return packet{kind: packetNothing}, nil
	case "4":
	default:
		return packet{}, errNoPacket
	}
	if len(text) < 2 {
		return packet{}, errNoMessage
	}
	p, rest := packet{kind: text[:2]}, text[2:]
	if strings.HasPrefix(rest, "/") {
		// Socket.IO leaves the default namespace out, but may name it.
		name, after, _ := strings.Cut(rest, ",")
		if name != "/" {
			return packet{}, errNoNamespace
		}
		rest = after
	}
	switch p.kind {
	case packetConnect, packetDisconnect, packetAck:
		return p, nil // what else they hold is of no use here
	case packetEvent:
		return parseEvent(p, rest)
	default:
		return packet{}, errNoMessage
	}
}

// parseEvent reads what is behind the kind of an event: its number, if it wants
// an answer, and an array of its name and what came with it.
func parseEvent(p packet, rest string) (packet, error) {
	array := strings.TrimLeft(rest, "0123456789")
	p.ack = rest[:len(rest)-len(array)]
	var items []json.RawMessage
	if len(p.ack) > ackDigits || json.Unmarshal([]byte(array), &items) != nil || len(items) == 0 {
		return packet{}, errNoEvent
	}
	// A null would be decoded as an empty name.
	if !bytes.HasPrefix(items[0], []byte(`"`)) || json.Unmarshal(items[0], &p.event) != nil {
		return packet{}, errNoEvent
	}
	if len(items) > 1 {
		p.data = items[1]
	}
	return p, nil
}

// eventPacket is an event that the server sends, with a value that was made here
// and can always be encoded.
func eventPacket(name string, with any) string {
	text, _ := json.Marshal([]any{name, with})
	return packetEvent + string(text)
}

// handshake is the first packet of a connection. The times are in milliseconds.
type handshake struct {
	SID          string   `json:"sid"`
	Upgrades     []string `json:"upgrades"`
	PingInterval int64    `json:"pingInterval"`
	PingTimeout  int64    `json:"pingTimeout"`
	MaxPayload   int      `json:"maxPayload"`
}
