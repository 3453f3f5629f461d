package sandbox

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"sync"
	"time"

	"github.com/coder/websocket"
)

// The keep-alive of a socket: how often there is a ping, and how long its answer
// may take. They are the defaults of Engine.IO.
const (
	defaultPingInterval = 25 * time.Second
	defaultPingTimeout  = 20 * time.Second
)

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
	resume  string // the id of the session that is wanted back

	connected bool
	session   string      // its id, when logged in
	silent    *time.Timer // drops a client that is not heard of
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

	var helpers sync.WaitGroup
	defer helpers.Wait()
	defer c.holder.drop()
	helpers.Go(func() { c.expire(ctx) })
	if c.modern {
		helpers.Go(func() { c.ping(ctx, cfg.PingInterval) })
	}

	err := c.talk(ctx)
	c.sandbox.sessions.leave(c.session, c.holder, cfg.Now())
	// It waits for the client's consent for some seconds, but no longer than the
	// connection is there.
	_ = c.conn.Close(farewell(err))
}

// What a connection ends with when nothing was wrong with a packet.
var (
	errLeft      = errors.New("the client has left")
	errDismissed = errors.New("the client was dismissed")
	errBinary    = errors.New("not a text frame")
)

// farewell is the status of the WebSocket that an error is told with.
func farewell(err error) (status websocket.StatusCode, reason string) {
	var wrong packetError
	switch {
	case errors.As(err, &wrong):
		return websocket.StatusPolicyViolation, wrong.Error()
	case errors.Is(err, errBinary):
		return websocket.StatusUnsupportedData, err.Error()
	default:
		// Others have been told already, or there is nobody to tell.
		return websocket.StatusNormalClosure, ""
	}
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
		if c.write(ctx, packetPing) != nil {
			return
		}
	}
}

// talk greets the client and deals with what it sends.
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
		p, err := parsePacket(string(text))
		if err != nil {
			return err
		}
		if err := c.receive(ctx, p); err != nil {
			return err
		}
	}
}

// greet is what the server says unasked.
func (c *socket) greet(ctx context.Context) error {
	cfg := c.sandbox.cfg
	hello, err := json.Marshal(handshake{
		SID:          c.sandbox.socketID(),
		Upgrades:     []string{},
		PingInterval: cfg.PingInterval.Milliseconds(),
		PingTimeout:  cfg.PingTimeout.Milliseconds(),
		MaxPayload:   messageLimit,
	})
	if err != nil {
		return err
	}
	if err := c.write(ctx, packetOpen+string(hello)); err != nil || c.modern {
		return err
	}
	c.connected = true
	if err := c.write(ctx, packetConnect); err != nil || c.token == "" {
		// Without a token in the query, the client is of nexmo-client up to 8,
		// and logs in by an event.
		return err
	}
	return c.login(ctx, c.token, nil)
}

// receive deals with one packet.
func (c *socket) receive(ctx context.Context, p packet) error {
	switch p.kind {
	case packetPing, packetPong:
		// Engine.IO drops the client that mixes them up (engine.io 6, socket.ts,
		// onPacket).
		if (p.kind == packetPong) != c.modern {
			return errWrongSide
		}
		c.silent.Reset(c.sandbox.cfg.PingInterval + c.sandbox.cfg.PingTimeout)
		if c.modern {
			return nil
		}
		return c.write(ctx, packetPong)
	case packetConnect:
		if c.connected {
			return nil
		}
		c.connected = true
		if err := c.write(ctx, packetConnect+`{"sid":"`+c.sandbox.socketID()+`"}`); err != nil {
			return err
		}
		return c.login(ctx, c.token, nil)
	case packetEvent:
		if !c.connected {
			return errEarly
		}
		return c.hear(ctx, p)
	case packetDisconnect, packetClose:
		return errLeft
	default:
		return nil
	}
}

// write sends one packet. A client that does not take it in time loses the
// connection.
func (c *socket) write(ctx context.Context, text string) error {
	ctx, cancel := context.WithTimeout(ctx, writeTimeout)
	defer cancel()
	return c.conn.Write(ctx, websocket.MessageText, []byte(text))
}

// socketID names a connection by 20 characters, as Engine.IO does.
func (s *Sandbox) socketID() string {
	id := strings.ReplaceAll(s.cfg.NewID(), "-", "")
	return id[max(0, len(id)-20):]
}
