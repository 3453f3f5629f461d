package plain

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
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
				p.say("  %s", plan)
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
			p.printFact(redact.Printable(field.Label), cmp.Or(redact.Printable(value), "none")+" (change it with "+field.Flag+")")
			a = a.With(field.Key, value)
			continue
		}
		if answer := earlier[field.Key]; answer != "" && isChoice(field, answer) {
			field.Suggestion, field.Source = answer, "your last answer"
		}
		if given := a[field.Key]; p.env.Yes && given != "" {
			field.Suggestion = given // by a flag that implies it
		}
		if p.env.Yes && unanswered(field) {
			answered := func(f answer.Field) bool { return !unanswered(f) }
			return a, &answer.MissingAnswersError{Fields: slices.DeleteFunc(slices.Clone(fields[open:]), answered), Why: p.env.Unasked}
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
	if p.env.Yes {
		return p.takeSuggestion(f)
	}
	for {
		line, err := p.readLine(ctx, f, func() { p.printPrompt(f) })
		if err != nil {
			return "", err
		}
		if !utf8.ValidString(line) {
			p.say("  ✗ Not UTF-8. Use a terminal in UTF-8.")
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
		p.say("  ✗ %s.", style.Sentence(redact.Printable(err.Error())))
	}
}

// unanswered reports whether env.Yes cannot answer a field: it suggests nothing, as where something would be replaced.
func unanswered(f answer.Field) bool { return f.Suggestion == "" && !f.Optional }

func (p plain) takeSuggestion(f answer.Field) (string, error) {
	value, err := f.Answer("")
	if err != nil {
		return "", &answer.InvalidAnswerError{Field: f, Err: err}
	}
	if value != "" {
		shown := p.suggested(f)
		if f.Source != "" {
			shown += " (" + redact.Printable(f.Source) + ")"
		}
		p.printFact(redact.Printable(f.Label), shown)
	}
	return value, nil
}

// maxRead is how many choices are read out at a time.
const maxRead = 12

func (p plain) printPrompt(f answer.Field) {
	label, colon := redact.Printable(f.Label), ":"
	if strings.Contains(label, colon) {
		colon = "" // it has its own
	}
	if len(f.Choices) > 0 {
		p.say("%s%s", label, colon)
		label, colon = "Choice", ":"
	}
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
		p.say("  ! %s", f.Warning)
	}
	if f.YesNo {
		p.print("%s %s ", redact.Printable(f.Label), map[string]string{answer.Yes: "[Y/n]", answer.No: "[y/N]"}[f.Suggestion])
		return
	}
	var about []string
	if f.Hint != "" && !f.Settled { // which says how to get here
		about = append(about, style.Sentence(redact.Printable(f.Hint))+".")
	}
	if f.Source != "" && f.Suggestion != "" {
		about = append(about, "Suggestion: "+redact.Printable(f.Source)+".")
	}
	if len(about) > 0 {
		p.say("  %s", strings.Join(about, " "))
	}
	p.print("%s%s%s ", label, p.suggestion(f), colon)
}

func (p plain) printChoice(i int, c answer.Choice) {
	line := fmt.Sprintf("  %d  %s", i+1, c.Label)
	if c.Note != "" {
		line += " · " + c.Note
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
	return " [" + p.suggested(f) + "]"
}

// suggested is the suggestion as people see it.
func (plain) suggested(f answer.Field) string {
	if f.Secret {
		return "hidden"
	}
	for _, c := range f.Choices {
		if c.Value == f.Suggestion {
			return redact.Printable(c.Label)
		}
	}
	return redact.Printable(f.Suggestion)
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
	if yesNo := (answer.Field{YesNo: true}).Cleaned(line); f.Choices != nil && isChoice(f, yesNo) && f.Other == "" {
		return yesNo
	}
	n, err := strconv.Atoi(answer.CleanLine(line))
	if f.Choices == nil || err != nil || n < 1 || n > len(f.Choices) {
		return line
	}
	return f.Choices[n-1].Value
}
