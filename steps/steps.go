// Package steps is the script of the wizard: what it asks, what it does with the answers, what came of it, and what to
// do when it fails. It knows no terminal, so the same four steps serve the screens, the line-by-line front end,
// scripts and tests.
//
// A step is data with one function that does its work through the client package. A Session is a value: each step
// returns the one that follows from it, so going back is returning to an earlier value, and creates nothing again.
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
	ID    string // "application", for tests and files
	Title string // "Create an application"
	// Heading is the title with the answers so far, where what is done depends on them. May be nil.
	Heading func(Session, answer.Answers) string
	Done    string // the title when it is done: "Your application is ready"
	// DoneAs is that title where it depends on what was done. May be nil.
	DoneAs func(Session) string
	Short  string // "Application", for the row of all steps
	// Verb is what the enter key does, with the answers so far: "create the user".
	Verb  func(Env, Session, answer.Answers) string
	Intro string // what this is, for someone who has never heard of it
	// Topics explain what the step deals with.
	Topics []Topic
	// Creates tells that Run makes something in the user's account.
	Creates bool
	// Fields are the questions, given the answers so far. It does no I/O.
	Fields func(Env, Session, answer.Answers) []answer.Field
	// Plan says in one line what Run is about to do with the answers; empty if the verb says it all.
	Plan func(Env, Session, answer.Answers) string
	// Run does the work. It tells report of each call and each file as it starts and as it ends. The session that it
	// returns is to be kept even beside an error: it holds what exists by then, which a second try must not make again.
	Run Work
	// Prepare looks up what the questions offer beyond what is known, while they are asked already: it returns the session
	// with that. It changes nothing, and its failure only leaves the offers out. May be nil.
	Prepare func(context.Context, Env, Session) (Session, error)
	// Change changes what Run has made, after its answers were changed: Fields, given a session in which it exists, are
	// those that can be. The session that it returns is to be kept even beside an error. Nil if there is nothing to change.
	Change Work
	// Show lists what was achieved.
	Show func(Env, Session) []Fact
}

// Work does something with the answers to a step's questions, and tells report of it.
type Work func(ctx context.Context, env Env, s Session, a answer.Answers, report task.Report) (Session, error)

// Script returns the wizard's steps in their order.
func Script() []Step {
	return []Step{connectStep().logged(), applicationStep().logged(), userStep().logged(), tokenStep().logged()}
}

// Fact is one line of what was achieved. Both texts are safe to print.
type Fact struct {
	Label, Value string
	// Whole marks a value that is of use only when it is whole; a screen that shortens it says so.
	Whole bool
}

// NewFact makes both texts safe to print.
func NewFact(label, value string) Fact { return Fact{Label: label, Value: redact.Printable(value)} }

// Session is what exists so far. It is a value: steps return new ones and never change the one they are given.
type Session struct {
	Place        workdir.Place
	Credentials  client.Credentials
	Applications int           // how many the account had at the start
	Skew         time.Duration // the API's clock minus ours
	Found        FoundKey      // the private key file that was in the folder at the start
	// Listed are the account's applications, as far as they were read, and ListedMore tells that there are more.
	Listed        []client.Application
	ListedMore    bool
	KeyFiles      map[string]string // the folder's usable key files by the key's fingerprint
	KeyFileOf     map[string]string // and by the id of the listed application that has the key
	KeyEmbeddedIn map[string]string // by that id, the other file that a key without a file of its own is in
	DotenvApp     string            // the application that .env named at the start
	embedded      map[string]output.EmbeddedKey
	Users         []client.User // those that the application had already, as far as they were read
	Key           workdir.Key
	Application   Application
	Member                     // the current one
	Earlier       []Member     // those that are done
	Roster        []Member     // the others of a roster, of which the current one is the first
	Failed        []FailedUser // those of the roster who could not be made
	StillFailed   []FailedUser // those of an earlier roster
	Files         []workdir.File
	dotenvUser    string   // whom .env was for when the token's questions were asked
	InDotenv      []string // the names of what this run sets in .env; nil if it has not come to that
}

// Member is a user of the application, with its token; the zero value until there is one.
type Member struct {
	User         User
	Token        jwt.Token
	Login        client.Login // the session that proved the token; the zero value if none did
	LoginRefused string       // how the platform refused the token; empty if it did not
	LoginProblem string       // why none could be tried; empty if one was, or none was wanted
}

// Another is the session with its user done, or all of its roster, and open for another one in the same application.
func (s Session) Another() Session {
	s.Earlier = append(append(slices.Clip(s.Earlier), s.Member), s.Roster...)
	s.StillFailed = s.AllFailed()
	s.Member, s.Roster, s.Failed = Member{}, nil, nil
	return s
}

// Changed is the session after a step before it was changed: it has what exists as changed has it. A token that names
// the user otherwise is gone.
func (s Session) Changed(changed Session) Session {
	s.Application = changed.Application
	if s.User.Exists {
		s.Member = changed.Member
	}
	return s
}

// The ids of the steps that create something.
const (
	ApplicationStep = "application"
	UserStep        = "user"
)

// withFile is the session with one more file.
func (s Session) withFile(name, purpose string) Session {
	file := workdir.File{Name: name, Path: s.Place.Folder.Path(name), Purpose: purpose}
	if !slices.Contains(s.Files, file) {
		s.Files = append(slices.Clip(s.Files), file)
	}
	return s
}

// Application is the application that a run works in.
type Application struct {
	client.Application
	Exists  bool // false: there is none yet
	Created bool // by this run, rather than found
	// Uncertain tells that a create got no answer: it must be looked for before it is asked for again.
	Uncertain bool
	// Adopted tells that a new one was wanted, and that this one has its key already.
	Adopted bool
}

// User is a user that a run made or found.
type User struct {
	client.User
	Exists    bool // false: there is none yet
	Created   bool // by this run, rather than found
	Uncertain bool // as an Application's
}

// account is the one that the session is in.
func (s Session) account() journal.Account {
	return journal.Account{Host: s.Place.API.Host().String(), Sandbox: s.Place.Sandbox, APIKey: s.Credentials.APIKey}
}

// entry is what is noted of the session's application.
func (s Session) entry(env Env) journal.Entry {
	e := journal.Entry{Folder: s.Place.Folder, Now: env.Now(), At: s.account(), Key: s.Key}
	if s.Application.Exists {
		e.App, e.Created = s.Application.Application, s.Application.Created
	}
	return e
}

// noted is what is noted of the user.
func (m Member) noted() journal.User {
	n := journal.User{ID: m.User.ID, Name: m.User.Name, DisplayName: m.User.DisplayName, Created: m.User.Created}
	if !m.Token.JWT.IsZero() {
		issued, expires := m.Token.IssuedAt.UTC(), m.Token.ExpiresAt.UTC()
		n.TokenID, n.IssuedAt, n.ExpiresAt, n.Refused = m.Token.ID, &issued, &expires, m.LoginRefused
	}
	return n
}

// noteMembers notes users that exist and their tokens, and what .env has of them.
func (s Session) noteMembers(env Env, members ...Member) error {
	users := make([]journal.User, len(members))
	for i, m := range members {
		users[i] = m.noted()
	}
	if s.InDotenv == nil {
		return s.entry(env).SaveUsers(users)
	}
	return s.entry(env).SaveUsers(users, output.Entries(workdir.DotenvFile, s.InDotenv))
}
