package plain

import (
	"bufio"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"credwiz/client"
	"credwiz/client/redact"
	"credwiz/client/sandbox"
	"credwiz/steps"
	"credwiz/steps/answer"
	"credwiz/steps/workdir"
	"credwiz/ui/style"
	"credwiz/ui/tty"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestLineByLineAnAnswerIsOneOfTheChoices(t *testing.T) {
	account := answer.Field{Key: answer.Account, Label: "Account", Suggestion: "vonage", Choices: []answer.Choice{
		{Value: "vonage", Label: "my Vonage account"}, {Value: "sandbox", Label: "the practice sandbox"},
	}}
	searched := account
	searched.Search = true
	other := account
	other.Other = "another one"
	yesNo := answer.Field{Key: answer.Add, Label: "It has no rtc", Suggestion: answer.Yes, Choices: []answer.Choice{
		{Value: answer.Yes, Label: "add rtc"}, {Value: answer.No, Label: "leave it unchanged"},
	}}
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
		"yes or no":                        {yesNo, "N\n", answer.No, 0},
		"yes or no, but neither":           {yesNo, "maybe\nyes\n", answer.Yes, 1},
	} {
		t.Run(name, func(t *testing.T) {
			var said strings.Builder
			got, err := Ask(t.Context(), Input{Lines: bufio.NewReader(strings.NewReader(test.lines))}, &said, test.field, style.Look{NoColor: true})
			if err != nil || got != test.want {
				t.Errorf("got %q, %v\n%s", got, err, &said)
			}
			if !strings.HasPrefix(said.String(), test.field.Label+":\n  1  ") || !strings.Contains(said.String(), "\nChoice [") {
				t.Errorf("the choices are not between the question and the prompt:\n%s", &said)
			}
			if n := strings.Count(said.String(), "✗ Enter a number from 1 to 2."); n != test.refused {
				t.Errorf("%d were refused\n%s", n, &said)
			}
		})
	}
}

func TestPlainModeSuggestsAnOldAnswerOnlyIfItIsAChoice(t *testing.T) {
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

func TestLineByLineAQuestionOfYesOrNoTakesBothWaysOfSayingIt(t *testing.T) {
	for line, want := range map[string]string{
		"y": answer.Yes, "yes": answer.Yes, " YES ": answer.Yes, "Y": answer.Yes, "n": answer.No, "No": answer.No, "": answer.No, "1\nmaybe\ny": answer.Yes,
	} {
		t.Run(line, func(t *testing.T) {
			t.Attr("fault", "field-C10")
			var said strings.Builder
			field := answer.Field{Key: "clean", Label: "Delete these 3 items?", Suggestion: answer.No, YesNo: true}
			got, err := Ask(t.Context(), Input{Lines: bufio.NewReader(strings.NewReader(line + "\n"))}, &said, field, style.Look{NoColor: true})
			if err != nil || got != want {
				t.Errorf("got %q, %v", got, err)
			}
			if !strings.HasPrefix(said.String(), "Delete these 3 items? [y/N] ") {
				t.Errorf("it asks %q", said.String())
			}
			if strings.Count(said.String(), "✗ Enter y or n.") != strings.Count(line, "\n") {
				t.Errorf("it says %q", said.String())
			}
		})
	}
}

func TestAPanicInPlainModeIsReported(t *testing.T) {
	t.Attr("fault", "T3")
	env := newTraveler(t).env(false)
	env.Open = func(bool) (workdir.Place, error) { panic("the secret is " + sandbox.DefaultAPISecret) }
	var said strings.Builder
	_, err := Run(t.Context(), Input{}, &said, env, style.Look{NoColor: true})
	var fault *tty.FaultError
	if !errors.As(err, &fault) || strings.Contains(err.Error()+said.String(), sandbox.DefaultAPISecret) {
		t.Errorf("it ended with %v, and said\n%s", err, &said)
	}
}

func TestLineByLineAnotherKeyIsAskedForItsOwnSecret(t *testing.T) {
	t.Attr("fault", "field-C15")
	v := newTraveler(t)
	said := v.answers(v.asking(), style.Look{NoColor: true}, "mine1234", "", "", "my-secret", "", "abcd1234")
	if n := strings.Count(said, "✗ Required."); n != 2 {
		t.Errorf("the secret was asked for %d times more, want 2\n%s", n, said)
	}
	if n := strings.Count(said, "[hidden]"); n != 1 {
		t.Errorf("the sandbox's secret was suggested %d times, want once, with its own key\n%s", n, said)
	}
}

func TestLineByLineNoLineIsWiderThanTheTerminal(t *testing.T) {
	t.Attr("fault", "field-C11")
	for _, columns := range []int{80, 60, 100} {
		v := newTraveler(t)
		t.Chdir(v.dir)
		v.dir = "." // whose paths are short
		for line := range strings.Lines(v.answers(v.asking(), style.Look{NoColor: true, Columns: columns})) {
			if line = strings.TrimSuffix(line, "\n"); style.Visible(line) > columns {
				t.Errorf("%d cells of %d: %q", style.Visible(line), columns, line)
			}
		}
	}
}

func TestLineByLineNothingTypedTriesAgainOrChangesTheAnswers(t *testing.T) {
	t.Attr("fault", "field-C10")
	v := newTraveler(t)
	v.proxy.turns(toApplication, 1, func(x exchange) { x.answers(http.StatusBadRequest, "", "") })
	said := v.answers(v.asking(), style.Look{NoColor: true}, "", "", "", "5")
	if !strings.Contains(said, "Enter a number from 1 to 2 [1]: \n  ✗ Enter a number from 1 to 2.\nEnter a number") {
		t.Error(said)
	}
}

func TestLineByLineAKeyIsReplacedOnlyIfTheApplicationIsNamed(t *testing.T) {
	for name, known := range map[string]map[string]answer.Known{
		"chosen": nil, "by the flag": {answer.Key: {Value: answer.RenewKey, Source: "--renew-key"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Attr("fault", "field-A9")
			v := newTraveler(t)
			creds := client.Credentials{APIKey: sandbox.DefaultAPIKey, APISecret: redact.NewSecret(sandbox.DefaultAPISecret)}
			must(v.client(false).CreateApplication(t.Context(), creds, client.NewApplication{Name: "Lost", PublicKey: must(anotherKey()).PublicPEM()}))
			env := v.asking()
			choice := "2"
			if env.Known = known; known != nil {
				choice = "" // as it was given
			}
			said := v.answers(env, style.Look{NoColor: true}, "", "", "2", choice, "", "Kept", "", "Lost")
			for _, text := range []string{
				"! Tokens signed with the old key stop working at once.", "✗ That's not the application's name.",
				"✗ Required.", "✓ Key replaced",
				"type the application's name: “Lost” ",
			} {
				if !strings.Contains(said, text) {
					t.Errorf("%q is not said:\n%s", text, said)
				}
			}
		})
	}
}

func TestLineByLineTheNameOfAnExistingUserIsNotPlannedAsANewOne(t *testing.T) {
	v := newTraveler(t)
	v.answers(v.asking(), style.Look{NoColor: true}, "", "", "", "", "", "", "", "")
	if err := os.Remove(filepath.Join(v.dir, ".credwiz.json")); err != nil {
		t.Fatal(err)
	}
	said := v.answers(v.asking(), style.Look{NoColor: true}, "", "", "2", "1", "alice")
	if !strings.Contains(said, "already has alice. Choose it in the list, or enter another name.") || strings.Contains(said, "or uses it") {
		t.Error(said)
	}
}

func TestWithoutQuestionsTheKeyOfAnotherApplicationIsNamed(t *testing.T) {
	v := newTraveler(t)
	v.answers(v.asking(), style.Look{NoColor: true})
	if err := os.WriteFile(filepath.Join(v.dir, "private.key"), []byte(must(must(anotherKey()).PEM()).Reveal()), 0o600); err != nil {
		t.Fatal(err)
	}
	var said strings.Builder
	env := v.asking()
	env.Demo, env.Yes = true, true
	_, err := Run(t.Context(), Input{}, &said, env, style.Look{NoColor: true})
	if _, ok := errors.AsType[*steps.MismatchError](err); !ok {
		t.Errorf("got %v\n%s", err, &said)
	}
}
