package steps

import (
	"fmt"
	"time"

	"credwiz/steps/advice"
	"credwiz/steps/answer"
	"credwiz/steps/words"
)

// Two things are not done without a yes: sending the account's secret to a host that is not Vonage's, and going on
// with a clock that is far out.

// How far the clocks may differ. The Date header has whole seconds and an answer takes its time: a little is nothing.
const (
	ToldSkew    = 30 * time.Second
	RefusedSkew = 10 * time.Minute
)

// SkewError is a clock that is so far out that it is wrong, or that of an API that is not what it seems.
type SkewError struct{ Skew time.Duration } // the API's clock minus ours

func (e *SkewError) Error() string { return "clock: this computer is " + words.DescribeSkew(e.Skew) }

// now is the time on the API's clock: tokens are judged by it, and one that is issued in its future is refused.
func (s Session) now(env Env) time.Time { return env.Now().Add(s.Skew) }

// Advice says what to do.
func (e *SkewError) Advice() advice.Advice {
	return advice.Advice{
		What: fmt.Sprintf("The clocks do not agree: this computer is %s.", words.DescribeSkew(e.Skew)),
		Do: "Set this computer's date and time, then try again. If they are right, go on by the API's clock " +
			"(--accept-skew): tokens are dated by it.",
		Kind: advice.Usage, Retry: true,
		Offers: []advice.Offer{{Key: "y", Label: "go on by the API's clock", Answer: answer.AcceptSkew, Value: answer.Yes}},
	}
}
