package screen

import (
	"fmt"
	"slices"
	"strings"

	"github.com/charmbracelet/lipgloss"

	"credwiz/steps/task"
	"credwiz/ui/style"
)

// The steps are one list, always in view: finished ones are a line each, with what they achieved, the current one is
// open, and later ones wait. The calls of finished steps stay below them while there is room, so that advancing only
// moves the opening down.

// nameWidth is the column of the steps' names.
func nameWidth(width int) int {
	if width < cardWidth {
		return 12
	}
	return 15
}

func (m Model) row(step, width int) string {
	t, name, sum := m.theme, m.script[step].Name, ""
	mark, look := m.mark(step)
	switch {
	case step == m.step && m.phase == asking:
		if heading := m.current().Heading; heading != nil {
			sum = t.Faint.Render(style.Safe(heading(m.begin(), m.answering())))
		}
	case step == m.step && m.phase != shown:
	case m.visits[step].state == done:
		sum = style.Safe(m.script[step].Sum(m.env, m.visits[step].result))
		if step == len(m.script)-1 {
			sum += " " + m.countdown(m.visits[step].result)
		}
	}
	line := mark + " " + look.Render(name)
	if sum != "" {
		line = style.Pad(line, style.MarkWidth+nameWidth(width)) + sum
	}
	return style.Cut(t, line, width)
}

func (m Model) mark(step int) (mark string, name lipgloss.Style) {
	t := m.theme
	switch {
	case step == m.step && m.phase == running:
		return m.job.spinner.View(), t.Bold
	case step == m.step && (m.phase == failed || m.phase == asking && m.form().refusal.What != ""):
		return t.Bad.Render(t.Glyph.Failed), t.Bold
	case step == m.step && !m.finished():
		return t.Accent.Render(t.Glyph.Current), t.Bold
	case m.visits[step].state != done:
		return t.Faint.Render(t.Glyph.Ahead), t.Faint
	case warned(m.visits[step].events):
		return t.Warn.Render(t.Glyph.Warned), t.Plain
	}
	return t.Good.Render(t.Glyph.Done), t.Plain
}

func warned(events []task.Event) bool {
	return slices.ContainsFunc(events, func(e task.Event) bool { return e.State == task.Warned })
}

// folded is the list in one line: "✓ ✓ ● ○  User, 3 of 4".
func (m Model) folded() string {
	marks := make([]string, len(m.script))
	for i := range m.script {
		marks[i], _ = m.mark(i)
	}
	return fmt.Sprintf("%s  %s, %d of %d", strings.Join(marks, " "), m.theme.Bold.Render(m.current().Name), m.step+1, len(m.script))
}

// above are the rows down to the open one. The calls of the steps from since on are below their rows; warnings always
// are.
func (m Model) above(since, width int) []string {
	var lines []string
	for i := range m.step {
		lines = append(lines, m.row(i, width))
		events := m.visits[i].events
		if i < since || m.finished() && m.height < smallHeight {
			events = slices.DeleteFunc(slices.Clone(events), func(e task.Event) bool { return e.State != task.Warned })
		}
		lines = append(lines, inset(m.eventLines(events, m.theme.Faint, width-style.MarkWidth))...)
	}
	return append(lines, m.row(m.step, width))
}

func (m Model) below(width int) []string {
	var lines []string
	for i := m.step + 1; i < len(m.script); i++ {
		lines = append(lines, m.row(i, width))
	}
	return lines
}

// inset moves lines below a mark.
func inset(lines []string) []string {
	for i, line := range lines {
		if line != "" {
			lines[i] = strings.Repeat(" ", style.MarkWidth) + line
		}
	}
	return lines
}
