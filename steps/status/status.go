// Package status says what is in a folder and what to do next: credwiz status.
package status

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"credwiz/client/redact"
	"credwiz/steps/journal"
	"credwiz/steps/output"
	"credwiz/steps/words"
	"credwiz/steps/workdir"
)

// Status is what a folder has, by its files and journal alone. Its texts are safe to print.
type Status struct {
	Folder       string    `json:"folder"`
	Applications []App     `json:"applications"` // the current one first
	Files        []File    `json:"files"`
	Problems     []Problem `json:"problems"`
}

// App is an application in a Status.
type App struct {
	ID      string `json:"id"` // empty if it may not exist
	Name    string `json:"name"`
	Created bool   `json:"created"`
	Deleted bool   `json:"deleted"`
	APIHost string `json:"api_host"`
	APIKey  string `json:"api_key"`
	Sandbox bool   `json:"sandbox"`
	Key     Key    `json:"private_key"`
	Users   []User `json:"users"`
}

// Key is an application's private key.
type Key struct {
	Path string `json:"path"`
	Good bool   `json:"good"`  // it is there, private, and the application's
	Says string `json:"state"` // the same in words
}

// User is a user and its token: the one in .env, or else the last one.
type User struct {
	ID          string     `json:"id"` // empty if it may not exist
	Name        string     `json:"name"`
	DisplayName string     `json:"display_name"`
	Created     bool       `json:"created"`
	InDotenv    bool       `json:"in_dotenv"` // .env has this token
	Token       TokenLife  `json:"token_state"`
	Says        string     `json:"token_says"` // the same in words, with the time that is left
	IssuedAt    *time.Time `json:"token_issued_at"`
	ExpiresAt   *time.Time `json:"token_expires_at"`
}

// TokenLife is the state of a user's token.
type TokenLife string

// Token states.
const (
	NoTokenYet  TokenLife = "none"
	TokenWorks  TokenLife = "works"
	TokenEnding TokenLife = "ends soon"
	TokenEnded  TokenLife = "expired"
	// TokenRefused failed the login test, or would: it has an old key or name.
	TokenRefused TokenLife = "refused"
)

// File is a file that credwiz writes, and what is wrong with it.
type File struct {
	Path string `json:"path"`
	Says string `json:"note,omitempty"`
}

// Problem is what is wrong, and what to run next.
type Problem struct {
	What    string `json:"what"`
	Do      string `json:"do"`
	Command string `json:"command,omitempty"`
	// App and About are the application's id, and the user or file on whose line a page shows the command. Empty if
	// it is about more.
	App   string `json:"-"`
	About string `json:"-"`
}

// Of reports on the folder. It makes no call and changes nothing.
func Of(f *workdir.Dir, now time.Time) (Status, error) {
	noted, err := journal.Read(f)
	if err != nil {
		return Status{}, err
	}
	if len(noted.Applications) == 0 {
		return Status{}, &journal.EmptyError{Folder: f}
	}
	l := report{folder: f, now: now, several: len(noted.Applications) > 1, held: heldBy(f)}
	l.status = Status{Folder: redact.Printable(f.Absolute()), Problems: []Problem{}, Files: []File{}}
	for _, app := range slices.Backward(noted.Applications) {
		l.application(app)
	}
	l.files(noted)
	return l.status, nil
}

// report is a status in progress.
type report struct {
	folder  *workdir.Dir
	now     time.Time
	several bool // applications
	held    dotenvUser
	status  Status
}

// run returns a command line of credwiz for an application.
func (l *report) run(app journal.Application, words ...string) string {
	return l.folder.Target(app.APIHost).Command(words...)
}

func (l *report) makePrivate(name string) string {
	return words.Command("chmod", "600", l.folder.Path(name))
}

func (l *report) problem(what, do, command string) {
	l.status.Problems = append(l.status.Problems, Problem{What: redact.Printable(what), Do: redact.Printable(do), Command: command})
}

// about tells what the last problem is about.
func (l *report) about(app, item string) {
	last := &l.status.Problems[len(l.status.Problems)-1]
	last.App, last.About = redact.Printable(app), redact.Printable(item)
}

func (l *report) application(app journal.Application) {
	shown := App{
		ID: redact.Printable(app.ID), Name: redact.Printable(app.Name), Created: app.Created, Deleted: app.Deleted,
		APIHost: redact.Printable(app.APIHost), APIKey: redact.Printable(app.APIKey), Sandbox: app.Sandbox, Users: []User{},
	}
	name := "“" + app.Name + "”"
	gone := true
	switch {
	case app.Deleted:
		l.problem(name+" was deleted, but its files are still here.", "Delete what is left:", l.run(app, "clean"))
	case app.Sandbox:
		l.problem(name+journal.PracticeOnly+".", "To remove it, run "+l.run(app, "clean")+". To serve it:", l.run(app, "serve"))
	case app.ID == "" && app.Refused:
		l.problem(name+" wasn't created: the API rejected it.", "Run credwiz again. It reuses the key:", l.run(app))
	case app.ID == "":
		l.problem(name+" may or may not exist: its creation failed or was interrupted.", "Run credwiz again. It looks for it first, so it's never created twice:", l.run(app))
	default:
		gone = false
	}
	shown.Key = l.key(app, gone)
	holder, held := output.DotenvHolder(l.folder, app)
	ended, doubtful := []journal.User{}, []journal.User{}
	for _, user := range app.Users {
		inDotenv := held && user.Name == holder.Name
		if inDotenv {
			user = holder
		}
		u := l.user(user)
		u.InDotenv = inDotenv
		shown.Users = append(shown.Users, u)
		switch {
		case user.ID == "":
			doubtful = append(doubtful, user)
		case u.Token != TokenWorks:
			ended = append(ended, user)
		}
	}
	l.status.Applications = append(l.status.Applications, shown)
	if gone {
		return
	}
	if len(app.Users) == 0 {
		what, do := name+" has no user yet. A login needs one.", "Create one:"
		if !app.Created { // it may have users that were not chosen here
			what, do = "No user was chosen for "+name+" here. A login needs one.", "Choose or create one:"
		}
		l.problem(what, do, l.run(app, "--app-id", app.ID))
	}
	if len(doubtful) > 0 {
		do, command := l.checked(app, doubtful)
		l.problem(doubt(doubtful), do, command)
		if len(doubtful) == 1 {
			l.about(app.ID, doubtful[0].Name)
		}
	}
	if len(ended) > 0 {
		do, command := l.renewal(app, ended)
		l.problem(l.spent(ended), do, command)
		if len(ended) == 1 {
			l.about(app.ID, ended[0].Name)
		}
	}
}

// checked proposes how to finish the creation of users. Those of a roster are in its file.
func (l *report) checked(app journal.Application, users []journal.User) (do, command string) {
	named := func(user journal.User) bool { return user.DisplayName != "" } // which a flag can give to only one
	if len(users) > words.ShortList || len(users) > 1 && slices.ContainsFunc(users, named) {
		return "Run credwiz again with the same --users-from file. It looks for them first, so no user is created twice.", ""
	}
	pieces := []string{"--app-id", app.ID}
	for _, user := range users {
		pieces = append(pieces, "--user", user.Name)
		if named(user) {
			pieces = append(pieces, "--display-name", user.DisplayName)
		}
	}
	return "Run credwiz again. It looks for them first, so no user is created twice:", l.run(app, append(pieces, "--reuse-user")...)
}

func doubt(users []journal.User) string {
	if len(users) == 1 {
		return "The user " + users[0].Name + " may or may not exist: its creation failed or was interrupted."
	}
	return strconv.Itoa(len(users)) + " users may or may not exist: their creation failed or was interrupted."
}

func (l *report) spent(users []journal.User) string {
	if len(users) > 1 {
		return strconv.Itoa(len(users)) + " users need a new token."
	}
	switch name := users[0].Name; life(users[0], l.now) {
	case TokenEnded:
		return "The token of " + name + " has expired."
	case TokenEnding:
		return "The token of " + name + " expires soon."
	case TokenRefused:
		return "The token of " + name + " " + redact.Printable(users[0].WhyRefused()) + "."
	default:
		return name + " has no token yet."
	}
}

func (l *report) user(user journal.User) User {
	u := User{
		ID: redact.Printable(user.ID), Name: redact.Printable(user.Name), DisplayName: redact.Printable(user.DisplayName), Created: user.Created,
		Token: life(user, l.now), IssuedAt: user.IssuedAt, ExpiresAt: user.ExpiresAt,
	}
	switch u.Token {
	case NoTokenYet:
		u.Says = "no token yet"
		if user.ID == "" {
			u.Says = "may not exist"
		}
	case TokenEnded:
		u.Says = "expired " + words.Moment(*user.ExpiresAt, l.now)
	case TokenRefused:
		u.Says = "its token " + redact.Printable(user.WhyRefused())
	case TokenEnding:
		u.Says = "expires soon, in " + words.InWords(user.ExpiresAt.Sub(l.now))
	case TokenWorks:
		u.Says = "expires " + words.Moment(*user.ExpiresAt, l.now) + ", in " + words.InWords(user.ExpiresAt.Sub(l.now))
	}
	return u
}

// life returns the state of a user's token. It ends soon in the last tenth of its life, and at most an hour before.
func life(user journal.User, now time.Time) TokenLife {
	if user.IssuedAt == nil || user.ExpiresAt == nil {
		return NoTokenYet
	}
	const soon, part = time.Hour, 10
	switch left := user.ExpiresAt.Sub(now); {
	case left <= 0:
		return TokenEnded
	case user.Refused != "":
		return TokenRefused
	case left < min(soon, user.ExpiresAt.Sub(*user.IssuedAt)/part):
		return TokenEnding
	}
	return TokenWorks
}

func (l *report) files(journal journal.Journal) {
	for _, own := range output.OwnFiles(journal) {
		name := own.Name
		if !l.folder.Has(name) {
			continue
		}
		file := File{Path: redact.Printable(l.folder.Path(name))}
		opened, err := l.folder.OpenRegular(name)
		if err == nil {
			_ = opened.Close()
		} else if owner, ok := errors.AsType[*workdir.OwnerError](l.folder.WithOwner(name, err)); ok {
			file.Says = "belongs to " + redact.Printable(owner.Owner)
			l.otherOwner(owner)
		}
		// The application reports its key.
		if info, err := l.folder.Stat(name); err == nil && name != workdir.GitignoreFile && workdir.OthersPerm(info) != 0 && !journal.HasKey(name) {
			file.Says = fmt.Sprintf("others can use it (mode %04o)", info.Mode().Perm())
			l.problem("Others on this computer can read "+file.Path+".", "Make it private:", l.makePrivate(name))
			l.about("", file.Path)
		}
		l.status.Files = append(l.status.Files, file)
	}
	for _, out := range journal.UsersFolders() {
		if path := output.UsersFolderPath(l.folder, out); workdir.Exists(path) {
			l.status.Files = append(l.status.Files, File{Path: redact.Printable(path) + string(filepath.Separator)})
		}
	}
}

// otherOwner reports files of another user once, because the command is for all of them.
func (l *report) otherOwner(owner *workdir.OwnerError) {
	if slices.ContainsFunc(l.status.Problems, func(told Problem) bool { return told.Command == owner.TakeBack }) {
		return
	}
	l.problem(owner.Path+" belongs to "+owner.Owner+", and you don't have access.", "If an earlier run with sudo created it, take ownership:", owner.TakeBack)
}
