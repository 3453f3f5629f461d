package sandbox

import (
	"bufio"
	"context"
	"net"
	"net/http"
	"time"

	"github.com/coder/websocket"
)

// messageLimit is the size of the largest message that is read, and told to the
// client as maxPayload.
const messageLimit = 1_000_000

// The paths of the session's socket: today's, and that of nexmo-client up to 9.1.
// The SDKs send the last slash.
const (
	loginPath       = "/v2/rtc"
	legacyLoginPath = "/rtc"
)

// handshakeRefusal is the error body of Engine.IO, which answers an upgrade that
// it cannot do with a 400 (engine.io 6, server.ts, errors).
type handshakeRefusal struct {
	Code    int    `json:"code"`
	Message string `json:"message"`
}

// openSocket answers GET /v2/rtc/ with a WebSocket, over which the client then
// logs in. It returns when the socket is closed.
func (s *Sandbox) openSocket(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	if query.Get("transport") != "websocket" {
		s.answer(w, http.StatusBadRequest, handshakeRefusal{0, "Transport unknown"})
		return
	}
	version := query.Get("EIO")
	if version != "3" && version != "4" {
		s.answer(w, http.StatusBadRequest, handshakeRefusal{5, "Unsupported protocol version"})
		return
	}

	up := &upgradeWriter{ResponseWriter: w}
	conn, err := websocket.Accept(up, r, &websocket.AcceptOptions{
		InsecureSkipVerify: true, // sameOrigin has looked at it
	})
	if err != nil {
		w.Header().Del("Connection")
		w.Header().Del("Upgrade")
		s.answer(w, http.StatusBadRequest, handshakeRefusal{3, "Bad request"})
		return
	}
	// It closes what is closed already, in most cases.
	defer func() { _ = conn.CloseNow() }()
	conn.SetReadLimit(messageLimit)
	leavePlace(r.Context()) // until the client has logged in

	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	// The connection below is what is broken: a WebSocket that is waiting for the
	// other side to agree on the end can be hurried by nothing else.
	stop := context.AfterFunc(ctx, func() { _ = up.conn.Close() })
	defer stop()

	talk := &socket{
		sandbox: s,
		conn:    conn,
		holder:  &holder{drop: cancel},
		modern:  version == "4",
		token:   query.Get("token"),
		resume:  query.Get("session_id"),
	}
	talk.serve(ctx)
}

// upgradeWriter keeps the connection that is taken over, and swallows the words
// in which the websocket package refuses, which are not JSON.
type upgradeWriter struct {
	http.ResponseWriter
	conn net.Conn
}

// WriteHeader leaves the switch to Hijack, because it can still fail then.
func (w *upgradeWriter) WriteHeader(int) {}

func (w *upgradeWriter) Write(words []byte) (int, error) { return len(words), nil }

// Hijack has the shape of http.Hijacker.
func (w *upgradeWriter) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	// A deadline can be set on a real connection alone.
	control := http.NewResponseController(w.ResponseWriter)
	if err := control.SetWriteDeadline(time.Now().Add(writeTimeout)); err != nil {
		return nil, nil, err
	}
	w.ResponseWriter.WriteHeader(http.StatusSwitchingProtocols)
	conn, buffered, err := control.Hijack()
	w.conn = conn
	return conn, buffered, err
}
