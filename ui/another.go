package ui

import (
	"slices"

	"credwiz/steps"
)

// another begins anew with a user more, in the same application. What is finished is kept.
func (m Model) another() Model {
	m.complete = m.after
	m.session = m.session.Another()
	m.step = slices.IndexFunc(m.script, func(s steps.Step) bool { return s.ID == steps.UserStep })
	m.after, m.before = m.after[:m.step:m.step], m.before[:m.step]
	m.answers = m.answers.With(steps.AnswerUser, "").With(steps.AnswerDisplayName, "").
		With(steps.AnswerExistingUser, "").With(steps.AnswerPickedUser, "")
	return m.ask()
}

// noneMore reports whether another user was begun of whom nothing exists, and nothing may exist.
func (m Model) noneMore() bool {
	return m.complete != nil && m.step == len(m.after) && !m.session.User.Exists && !m.session.User.Uncertain
}

// backToComplete is the last screen again, after no other user was wanted.
func (m Model) backToComplete() Model {
	m.after, m.complete = m.complete, nil
	m.step = len(m.script) - 1
	m.session = m.after[m.step]
	m.phase, m.err, m.events = shown, nil, nil
	return m
}
