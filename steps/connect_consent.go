package steps

import (
	"net/url"
	"time"

	"credwiz/client"
)

// Two things are not done without a yes: sending the account's secret to a host that is not Vonage's, and going on
// with a clock that is far out.

// HostError is a host that would get the account's credentials, and that nobody has said yes to.
type HostError struct{ Host string }

// Error names the host.
func (e *HostError) Error() string { return "API host: " + e.Host + " is not one of Vonage's" }

// checkHost returns *HostError for a host that the credentials must not go to unasked.
func checkHost(host *url.URL, a Answers) error {
	if client.IsVonage(host) || client.IsLoopback(host) || a[AnswerTrustHost] == Yes {
		return nil
	}
	return &HostError{Host: host.Host}
}

// How far the clocks may differ. The Date header has whole seconds and an answer takes its time: a little is nothing.
const (
	toldSkew    = 30 * time.Second
	refusedSkew = 10 * time.Minute
)

// SkewError is a clock that is so far out that it is wrong, or that of an API that is not what it seems.
type SkewError struct{ Skew time.Duration } // the API's clock minus ours

// Error says by how much.
func (e *SkewError) Error() string { return "clock: this computer is " + describeSkew(e.Skew) }

func describeSkew(skew time.Duration) string {
	if skew > 0 {
		return InWords(skew) + " behind the API"
	}
	return InWords(-skew) + " ahead of the API"
}

// now is the time on the API's clock: tokens are judged by it, and one that is issued in its future is refused.
func (s Session) now(env Env) time.Time { return env.Now().Add(s.Skew) }
