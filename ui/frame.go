package ui

import "slices"

// How the parts of a screen share the window.

// column is the width of the text, and the margin before it.
func (m Model) column() (width int, indent string) {
	if m.width < 60 {
		return m.width - 2, " "
	}
	return min(m.width-4, maxColumn), "  "
}

// room is how wide a line may be that is not for reading, such as code.
func (m Model) room() int {
	_, indent := m.column()
	return m.width - 2*len(indent)
}

// layout puts the parts into the height of the window. When there is not enough of it, the introduction goes first, the
// header next, and then the lines of the body that are far from the question.
func (m Model) layout(width int) layout {
	l := layout{}
	l.body, l.see = m.body(width)
	l.fixed = !m.panel.open() && (m.phase == asking || m.phase == running)
	title := m.title()
	name := between(m.theme, m.theme.accent.Render("credwiz"), m.place(width < 30), width)
	head := []string{"", name, "", m.rail(width), ""}
	tops := [][]string{
		slices.Concat(head, []string{title}, m.intro(width), []string{""}),
		slices.Concat(head, []string{title, ""}),
		{name, m.rail(width), "", title, ""},
		{name, title},
		{between(m.theme, title, m.place(width < 50), width)},
	}
	for _, top := range tops {
		l.top, l.room = top, m.height-1-len(top)
		if len(l.body) < l.room {
			break
		}
	}
	return l
}
