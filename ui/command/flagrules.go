package command

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"credwiz/steps/answer"
	"credwiz/steps/source"
)

// checkFlagRules refuses flags that have no effect without others, or contradict them.
func (c console) checkFlagRules(cmd *cobra.Command, o wizardOptions, profile source.Profile, users int) error {
	given := cmd.Flags().Changed
	alone := !c.asksQuestions(o) // what is not given is not asked either
	answered := func(answer string) bool { _, ok := profile.Known[answer]; return ok || given(answer) }
	for _, f := range []struct {
		flag, purpose, needs string
		there                bool
	}{
		{"fixed", "for recordings of a demo", "demo", o.demo},
		{"pause", "for presenters", "mask", o.mask},
		{"latency", "for the sandbox", "demo", o.demo || !alone},
		{"skew", "for the sandbox", "demo", o.demo || !alone},
		{"fault", "for the sandbox", "demo", o.demo || !alone},
		{answer.Webhooks, "for extra capabilities", answer.Capability, answered(answer.Capability) || !alone},
		{"save-key", "for an existing application", answer.AppID, answered(answer.AppID) || !alone},
		{"renew-key", "for an existing application", answer.AppID, answered(answer.AppID) || !alone},
	} {
		if given(f.flag) && !f.there {
			return fmt.Errorf("--%s is %s: add --%s", f.flag, f.purpose, f.needs)
		}
	}
	several := users > 1 || o.usersFrom != "" || !given(answer.User) && strings.Contains(profile.Known[answer.User].Value, ",")
	switch {
	case o.pause < 0:
		return errors.New("--pause: must not be negative")
	case o.csv && o.json:
		return errors.New("use either --csv or --json")
	case o.demo && (given("api-host") || given(answer.TrustHost)):
		return errors.New("--demo has its own API: leave out --api-host or --demo")
	case given(answer.DisplayName) && several:
		return errors.New("--display-name is for one user: use --users-from, which has a column for it")
	case given("out") && !several && alone:
		return errors.New("--out is for several users: use more than one --user, or --users-from")
	}
	return nil
}

// mutuallyExclusive also tells the completions. Cobra's own check comes later, with an error about groups.
func mutuallyExclusive(cmd *cobra.Command, one, other, why string) {
	cmd.MarkFlagsMutuallyExclusive(one, other)
	earlier := cmd.PreRunE
	cmd.PreRunE = func(cmd *cobra.Command, args []string) error {
		if earlier != nil {
			if err := earlier(cmd, args); err != nil {
				return err
			}
		}
		if cmd.Flags().Changed(one) && cmd.Flags().Changed(other) {
			return fmt.Errorf("--%s and --%s %s", one, other, why)
		}
		return nil
	}
}
