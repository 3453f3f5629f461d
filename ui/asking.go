package ui

import (
	tea "github.com/charmbracelet/bubbletea"

	"credwiz/steps"
)

func (m Model) pressAsking(key tea.KeyMsg) (tea.Model, tea.Cmd) {
	switch key.String() {
	case "esc":
		switch {
		case m.done():
			return m.edit(m.step, func(v *visit) { v.form.refusal = steps.Advice{} }).show(), nil
		case m.step == 0:
			return m, nil
		case m.noneMore():
			return m.backToComplete(), nil
		}
		return m.drafted().back(), nil
	case "enter":
		f, all := m.form().enter()
		if m = m.withForm(f); all {
			return m.start(m.answering())
		}
		return m, nil
	}
	m = m.withForm(m.form().update(key))
	m = m.withForm(m.form().with(m.fields(m.answering())))
	return m.approach()
}
