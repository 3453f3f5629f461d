package serve

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"credwiz/client"
	"credwiz/client/redact"
	"credwiz/steps"
	"credwiz/steps/answer"
	"credwiz/steps/journal"
	"credwiz/steps/resign"
	"credwiz/steps/words"
)

// How many users of the API are listed, and how long a look-up may take, once: an app waits for it, and there may be no
// network.
const (
	maxListed = 1000
	lookLimit = 4 * time.Second
)

// users are those who can get a token: in the journal, in the API, or created.
type users struct {
	Options
	asking chan struct{} // holds one: the API is asked for one user at a time

	mu    sync.RWMutex
	known map[string]client.User // by name
}

func newUsers(o Options) *users {
	u := &users{Options: o, asking: make(chan struct{}, 1), known: map[string]client.User{}}
	if o.Session.User.Exists {
		u.remember(o.Session.User.User)
	}
	return u
}

func (u *users) remember(found ...client.User) {
	u.mu.Lock()
	defer u.mu.Unlock()
	for _, user := range found {
		u.known[user.Name] = user
	}
}

// get returns a user by name or id.
func (u *users) get(wanted string) (client.User, bool) {
	u.mu.RLock()
	defer u.mu.RUnlock()
	if user, ok := u.known[wanted]; ok || !answer.IsUserID(wanted) {
		return user, ok
	}
	for _, user := range u.known {
		if user.ID == wanted {
			return user, true
		}
	}
	return client.User{}, false
}

// all returns the known users, by name.
func (u *users) all() []client.User {
	u.mu.RLock()
	defer u.mu.RUnlock()
	return slices.SortedFunc(maps.Values(u.known), func(a, b client.User) int { return strings.Compare(a.Name, b.Name) })
}

// readJournal learns of the users in the folder, some of whom another credwiz may have created meanwhile.
func (u *users) readJournal() error {
	j, err := journal.Read(u.Session.Place.Folder)
	if err != nil {
		return err
	}
	for _, ref := range resign.UsersIn(j, u.Session.Application.ID) {
		if _, ok := u.get(ref.User.Name); !ok {
			u.remember(client.User{ID: ref.User.ID, Name: ref.User.Name, DisplayName: ref.User.DisplayName})
		}
	}
	return nil
}

// find returns the wanted user, or an *unknownUserError.
func (u *users) find(ctx context.Context, wanted client.NewUser) (client.User, error) {
	if user, ok := u.get(wanted.Name); ok {
		return user, nil
	}
	if err := u.readJournal(); err != nil {
		return client.User{}, err
	}
	if user, ok := u.get(wanted.Name); ok {
		return user, nil
	}
	if !answer.IsUserID(wanted.Name) {
		user, err := u.ask(ctx, wanted)
		if err != nil || user.ID != "" {
			return user, err
		}
	}
	return client.User{}, &unknownUserError{name: wanted.Name, known: u.names()}
}

// UserNames lists the users in the folder, for a person: "alice, bob and 3 more".
func (b *Backend) UserNames() string {
	_ = b.users.readJournal() // a request tells of an error
	return several(b.users.names())
}

func (u *users) names() []string {
	all := u.all()
	names := make([]string, len(all))
	for i, user := range all {
		names[i] = user.Name
	}
	return names
}

func several(names []string) string {
	shown := names[:min(len(names), words.ShortList)]
	text := redact.Printable(strings.Join(shown, ", "))
	if more := len(names) - len(shown); more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

// ask looks for a user in the API, and creates it if that is wanted. Without one it returns the zero User.
func (u *users) ask(ctx context.Context, wanted client.NewUser) (client.User, error) {
	select {
	case u.asking <- struct{}{}:
		defer func() { <-u.asking }()
	case <-ctx.Done():
		return client.User{}, context.Cause(ctx)
	}
	if user, ok := u.get(wanted.Name); ok { // another request has asked in the meantime
		return user, nil
	}
	var found client.User
	if u.CreateUsers {
		s, err := steps.EnsureUser(ctx, u.Env, u.Session, wanted, u.Report)
		if err != nil {
			return found, err
		}
		found = s.User.User
	} else {
		admin, err := u.Session.Admin(u.Env)
		if err != nil {
			return found, err
		}
		ctx, cancel := context.WithTimeout(ctx, lookLimit)
		defer cancel()
		if found, err = u.Session.Place.API.FindUser(ctx, admin, wanted.Name); err != nil && !client.IsNotFound(err) {
			return found, err
		}
	}
	if found.ID != "" {
		u.remember(found)
	}
	return found, nil
}

// list returns everyone who can get a token. Without the API it returns whom it knows.
func (u *users) list(ctx context.Context) ([]client.User, error) {
	err := u.readJournal()
	if err == nil {
		err = u.listAPI(ctx)
	}
	all := u.all()
	if len(all) > 0 {
		err = nil
	}
	return all, err
}

func (u *users) listAPI(ctx context.Context) error {
	admin, err := u.Session.Admin(u.Env)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, lookLimit)
	defer cancel()
	for cursor, n := "", 0; ; {
		page, err := u.Session.Place.API.ListUsers(ctx, admin, cursor, 100)
		if err != nil {
			return err
		}
		u.remember(page.Users...)
		cursor, n = page.Next, n+len(page.Users)
		if cursor == "" || n >= maxListed {
			return nil
		}
	}
}
