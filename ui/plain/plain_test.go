package plain

import (
	"bufio"
	"strings"
	"testing"

	"credwiz/steps"
	"credwiz/steps/answer"
	"credwiz/ui/style"
)

func TestLineByLineAnAnswerIsOneOfTheChoices(t *testing.T) {
	account := answer.Field{Key: answer.Account, Label: "Account", Suggestion: "vonage", Choices: []answer.Choice{
		{Value: "vonage", Label: "my Vonage account"}, {Value: "sandbox", Label: "the practice sandbox"},
	}}
	searched := account
	searched.Search = true
	other := account
	other.Other = "another one"
	renewing := account
	renewing.Suggestion = "renew" // from outside
	for name, test := range map[string]struct {
		field   answer.Field
		lines   string
		want    string
		refused int
	}{
		"a number":                         {account, "2\n", "sandbox", 0},
		"a number that is no choice's":     {account, "3\n0\n2\n", "sandbox", 2},
		"a word that is no choice":         {account, "practice\n\n", "vonage", 1},
		"the answer itself":                {account, " sandbox \n", "sandbox", 0},
		"nothing":                          {account, "\n", "vonage", 0},
		"nothing, where it is no choice":   {renewing, "\n", "renew", 0},
		"a number among what is looked up": {searched, "9\n2\n", "sandbox", 1},
		"what is typed in its own place":   {other, "9\n", "9", 0},
	} {
		t.Run(name, func(t *testing.T) {
			var said strings.Builder
			got, err := Ask(t.Context(), Input{Lines: bufio.NewReader(strings.NewReader(test.lines))}, &said, test.field, style.Look{})
			if err != nil || got != test.want {
				t.Errorf("got %q, %v\n%s", got, err, &said)
			}
			if n := strings.Count(said.String(), "Not accepted: this needs a number from 1 to 2."); n != test.refused {
				t.Errorf("%d were refused\n%s", n, &said)
			}
		})
	}
}

func TestLineByLineAnOldAnswerIsNotSuggestedWhereItIsNoChoice(t *testing.T) {
	step := steps.Step{
		Fields: func(steps.Env, steps.Session, answer.Answers) []answer.Field {
			return []answer.Field{{Key: "colour", Label: "Colour", Suggestion: "green", Choices: []answer.Choice{{Value: "green", Label: "green"}}}}
		},
		Plan: func(steps.Env, steps.Session, answer.Answers) string { return "" },
	}
	var said strings.Builder
	p := plain{input: Input{Lines: bufio.NewReader(strings.NewReader("\n"))}, out: &said}
	a, err := p.askFields(t.Context(), step, steps.Session{}, nil, answer.Answers{"colour": "blue"})
	if err != nil || a["colour"] != "green" {
		t.Errorf("got %v, %v\n%s", a["colour"], err, &said)
	}
}
