package sandbox

import (
	"net"
	"sync"
)

// limitListener accepts no more connections than it has places. The next one
// waits in the system's queue until another is closed.
type limitListener struct {
	*net.TCPListener
	places chan struct{}
}

func newLimitListener(l *net.TCPListener, places int) *limitListener {
	return &limitListener{TCPListener: l, places: make(chan struct{}, places)}
}

// Accept waits for a place first, so that a connection which cannot be served is
// not accepted either. Close does not end that wait, but http.Server.Close
// closes the connections after the listener, and so frees a place.
func (l *limitListener) Accept() (net.Conn, error) {
	l.places <- struct{}{}
	conn, err := l.AcceptTCP()
	if err != nil {
		<-l.places
		return nil, err
	}
	return &placedConn{TCPConn: conn, leave: sync.OnceFunc(func() { <-l.places })}, nil
}

// placedConn gives its place back when it is closed. It is a TCPConn and not any
// Conn because net/http looks for CloseWrite: without it, a refusal that comes
// before the request has been read is lost to a reset.
type placedConn struct {
	*net.TCPConn
	leave func()
}

func (c *placedConn) Close() error {
	defer c.leave()
	return c.TCPConn.Close()
}
