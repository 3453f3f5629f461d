package sandbox

import "encoding/json"

// user is never changed: a changed user is another value.
type user struct {
	id          string
	name        string
	displayName string
	imageURL    string
	properties  json.RawMessage
	channels    json.RawMessage
}

// size is how many bytes of clients a user holds.
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

// findUser is user for those who hold the lock.
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
