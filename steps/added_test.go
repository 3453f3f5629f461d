package steps_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"credwiz/steps"
	"credwiz/steps/advice"
	"credwiz/steps/answer"
	"credwiz/steps/task"
)

// Adding a step takes one file. This adds one as the page on the architecture describes.
func TestAnAddedStepAsksCallsAndShows(t *testing.T) {
	r := newRun(t).does("connect", "application", "user")
	r.answer(answer.User, "bob")
	r.does("user")
	step := steps.AddedStep()

	for _, test := range []struct {
		typed string
		want  []string
	}{{"", []string{"alice", "bob"}}, {" al ", []string{"alice"}}, {"x", nil}} {
		field := step.Fields(r.env, r.session, r.answers)[0]
		answer := must(field.Answer(test.typed))
		r.events = nil
		after, err := step.Run(t.Context(), r.env, r.session, r.answers.With(field.Key, answer),
			func(e task.Event) { r.events = append(r.events, e) })
		noError(t, err)
		r.checkEvents()
		wantAll(t, r.told(), "list the users: 200 OK")
		var users []string
		for _, f := range step.Show(r.env, after) {
			users = append(users, f.Value)
		}
		equal(t, "who begins with "+test.typed, strings.Join(users, " "), strings.Join(test.want, " "))
	}
}

func TestAnAddedStepFailsWithAdvice(t *testing.T) {
	r := newRun(t).does("connect", "application", "user")
	r.account.on("GET /v1/users", dropped)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := steps.AddedStep().Run(ctx, r.env, r.session, r.answers, func(task.Event) {})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("when it is stopped, the error is %v", err)
	}
	_, err = steps.AddedStep().Run(t.Context(), r.env, r.session, r.answers, func(task.Event) {})
	if advice1 := advice.For(err); err == nil || advice1.Do == "" || advice1.Kind != advice.Remote {
		t.Errorf("%v: %+v", err, advice1)
	}
}
