package command

import (
	"context"
	"errors"

	"credwiz/client/redact"
	"credwiz/steps/answer"
	"credwiz/steps/task"
)

// withHostConsent runs do, and again with consent if do needs it for the host and the person gives it.
func (c console) withHostConsent(ctx context.Context, trust bool, do func(answer.Answers) error) error {
	trusting := answer.Answers{answer.TrustHost: answer.Yes}
	if trust {
		return do(trusting)
	}
	err := do(answer.Answers{})
	host, ok := errors.AsType[*task.HostError](err)
	if !ok || !c.interactive() {
		return err
	}
	label := "Send " + host.Gets + " to " + redact.Printable(host.Host)
	if host.File != "" {
		label += ", which " + redact.Printable(host.File) + " names"
	}
	yes, askErr := c.confirm(ctx, label+"?")
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case askErr != nil || !yes:
		return err
	}
	return do(trusting)
}
