package sandbox

import (
	"encoding/json"
	"errors"
	"sync"

	"credwiz/client/sandbox/listing"
)

// How many applications and users there may be in all, and how many bytes of them
// clients may send, so that a loop of creates cannot take all memory. The API's
// own limits are not documented.
const (
	objectLimit = 25_000
	byteLimit   = 64 << 20
)

// What the store cannot do.
var (
	errFull          = errors.New("the sandbox is full")
	errNameTaken     = errors.New("the user name is taken")
	errNoApplication = errors.New("no such application")
	errNoUser        = errors.New("no such user")
)

// application is never changed: a replaced application is another value that
// shares the users.
type application struct {
	id           string
	name         string
	key          publicKey
	capabilities json.RawMessage
	improveAI    bool
	users        *roster
}

// store is the state of the sandbox. Reads share the lock and copy no more than
// what they return.
type store struct {
	mu           sync.RWMutex
	applications listing.List[*application]
	objects      int
	bytes        int
}

// size is how many bytes the application holds, without its users.
func (a *application) size() int { return len(a.name) + len(a.key.pem) + len(a.capabilities) }

// grow counts more objects and bytes, or fewer, if there is room. The caller holds
// the lock.
func (s *store) grow(objects, bytes int) error {
	if objects > 0 && s.objects+objects > objectLimit || bytes > 0 && s.bytes+bytes > byteLimit {
		return errFull
	}
	s.objects += objects
	s.bytes += bytes
	return nil
}

func (s *store) addApplication(a *application) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.grow(1, a.size()); err != nil {
		return err
	}
	a.users = &roster{ids: make(map[string]string)}
	s.applications.Add(a.id, a)
	return nil
}

func (s *store) application(id string) (*application, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.find(id)
}

// find is application, under the lock of the caller.
func (s *store) find(id string) (*application, error) {
	a, ok := s.applications.Get(id)
	if !ok {
		return nil, errNoApplication
	}
	return a, nil
}

// replaceApplication replaces the application with the same id; without a key in
// a, the old one stays.
func (s *store) replaceApplication(a *application) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	old, err := s.find(a.id)
	if err != nil {
		return err
	}
	a.users = old.users
	if a.key.rsa == nil {
		a.key = old.key
	}
	if err := s.grow(0, a.size()-old.size()); err != nil {
		return err
	}
	s.applications.Set(a.id, a)
	return nil
}

// removeApplication removes an application with its users.
func (s *store) removeApplication(id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	a, err := s.find(id)
	if err != nil {
		return err
	}
	freed := a.size()
	for _, u := range a.users.All() {
		freed += u.size()
	}
	_ = s.grow(-1-a.users.Len(), -freed)
	s.applications.Remove(id)
	return nil
}

// pageOfApplications returns page number, counted from 1, and how many
// applications there are.
func (s *store) pageOfApplications(number, size int) (page []*application, total int) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	total = s.applications.Len()
	if number > pages(total, size) {
		return nil, total
	}
	from := (number - 1) * size
	return s.applications.Values(from, min(from+size, total)), total
}

// pages is how many pages of a size the items fill.
func pages(items, size int) int { return (items + size - 1) / size }

func (s *store) allApplications() []*application {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.applications.All()
}

// user is never changed: a changed user is another value.
type user struct {
	User
	properties json.RawMessage
	channels   json.RawMessage
}

// size is how many bytes the user holds.
func (u user) size() int {
	return len(u.Name) + len(u.DisplayName) + len(u.ImageURL) + len(u.properties) + len(u.channels)
}

// roster is the users of one application. Its names are unique in it.
type roster struct {
	listing.List[user]
	ids map[string]string // by name
}

func (s *store) addUser(applicationID string, u user) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	a, err := s.find(applicationID)
	if err != nil {
		return err
	}
	if _, taken := a.users.ids[u.Name]; taken {
		return errNameTaken
	}
	if err := s.grow(1, u.size()); err != nil {
		return err
	}
	a.users.ids[u.Name] = u.ID
	a.users.Add(u.ID, u)
	return nil
}

func (s *store) user(applicationID, id string) (user, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	_, u, err := s.findUser(applicationID, id)
	return u, err
}

func (s *store) userNamed(applicationID, name string) (user, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	a, err := s.find(applicationID)
	if err != nil {
		return user{}, err
	}
	_, u, err := s.findUser(applicationID, a.users.ids[name])
	return u, err
}

// findUser is user, under the lock of the caller.
func (s *store) findUser(applicationID, id string) (*roster, user, error) {
	a, err := s.find(applicationID)
	if err != nil {
		return nil, user{}, err
	}
	u, ok := a.users.Get(id)
	if !ok {
		return nil, user{}, errNoUser
	}
	return a.users, u, nil
}

// changeUser replaces a user by what change makes of it, and returns that.
func (s *store) changeUser(applicationID, id string, change func(user) user) (user, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	users, old, err := s.findUser(applicationID, id)
	if err != nil {
		return user{}, err
	}
	u := change(old)
	if owner, taken := users.ids[u.Name]; taken && owner != id {
		return user{}, errNameTaken
	}
	if err := s.grow(0, u.size()-old.size()); err != nil {
		return user{}, err
	}
	delete(users.ids, old.Name)
	users.ids[u.Name] = id
	users.Set(id, u)
	return u, nil
}

func (s *store) removeUser(applicationID, id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	users, u, err := s.findUser(applicationID, id)
	if err != nil {
		return err
	}
	_ = s.grow(-1, -u.size())
	delete(users.ids, u.Name)
	users.Remove(id)
	return nil
}

func (s *store) allUsers(applicationID string) []user {
	s.mu.RLock()
	defer s.mu.RUnlock()
	a, err := s.find(applicationID)
	if err != nil {
		return nil
	}
	return a.users.All()
}
