package screen

import (
	"context"
	"errors"
	"io"
	"testing"

	tea "github.com/charmbracelet/bubbletea"

	"credwiz/steps"
	"credwiz/steps/answer"
	"credwiz/steps/task"
	"credwiz/ui/style"
)

// colourStep is a step that the screens have never seen.
func colourStep() steps.Step {
	return steps.Step{
		ID: "colour", Name: "Colour", Intro: "Everything has one.",
		Verb: func(steps.Env, steps.Session, answer.Answers) string { return "paint it" },
		Sum:  func(_ steps.Env, s steps.Session) string { return "painted " + s.Application.Name },
		Fields: func(steps.Env, steps.Session, answer.Answers) []answer.Field {
			return []answer.Field{{Key: "colour", Flag: "--colour", Label: "Colour", Suggestion: "green", Check: func(text string) error {
				if text == "grey" {
					return errors.New("that is none")
				}
				return nil
			}}}
		},
		Plan: func(_ steps.Env, _ steps.Session, a answer.Answers) string { return "Paints it " + a["colour"] + "." },
		Run: func(_ context.Context, _ steps.Env, s steps.Session, a answer.Answers, report task.Report) (steps.Session, error) {
			report(task.Event{State: task.Started, Text: "mix the paint"})
			report(task.Event{State: task.Done, Text: "mix the paint", Note: a["colour"]})
			return s, nil
		},
		Show: func(_ steps.Env, s steps.Session) []steps.Fact {
			return []steps.Fact{{Label: "Painted", Value: s.Application.Name}}
		},
	}
}

// The screens perform any script: a step more needs nothing here.
func TestAnAddedStepHasItsScreens(t *testing.T) {
	d := newDesk(t)
	script := steps.Script()
	script = append(script[:2:2], append([]steps.Step{colourStep()}, script[2:]...)...)
	p := &person{T: t, desk: d, m: New(t.Context(), d.env, script, style.NewTheme(io.Discard, style.Look{}), Tools{}), messages: make(chan tea.Msg, 64)}
	p.take(sized(80, 24))
	p.connected().press("enter").wait()
	p.sees("● Colour", "Everything has one.", "✓ Application", "○ User", "green", "Paints it green.", "enter paint it")
	p.press("grey", "enter").sees("That is none")
	p.press("backspace", "backspace", "backspace", "backspace", "blue", "enter").wait()
	p.sees("✓ Colour painted My Client SDK app", "✓ Mix the paint", "● User")
	p.press("esc").sees("● Colour", "Painted My Client SDK app")
}
