package steps

import (
	"context"

	"credwiz/steps/task"
)

// locked does a part of a step while no other credwiz writes in the folder.
func (s Session) locked(ctx context.Context, w task.Runner, do func(Session) (Session, error)) (Session, error) {
	unlock, err := s.Place.Folder.Lock(ctx, w)
	if err != nil {
		return s, err
	}
	defer unlock()
	return do(s)
}
