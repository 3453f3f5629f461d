package steps

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"credwiz/client"
	"credwiz/client/redact"
	"credwiz/steps/advice"
	"credwiz/steps/answer"
	"credwiz/steps/output"
	"credwiz/steps/task"
	"credwiz/steps/words"
	"credwiz/steps/workdir"
)

func connectStep() Step {
	return Step{
		ID:       ConnectStep,
		Name:     "Account",
		Verb:     func(Env, Session, answer.Answers) string { return "connect" },
		Intro:    "Copy your API key and secret from the top of dashboard.vonage.com. Your secret is never saved unless you ask.",
		Practice: "The practice sandbox has its own key and secret. Nothing in it is real.",
		Topics:   topicsOf(ConnectStep),
		Fields:   connectFields,
		Plan:     func(Env, Session, answer.Answers) string { return "" }, // the header names the folder
		Run:      connect,
		Sum:      sumAccount,
		Show:     showAccount,
	}
}

func connectFields(env Env, _ Session, a answer.Answers) []answer.Field {
	var fields []answer.Field
	if _, known := env.Known[answer.Account]; !known && !env.Demo {
		fields = append(fields, answer.Field{
			Key: answer.Account, Flag: "--demo", Label: "Account", Hint: "No account? shift+tab for the sandbox.",
			Suggestion: answer.AccountVonage, Default: true, Settled: true,
			Choices: []answer.Choice{
				{Value: answer.AccountVonage, Label: "My Vonage account", Note: "everything you create is real"},
				{Value: answer.AccountSandbox, Label: "Practice sandbox", Note: "built in: no account, no network"},
			},
		})
	}
	if env.Earlier != nil && !usesSandbox(env, a) && !env.given(answer.AppName) && !env.given(answer.AppID) {
		fields = append(fields, withKnown(resumeField(env), env, a))
	}
	key := answer.Field{
		Key: answer.APIKey, Flag: "--api-key", Label: "API key",
		Hint:  "8 letters and digits, like abcd1234",
		Clean: answer.CleanToken, Check: answer.CheckAPIKey, Note: noteAPIKey,
		Secret: env.Mask, Pair: answer.APISecret, Split: splitPair,
	}
	if !usesSandbox(env, a) {
		key.Warning = env.FolderWarning
		if env.atVonage() {
			key.Link = dashboard
		}
	}
	if env.Earlier != nil && !usesSandbox(env, a) {
		key.Suggestion, key.Source = env.Earlier.app.APIKey, "from your last run"
	}
	key = withKnown(key, env, a)
	secret := secretField(env, a, cmp.Or(a[answer.APIKey], key.Suggestion))
	given := env.given(answer.APIKey)
	if usesSandbox(env, a) {
		key, given = sandboxPair(key, env, env.SandboxPair.APIKey), given && env.Demo
		if cmp.Or(a[answer.APIKey], key.Suggestion) == env.SandboxPair.APIKey {
			secret = sandboxPair(secret, env, env.SandboxPair.APISecret.Reveal())
		}
	}
	if typed := a[answer.APISecret]; !given && secret.Suggestion != "" && typed != "" && typed != secret.Suggestion {
		key.Suggestion, key.Source = "", "" // it was suggested with the other secret
	}
	if given && secret.Suggestion == "" { // the questions begin at the secret
		key.Settled, key.Warning, secret.Warning = a[answer.APISecret] == "", "", key.Warning
	}
	return append(fields, key, secret)
}

// secretField asks for the secret of a key.
func secretField(env Env, a answer.Answers, apiKey string) answer.Field {
	secret := withKnown(answer.Field{
		Key: answer.APISecret, Flag: env.SecretFlag(apiKey), Label: "API secret",
		Hint:   "paste it; it stays hidden",
		Secret: true, Clean: answer.CleanToken, Check: answer.CheckAPISecret, Note: noteAPISecret,
	}, env, a)
	if known, ok := env.Secrets[apiKey]; ok && secret.Source == "" {
		secret = secret.Known(known)
	}
	return secret
}

// SecretFlag says how to give the secret of an API key. A variable that has another key's secret is not proposed.
func (e Env) SecretFlag(apiKey string) string {
	flag, variable := "VONAGE_API_SECRET or --api-secret-stdin", ""
	for other, known := range e.Secrets {
		if apiKey == "" || other == apiKey || known.Suggested || known.Source < variable {
			continue
		}
		variable = known.Source // Vonage's before Nexmo's
		flag = fmt.Sprintf("--api-secret-stdin with the secret of %s (%s is for %s, the key in %s)", redact.Printable(e.Shown(apiKey)),
			variable, redact.Printable(e.Shown(other)), strings.Replace(variable, "SECRET", "KEY", 1))
	}
	return flag
}

// splitPair takes apart a key and secret that were copied together, with or without their names, and knows a secret
// alone.
func splitPair(pasted string) answer.Answers {
	parts := pairParts().FindStringSubmatch(pasted)
	if parts == nil {
		if alone := answer.CleanToken(pasted); len(alone) == usualSecretLength && !strings.ContainsAny(alone, ":=") {
			return answer.Answers{answer.APISecret: alone}
		}
		return nil
	}
	return answer.Answers{answer.APIKey: answer.CleanToken(parts[1]), answer.APISecret: answer.CleanToken(parts[2])}
}

var pairParts = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?is)^\s*(?:[a-z_ ]*key\s*[:=]\s*)?(["']?[a-z0-9]{8}["']?)(?:\s*[:,;]\s*|\s+)(?:[a-z_ ]*secret\s*[:=]\s*)?(\S{8,})\s*$`)
})

// sandboxPair suggests the sandbox's own answer. Credentials from the environment are not offered to it, except in a
// demo.
func sandboxPair(f answer.Field, env Env, value string) answer.Field {
	if f.Source == "" || !env.Demo {
		f.Suggestion, f.Source, f.Default = value, "from the sandbox", true
	}
	return f
}

const (
	usualKeyLength    = 8
	usualSecretLength = 16
)

func noteAPIKey(value string) string {
	switch n := utf8.RuneCountInString(value); n {
	case usualKeyLength:
		return ""
	case usualSecretLength:
		return fmt.Sprintf("this has %d characters, like an API secret; API keys have %d", n, usualKeyLength)
	default:
		return fmt.Sprintf("most API keys have %d characters; this has %d", usualKeyLength, n)
	}
}

func noteAPISecret(value string) string {
	if n := utf8.RuneCountInString(value); n < usualKeyLength {
		return fmt.Sprintf("most secrets have at least %d characters; this has %d", usualKeyLength, n)
	}
	return ""
}

// connect checks the key and secret with a call that changes nothing.
func connect(ctx context.Context, env Env, _ Session, a answer.Answers, report task.Report) (Session, error) {
	place, err := env.Open(usesSandbox(env, a))
	if err != nil {
		return Session{}, err
	}
	if !place.Sandbox {
		if err := env.HostFrom.Check(place.API.Host(), a[answer.APIKey], a); err != nil {
			return Session{}, err
		}
	}
	s := Session{Place: place, mayCall: true, Credentials: a.Credentials()}
	w := NewRunner(env, place, report)
	var page client.ApplicationPage
	err = w.Read(ctx, "check the key and secret", func(api *client.Client) (err error) {
		page, err = api.ListApplications(ctx, s.Credentials, 1, perPage)
		return err
	})
	if err != nil {
		return Session{}, refusedPair(env, place, err)
	}
	s.Skew = *w.Skew
	switch off := s.Skew.Abs(); {
	case off > RefusedSkew && a[answer.AcceptSkew] != answer.Yes:
		return Session{}, &SkewError{Skew: s.Skew}
	case off > ToldSkew:
		w.Warn("check the clock", "this computer is "+words.DescribeSkew(s.Skew)+". Set its clock; tokens use Vonage's time")
	}
	s.Found = findKey(env, s, a)
	s.Applications, s.Counted, s.ListedMore = page.Total, true, page.More
	s.DotenvApp = output.DotenvValue(place.Folder, output.DotenvAppID)
	if len(page.Applications) > 0 {
		s.embedded = output.EmbeddedKeys(place.Folder)
		s.KeyFiles = output.KeysByFingerprint(place.Folder, keyFile(env, a))
	}
	return s.withListed(page.Applications), nil
}

// refusedPair names the sandbox's key, if it refuses another one.
func refusedPair(env Env, place workdir.Place, err error) error {
	if place.Sandbox && client.HasStatus(err, http.StatusUnauthorized) {
		return &SandboxPairError{APIKey: env.SandboxPair.APIKey, Err: err}
	}
	return err
}

// IntroFor is the introduction of a step, with a key and secret from where they are.
func (e Env) IntroFor(s Step, practice bool) string {
	switch {
	case practice:
		return cmp.Or(s.Practice, s.Intro)
	case s.ID == ConnectStep && !e.atVonage():
		host := redact.Printable(e.Host)
		if file := redact.Printable(e.HostFrom.File); file != "" {
			host += ", which " + file + " names"
		}
		return "Enter the API key and secret for " + host + ". Your secret is never saved unless you ask."
	}
	return s.Intro
}

func (e Env) atVonage() bool {
	return e.Host == "" || client.IsVonage(&url.URL{Scheme: "https", Host: e.Host})
}

// dashboard is where Vonage shows the API key and secret.
const dashboard = "https://dashboard.vonage.com"

func sumAccount(env Env, s Session) string {
	sum := env.Shown(redact.Printable(s.Credentials.APIKey))
	if s.Applications > 0 {
		sum += " · " + words.Plural(s.Applications, "application")
	}
	return sum
}

func showAccount(env Env, s Session) []Fact {
	facts := []Fact{NewFact("API key", env.Shown(s.Credentials.APIKey))}
	switch {
	case s.Applications > 0:
		facts = append(facts, NewFact("Applications", words.Plural(s.Applications, "existing application")+" (unchanged)"))
	case s.Counted:
		facts = append(facts, NewFact("Applications", "none before this run"))
	}
	if s.Skew.Abs() > ToldSkew {
		facts = append(facts, NewFact("Clock", "this computer is "+words.DescribeSkew(s.Skew)))
	}
	return facts
}

// Clock differences. The Date header has whole seconds and takes time to arrive, so a little is normal.
const (
	ToldSkew    = 30 * time.Second
	RefusedSkew = 10 * time.Minute
)

// SandboxPairError is a pair that the sandbox does not accept: real credentials, perhaps.
type SandboxPairError struct {
	APIKey string // the sandbox's own key
	Err    error
}

func (e *SandboxPairError) Error() string { return "practice sandbox: " + e.Err.Error() }

func (e *SandboxPairError) Unwrap() error { return e.Err }

// Advice says which pair the sandbox accepts.
func (e *SandboxPairError) Advice() advice.Advice {
	return advice.Advice{
		What: "The practice sandbox only accepts its own key and secret. It stored nothing you typed.",
		Do: "Use the suggested pair (the key is " + redact.Printable(e.APIKey) + "), or run credwiz without --demo " +
			"and choose your Vonage account.",
		Asked: "Use the suggested key, " + redact.Printable(e.APIKey) + ", and secret. For your Vonage account, quit and run credwiz.",
		Field: answer.APISecret, Kind: advice.Refused,
	}
}

// SkewError is a clock that is certainly wrong: this computer's or the API's.
type SkewError struct{ Skew time.Duration } // the API's clock minus ours

func (e *SkewError) Error() string { return "clock: this computer is " + words.DescribeSkew(e.Skew) }

// now is the API's time: it would refuse a token from its future.
func (s Session) now(env Env) time.Time { return env.Now().Add(s.Skew) }

// Advice says what to do.
func (e *SkewError) Advice() advice.Advice {
	return advice.Advice{
		What: fmt.Sprintf("Your clock is wrong: this computer is %s.", words.DescribeSkew(e.Skew)),
		Do: "Set this computer's date and time, then try again. If they're right, continue with Vonage's time " +
			"(--accept-skew).",
		Asked: "Set this computer's date and time, then try again. If they're right, continue with Vonage's time.",
		Kind:  advice.Usage, Retry: true,
		Offers: []advice.Offer{{Key: "y", Label: "continue with Vonage's time", Answer: answer.AcceptSkew, Value: answer.Yes}},
	}
}
