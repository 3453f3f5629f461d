package guard

import (
	"context"
	"net"
	"sync"
)

// limitListener limits the number of connections. For one more it closes the
// connection that has kept the server waiting longest: for a request, for the rest
// of its body, or for the login of a socket. So slow and silent clients push out
// only each other. While all connections are served, the new one waits.
type limitListener struct {
	*net.TCPListener
	limit int

	mu      sync.Mutex
	changed sync.Cond // a connection was closed, or may be closed
	conns   map[*placedConn]struct{}
	turn    uint64
}

func newLimitListener(l *net.TCPListener, limit int) *limitListener {
	limited := &limitListener{TCPListener: l, limit: limit, conns: make(map[*placedConn]struct{})}
	limited.changed.L = &limited.mu
	return limited
}

// Accept does not end with Close while it waits for a place, but http.Server.Close
// closes the connections after the listener, and so frees one.
func (l *limitListener) Accept() (net.Conn, error) {
	tcp, err := l.AcceptTCP()
	if err != nil {
		return nil, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for len(l.conns) >= l.limit {
		if last := l.longest(); last != nil {
			last.gone = true
			delete(l.conns, last)
			_ = last.TCPConn.Close()
		} else {
			l.changed.Wait()
		}
	}
	l.turn++
	conn := &placedConn{TCPConn: tcp, listener: l, since: l.turn}
	l.conns[conn] = struct{}{}
	return conn, nil
}

// longest returns the connection that has kept the server waiting longest.
func (l *limitListener) longest() *placedConn {
	var found *placedConn
	for conn := range l.conns {
		if !conn.busy && (found == nil || conn.since < found.since) {
			found = conn
		}
	}
	return found
}

// placedConn gives its place back when it is closed. It is a TCPConn and not any
// Conn because net/http looks for CloseWrite: without it, a refusal that comes
// before the request has been read is lost to a reset.
type placedConn struct {
	*net.TCPConn
	listener *limitListener
	busy     bool   // it is being served, and keeps its place
	since    uint64 // the turn at which the waiting began
	gone     bool
}

func (c *placedConn) Close() error {
	c.listener.mu.Lock()
	defer c.listener.mu.Unlock()
	delete(c.listener.conns, c)
	c.gone = true
	c.listener.changed.Signal()
	return c.TCPConn.Close()
}

// placeKey is the key of a connection in the context of its requests.
type placeKey struct{}

func withPlace(ctx context.Context, conn net.Conn) context.Context {
	if placed, ok := conn.(*placedConn); ok {
		return context.WithValue(ctx, placeKey{}, placed)
	}
	return ctx
}

// KeepPlace protects the connection from being closed for another one until
// LeavePlace. It is false if that has happened already.
func KeepPlace(ctx context.Context) bool {
	conn, ok := ctx.Value(placeKey{}).(*placedConn)
	if !ok {
		return true
	}
	conn.listener.mu.Lock()
	defer conn.listener.mu.Unlock()
	conn.busy = true
	return !conn.gone
}

// LeavePlace ends the protection: the server waits for the client again.
func LeavePlace(ctx context.Context) {
	conn, ok := ctx.Value(placeKey{}).(*placedConn)
	if !ok {
		return
	}
	conn.listener.mu.Lock()
	defer conn.listener.mu.Unlock()
	conn.listener.turn++
	conn.busy, conn.since = false, conn.listener.turn
	conn.listener.changed.Signal()
}
