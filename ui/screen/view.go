package screen

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/charmbracelet/lipgloss"

	"credwiz/steps"
	"credwiz/steps/advice"
	"credwiz/steps/answer"
	"credwiz/steps/task"
	"credwiz/ui/style"
)

// The smallest usable window, and the widest readable column.
const (
	minWidth, minHeight = 20, 6
	maxColumn           = 96
)

// View never returns more lines than the window has, nor wider ones: Bubble Tea would drop the first lines, and with
// them the question.
func (m Model) View() (screen string) {
	defer func() {
		if r := recover(); r != nil {
			m.faulty(m.caught(r))
			screen = ""
		}
	}()
	return m.draw()
}

func (m Model) tooSmall() bool { return m.width > 0 && (m.width < minWidth || m.height < minHeight) }

func (m Model) draw() string {
	if m.width == 0 {
		return "" // the size is not known yet
	}
	if m.tooSmall() {
		return strings.Join(firstLines(style.Wrap("Please make the window larger.", m.width), m.height), "\n")
	}
	if screen, ok := m.qrScreen(); ok {
		return screen
	}
	width, indent := m.column()
	room := m.room()
	l := m.layout(width)
	lines := slices.Concat(l.top, l.visibleBody(m.scroll))
	for len(lines) < m.height-1 {
		lines = append(lines, "")
	}
	lines = append(lines, m.keyLine(width, l.scrolls()))
	for i, line := range lines {
		if line != "" {
			lines[i] = indent + style.Cut(m.theme, line, room)
		}
	}
	return m.theme.Letters.Replace(strings.Join(lines, "\n"))
}

// apiLabel names the API, on every screen if it is the sandbox.
func (m Model) apiLabel(short bool) string {
	where := style.Safe(steps.Where(m.env, m.session, m.answered()))
	switch {
	case m.inSandbox() && short:
		return m.theme.Badge.Render("sandbox")
	case m.inSandbox():
		return m.theme.Badge.Render(" " + where + " ")
	case short:
		return ""
	}
	return m.theme.Faint.Render(where)
}

func (m Model) inSandbox() bool {
	return m.env.Demo || m.session.Place.Sandbox || m.answered()[answer.Account] == answer.AccountSandbox
}

func (m Model) stepRow(width int) string {
	t := m.theme
	long := make([]string, len(m.script))
	for i, step := range m.script {
		color, glyph := t.Faint, t.Glyph.Ahead
		switch {
		case i == m.step && (m.phase == failed || m.phase == asking && m.form().refusal.What != ""):
			color, glyph = t.Bad, t.Glyph.Failed
		case i == m.step && m.phase == shown:
			color, glyph = t.Accent, t.Glyph.Done
		case i == m.step:
			color, glyph = t.Accent, t.Glyph.Current
		case m.visits[i].state == done:
			color, glyph = t.Good, t.Glyph.Done
		}
		long[i] = color.Render(glyph + " " + step.Short)
	}
	line := strings.Join(long, t.Faint.Render(" "+strings.Repeat(t.Glyph.Rule, 3)+" "))
	if style.Visible(line) <= width {
		return line
	}
	return style.Cut(t, fmt.Sprintf("Step %d of %d", m.step+1, len(m.script)), width)
}

func (m Model) title() string {
	t, step := m.theme, m.current()
	title := step.Title
	switch {
	case m.panel.open():
		title = m.panelTitle()
	case m.phase == shown:
		if title = step.Done; step.DoneAs != nil {
			title = step.DoneAs(m.result())
		}
		return t.Good.Render(t.Glyph.Done) + " " + t.Title.Render(title)
	case m.phase == asking && step.Heading != nil:
		title = step.Heading(m.begin(), m.answering())
	}
	return t.Title.Render(title)
}

func (m Model) intro(width int) []string {
	if m.finished() || m.panel.open() {
		return nil
	}
	return style.Paint(m.theme.Faint, style.Wrap(m.current().Intro, width))
}

// body returns lines, and which of them must be visible.
func (m Model) body(width int) (lines []string, see span) {
	if m.panel.open() {
		return m.panelBody(width), span{}
	}
	switch m.phase {
	case asking:
		return m.bodyAsking(width)
	case failed:
		return m.bodyFailed(width)
	case shown:
		return m.bodyShown(width)
	case running:
	}
	lines = m.eventLines(width)
	if m.job.stopping {
		lines = append(append(lines, ""), m.stopping(width)...)
	}
	return lines, span{from: max(len(lines)-1, 0), to: len(lines)}
}

// smallHeight is a window without a line to spare.
const smallHeight = 20

func (m Model) bodyAsking(width int) (lines []string, see span) {
	lines, see = m.form().view(m.theme, width, m.height < smallHeight)
	if m.form().refusal.What != "" && m.height >= smallHeight {
		above := append(m.eventLines(width), "")
		lines = append(above, lines...)
		see = span{see.from + len(above), see.to + len(above), see.at + len(above)}
	}
	if plan := m.plan(); plan != "" {
		lines = append(append(lines, ""), style.Paint(m.theme.Faint, style.Wrap(plan, width))...)
	}
	return lines, see
}

// plan says what Enter will do, once all answers are valid.
func (m Model) plan() string {
	for _, field := range m.form().fields {
		if m.form().refused(field) {
			return ""
		}
	}
	return style.Safe(m.current().Plan(m.env, m.begin(), m.answering()))
}

func (m Model) stopping(width int) []string {
	text := "Stopping" + m.theme.Glyph.Ellipsis
	if _, ok := m.creating(); ok {
		text = fmt.Sprintf("Waiting up to %d seconds for the answer, because something is being created. Nothing will be lost: "+
			"if it comes too late, the next try looks for it.", int(task.Grace/time.Second))
	}
	return style.Paint(m.theme.Warn, style.Wrap(text, width))
}

func (m Model) bodyFailed(width int) (lines []string, see span) {
	t := m.theme
	advice := advice.For(m.job.err)
	if lines = m.eventLines(width); len(lines) > 0 {
		lines = append(lines, "")
	}
	see.from = len(lines)
	lines = append(lines, m.card(t.Bad, width, func(width int) []string {
		return t.Failure(advice.What, advice.Do, width)
	})...)
	if len(advice.Offers) > 0 {
		lines = append(lines, "")
		for _, offer := range advice.Offers {
			lines = append(lines, style.Cut(t, "  "+t.Accent.Render(style.Safe(offer.Key))+"  "+style.Safe(offer.Label), width))
		}
	}
	see.to = len(lines)
	return lines, see
}

// card puts a bar before what a screen is about. A narrow window has no room for it: an id would no longer fit.
func (m Model) card(color lipgloss.Style, width int, inside func(width int) []string) []string {
	if width < cardWidth {
		return inside(width)
	}
	bar := color.Render(m.theme.Glyph.Bar) + " "
	lines := inside(width - style.Visible(bar))
	for i := range lines {
		lines[i] = bar + lines[i]
	}
	return lines
}

const cardWidth = 60

func (m Model) column() (width int, indent string) {
	if m.width < 60 {
		return m.width - 2, " "
	}
	return min(m.width-4, maxColumn), "  "
}

// room is the width for lines such as code.
func (m Model) room() int {
	_, indent := m.column()
	return m.width - 2*len(indent)
}

// layout drops the introduction, then the header, then distant lines of the body, to fit the window.
func (m Model) layout(width int) layout {
	l := layout{}
	l.body, l.see = m.body(width)
	l.fixed = !m.panel.open() && (m.phase == asking || m.phase == running)
	title := m.title()
	name := style.Between(m.theme, m.theme.Accent.Render("credwiz"), m.apiLabel(width < 30), width)
	head := []string{"", name, "", m.stepRow(width), ""}
	tops := [][]string{
		slices.Concat(head, []string{title}, m.intro(width), []string{""}),
		slices.Concat(head, []string{title, ""}),
		{name, m.stepRow(width), "", title, ""},
		{name, title},
		{style.Between(m.theme, title, m.apiLabel(width < 50), width)},
	}
	for _, top := range tops {
		l.top, l.room = top, m.height-1-len(top)
		if len(l.body) < l.room {
			break
		}
	}
	return l
}
