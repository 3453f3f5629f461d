package sandbox

import (
	"encoding/json"
	"errors"
	"slices"
	"sort"
	"sync"
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
	applications ordered[*application]
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
	s.applications.add(a.id, a)
	return nil
}

func (s *store) application(id string) (*application, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.find(id)
}

// find is application, under the lock of the caller.
func (s *store) find(id string) (*application, error) {
	a, ok := s.applications.get(id)
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
	s.applications.set(a.id, a)
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
	for _, u := range a.users.rows {
		freed += u.value.size()
	}
	_ = s.grow(-1-len(a.users.rows), -freed)
	s.applications.remove(id)
	return nil
}

// pageOfApplications returns page number, counted from 1, and how many
// applications there are.
func (s *store) pageOfApplications(number, size int) (page []*application, total int) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	total = len(s.applications.rows)
	if number > pages(total, size) {
		return nil, total
	}
	from := (number - 1) * size
	return s.applications.values(from, min(from+size, total)), total
}

// pages is how many pages of a size the items fill.
func pages(items, size int) int { return (items + size - 1) / size }

func (s *store) allApplications() []*application {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.applications.values(0, len(s.applications.rows))
}

// user is never changed: a changed user is another value.
type user struct {
	id          string
	name        string
	displayName string
	imageURL    string
	properties  json.RawMessage
	channels    json.RawMessage
}

// size is how many bytes the user holds.
func (u user) size() int {
	return len(u.name) + len(u.displayName) + len(u.imageURL) + len(u.properties) + len(u.channels)
}

// roster is the users of one application. Its names are unique in it.
type roster struct {
	ordered[user]
	ids map[string]string // by name
}

func (s *store) addUser(applicationID string, u user) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	a, err := s.find(applicationID)
	if err != nil {
		return err
	}
	if _, taken := a.users.ids[u.name]; taken {
		return errNameTaken
	}
	if err := s.grow(1, u.size()); err != nil {
		return err
	}
	a.users.ids[u.name] = u.id
	a.users.add(u.id, u)
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
	u, ok := a.users.get(id)
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
	if owner, taken := users.ids[u.name]; taken && owner != id {
		return user{}, errNameTaken
	}
	if err := s.grow(0, u.size()-old.size()); err != nil {
		return user{}, err
	}
	delete(users.ids, old.name)
	users.ids[u.name] = id
	users.set(id, u)
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
	delete(users.ids, u.name)
	users.remove(id)
	return nil
}

func (s *store) allUsers(applicationID string) []user {
	s.mu.RLock()
	defer s.mu.RUnlock()
	a, err := s.find(applicationID)
	if err != nil {
		return nil
	}
	return a.users.values(0, len(a.users.rows))
}

// ordered keeps values in the order in which they came, and finds each by its
// id. Every value has a number, which grows and is never used again: a cursor
// that holds one stays good while other values come and go.
type ordered[T any] struct {
	rows    []row[T] // by number
	numbers map[string]int64
	last    int64
}

type row[T any] struct {
	number int64
	value  T
}

func (o *ordered[T]) add(id string, value T) {
	if o.numbers == nil {
		o.numbers = make(map[string]int64)
	}
	o.last++
	o.numbers[id] = o.last
	o.rows = append(o.rows, row[T]{o.last, value})
}

func (o *ordered[T]) get(id string) (T, bool) {
	number, ok := o.numbers[id]
	if !ok {
		var none T
		return none, false
	}
	return o.rows[o.from(number)].value, true
}

// set gives a value that is there a new content.
func (o *ordered[T]) set(id string, value T) {
	o.rows[o.from(o.numbers[id])].value = value
}

// remove takes away a value that is there.
func (o *ordered[T]) remove(id string) {
	i := o.from(o.numbers[id])
	o.rows = slices.Delete(o.rows, i, i+1)
	delete(o.numbers, id)
}

// from returns the index of the first row whose number is not below number, or
// the number of rows.
func (o *ordered[T]) from(number int64) int {
	return sort.Search(len(o.rows), func(i int) bool { return o.rows[i].number >= number })
}

// values returns the rows from index from up to index to.
func (o *ordered[T]) values(from, to int) []T {
	values := make([]T, 0, to-from)
	for _, r := range o.rows[from:to] {
		values = append(values, r.value)
	}
	return values
}
