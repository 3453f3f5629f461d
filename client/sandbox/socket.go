package sandbox

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/coder/websocket"

	"credwiz/client/guard"
	"credwiz/client/sandbox/conversation"
	"credwiz/client/sandbox/engineio"
)

// The keep-alive of a socket: how often there is a ping, and how long its answer
// may take. They are the defaults of Engine.IO.
const (
	defaultPingInterval = 25 * time.Second
	defaultPingTimeout  = 20 * time.Second
)

// messageLimit is the size of the largest message that is read, and the client's
// maxPayload.
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
		InsecureSkipVerify: true, // the guard has looked at it
	})
	if err != nil {
		w.Header().Del("Connection")
		w.Header().Del("Upgrade")
		s.answer(w, http.StatusBadRequest, handshakeRefusal{3, "Bad request"})
		return
	}
	// In most cases it is closed already.
	defer func() { _ = conn.CloseNow() }()
	conn.SetReadLimit(messageLimit)
	guard.LeavePlace(r.Context()) // until the client has logged in

	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	// Break the connection below: nothing else hurries a WebSocket that waits for
	// the other side's close frame.
	stop := context.AfterFunc(ctx, func() { _ = up.conn.Close() })
	defer stop()

	talk := &socket{
		sandbox: s,
		conn:    conn,
		holder:  &holder{drop: cancel},
		modern:  version == "4",
		token:   query.Get("token"),
		resume:  query.Get("session_id"),
		deaf:    func() {},

		acknowledges: query.Get("acknowledge_events") == "true",
	}
	talk.serve(ctx)
}

// upgradeWriter keeps the hijacked connection, and swallows the refusals of the
// websocket package, which are not JSON.
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
	if err := control.SetWriteDeadline(time.Now().Add(guard.WriteTimeout)); err != nil {
		return nil, nil, err
	}
	w.ResponseWriter.WriteHeader(http.StatusSwitchingProtocols)
	conn, buffered, err := control.Hijack()
	w.conn = conn
	return conn, buffered, err
}

// socket is one connection of a Client SDK. It has three states:
//
//	opened --40--> connected --login--> logged in
//	                   ^------logout--------'
//
// With Engine.IO 3 it is connected at once. All fields but conn are used by the
// one goroutine that reads.
type socket struct {
	sandbox *Sandbox
	conn    *websocket.Conn
	holder  *holder
	modern  bool   // Engine.IO 4, and not 3
	token   string // of the query
	resume  string // the id of the session to resume

	acknowledges bool // the client answers each event of a conversation

	connected bool
	session   string                // its id, when logged in
	mail      *conversation.Mailbox // of the session
	deaf      func()                // ends the sending of what is in it
	helpers   sync.WaitGroup
	silent    *time.Timer // drops a silent client
	idle      *time.Timer // drops a client that does not log in
}

// serve talks until the connection ends, and then lets the session wait.
func (c *socket) serve(ctx context.Context) {
	cfg := c.sandbox.cfg
	patience := cfg.PingInterval + cfg.PingTimeout
	c.silent = time.AfterFunc(patience, c.holder.drop)
	defer c.silent.Stop()
	// Socket.IO waits 45 seconds for a client to connect, which is the same with
	// the default times.
	c.idle = time.AfterFunc(patience, c.holder.drop)
	defer c.idle.Stop()

	c.holder.ends = time.NewTimer(patience)
	c.holder.ends.Stop() // until there is a token

	defer c.helpers.Wait()
	defer c.holder.drop()
	c.helpers.Go(func() { c.expire(ctx) })
	if c.modern {
		c.helpers.Go(func() { c.ping(ctx, cfg.PingInterval) })
	}

	err := c.talk(ctx)
	c.sandbox.sessions.leave(c.session, c.holder, cfg.Now())
	// It waits some seconds for the client's close frame, but not past the end of
	// the connection.
	_ = c.conn.Close(farewell(err))
}

// How a connection ends when no packet was wrong.
var (
	errLeft      = errors.New("the client has left")
	errDismissed = errors.New("the client was dismissed")
	errBinary    = errors.New("not a text frame")
)

// farewell is the WebSocket status for an error.
func farewell(err error) (status websocket.StatusCode, reason string) {
	if wrong, ok := errors.AsType[engineio.Error](err); ok {
		return websocket.StatusPolicyViolation, wrong.Error()
	}
	if errors.Is(err, errBinary) {
		return websocket.StatusUnsupportedData, err.Error()
	}
	return websocket.StatusNormalClosure, "" // the client knows already, or has gone
}

// ping pings a client of Engine.IO 4; one of 3 does it the other way round.
func (c *socket) ping(ctx context.Context, interval time.Duration) {
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		if c.write(ctx, engineio.Ping) != nil {
			return
		}
	}
}

// talk greets the client and handles what it sends.
func (c *socket) talk(ctx context.Context) error {
	if err := c.greet(ctx); err != nil {
		return err
	}
	for {
		kind, text, err := c.conn.Read(ctx)
		if err != nil {
			return err
		}
		if kind != websocket.MessageText {
			return errBinary
		}
		p, err := engineio.Parse(string(text))
		if err != nil {
			return err
		}
		if err := c.receive(ctx, p); err != nil {
			return err
		}
	}
}

// greet sends what a server says first.
func (c *socket) greet(ctx context.Context) error {
	cfg := c.sandbox.cfg
	hello, _ := json.Marshal(engineio.Handshake{
		SID:          c.sandbox.socketID(),
		Upgrades:     []string{},
		PingInterval: cfg.PingInterval.Milliseconds(),
		PingTimeout:  cfg.PingTimeout.Milliseconds(),
		MaxPayload:   messageLimit,
	})
	if err := c.write(ctx, engineio.Open+string(hello)); err != nil || c.modern {
		return err
	}
	c.connected = true
	if err := c.write(ctx, engineio.Connect); err != nil || c.token == "" {
		// Without a token in the query, the client is of nexmo-client up to 8,
		// and logs in by an event.
		return err
	}
	return c.login(ctx, c.token, nil)
}

// receive handles one packet.
func (c *socket) receive(ctx context.Context, p engineio.Packet) error {
	switch p.Kind {
	case engineio.Ping, engineio.Pong:
		// Engine.IO drops the client that mixes them up (engine.io 6, socket.ts,
		// onPacket).
		if (p.Kind == engineio.Pong) != c.modern {
			return engineio.ErrWrongSide
		}
		c.silent.Reset(c.sandbox.cfg.PingInterval + c.sandbox.cfg.PingTimeout)
		if c.modern {
			return nil
		}
		return c.write(ctx, engineio.Pong)
	case engineio.Connect:
		if c.connected {
			return nil
		}
		c.connected = true
		if err := c.write(ctx, engineio.Connect+`{"sid":"`+c.sandbox.socketID()+`"}`); err != nil {
			return err
		}
		return c.login(ctx, c.token, nil)
	case engineio.Event:
		if !c.connected {
			return engineio.ErrEarly
		}
		return c.onEvent(ctx, p)
	case engineio.Ack:
		if number, err := strconv.ParseInt(p.Ack, 10, 64); err == nil && c.mail != nil {
			c.mail.Acknowledged(number)
		}
		return nil
	case engineio.Disconnect, engineio.Close:
		return errLeft
	default:
		return nil
	}
}

// write sends one packet. A client that does not take it in time loses the
// connection.
func (c *socket) write(ctx context.Context, text string) error {
	ctx, cancel := context.WithTimeout(ctx, guard.WriteTimeout)
	defer cancel()
	return c.conn.Write(ctx, websocket.MessageText, []byte(text))
}

// socketID names a connection by 20 characters, as Engine.IO does.
func (s *Sandbox) socketID() string {
	id := strings.ReplaceAll(s.cfg.NewID(), "-", "")
	return id[max(0, len(id)-20):]
}
