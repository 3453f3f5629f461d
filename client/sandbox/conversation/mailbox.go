package conversation

import (
	"encoding/json"
	"slices"
	"sync"
)

// How much a mailbox holds. A client that lags behind further loses the oldest
// letters, and can read the history.
const (
	letterLimit      = 1000
	letterBytesLimit = 1 << 20
)

// Mailbox holds the events for a client until it has them: until it acknowledges
// them, or until they are sent to one that never does. It outlasts connections.
type Mailbox struct {
	acknowledges bool

	mu      sync.Mutex
	letters []Letter
	bytes   int
	last    int64     // the number of the last letter that came
	round   *Delivery // what sends now, or nil
}

// Letter is an event in a mailbox.
type Letter struct {
	Number int64 // to be acknowledged, or 0
	Type   string
	Event  json.RawMessage

	number int64
}

// NewMailbox returns an empty mailbox. A client that acknowledges says by number
// what it has.
func NewMailbox(acknowledges bool) *Mailbox { return &Mailbox{acknowledges: acknowledges} }

// Put adds an event, as encoded. It never waits.
func (m *Mailbox) Put(kind string, event json.RawMessage) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.last++
	l := Letter{Type: kind, Event: event, number: m.last}
	if m.acknowledges {
		l.Number = m.last
	}
	m.letters = append(m.letters, l)
	m.bytes += len(event)
	for len(m.letters) > 1 && (len(m.letters) > letterLimit || m.bytes > letterBytesLimit) {
		m.drop(0)
	}
	if m.round != nil {
		m.round.ring()
	}
}

// drop removes a letter.
func (m *Mailbox) drop(i int) {
	m.bytes -= len(m.letters[i].Event)
	m.letters = slices.Delete(m.letters, i, i+1)
}

// Acknowledged drops a letter that the client has.
func (m *Mailbox) Acknowledged(number int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for i, l := range m.letters {
		if l.Number == number {
			m.drop(i)
			return
		}
	}
}

// Delivery sends what is in a mailbox over one connection.
type Delivery struct {
	mailbox *Mailbox
	rang    chan struct{} // holds a token when there may be a next letter
	sent    int64         // the number of the last letter that was sent
}

// Deliver begins to send over another connection: first what the client does not
// have yet. What an earlier connection may still be sending ends.
func (m *Mailbox) Deliver() *Delivery {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.round = &Delivery{mailbox: m, rang: make(chan struct{}, 1)}
	m.round.ring()
	return m.round
}

func (d *Delivery) ring() {
	select {
	case d.rang <- struct{}{}:
	default:
	}
}

// Rang receives when Next may have a letter.
func (d *Delivery) Rang() <-chan struct{} { return d.rang }

// Next takes the next letter to send.
func (d *Delivery) Next() (l Letter, ok bool) {
	m := d.mailbox
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.round != d {
		return Letter{}, false
	}
	for i, l := range m.letters {
		if l.number > d.sent {
			d.sent = l.number
			if !m.acknowledges {
				m.drop(i)
			}
			return l, true
		}
	}
	return Letter{}, false
}
