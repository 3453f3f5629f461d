package steps

import (
	"context"
	"log/slog"
	"maps"
	"math/rand/v2"
	"time"

	"credwiz/client"
	"credwiz/client/redact"
	"credwiz/steps/answer"
	"credwiz/steps/task"
	"credwiz/steps/workdir"
)

// Env is what the steps need of the world; everything in it can be replaced in a test.
type Env struct {
	// Demo tells that there is only the practice sandbox, and no question about it.
	Demo bool
	// Host is the account's API as screens name it.
	Host string
	// HostFrom is where that comes from.
	HostFrom task.HostOrigin
	// Account is the account's API, to get ready for it before it is opened. It may be nil.
	Account *client.Client
	// Open returns the account's place, or the practice sandbox's. It is called at most once for each.
	Open func(practice bool) (workdir.Place, error)
	// SandboxPair is the one pair that the sandbox knows.
	SandboxPair client.Credentials
	// Known are answers from flags, the environment, a profile and files. They are shown before they are used.
	Known map[string]answer.Known
	// Secrets are API secrets that came with an API key, by that key: each is suggested beside its own key alone. One
	// that came by itself is in Known.
	Secrets map[string]answer.Known
	// Notes say what was found in files and left out. Front ends that ask show them before the first question.
	Notes []string
	Now   func() time.Time
	NewID func() string // a UUID v4
	// Wait passes the time before a call is made again, or returns the context's error if that ends first; nil waits by
	// the real clock.
	Wait func(context.Context, time.Duration) error
	// Random gives numbers from 0 up to 1, by which waits differ; nil takes those of the system.
	Random func() float64
	Keys   *KeySource
	// Roster are the users to create, if they are several that were named beforehand; then nobody is asked for one.
	Roster []client.NewUser
	// Out is the folder for a .env of each user of a roster. If it is empty, that is a folder in the run's own, or none if
	// the tokens are Printed all the same.
	Out     string
	Printed bool
	Unasked string // why no questions are asked: "standard error is not a terminal"
	// Mask is for presenters: of the API key and the tokens, nothing is shown but the last four characters.
	Mask bool
	// Pause is how long each result stands before the next piece of work begins, for an audience; front ends keep it.
	Pause time.Duration
	// Brief tells that a screen keeps what is told: of the users of a roster who could not be made, the first have a line each
	// and the others are counted. Else each has one.
	Brief bool
	// NoLogin leaves out the proof of the token: logging in with it once.
	NoLogin bool
	// Earlier is a run in the same folder that was left before its end; nil if there is none.
	Earlier *Earlier
	// Log gets what the steps do, for those who look for a fault. Nil is none.
	Log *slog.Logger
	// Redactor is told of each secret as it becomes known. It may be nil.
	Redactor *redact.Redactor
}

// given reports whether somebody gave the answer for this run, rather than that it was found somewhere.
func (e Env) given(key string) bool {
	known, ok := e.Known[key]
	return ok && !known.Suggested
}

// withoutSuggestions is the environment without what was only found.
func (e Env) withoutSuggestions() Env {
	found := func(_ string, k answer.Known) bool { return k.Suggested }
	e.Known, e.Secrets = maps.Clone(e.Known), maps.Clone(e.Secrets)
	maps.DeleteFunc(e.Known, found)
	maps.DeleteFunc(e.Secrets, found)
	return e
}

// Where names the API that the answers go to: the practice sandbox, or the host's name. Screens always show it.
func Where(env Env, s Session, a answer.Answers) string {
	switch {
	case usesSandbox(env, a) || s.Place.Sandbox:
		return "practice sandbox"
	case s.Place.API != nil:
		return redact.Printable(s.Place.API.Host().Host)
	}
	return redact.Printable(env.Host)
}

// Shown is a value that presenters hide.
func (e Env) Shown(value string) string {
	if e.Mask {
		return redact.LastFour(value)
	}
	return value
}

// NewRunner makes the calls of a step at a place.
func NewRunner(env Env, place workdir.Place, report task.Report) task.Runner {
	w := task.Runner{API: place.API, Report: report, Now: env.Now, Wait: env.Wait, Random: env.Random, Skew: new(time.Duration)}
	if w.Wait == nil {
		w.Wait = task.Wait
	}
	if w.Random == nil {
		w.Random = rand.Float64
	}
	return w
}
