package plain

import (
	"cmp"
	"context"
	"errors"
	"strconv"

	"credwiz/client/redact"
	"credwiz/steps/advice"
	"credwiz/steps/answer"
)

// askRecovery tells what went wrong and asks for a way out of it.
func (p plain) askRecovery(ctx context.Context, failure error, a answer.Answers) (_ answer.Answers, again bool, err error) {
	advice := advice.For(failure)
	p.say("\n✗ %s\n  %s", advice.What, cmp.Or(advice.Asked, advice.Do))
	type way struct {
		label   string
		answers answer.Answers
		again   bool
		err     error
	}
	var ways []way
	for _, offer := range advice.Offers {
		ways = append(ways, way{offer.Label, a.With(offer.Answer, offer.Value), true, nil})
	}
	if advice.Retry {
		ways = append(ways, way{"try again", a, true, nil})
	}
	ways = append(ways,
		// Do not suggest the answer to blame again.
		way{"change the answers", a.With(advice.Field, ""), false, nil},
		way{"leave", a, false, failure},
	)
	for i, w := range ways {
		p.say("  %d  %s", i+1, redact.Printable(w.label))
	}
	usual := len(advice.Offers) // nothing typed takes none of those: they want to be meant
	for {
		line, err := p.readLine(ctx, answer.Field{}, func() { p.print("Enter a number from 1 to %d [%d]: ", len(ways), usual+1) })
		if errors.Is(err, errNoMoreInput) {
			return a, false, failure
		}
		if err != nil {
			return a, false, err
		}
		if n, err := strconv.Atoi(cmp.Or(answer.CleanLine(line), strconv.Itoa(usual+1))); err == nil && n >= 1 && n <= len(ways) {
			way := ways[n-1]
			return way.answers, way.again, way.err
		}
		p.say("  ✗ Enter a number from 1 to %d.", len(ways))
	}
}
