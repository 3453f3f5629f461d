package steps_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"

	"credwiz/client/jwt"
	"credwiz/steps"
)

// The values of the keys do not matter here, only which of them it is.
func manyKeys(made *atomic.Int32) func() (*jwt.Key, error) {
	return func() (*jwt.Key, error) {
		made.Add(1)
		return new(jwt.Key), nil
	}
}

func TestTheKeyIsGeneratedWhileTheUserTypes(t *testing.T) {
	t.Parallel()
	begun, done := make(chan struct{}), make(chan struct{})
	source := steps.NewKeySource(func() (*jwt.Key, error) {
		close(begun) // a second time would panic
		<-done
		return pairs[0](), nil
	})
	source.Warm()
	source.Warm()
	<-begun
	close(done)
	key, err := source.Next(t.Context())
	if err != nil || key != pairs[0]() {
		t.Errorf("got %v, %v", key, err)
	}
}

func TestNoKeyIsGivenTwice(t *testing.T) {
	t.Parallel()
	const many = 50
	var made atomic.Int32
	source := steps.NewKeySource(manyKeys(&made))
	var mu sync.Mutex
	had := map[*jwt.Key]bool{}
	var wg sync.WaitGroup
	for range many {
		wg.Go(func() {
			source.Warm()
			key, err := source.Next(t.Context())
			mu.Lock()
			defer mu.Unlock()
			if err != nil || had[key] {
				t.Errorf("a key was given twice, or %v", err)
			}
			had[key] = true
		})
	}
	wg.Wait()
	equal(t, "keys given", len(had), many)
	if n := made.Load(); n > 2*many {
		t.Errorf("%d keys were made for %d", n, many)
	}
}

func TestWaitingForAKeyCanBeGivenUp(t *testing.T) {
	t.Parallel()
	never := make(chan struct{})
	defer close(never)
	source := steps.NewKeySource(func() (*jwt.Key, error) { <-never; return new(jwt.Key), nil })
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := source.Next(ctx)
	wantError(t, err, context.Canceled)
}

func TestAFailedKeyGenerationIsRetried(t *testing.T) {
	t.Parallel()
	broken := errors.New("no randomness")
	var made atomic.Int32
	source := steps.NewKeySource(func() (*jwt.Key, error) {
		if made.Add(1) == 1 {
			return nil, broken
		}
		return new(jwt.Key), nil
	})
	_, err := source.Next(t.Context())
	wantError(t, err, broken)
	equal(t, "the next is there", must(source.Next(t.Context())) != nil, true)
}
