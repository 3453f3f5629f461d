package steps_test

import (
	"testing"

	"credwiz/client"
	"credwiz/steps"
	"credwiz/steps/answer"
	"credwiz/steps/workdir"
)

func TestWhereTheAnswersGoIsAlwaysNamed(t *testing.T) {
	t.Attr("fault", "N11")
	t.Parallel()
	ours := steps.Session{Place: workdir.Place{API: client.New(client.Options{})}}
	sandboxed := steps.Session{Place: workdir.Place{API: client.New(client.Options{}), Sandbox: true}}
	practice := answer.Answers{answer.Account: answer.AccountSandbox}
	equal(t, "the account's API", steps.Where(steps.Env{}, ours, nil), "api.nexmo.com")
	equal(t, "the session's place is the sandbox", steps.Where(steps.Env{}, sandboxed, nil), "practice sandbox")
	equal(t, "the answer is the sandbox", steps.Where(steps.Env{}, steps.Session{}, practice), "practice sandbox")
	equal(t, "a demo", steps.Where(steps.Env{Demo: true}, ours, nil), "practice sandbox")
	equal(t, "before the account is connected", steps.Where(steps.Env{Host: "api.nexmo.com\x1b"}, steps.Session{}, nil), `api.nexmo.com\u{1B}`)
}
