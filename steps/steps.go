// Package steps is the script of the wizard: what it asks, what it does with the answers, what came of it, and what to
// do when it fails. It knows no terminal, so the same four steps serve the screens, the line-by-line front end,
// scripts and tests.
//
// A step is data with one function that does its work through the client package. A Session is a value: each step
// returns the next one, so going back is returning to an earlier value, and creates nothing again.
package steps

import (
	"context"
	"slices"
	"time"

	"credwiz/client"
	"credwiz/client/jwt"
	"credwiz/client/redact"
	"credwiz/steps/answer"
	"credwiz/steps/journal"
	"credwiz/steps/output"
	"credwiz/steps/task"
	"credwiz/steps/workdir"
)

// Step is one of the wizard's steps.
type Step struct {
	ID   string // "application", for tests and files
	Name string // "Application", in the list of steps
	// Heading says what is special about the questions: "rename". May be nil.
	Heading  func(Session, answer.Answers) string
	Verb     func(Env, Session, answer.Answers) string // what the enter key does: "create user"
	Intro    string                                    // what this is, for someone who has never heard of it
	Practice string                                    // Intro in the practice sandbox; empty if it is the same
	Topics   []Topic
	Creates  bool                                              // Run makes something in the account
	Fields   func(Env, Session, answer.Answers) []answer.Field // the questions for the answers so far, without I/O
	// Plan says in a line what Run will do; empty if the verb says it all.
	Plan func(Env, Session, answer.Answers) string
	// Run does the work and reports each call and file. Keep its session even with an error: a retry must not
	// create again what exists.
	Run Work
	// Prepare looks up more offers while the questions are already asked. It changes nothing and may fail. May be
	// nil.
	Prepare func(context.Context, Env, Session) (Session, error)
	// Change applies changed answers to what Run created. Keep its session even with an error. May be nil.
	Change Work
	// Sum is what was achieved in a line: "alice · USR-3f2a91c0…".
	Sum func(Env, Session) string
	// Show lists what was achieved.
	Show func(Env, Session) []Fact
}

// Work acts on the answers to a step's questions and reports it.
type Work func(ctx context.Context, env Env, s Session, a answer.Answers, report task.Report) (Session, error)

// Script returns the wizard's steps in order.
func Script() []Step {
	return []Step{connectStep().logged(), applicationStep().permitted().logged(), userStep().permitted().logged(), tokenStep().permitted().logged()}
}

// Fact is one line of what was achieved. Both texts are safe to print.
type Fact struct {
	Label, Value string
	// Whole marks a value that is useless when shortened.
	Whole bool
}

// NewFact makes both texts safe to print.
func NewFact(label, value string) Fact { return Fact{Label: label, Value: redact.Printable(value)} }

// Session is what exists so far. Steps return new values and never change their argument.
type Session struct {
	Place        workdir.Place
	mayCall      bool // the place's API may have what calls send
	Credentials  client.Credentials
	Applications int           // how many the account had at the start
	Counted      bool          // they were counted
	Skew         time.Duration // the API's clock minus ours
	Found        FoundKey      // the private key file that was in the folder at the start
	// Listed are the account's applications read so far; ListedMore is set if there are more.
	Listed        []client.Application
	ListedMore    bool
	KeyFiles      map[string]string // the folder's usable key files by the key's fingerprint
	KeyFileOf     map[string]string // and by the id of the listed application that has the key
	KeyEmbeddedIn map[string]string // by that id, the other file that a key without a file of its own is in
	DotenvApp     string            // the application that .env named at the start
	embedded      map[string]output.EmbeddedKey
	Users         []client.User  // those that the application had already, as far as they were read
	NotedUsers    []journal.User // those that the journal had then
	Key           workdir.Key
	Application   Application
	Member                     // the current one
	Earlier       []Member     // those that are done
	Roster        []Member     // the others of a roster, of which the current one is the first
	Failed        []FailedUser // those of the roster who could not be made
	StillFailed   []FailedUser // those of an earlier roster
	Files         []workdir.File
	Left          []Application // created before another one was chosen
	dotenvUser    string        // whom .env is for, as far as it was read or written
	Repointed     string        // whom .env was for before this run made it another user's; empty if it did not
	KeyRejected   bool          // the API rejected a token that the key signed
	InDotenv      []string      // the names of what this run sets in .env; nil if it has not come to that
}

// Member is a user of the application with its token; the zero value is none.
type Member struct {
	User         User
	Token        jwt.Token
	Login        client.Login // the session that proved the token; the zero value if none did
	LoginRefused string       // how the platform refused the token; empty if it did not
	LoginProblem string       // why none could be tried; empty if one was, or none was wanted

	recorded time.Time // when the token of an earlier run expires; zero if there is none, or it wasn't looked up
	refused  string    // why that token is refused, after its subject; empty if no reason is known
}

// Another is the session with its users done, ready for another one in the same application.
func (s Session) Another() Session {
	s.Earlier, s.StillFailed = s.members(), s.AllFailed()
	s.Member, s.Roster, s.Failed = Member{}, nil, nil
	return s
}

// Changed takes over what an earlier step changed. A token with the old name is gone.
func (s Session) Changed(changed Session) Session {
	s.Application, s.Credentials, s.mayCall = changed.Application, changed.Credentials, changed.mayCall
	if s.User.Exists {
		s.Member = changed.Member
	}
	return s
}

// Ids of steps.
const (
	ConnectStep     = "connect"
	ApplicationStep = "application"
	UserStep        = "user"
	TokenStep       = "token"
)

func (s Session) withFile(name, purpose string) Session {
	file := workdir.File{Name: name, Path: s.Place.Folder.Path(name), Purpose: purpose}
	if !slices.Contains(s.Files, file) {
		s.Files = append(slices.Clip(s.Files), file)
	}
	return s
}

// Application is the application of a run.
type Application struct {
	client.Application
	Exists    bool // false: there is none yet
	Created   bool // by this run, rather than found
	Ours      bool // found, and created here by an earlier run
	Uncertain bool // a create got no answer: look first
	Adopted   bool // a new one was wanted, but this one already has the key
}

// lookedUp is false in a run that begins at home, which makes no call for it.
func (a Application) lookedUp() bool { return a.PublicKey != "" }

// LacksRTC reports whether the application is known to be without the capability that the Client SDK needs.
func (a Application) LacksRTC() bool { return a.lookedUp() && !a.HasRTC() }

// User is a user that a run created or found.
type User struct {
	client.User
	Exists    bool // false: there is none yet
	Created   bool // by this run, rather than found
	Ours      bool // as an Application's
	Uncertain bool // as an Application's
}

// existing says of what was found whether it is the user's own.
func existing(name string, created, ours bool) string {
	switch {
	case created:
		return name
	case ours:
		return name + " (created by an earlier run)"
	}
	return name + " (already existed)"
}

func (s Session) account() journal.Account {
	return journal.Account{Host: s.Place.API.Host().String(), Sandbox: s.Place.Sandbox, APIKey: s.Credentials.APIKey}
}

func (s Session) entry(now time.Time) journal.Entry {
	e := journal.Entry{Folder: s.Place.Folder, Now: now, At: s.account(), Key: s.Key}
	if s.Application.Exists {
		e.App, e.Created = s.Application.Application, s.Application.Created
	}
	return e
}

func (m Member) noted() journal.User {
	n := journal.User{ID: m.User.ID, Name: m.User.Name, DisplayName: m.User.DisplayName, Region: m.User.Region, Created: m.User.Created}
	if !m.Token.JWT.IsZero() {
		issued, expires := m.Token.IssuedAt.UTC(), m.Token.ExpiresAt.UTC()
		n.TokenID, n.IssuedAt, n.ExpiresAt, n.Refused = m.Token.ID, &issued, &expires, m.LoginRefused
	}
	return n
}

func (s Session) noteMembers(now time.Time, members ...Member) error {
	users := make([]journal.User, len(members))
	for i, m := range members {
		users[i] = m.noted()
	}
	if s.InDotenv == nil {
		return s.entry(now).SaveUsers(users)
	}
	return s.entry(now).SaveUsers(users, output.Entries(workdir.DotenvFile, s.InDotenv))
}

// locked runs do while no other credwiz writes in the folder.
func (s Session) locked(ctx context.Context, w task.Runner, do func(Session) (Session, error)) (Session, error) {
	unlock, err := s.Place.Folder.Lock(ctx, w)
	if err != nil {
		return s, err
	}
	defer unlock()
	return do(s)
}
