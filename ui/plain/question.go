package plain

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"unicode/utf8"

	"credwiz/client/redact"
	"credwiz/steps"
	"credwiz/steps/answer"
	"credwiz/steps/words"
	"credwiz/ui/style"
)

// askFields looks the fields up after each answer, because they may depend on it. It suggests the answers of an
// earlier try.
func (p plain) askFields(ctx context.Context, step steps.Step, s steps.Session, a, earlier answer.Answers) (answer.Answers, error) {
	asked := map[string]bool{}
	for {
		fields := step.Fields(p.env, s, a)
		open := slices.IndexFunc(fields, func(f answer.Field) bool { return !asked[f.Key] })
		if open < 0 {
			if plan := step.Plan(p.env, s, a); plan != "" {
				p.say("%s", plan)
			}
			return a, nil
		}
		field := fields[open]
		asked[field.Key] = true
		if field.Aside {
			value, err := field.Answer("")
			if err != nil {
				return a, err
			}
			p.say("%s: %s (change it with %s).", redact.Printable(field.Label), cmp.Or(redact.Printable(value), "none"), field.Flag)
			a = a.With(field.Key, value)
			continue
		}
		if answer := earlier[field.Key]; answer != "" && isChoice(field, answer) {
			field.Suggestion, field.Source = answer, "your last answer"
		}
		value, err := p.askField(ctx, field)
		if err != nil {
			return a, err
		}
		if field.Pair != "" && value != earlier[field.Key] && earlier != nil {
			earlier = earlier.With(field.Pair, "")
		}
		a = a.With(field.Key, value)
	}
}

func (p plain) askField(ctx context.Context, f answer.Field) (string, error) {
	for {
		line, err := p.ask(ctx, f)
		if err != nil {
			return "", err
		}
		if !utf8.ValidString(line) {
			p.say("  Not accepted: not UTF-8. Use a terminal in UTF-8.")
			continue
		}
		if f.Search && p.readMatches(f, line) {
			continue
		}
		typed := p.choice(f, line)
		value, err := f.Answer(typed)
		if !isChoice(f, typed) {
			err = fmt.Errorf("enter a number from 1 to %d", len(f.Choices))
		}
		if f.Secret && line != "" {
			p.say("  %s.", style.Characters(utf8.RuneCountInString(value)))
		}
		if err == nil {
			if f.Note != nil {
				if note := f.Note(value); note != "" {
					p.say("  %s", redact.Printable(note))
				}
			}
			return value, nil
		}
		p.say("  Not accepted: %s.", redact.Printable(err.Error()))
	}
}

// maxRead is how many choices are read out at a time.
const maxRead = 12

func (p plain) printPrompt(f answer.Field) {
	for i, c := range f.Choices[:min(len(f.Choices), maxRead)] {
		p.printChoice(i, c)
	}
	if more := len(f.Choices) - maxRead; more > 0 {
		p.say("  %d more: type part of the name to find them.", more)
	}
	if f.Other != "" {
		p.say("  Or %s.", words.LowerFirst(f.Other))
	}
	if f.Warning != "" {
		p.say("  Warning: %s", f.Warning)
	}
	if f.YesNo {
		p.print("%s %s ", redact.Printable(f.Label), map[string]string{answer.Yes: "[Y/n]", answer.No: "[y/N]"}[f.Suggestion])
		return
	}
	label := f.Label
	if f.Hint != "" {
		label += ", " + f.Hint
	}
	p.print("%s%s: ", redact.Printable(label), p.suggestion(f))
}

func (p plain) ask(ctx context.Context, f answer.Field) (string, error) {
	return p.readLine(ctx, f, func() { p.printPrompt(f) })
}

func (p plain) printChoice(i int, c answer.Choice) {
	line := fmt.Sprintf("  %d: %s", i+1, c.Label)
	if c.Note != "" {
		line += ", " + c.Note
	}
	p.say("%s", line)
}

func (p plain) suggestion(f answer.Field) string {
	switch {
	case f.Suggestion == "" && f.Optional:
		return " [none]"
	case f.Suggestion == "":
		return ""
	}
	shown := redact.Printable(f.Suggestion)
	for i, c := range f.Choices {
		if c.Value == f.Suggestion {
			shown = strconv.Itoa(i + 1)
		}
	}
	if f.Secret {
		shown = "hidden"
	}
	if f.Source != "" {
		shown += ", " + redact.Printable(f.Source)
	}
	return " [" + shown + "]"
}

// readMatches prints the choices that match a part of a name, and reports whether it did. A number is an answer.
func (p plain) readMatches(f answer.Field, line string) bool {
	text := answer.CleanLine(line)
	if _, err := strconv.Atoi(text); err == nil || text == "" {
		return false
	}
	finds := style.Finder(text)
	found := 0
	for i, c := range f.Choices {
		if !finds(c.Label, c.Note, c.Value) {
			continue
		}
		if found++; found <= maxRead {
			p.printChoice(i, c)
		}
	}
	if found == 0 {
		p.say("  Nothing matches.")
	}
	if more := found - maxRead; more > 0 {
		p.say("  %d more: type more of the name.", more)
	}
	return true
}

// isChoice reports whether typed is empty, among the offered choices, or free to choose.
func isChoice(f answer.Field, typed string) bool {
	typed = answer.CleanLine(typed)
	return typed == "" || f.Choices == nil || f.Other != "" ||
		slices.ContainsFunc(f.Choices, func(c answer.Choice) bool { return c.Value == typed })
}

func (p plain) choice(f answer.Field, line string) string {
	n, err := strconv.Atoi(answer.CleanLine(line))
	if f.Choices == nil || err != nil || n < 1 || n > len(f.Choices) {
		return line
	}
	return f.Choices[n-1].Value
}
