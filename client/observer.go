package client

import "time"

// Observer hears of each exchange as it starts and as it ends. Each function may be nil; they are called on the
// goroutine of the request.
type Observer struct {
	Started  func(method, path string)
	Finished func(Exchange)
	Wire     func(Wire) // before Finished: what went over the wire, masked
}

// Exchange is what an observer learns: no header, no query, no body, and so no secret.
type Exchange struct {
	Method, Path string
	Status       int           // 0 if no answer came
	Took         time.Duration // until the whole body was read
	// Skew is the API's clock minus ours, in whole seconds rounded down: what is dated by it is not in the API's
	// future. It is 0 if the API sent no date.
	Skew time.Duration
	Err  error
}

// Observed returns a client whose exchanges o observes, too.
func (c *Client) Observed(o Observer) *Client {
	observed := *c
	observed.observer = c.observer.and(o)
	one := *c.http
	one.Transport = observed.recording(one.Transport)
	observed.http = &one
	return &observed
}

// observe makes an exchange, and reports it to the observer.
func (c *Client) observe(method, path string, exchange func(*Exchange) error) error {
	if c.observer.Started != nil {
		c.observer.Started(method, path)
	}
	x := Exchange{Method: method, Path: path}
	began := c.now()
	x.Err = exchange(&x)
	x.Took = c.now().Sub(began)
	if c.observer.Finished != nil {
		c.observer.Finished(x)
	}
	return x.Err
}

// and returns an observer that calls both.
func (o Observer) and(p Observer) Observer {
	return Observer{
		Started: func(method, path string) {
			for _, one := range []Observer{o, p} {
				if one.Started != nil {
					one.Started(method, path)
				}
			}
		},
		Finished: both(o.Finished, p.Finished),
		Wire:     both(o.Wire, p.Wire),
	}
}

// both is nil if neither is wanted: recording the wire costs something.
func both[T any](a, b func(T)) func(T) {
	switch {
	case a == nil:
		return b
	case b == nil:
		return a
	}
	return func(heard T) { a(heard); b(heard) }
}
