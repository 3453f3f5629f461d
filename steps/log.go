package steps

import (
	"context"
	"log/slog"
	"slices"

	"credwiz/steps/answer"
	"credwiz/steps/task"
)

// logged reports the step to env.Log and its secrets to env.Redactor. All front ends pass here.
func (s Step) logged() Step {
	s.Run = s.Run.logged(s.ID)
	if s.Change != nil {
		s.Change = s.Change.logged(s.ID)
	}
	return s
}

func (work Work) logged(id string) Work {
	return func(ctx context.Context, env Env, session Session, a answer.Answers, report task.Report) (Session, error) {
		a.Credentials().HideIn(env.Redactor)
		log := env.log().With("step", id)
		log.Info("step begins")
		began := env.Now()
		files := session.Files
		session, err := work(ctx, env, session, a, func(e task.Event) {
			// The client logs calls in more detail.
			if e.State != task.Started && e.Call == "" {
				log.Info("work", "what", e.Text, "state", e.State.String(), "note", e.Note)
			}
			report(e)
		})
		if key := session.Key.Private; key != nil {
			key.HideIn(env.Redactor)
		}
		env.Redactor.Hide(session.Token.JWT)
		for _, f := range session.Files {
			if !slices.Contains(files, f) {
				log.Info("file", "path", f.Path, "purpose", f.Purpose)
			}
		}
		ended := log.With("took_ms", env.Now().Sub(began).Milliseconds())
		if err != nil {
			ended.Error("step failed", "error", err.Error())
			return session, err
		}
		ended.Info("step ends")
		return session, nil
	}
}

func (e Env) log() *slog.Logger {
	if e.Log == nil {
		return slog.New(slog.DiscardHandler)
	}
	return e.Log
}
