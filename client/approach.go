package client

import (
	"context"
	"net"
	"net/http"
)

// approach is a request that is withdrawn as soon as a connection is being made for it.
type approach struct {
	withdraw  context.CancelFunc
	withdrawn chan struct{} // closed when the request has given up
}

type approachKey struct{}

// Approach opens the connection that the first call will use, and sends nothing on it but what TLS and a proxy need. It
// is for the time before that call, is worth doing once, and returns while the connection is still being made. Whether
// it could be made is told by the call.
//
// net/http has no such thing, but goes on dialing for a request that was withdrawn, "because a future request may be able
// to make use of the connection" (net/http/transport.go, getConn). So the connection is in the transport's own pool, as
// any other is: encrypted, through the proxy, closed when it is idle for too long, and not missed when it is gone.
func (c *Client) Approach(ctx context.Context) {
	if c.approachable == nil {
		return // the request would be sent
	}
	ctx, withdraw := context.WithCancel(ctx)
	a := approach{withdraw, make(chan struct{})}
	defer close(a.withdrawn)
	defer withdraw()
	req, err := http.NewRequestWithContext(context.WithValue(ctx, approachKey{}, a), http.MethodHead, c.host.String(), nil)
	if err != nil {
		return
	}
	if answer, err := c.approachable.RoundTrip(req); err == nil {
		_ = answer.Body.Close()
	}
}

// approached is dial, which lets a request give up first that only wants the connection. Had it not, it might get the
// connection and be sent.
func approached(dial Dial) Dial {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		if a, ok := ctx.Value(approachKey{}).(approach); ok {
			a.withdraw()
			<-a.withdrawn
		}
		return dial(ctx, network, address)
	}
}
