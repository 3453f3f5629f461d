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

// Env is everything outside that the steps need; tests replace it.
type Env struct {
	Demo     bool   // there is only the sandbox
	Host     string // the account's API as screens name it
	HostFrom task.HostOrigin
	Folder   string // where files go, as screens name it; empty if that is decided later
	// FolderWarning says why Folder is an odd choice, or what is missing in it. May be empty.
	FolderWarning string
	// Account is the account's API, to warm up before it is opened. May be nil.
	Account *client.Client
	// Open returns the account's place or the sandbox's. It is called at most once for each.
	Open        func(practice bool) (workdir.Place, error)
	SandboxPair client.Credentials // the one pair that the sandbox knows
	// Known are answers from flags, the environment, a profile and files. They are shown before use.
	Known map[string]answer.Known
	// Secrets are suggested API secrets by API key. One without a key is in Known.
	Secrets map[string]answer.Known
	// Notes say what was ignored in files. Front ends show them before the first question.
	Notes []string
	Now   func() time.Time
	NewID func() string // a UUID v4
	// Wait waits before a retry; nil is the real clock.
	Wait func(context.Context, time.Duration) error
	// Random varies the waits, from 0 up to 1; nil is the system's.
	Random func() float64
	Keys   *KeySource
	Roster []client.NewUser // several users from a flag; then none is asked for
	// UsersFrom is the file of the Roster as the user named it, to name it again; empty if it is from other flags.
	UsersFrom string
	// Out is the folder for a .env of each user of a roster. If empty, it is a folder in the run's own, or none if
	// the tokens are Printed.
	Out     string
	Printed bool
	// Yes accepts every suggestion without asking.
	Yes bool
	// NoToken leaves tokens out of the receipt, which stays in a terminal's scrollback.
	NoToken bool
	// Temporary marks a sandbox whose folder goes when the run ends.
	Temporary bool
	// Step waits for Enter after each step, for presentations.
	Step    bool
	Unasked string // why no questions are asked: "standard error is not a terminal"
	// Mask hides the API key and tokens up to their last four characters, for presentations.
	Mask  bool
	Pause time.Duration // how long a front end shows each result, for an audience; PresenterPause unless told
	// Brief is for screens: it limits the reported failures of a roster, and advice names keys instead of flags.
	Brief bool
	// NoLogin skips the test login.
	NoLogin bool
	Earlier *Earlier // an unfinished run in the folder; may be nil
	// Log gets what the steps do; may be nil.
	Log *slog.Logger
	// Redactor learns each secret as it becomes known; may be nil.
	Redactor *redact.Redactor
}

func (e Env) given(key string) bool {
	known, ok := e.Known[key]
	return ok && !known.Suggested
}

func (e Env) withoutSuggestions() Env {
	found := func(_ string, k answer.Known) bool { return k.Suggested }
	e.Known, e.Secrets = maps.Clone(e.Known), maps.Clone(e.Secrets)
	maps.DeleteFunc(e.Known, found)
	maps.DeleteFunc(e.Secrets, found)
	return e
}

// Where names the API that gets the answers. Screens always show it.
func Where(env Env, s Session, a answer.Answers) string {
	switch {
	case usesSandbox(env, a) || s.Place.Sandbox:
		return "practice sandbox"
	case s.Place.API != nil:
		return redact.Printable(s.Place.API.Host().Host)
	}
	return redact.Printable(env.Host)
}

// Shown masks a value for presentations.
func (e Env) Shown(value string) string {
	if e.Mask {
		return redact.LastFour(value)
	}
	return value
}

// NewRunner returns the runner of a step at a place.
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
