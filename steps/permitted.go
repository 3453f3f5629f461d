package steps

import (
	"context"

	"credwiz/steps/answer"
	"credwiz/steps/task"
)

// MayCall returns an error if the API is at a host that needs a yes. After connect it has had one, but a session that
// begins at home hasn't connected.
func (s Session) MayCall(env Env, a answer.Answers) error {
	if s.mayCall || s.Place.Sandbox {
		return nil
	}
	origin := env.HostFrom
	origin.TokensOnly = true
	return origin.Check(s.Place.API.Host(), s.Credentials.APIKey, a)
}

// permitted has the step's work call the API only if it may.
func (s Step) permitted() Step {
	s.Run = s.Run.permitted(s.ID)
	if s.Change != nil {
		s.Change = s.Change.permitted(s.ID)
	}
	return s
}

func (work Work) permitted(id string) Work {
	return func(ctx context.Context, env Env, s Session, a answer.Answers, report task.Report) (Session, error) {
		if offline := id == TokenStep && env.NoLogin; !offline {
			if err := s.MayCall(env, a); err != nil {
				return s, err
			}
			s.mayCall = true
		}
		return work(ctx, env, s, a, report)
	}
}
