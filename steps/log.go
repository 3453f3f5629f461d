package steps

import (
	"context"
	"log/slog"
	"slices"
)

// logged is the step with what it does told to env.Log, and each secret that it has to env.Redactor. This is the one
// place that every front end's work passes.
func (s Step) logged() Step {
	s.Run = s.Run.logged(s.ID)
	if s.Change != nil {
		s.Change = s.Change.logged(s.ID)
	}
	return s
}

func (work Work) logged(id string) Work {
	return func(ctx context.Context, env Env, session Session, a Answers, report Report) (Session, error) {
		a.credentials().HideIn(env.Redactor)
		log := env.log().With("step", id)
		log.Info("step begins")
		began := env.Now()
		files := session.Files
		session, err := work(ctx, env, session, a, func(e Event) {
			// A call is told by the client itself, which knows more of it.
			if e.State != Started && e.Call == "" {
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

// log is where a run is told to; without one, nowhere.
func (e Env) log() *slog.Logger {
	if e.Log == nil {
		return slog.New(slog.DiscardHandler)
	}
	return e.Log
}

// String names the state, for logs.
func (s State) String() string {
	return map[State]string{Started: "started", Done: "done", Warned: "warned", Failed: "failed"}[s]
}
