package command

import (
	"cmp"
	"io"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"credwiz/steps/inspect"
)

func (c console) explain(i inspect.Inspection, asJSON bool) error {
	if asJSON {
		return c.writeJSON(i)
	}
	_, err := io.WriteString(c.out, explanation(i, c.width()))
	return err
}

// page is text for a person. Each fix appears once.
type page struct {
	text       strings.Builder
	width      int // 0: lines are not broken
	fixesShown map[string]bool
}

func explanation(i inspect.Inspection, width int) string {
	p := &page{width: width, fixesShown: map[string]bool{}}
	p.line(0, i.Verdict)
	problems := i.Problems
	if i.State == inspect.Rejected || i.State == inspect.NoToken {
		// The verdict has said what the first one is.
		p.fix(2, problems[0].Do, problems[0].Command)
		problems = problems[1:]
	}
	p.problemList("Also wrong", problems, true)
	p.problemList("Worth knowing", problems, false)
	p.text.WriteByte('\n')
	p.fact("Read from", i.Source)
	if i.State == inspect.NoToken {
		return p.text.String()
	}
	switch i.Signature.State {
	case inspect.Verified:
		p.fact("Signature", "fits "+i.Signature.With)
	case inspect.Mismatched:
		p.fact("Signature", "does not fit "+i.Signature.With)
	case inspect.NotChecked:
		p.fact("Signature", "not checked: "+i.Signature.Why)
	}
	for _, f := range i.Facts {
		p.fact(f.Label, f.Value)
	}
	return p.text.String()
}

func (p *page) problemList(title string, all []inspect.Problem, refused bool) {
	for _, problem := range all {
		if problem.Refused != refused {
			continue
		}
		if title != "" {
			p.line(0, "\n"+title)
			title = ""
		}
		p.line(2, problem.What)
		p.fix(4, problem.Do, problem.Command)
	}
}

func (p *page) fix(indent int, do, command string) {
	key := cmp.Or(command, do)
	if p.fixesShown[key] {
		return
	}
	p.fixesShown[key] = true
	p.line(indent, do)
	if command != "" {
		// Not broken: it is to be copied.
		p.text.WriteString(strings.Repeat(" ", indent+2) + command + "\n")
	}
}

func (p *page) fact(label, value string) {
	const column = 14
	p.wrapped(label+strings.Repeat(" ", max(column-ansi.StringWidth(label), 1)), column, value)
}

func (p *page) line(indent int, text string) { p.wrapped(strings.Repeat(" ", indent), indent, text) }

// wrapped breaks text between words and aligns its lines at column.
func (p *page) wrapped(begin string, column int, text string) {
	if p.width > column {
		text = strings.ReplaceAll(ansi.Wrap(text, p.width-column, ""), "\n", "\n"+strings.Repeat(" ", column))
	}
	p.text.WriteString(begin + text + "\n")
}
