package steps

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"credwiz/client"
	"credwiz/client/jwt"
	"credwiz/client/redact"
	"credwiz/steps/answer"
	"credwiz/steps/journal"
	"credwiz/steps/output"
	"credwiz/steps/task"
	"credwiz/steps/words"
	"credwiz/steps/workdir"
)

func tokenStep() Step {
	return Step{
		ID:   TokenStep,
		Name: "Token",
		Verb: func(_ Env, s Session, _ answer.Answers) string {
			if len(s.Roster) > 0 {
				return "sign tokens"
			}
			return "sign token"
		},
		Intro:  "Anyone who has the token (a JWT) can act as your user until it expires.",
		Topics: topicsOf(TokenStep),
		Fields: tokenFields,
		Plan:   tokenPlan,
		Run:    makeToken,
		Sum:    sumToken,
		Show:   showToken,

		Prepare: readDotenvUser,
	}
}

// Names of ACLs, and the default.
const (
	ACLClientSDK = "client-sdk"
	aclTutorial  = "tutorial"
	DefaultACL   = ACLClientSDK
)

func tokenFields(env Env, _ Session, a answer.Answers) []answer.Field {
	return []answer.Field{
		withKnown(answer.Field{
			Key: answer.Expires, Flag: "--expires", Label: "Valid for",
			Suggestion: "24h", Default: true,
			Choices: []answer.Choice{
				{Value: "15m", Label: "15 minutes", Note: "a quick try"},
				{Value: "1h", Label: "1 hour", Note: ""},
				{Value: "6h", Label: "6 hours", Note: "a workshop day"},
				{Value: "24h", Label: "24 hours", Note: "the platform's limit"},
			},
			Other: "Custom, e.g. 90m or 2h30m",
			Check: func(text string) error { _, err := words.ParseLifetime(text); return err },
		}, env, a),
		withKnown(answer.Field{
			Key: answer.ACL, Flag: "--acl", Label: "Access",
			Suggestion: DefaultACL, Default: true, Aside: true,
			Choices: []answer.Choice{
				{Value: ACLClientSDK, Label: "Full Client SDK", Note: "11 paths; right for most apps"},
				{Value: aclTutorial, Label: "Old tutorial", Note: "9 paths; the login may fail"},
			},
			Other: "Custom ACL, in JSON",
			Check: func(text string) error { _, err := ParseACL(text); return err },
			Note: func(text string) string {
				acl, _ := ParseACL(text)
				return strings.Join(acl.Paths(), " ")
			},
		}, env, a),
	}
}

// ParseACL reads the name of an ACL, or one in JSON.
func ParseACL(text string) (jwt.ACL, error) {
	switch text {
	case ACLClientSDK:
		return jwt.ACLClientSDK(), nil
	case aclTutorial:
		return jwt.ACLTutorial(), nil
	}
	return jwt.ParseACL([]byte(text))
}

func tokenPlan(env Env, s Session, a answer.Answers) string {
	what, login := "it", "it"
	files := output.PlannedFiles(a)
	if n := len(s.Roster); n > 0 {
		what, login = "a token for each of "+words.Grouped(n+1)+" users", "the first"
	}
	if s.writesUserFiles(env) {
		files += ", " + redact.Printable(cmp.Or(env.Out, workdir.UsersFolder)) + "/ (a .env each)"
	}
	plan := fmt.Sprintf("Signs %s with %s, writes %s", what, redact.Printable(s.Key.Name), files)
	if env.NoLogin {
		plan += ". No API call."
	} else {
		plan += ", and logs in with " + login + " once."
	}
	if lifetime, err := words.ParseLifetime(a[answer.Expires]); err == nil {
		now := env.Now()
		plan += " Expires " + words.Moment(now.Add(lifetime), now) + "."
	}
	if s.dotenvUser != "" && s.dotenvUser != s.User.Name && slices.Contains(a.Written(), answer.WriteEnv) {
		plan += fmt.Sprintf(" Replaces %[2]s in %[1]s with %[3]s.", workdir.DotenvFile, redact.Printable(s.dotenvUser), redact.Printable(s.User.Name))
	}
	return plan
}

func makeToken(ctx context.Context, env Env, s Session, a answer.Answers, report task.Report) (Session, error) {
	w := NewRunner(env, s.Place, report)
	lifetime, err := words.ParseLifetime(a[answer.Expires])
	if err != nil {
		return s, err
	}
	acl, err := ParseACL(a[answer.ACL])
	if err != nil {
		return s, err
	}
	request := jwt.Request{
		ApplicationID: s.Application.ID,
		User:          s.User.Name,
		ACL:           acl,
		IssuedAt:      s.now(env),
		Lifetime:      lifetime,
		ID:            env.NewID(),
	}
	s, err = s.locked(ctx, w, func(s Session) (Session, error) {
		// Sign with the key that was compared; .env may name the file only if it still holds it.
		if err := s.Place.Folder.EnsureKey(s.Key, w); err != nil {
			return s, err
		}
		s, err := s.Sign(request, w)
		if err == nil {
			s, err = s.signRoster(ctx, env, request, w)
		}
		if err != nil {
			return s, err
		}
		return s.writeFiles(env, a.Written(), w)
	})
	if err != nil || env.NoLogin {
		return s, err
	}
	s, err = s.testLogin(ctx, w)
	if s.LoginRefused == "" {
		return s, err
	}
	s, noted := s.locked(ctx, w, func(s Session) (Session, error) { return s, s.noteMembers(w.Now(), s.Member) })
	if noted != nil {
		w.Warn("record the refusal", "credwiz status won't show it: "+noted.Error())
	}
	return s, err
}

// Sign signs a token for the session's user.
func (s Session) Sign(request jwt.Request, w task.Runner) (Session, error) {
	s.Token, s.Login, s.LoginRefused, s.LoginProblem = jwt.Token{}, client.Login{}, "", ""
	var token jwt.Token
	err := w.Local("sign the token", func() (note string, err error) {
		token, err = s.signed(request)
		return "RS256, checked with the public key", err
	})
	if err == nil {
		s.Token = token
	}
	return s, err
}

// signed returns a token only if the application's public key verifies it.
func (s Session) signed(request jwt.Request) (jwt.Token, error) {
	token, err := jwt.Sign(s.Key.Private, request)
	if err != nil {
		return jwt.Token{}, err
	}
	// Offline, only the application's id is known.
	public := cmp.Or(s.Application.PublicKey, s.Key.Private.PublicPEM())
	return token, jwt.Verify(token.JWT, public, request.ApplicationID, request.IssuedAt)
}

func (s Session) writeFiles(env Env, kinds []string, w task.Runner) (Session, error) {
	dotenv := slices.Contains(kinds, answer.WriteEnv)
	s.InDotenv = []string{}
	var unread error
	if dotenv {
		if was := output.DotenvUser(s.Place.Folder); was != s.User.Name {
			s.Repointed = cmp.Or(was, s.Repointed)
		}
		s.InDotenv, unread = s.Values().DotenvChanges(s.Place.Folder, s.Values().Dotenv())
	}
	// First, because it records the others. They are written even if it fails.
	unnoted := w.Local("write "+workdir.JournalFile, func() (string, error) {
		err := unread
		if err == nil {
			err = s.noteMembers(w.Now(), s.Roster...)
		}
		if err == nil {
			err = s.noteMembers(w.Now(), s.Member) // the last, because it is the current one
		}
		return "no secrets", err
	})
	if unnoted == nil {
		s = s.withFile(workdir.JournalFile, journal.Purpose)
	}
	var err error
	if dotenv {
		if s, err = s.WriteDotenv(s.Values().Dotenv(), "settings and token for your app", w); err == nil {
			s.dotenvUser = s.User.Name
		}
	}
	if err == nil {
		s, err = s.writeToolFiles(kinds, w)
	}
	if err == nil {
		s, err = s.writeRoster(env, w)
	}
	return s, errors.Join(unnoted, err)
}

func showToken(env Env, s Session) []Fact {
	facts := []Fact{
		NewFact("Token", env.Shown(s.Token.JWT.Reveal())),
		NewFact("Access", DescribeACL(s.Token.ACL)),
	}
	facts[0].Whole = true
	reuse := "--reuse-user"
	if env.Brief {
		reuse = "" // the key is on the user's screen
	}
	facts = append(facts, s.showRoster(reuse)...)
	switch {
	case s.LoginRefused != "":
		facts = append(facts, NewFact("Login test", "failed: "+s.LoginRefused))
	case s.LoginProblem != "":
		facts = append(facts, NewFact("Login test", s.LoginProblem))
	}
	return facts
}

func sumToken(env Env, s Session) string { return "expires " + words.Moment(s.Ends(), env.Now()) }

// DescribeACL says what an ACL allows.
func DescribeACL(acl jwt.ACL) string {
	paths := acl.Paths()
	switch {
	case acl.Equal(jwt.ACLClientSDK()):
		return fmt.Sprintf("full Client SDK (%d paths)", len(paths))
	case acl.Equal(jwt.ACLTutorial()):
		return fmt.Sprintf("old tutorial (%d paths)", len(paths))
	}
	return strings.Join(paths, " ")
}

// Ends is when the token ends by this computer's clock.
func (s Session) Ends() time.Time { return OnOurClock(s.Token.ExpiresAt, s.Skew) }

// OnOurClock returns a time of the API as this computer's clock shows it. A clock that counts as right shows the same.
func OnOurClock(t time.Time, skew time.Duration) time.Time {
	if skew.Abs() <= ToldSkew {
		return t
	}
	return t.Add(-skew)
}
