package steps

import (
	"context"
	"sync"

	"credwiz/client/jwt"
)

// KeySource makes key pairs one ahead: each takes up to 0.2 seconds, which pass while the user types.
type KeySource struct {
	generate func() (*jwt.Key, error)

	mu   sync.Mutex
	next chan madeKey // nil if none is being made
}

type madeKey struct {
	key *jwt.Key
	err error
}

// NewKeySource returns a source of the keys that generate makes.
func NewKeySource(generate func() (*jwt.Key, error)) *KeySource {
	return &KeySource{generate: generate}
}

// Warm starts making the next key and returns at once.
func (k *KeySource) Warm() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.warm()
}

func (k *KeySource) warm() {
	if k.next != nil {
		return
	}
	next := make(chan madeKey, 1)
	k.next = next
	go func() {
		key, err := k.generate()
		next <- madeKey{key, err}
	}()
}

// Next returns a fresh key, or ctx's error.
func (k *KeySource) Next(ctx context.Context) (*jwt.Key, error) {
	k.mu.Lock()
	k.warm()
	next := k.next
	k.next = nil
	k.mu.Unlock()
	select {
	case made := <-next:
		return made.key, made.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
