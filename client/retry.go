package client

import (
	"context"
	"errors"
	"io"
	"math"
	"net"
	"net/http"
	"strconv"
	"time"

	"credwiz/client/errno"
)

// The bounds of repeating a request.
const (
	MaxTries     = 4                // of one request, the first among them
	patientTries = 10               // of one of many requests
	retryBudget  = 30 * time.Second // after the first try began, no further one is decided on
	firstBackoff = 500 * time.Millisecond
	// LongestWait is how long the API may ask to be left alone (Retry-After) before the wait becomes an error.
	LongestWait = 60 * time.Second
)

// Attempt is a failed request: what decides whether to make it again.
type Attempt struct {
	Err     error
	Tries   int           // how often it was made
	Elapsed time.Duration // since the first try began
	Creates bool          // whether it asks for something new
	Patient bool          // one of many requests, which refuse each other: it is tried more often, however long that takes
}

// Next returns how long to wait before the request is made again, or false if it must not be. It does not wait itself;
// random gives numbers from 0 up to 1.
//
// A request that creates something is made again only if it cannot be under way: it was refused for now (429), or never
// left this machine. Before that, the caller looks it up: see WasSent.
//
// Where the API does not say how long, the wait is random, up to a bound that doubles: clients that failed together do
// not come back together. See "Exponential Backoff And Jitter" in the AWS Architecture Blog.
func (a Attempt) Next(random func() float64) (wait time.Duration, again bool) {
	most, budget := MaxTries, retryBudget
	if a.Patient {
		most, budget = patientTries, math.MaxInt64
	}
	switch {
	case a.Err == nil, a.Tries >= most, a.Elapsed >= budget:
		return 0, false
	case a.Creates && MayHaveHappened(a.Err), !mayPass(a.Err):
		return 0, false
	}
	if asked := RetryAfter(a.Err); asked > 0 {
		return asked, asked <= LongestWait
	}
	bound := firstBackoff << (min(a.Tries, MaxTries-1) - 1)
	wait = time.Duration(random() * float64(bound))
	return wait, wait < budget-a.Elapsed
}

// RetryAfter is how long the API asked to be left alone when it answered with err; 0 if it did not.
func RetryAfter(err error) time.Duration {
	if api, ok := errors.AsType[*Error](err); ok {
		return api.RetryAfter
	}
	return 0
}

// mayPass reports whether the same request may succeed in a moment. A wait does not help against a wrong certificate, a
// name that does not exist, a proxy's refusal, or a missing resolver or network.
func mayPass(err error) bool {
	if api, ok := errors.AsType[*Error](err); ok {
		switch api.Status {
		case http.StatusNotImplemented, http.StatusNetworkAuthenticationRequired:
			return false
		}
		return api.Status == http.StatusTooManyRequests || api.Status >= http.StatusInternalServerError
	}
	_, network := errors.AsType[*NetworkError](err)
	_, proxy := errors.AsType[*ProxyError](err)
	if !network || proxy || errors.Is(err, context.Canceled) {
		return false
	}
	if dns, ok := errors.AsType[*net.DNSError](err); ok {
		// A resolver that does not answer has had its time already, and there may be no network at all.
		return dns.IsTemporary && !dns.IsTimeout && !dns.IsNotFound
	}
	for _, passing := range []error{errno.Reset, errno.Refused, errno.Aborted, errno.ShutDown, io.EOF, io.ErrUnexpectedEOF} {
		if errors.Is(err, passing) {
			return true
		}
	}
	return IsTimeout(err)
}

// IsTimeout reports whether err came of waiting too long. The error number with which Windows gives up on a connection
// is no net.Error timeout.
func IsTimeout(err error) bool {
	var timeout net.Error
	return errors.Is(err, errno.TimedOut) || errors.As(err, &timeout) && timeout.Timeout()
}

// parseRetryAfter reads the header that says when to come again, in seconds or as a date (RFC 9110 10.2.3). A date is
// counted from the answer's own, or from now if it has none: the API's clock may differ from ours.
func parseRetryAfter(h http.Header, now time.Time) time.Duration {
	const longest = 365 * 24 * time.Hour // a Duration cannot hold every number
	text := h.Get("Retry-After")
	if seconds, err := strconv.ParseUint(text, 10, 64); err == nil {
		return time.Duration(min(seconds, uint64(longest/time.Second))) * time.Second
	}
	then, err := http.ParseTime(text)
	if err != nil {
		return 0
	}
	if date, err := http.ParseTime(h.Get("Date")); err == nil {
		now = date
	}
	return -floor(-min(max(then.Sub(now), 0), longest)) // rounded up: never less than it asks for
}
