// Package command is the command line: what each command and flag means, and which front end performs it.
package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"credwiz/client"
	"credwiz/ui"

	"github.com/spf13/cobra"
)

// console is where the program runs: its streams, and whether a person is there.
type console struct {
	in       *os.File
	out, err io.Writer
	now      func() time.Time
	redactor *client.Redactor // what is said to err passes it
}

// exit is the code that a command ends with, once it has said everything itself.
type exit int

func (e exit) Error() string { return "exit code " + strconv.Itoa(int(e)) }

// Run performs one command line and returns the exit code. Standard output gets results only; everything else goes to
// errs. When ctx ends, what exists is told; its cause should be a SignalError.
func Run(ctx context.Context, args []string, in *os.File, out, errs io.Writer) int {
	return console{in: in, out: out, err: errs, now: time.Now, redactor: &client.Redactor{}}.run(ctx, args)
}

func (c console) run(ctx context.Context, args []string) (code int) {
	defer func() {
		if r := recover(); r != nil {
			_ = c.fail(ui.Fault(r), false, false)
			code = exitFailed
		}
	}()
	root := rootCommand(c)
	root.SetArgs(args)
	root.SetIn(c.in)
	root.SetOut(c.out)
	root.SetErr(c.err)
	err := root.ExecuteContext(ctx)
	var said exit
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, &said):
		return int(said)
	}
	_, _ = fmt.Fprintf(c.err, "credwiz: %s\nRun credwiz --help to see what there is.\n",
		c.redactor.Redact(client.Printable(err.Error())))
	return exitUsage
}

func rootCommand(c console) *cobra.Command {
	root := c.wizardCommand()
	// No template of our own: one would link text/template, whose reflection keeps every method of every type in the
	// program, a fifth of its size.
	root.Version = version()
	root.SilenceErrors = true
	root.SilenceUsage = true
	root.AddCommand(c.inspectCommand(), c.sandboxCommand())
	return root
}

// version is the module's version, if it was installed as one.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" || info.Main.Version == "(devel)" {
		return "development (" + runtime.Version() + ")"
	}
	return info.Main.Version + " (" + runtime.Version() + ")"
}

// userAgent is of the form that Vonage's libraries have.
func userAgent() string {
	number, _, _ := strings.Cut(version(), " ")
	return "credwiz/" + number + " " + strings.Replace(runtime.Version(), "go", "go/", 1)
}
