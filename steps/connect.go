package steps

import (
	"context"
	"fmt"
	"regexp"
	"strconv"
	"sync"
	"unicode/utf8"

	"credwiz/client"
)

func connectStep() Step {
	return Step{
		ID:    "connect",
		Title: "Connect your account",
		Done:  "Your account is connected",
		Short: "API key",
		Verb:  func(Env, Session, Answers) string { return "check the key and secret" },
		Intro: "Vonage knows your account by its API key and secret. Both are on the first page of the " +
			"dashboard, dashboard.vonage.com. The secret goes into no file, unless you ask for one.",
		Topics: connectTopics(),
		Fields: connectFields,
		Plan:   func(Env, Session, Answers) string { return "" },
		Run:    connect,
		Show:   showAccount,
	}
}

func connectFields(env Env, _ Session, a Answers) []Field {
	var fields []Field
	if _, known := env.Known[AnswerAccount]; !known && !env.Demo {
		fields = append(fields, Field{
			Key: AnswerAccount, Flag: "--demo", Label: "Account",
			Suggestion: AccountVonage, Default: true, Settled: true,
			Choices: []Choice{
				{AccountVonage, "my Vonage account", "what is made here is real"},
				{AccountSandbox, "the practice sandbox", "built in: no account, no network"},
			},
		})
	}
	if env.Earlier != nil && !practice(env, a) && !env.means(AnswerAppName) && !env.means(AnswerAppID) {
		fields = append(fields, resumeField(env).withKnown(env, a))
	}
	key := Field{
		Key: AnswerAPIKey, Flag: "--api-key", Label: "API key",
		Hint:  "eight letters and digits, like abcd1234",
		Clean: CleanToken, Check: checkAPIKey, Note: noteAPIKey,
		Secret: env.Mask, Pair: AnswerAPISecret, Split: splitPair,
	}
	secret := Field{
		Key: AnswerAPISecret, Flag: "VONAGE_API_SECRET or --api-secret-stdin", Label: "API secret",
		Hint:   "paste it: it stays hidden",
		Secret: true, Clean: CleanToken, Check: checkAPISecret, Note: noteAPISecret,
	}
	key, secret = key.withKnown(env, a), secret.withKnown(env, a)
	if known, ok := env.Secrets[chosenKey(key, a)]; ok && secret.Source == "" {
		secret = secret.known(known)
	}
	if len(fields) > 0 && !practice(env, a) {
		key.Hint += "; no account yet? shift+tab"
	}
	given := env.means(AnswerAPIKey)
	if practice(env, a) {
		key, given = key.practiced(env, env.Practice.APIKey), given && env.Demo
		if chosenKey(key, a) == env.Practice.APIKey {
			secret = secret.practiced(env, env.Practice.APISecret.Reveal())
		}
	}
	if typed := a[AnswerAPISecret]; !given && secret.Suggestion != "" && typed != "" && typed != secret.Suggestion {
		key.Suggestion, key.Source = "", "" // it was suggested with the other secret
	}
	return append(fields, key, secret)
}

// splitPair takes a key and a secret apart that were copied together: with a blank, a colon or a line break between them,
// and each behind its name or not.
func splitPair(pasted string) Answers {
	parts := pairParts().FindStringSubmatch(pasted)
	if parts == nil {
		return nil
	}
	return Answers{AnswerAPIKey: CleanToken(parts[1]), AnswerAPISecret: CleanToken(parts[2])}
}

var pairParts = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?is)^\s*(?:[a-z_ ]*key\s*[:=]\s*)?(["']?[a-z0-9]{8}["']?)(?:\s*[:,;]\s*|\s+)(?:[a-z_ ]*secret\s*[:=]\s*)?(\S{8,})\s*$`)
})

// chosenKey is the API key as it is answered now.
func chosenKey(key Field, a Answers) string {
	if answer := a[AnswerAPIKey]; answer != "" {
		return answer
	}
	return key.Suggestion
}

// practiced suggests the sandbox's own answer. Real credentials that happen to be in the environment are not offered
// to it; a demo knows none but those that were meant for it.
func (f Field) practiced(env Env, value string) Field {
	if f.Source == "" || !env.Demo {
		f.Suggestion, f.Source, f.Default = value, "the sandbox's own", true
	}
	return f
}

// The API's own rule for keys is not documented; these only refuse what no HTTP header could carry.
func checkAPIKey(value string) error    { return checkVisibleASCII(value, ":") }
func checkAPISecret(value string) error { return checkVisibleASCII(value, "") }

func checkVisibleASCII(value, without string) error {
	for _, r := range value {
		if r <= ' ' || r > '~' {
			return fmt.Errorf("it has %s in it, which no key or secret has: copy it again", strconv.QuoteRune(r))
		}
		for _, not := range without {
			if r == not {
				return fmt.Errorf("it has %q in it: paste the key alone, without the secret", string(r))
			}
		}
	}
	return nil
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
		return fmt.Sprintf("this has %d characters, like an API secret: the API key has %d", n, usualKeyLength)
	default:
		return fmt.Sprintf("most API keys have %d characters, this has %d", usualKeyLength, n)
	}
}

func noteAPISecret(value string) string {
	if n := utf8.RuneCountInString(value); n < usualKeyLength {
		return fmt.Sprintf("most secrets have at least %d characters, this has %d", usualKeyLength, n)
	}
	return ""
}

// applicationsPerPage is the most that the API gives at once.
const applicationsPerPage = 100

// connect checks the pair with a call that changes nothing, before anything is kept.
func connect(ctx context.Context, env Env, _ Session, a Answers, report Report) (Session, error) {
	place, err := env.Open(practice(env, a))
	if err != nil {
		return Session{}, err
	}
	if !place.Practice {
		if err := env.HostFrom.check(place.API.Host(), a[AnswerAPIKey], a); err != nil {
			return Session{}, err
		}
	}
	s := Session{Place: place, Credentials: a.credentials()}
	w := newWork(env, place, report)
	var page client.ApplicationPage
	err = w.read(ctx, "check the key and secret", func(api *client.Client) (err error) {
		page, err = api.ListApplications(ctx, s.Credentials, 1, applicationsPerPage)
		return err
	})
	if place.Practice && isUnauthorized(err) {
		err = &PracticePairError{APIKey: env.Practice.APIKey, Err: err}
	}
	if err != nil {
		return Session{}, err
	}
	s.Skew = *w.skew
	switch off := s.Skew.Abs(); {
	case off > refusedSkew && a[AnswerAcceptSkew] != Yes:
		return Session{}, &SkewError{Skew: s.Skew}
	case off > toldSkew:
		w.warn("compare the clocks", "this computer is "+describeSkew(s.Skew)+": set its clock; tokens are dated by the API's")
	}
	s.Found = findKey(env, s, a)
	s.Applications, s.ListedMore = page.Total, page.More
	s.Named = place.Folder.variable(dotenvAppID)
	if len(page.Applications) > 0 {
		s.held = place.Folder.heldKeys()
		s.KeyFiles = place.Folder.keysByFingerprint(keyFile(env, a))
	}
	return s.withListed(page.Applications), nil
}

func showAccount(env Env, s Session) []Fact {
	facts := []Fact{fact("Account", env.Shown(s.Credentials.APIKey))}
	switch s.Applications {
	case 0:
		facts = append(facts, fact("Applications", "none yet"))
	case 1:
		facts = append(facts, fact("Applications", "1, which stays as it is"))
	default:
		facts = append(facts, fact("Applications", strconv.Itoa(s.Applications)+", which stay as they are"))
	}
	if s.Skew.Abs() > toldSkew {
		facts = append(facts, fact("Clock", "this computer is "+describeSkew(s.Skew)))
	}
	return facts
}
