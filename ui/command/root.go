// Package command is the command line: what each command and flag means, and which front end performs it.
package command

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/google/uuid"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"credwiz/client"
	"credwiz/client/redact"
	"credwiz/steps"
	"credwiz/steps/workdir"
	"credwiz/ui/tty"
)

// console is where the program runs.
type console struct {
	in       *os.File
	out, err io.Writer
	now      func() time.Time
	pictures *PictureRun      // of a run for pictures; else nil
	redactor *redact.Redactor // what is said to err passes it
	jobs     *tty.Jobs
}

// exit is the exit code of a command that has already reported its error.
type exit int

func (e exit) Error() string { return "exit code " + strconv.Itoa(int(e)) }

// Run runs one command line and returns the exit code. Results go to standard output, everything else to errs. The
// cause of ctx should be a SignalError.
func Run(ctx context.Context, args []string, in *os.File, out, errs io.Writer) int {
	return newConsole(in, out, errs).run(ctx, args)
}

func newConsole(in *os.File, out, errs io.Writer) console {
	return console{in: in, out: out, err: errs, now: time.Now, redactor: &redact.Redactor{}}
}

func (c console) client(host *url.URL) *client.Client {
	options := client.Options{Host: host, UserAgent: userAgent(), Now: c.now}
	if c.pictures != nil {
		options.Dial, options.UserAgent = c.pictures.dial, "credwiz/development go/1.26"
	}
	return client.New(options)
}

// env is for commands that are not the wizard.
func (c console) env() steps.Env {
	return steps.Env{Now: c.now, NewID: uuid.NewString, Redactor: c.redactor}
}

func (c console) run(ctx context.Context, args []string) (code int) {
	defer func() {
		if r := recover(); r != nil {
			_ = c.fail(tty.NewFault(r))
			code = exitFailed
		}
	}()
	c.out, c.jobs = &destination{to: c.out}, &tty.Jobs{}
	root := rootCommand(c)
	root.SetArgs(args)
	root.SetIn(c.in)
	root.SetOut(c.out)
	root.SetErr(c.err)
	refuseUnknownShells(root)
	refuseUnknownTopics(root)
	cmd, err := root, checkUTF8(args)
	if err == nil {
		cmd, err = root.ExecuteContextC(ctx)
	}
	var said exit
	var sig SignalError
	if _, ok := errors.AsType[*workdir.OwnerError](err); ok { // which is no wrong usage
		err = c.fail(err)
	}
	switch {
	case c.outputError() != nil:
		return c.reportOutputError(commandName(cmd))
	case err == nil:
		return exitDone
	case errors.As(err, &said):
		return int(said)
	case errors.As(err, &sig): // while something was read, before anything was done
		return exitSignal + int(sig.Signal)
	case errors.Is(err, context.Canceled):
		return exitSignal + int(syscall.SIGINT)
	}
	_, _ = fmt.Fprintf(c.err, "credwiz: %s\nRun %s --help for usage.\n",
		c.redactor.Redact(redact.Printable(err.Error())), cmd.CommandPath())
	return exitUsage
}

// commandName returns the command's name, or "" if it only printed help or a plan.
func commandName(cmd *cobra.Command) string {
	if cmd.Flags().Changed("help") || cmd.Flags().Changed("version") || cmd.Flags().Changed("dry-run") {
		return ""
	}
	return cmd.Name()
}

func rootCommand(c console) *cobra.Command {
	root := c.wizardCommand()
	root.SilenceErrors = true
	root.SilenceUsage = true
	root.SuggestionsMinimumDistance = 2
	root.SetFlagErrorFunc(flagError)
	root.AddCommand(c.tokenCommand(), c.inspectCommand(), c.statusCommand(), c.codeCommand(), c.cleanCommand(), c.sandboxCommand(), c.serveCommand())
	for _, cmd := range append(root.Commands(), root) {
		cmd.Flags().SortFlags = false // the help has them as they are written here
	}
	registerCompletions(root, completions())
	setHelp(root)
	return root
}

// refuseUnknownTopics makes credwiz help fail for an unknown topic; Cobra's own shows the root help and exits with 0.
func refuseUnknownTopics(root *cobra.Command) {
	root.InitDefaultHelpCmd()
	help, _, _ := root.Find([]string{"help"})
	help.Run, help.RunE = nil, func(_ *cobra.Command, args []string) error {
		about, rest, err := root.Find(args)
		if err == nil && len(rest) == 0 {
			about.InitDefaultHelpFlag()
			return about.Help()
		}
		topic := strings.Join(args, " ")
		if meant := nearestCommand(root, args[0]); meant != "" && len(args) == 1 {
			return fmt.Errorf("no help for %q: did you mean credwiz help %s?", topic, meant)
		}
		return fmt.Errorf("no help for %q", topic)
	}
}

// nearestCommand returns the suggestion of Cobra's that takes the fewest edits, or "". Cobra sorts them by name.
func nearestCommand(root *cobra.Command, typed string) string {
	all := root.SuggestionsFor(typed)
	if len(all) == 0 {
		return ""
	}
	return slices.MinFunc(all, func(a, b string) int { return cmp.Compare(edits(typed, a), edits(typed, b)) })
}

// edits counts the letters to add, drop or change to turn one word into another.
func edits(from, to string) int {
	row := make([]int, len(to)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(from) {
		before := row[0] // of the row above
		row[0] = i + 1
		for j := range len(to) {
			changed := before
			if from[i] != to[j] {
				changed++
			}
			before = row[j+1]
			row[j+1] = min(changed, row[j]+1, before+1)
		}
	}
	return row[len(to)]
}

func noArguments(cmd *cobra.Command, args []string) error {
	switch {
	case len(args) == 0:
		return nil
	case cmd.HasParent():
		return fmt.Errorf("%s takes no arguments, but got %q", cmd.CommandPath(), args[0])
	}
	if meant := nearestCommand(cmd, args[0]); meant != "" {
		return fmt.Errorf("unknown command %q: did you mean credwiz %s?", args[0], meant)
	}
	if cmd.Flags().Lookup(args[0]) != nil {
		return fmt.Errorf("unknown command %q: did you mean credwiz --%s?", args[0], args[0])
	}
	return fmt.Errorf("unknown command %q", args[0])
}

// flagError rewords pflag's errors about durations, and says which flag was meant.
func flagError(cmd *cobra.Command, err error) error {
	if unknown, ok := errors.AsType[*pflag.NotExistError](err); ok && unknown.GetSpecifiedShortnames() == "" {
		return unknownFlag(cmd, unknown.GetSpecifiedName(), err)
	}
	invalid, ok := errors.AsType[*pflag.InvalidValueError](err)
	if !ok || invalid.GetFlag().Value.Type() != "duration" {
		return err
	}
	flag, value := invalid.GetFlag().Name, invalid.GetValue()
	if _, err := strconv.Atoi(value); err == nil {
		return fmt.Errorf("--%s: %s has no unit: use %sms or %ss", flag, value, value, value)
	}
	return fmt.Errorf("--%s: %q isn't a duration, such as 500ms or 2s", flag, value)
}

func unknownFlag(cmd *cobra.Command, name string, err error) error {
	if name == "api-secret" && cmd.Flags().Lookup("api-secret-stdin") != nil {
		return fmt.Errorf("%w: other processes can read flags, so set VONAGE_API_SECRET, or use --api-secret-stdin", err)
	}
	nearest, least := "", 3
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if n := edits(name, f.Name); n < least && !f.Hidden {
			nearest, least = f.Name, n
		}
	})
	if nearest == "" {
		return err
	}
	return fmt.Errorf("%w: did you mean --%s?", err, nearest)
}

// Tree returns all commands and flags, to generate documentation from.
func Tree() *cobra.Command { return rootCommand(console{}) }
