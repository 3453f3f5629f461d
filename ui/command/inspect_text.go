package command

import (
	"credwiz/steps/inspect"
	"credwiz/ui/style"
)

func explanation(i inspect.Inspection, look style.Look) string {
	p := style.NewPage(look)
	problems := i.Problems
	switch i.State {
	case inspect.Works:
		p.Line(style.MarkDone, i.Verdict)
	case inspect.Unproven:
		p.Line(style.MarkWarned, i.Verdict)
	case inspect.Rejected, inspect.NoToken:
		p.Line(style.MarkFailed, problems[0].What)
		p.Fix(style.MarkWidth, problems[0].Do, problems[0].Command)
		problems = problems[1:]
	}
	for _, problem := range problems {
		mark := style.MarkWarned
		if problem.Refused {
			mark = style.MarkFailed
		}
		p.Gap()
		p.Line(mark, problem.What)
		p.Fix(style.MarkWidth, problem.Do, problem.Command)
	}
	p.Gap()
	p.Fact("Read from", i.Source)
	if i.State == inspect.NoToken {
		return p.String()
	}
	switch i.Signature.State {
	case inspect.Verified:
		p.Item(style.MarkDone, "Signature", "matches "+i.Signature.With)
	case inspect.Mismatched:
		p.Item(style.MarkFailed, "Signature", "doesn't match "+i.Signature.With)
	case inspect.NotChecked:
		p.Item(style.MarkWarned, "Signature", "not checked: "+i.Signature.Why)
	}
	for _, f := range i.Facts {
		p.Fact(f.Label, f.Value)
	}
	return p.String()
}
