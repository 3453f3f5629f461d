package command

import (
	"io"

	"credwiz/steps/workdir"
)

// destination is standard output. It keeps its first error for the end, so that commands don't have to check every print.
type destination struct {
	to  io.Writer
	err error
}

func (o *destination) Write(text []byte) (int, error) {
	if o.err == nil {
		_, o.err = o.to.Write(text)
	}
	return len(text), nil
}

// print prints a result as JSON or as text.
func (c console) print(asJSON bool, value any, text string) error {
	if asJSON {
		return c.writeJSON(value)
	}
	_, err := io.WriteString(c.out, text)
	return err
}

func (c console) outputError() error {
	if o, ok := c.out.(*destination); ok {
		return o.err
	}
	return nil
}

func (c console) reportOutputError(command string) int {
	c.say("Couldn't write to standard output: " + workdir.Cause(c.outputError()).Error() + ".")
	switch command {
	case "token", "credwiz":
		c.say("Nothing was lost. To sign the tokens again, run credwiz token in the same folder.")
	case "clean":
		c.say("What was deleted is listed above. Run credwiz status to see what is left.")
	default:
		c.say("Redirect it somewhere else, and run the command again.")
	}
	return exitFailed
}
