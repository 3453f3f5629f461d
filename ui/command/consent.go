package command

import (
	"context"
	"errors"

	"credwiz/client/redact"
	"credwiz/steps"
	"credwiz/ui"
)

// consenting does something that may first need a yes to a host, asks for that where a person can answer, and does it
// again. Without a yes the error is that of the host.
func (c console) consenting(ctx context.Context, trust bool, do func(steps.Answers) error) error {
	trusting := steps.Answers{steps.AnswerTrustHost: steps.Yes}
	if trust {
		return do(trusting)
	}
	err := do(steps.Answers{})
	var host *steps.HostError
	if !errors.As(err, &host) || !c.person() {
		return err
	}
	label := "Send your API key and secret to " + redact.Printable(host.Host)
	if host.File != "" {
		label += ", which " + redact.Printable(host.File) + " names"
	}
	ask := c.asker()
	answer, askErr := ui.Ask(ctx, ask, c.err, steps.Field{
		Key: steps.AnswerTrustHost, Flag: "--" + steps.AnswerTrustHost, Label: label, Suggestion: steps.No,
		Choices: []steps.Choice{{Value: steps.Yes, Label: "yes"}, {Value: steps.No, Label: "no"}},
	}, look())
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case askErr != nil || answer != steps.Yes:
		return err
	}
	return do(trusting)
}
