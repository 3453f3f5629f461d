package command

import (
	"io"
	"strings"

	"github.com/spf13/cobra"

	"credwiz/steps"
	"credwiz/ui/style"
)

// printResult is the wizard's only writer to standard output. At a terminal, a run that is done ends with what to do
// next.
func (c console) printResult(root *cobra.Command, env steps.Env, s steps.Session, o wizardOptions, done bool) {
	// What is in a pipe may be on a screen too. A program gets the values that it asked for.
	env.Mask = env.Mask && (isTerminal(c.out) || !o.json && !o.csv)
	receipt := steps.Receipt(env, s)
	switch {
	case receipt == "":
	case o.json:
		_ = c.writeJSON(steps.ResultOf(env, s))
	case o.csv:
		_ = writeCSV(c.out, steps.ResultOf(env, s))
	default:
		look := c.look(c.out)
		if look.Columns > 0 {
			receipt = style.BreakMarked(receipt, look.Columns)
			if done {
				receipt += "\n" + nextSteps(root, env, s, look.Columns)
			}
		}
		_, _ = io.WriteString(c.out, look.Draw(receipt))
	}
}

// nextSteps proposes commands, those that exist, two in a row if there is room.
func nextSteps(root *cobra.Command, env steps.Env, s steps.Session, width int) string {
	const afterDemo = "  Now for real:  credwiz\n"
	if s.Place.Sandbox && env.Temporary {
		return afterDemo
	}
	var cells []string
	longest := 0
	all := []struct{ command, does string }{
		{"token", "a new token"}, {"status", "what is here"}, {"serve", "tokens for your app"}, {"code", "login code"}, {"clean", "delete what it created"},
	}
	if env.Mask {
		all = all[2:] // the first two print what --mask hides
	}
	for _, next := range all {
		if cmd, _, err := root.Find([]string{next.command}); err != nil || cmd == root {
			continue
		}
		line := s.Place.Folder.Target("").Command(next.command)
		cells = append(cells, line, next.does)
		longest = max(longest, style.Visible(line))
	}
	const does = 22 // cells for what a command does
	perRow := max(min(width/(2+longest+2+does), 2), 1)
	var b strings.Builder
	for i := 0; i < len(cells); i += 2 {
		cell := "  " + style.Pad(cells[i], longest) + "  " + cells[i+1]
		if i/2%perRow < perRow-1 && i+2 < len(cells) {
			b.WriteString(style.Pad(cell, 2+longest+2+does))
			continue
		}
		b.WriteString(cell + "\n")
	}
	if s.Place.Sandbox {
		b.WriteString(afterDemo)
	}
	return b.String()
}
