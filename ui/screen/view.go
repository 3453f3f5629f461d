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

// The smallest window in which every screen can be used, and the widest column in which text is pleasant to read.
const (
	minWidth, minHeight = 20, 6
	maxColumn           = 96
)

// View draws the screen. It never returns more lines than the window has, nor wider ones: Bubble Tea would drop the
// first lines, and with them the question.
func (m Model) View() (screen string) {
	defer func() {
		if r := recover(); r != nil {
			m.faulty(m.caught(r))
			screen = ""
		}
	}()
	return m.draw()
}

// tooSmall reports whether the window has no room for a question.
func (m Model) tooSmall() bool { return m.width > 0 && (m.width < minWidth || m.height < minHeight) }

func (m Model) draw() string {
	if m.width == 0 {
		return "" // the size is not known yet
	}
	if m.tooSmall() {
		return strings.Join(fit(style.Wrap("Please make the window larger.", m.width), m.height), "\n")
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
	lines = append(lines, m.foot(width, l.scrolls()))
	for i, line := range lines {
		if line != "" {
			lines[i] = indent + style.Cut(m.theme, line, room)
		}
	}
	return m.theme.Letters.Replace(strings.Join(lines, "\n"))
}

// place names the API, and says so when it is the practice sandbox: every screen does.
func (m Model) place(short bool) string {
	where := style.Safe(steps.Where(m.env, m.session, m.answered()))
	switch {
	case m.practising() && short:
		return m.theme.Badge.Render("sandbox")
	case m.practising():
		return m.theme.Badge.Render(" " + where + " ")
	case short:
		return ""
	}
	return m.theme.Faint.Render(where)
}

func (m Model) practising() bool {
	return m.env.Demo || m.session.Place.Sandbox || m.answered()[answer.Account] == answer.AccountSandbox
}

// rail is the row of steps: what is done, what is now, what comes.
func (m Model) rail(width int) string {
	t := m.theme
	long := make([]string, len(m.script))
	for i, step := range m.script {
		style, glyph := t.Faint, t.Glyph.Ahead
		switch {
		case i == m.step && (m.phase == failed || m.phase == asking && m.form().refusal.What != ""):
			style, glyph = t.Bad, t.Glyph.Failed
		case i == m.step && m.phase == shown:
			style, glyph = t.Accent, t.Glyph.Done
		case i == m.step:
			style, glyph = t.Accent, t.Glyph.Current
		case m.visits[i].state == done:
			style, glyph = t.Good, t.Glyph.Done
		}
		long[i] = style.Render(glyph + " " + step.Short)
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

// body is what the phase is about, and which of its lines must be seen.
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

// smallHeight is that of a window which has no line to spare.
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

// plan says what enter is about to do, once every answer is there.
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
		text = fmt.Sprintf("Waiting up to %d seconds for the answer, because something is being created. Nothing is lost: "+
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

// card puts a bar before what a screen is about, so that the eye finds it first. A narrow window has no column to spare:
// there an id would no longer fit into a line.
func (m Model) card(style1 lipgloss.Style, width int, inside func(width int) []string) []string {
	if width < cardWidth {
		return inside(width)
	}
	bar := style1.Render(m.theme.Glyph.Bar) + " "
	lines := inside(width - style.Visible(bar))
	for i := range lines {
		lines[i] = bar + lines[i]
	}
	return lines
}

const cardWidth = 60

// crowded reports whether the last screen, which has the most to show, has no room for how it came about. What went
// otherwise than it should is shown all the same.
func (m Model) crowded() bool {
	warned := slices.ContainsFunc(m.job.events, func(e task.Event) bool { return e.State == task.Warned })
	return m.last() && m.height < roomyHeight && !warned
}

// roomy reports whether an audience reads along, and the window has the lines for it.
func (m Model) roomy() bool { return m.env.Mask && m.height >= roomyHeight }

const roomyHeight = 30

func (m Model) bodyShown(width int) (lines []string, see span) {
	if len(m.job.events) > 0 && !m.crowded() {
		lines = append(m.eventLines(width), "")
	}
	see.from = len(lines)
	if m.notice != "" && m.height < smallHeight {
		lines = append(m.noticeLines(width), lines...) // where the keys are, it would be out of sight
		see.from = 0
	}
	session := m.result()
	lines = append(lines, m.card(m.theme.Good, width, func(width int) []string {
		facts := m.factLines(m.current().Show(m.env, session), width)
		if m.last() {
			facts = append(facts, m.theme.FactLine("Time left", m.countdown(session), width)...)
		}
		return facts
	})...)
	if m.last() {
		lines = append(append(lines, ""), m.fileLines(m.withKept(session), width)...)
		lines = append(lines, "")
		if m.height >= smallHeight {
			lines = append(lines, m.noticeLines(width)...)
		}
		lines = append(lines, m.nextLines(width)...)
	}
	see.to = len(lines)
	return lines, see
}

func (m Model) fileLines(s steps.Session, width int) []string {
	t := m.theme
	// Beside the names of the files, so that the purposes and the folder stand below each other.
	lines := m.theme.FactLine(style.Pad("Files in", style.MarkWidth+style.LabelWidth), style.Safe(s.Place.Folder.Name()), width)
	for _, f := range s.Files {
		lines = append(lines, style.Cut(t, "  "+style.Pad(style.Safe(f.Name), style.LabelWidth)+t.Faint.Render(style.Safe(f.Purpose)), width))
	}
	return lines
}

// noticeLines are what came of the last key, and a blank line; none if there is nothing to tell.
func (m Model) noticeLines(width int) []string {
	if m.notice == "" {
		return nil
	}
	return append(style.Paint(m.theme.Good, style.Wrap(style.Safe(m.notice), width)), "")
}

func (m Model) factLines(facts []steps.Fact, width int) []string {
	lines := make([]string, 0, len(facts))
	for i, f := range facts {
		value := style.Safe(f.Value)
		if f.Whole {
			// A token in pieces is of no use: what is cut here is printed whole on leaving.
			value = style.Cut(m.theme, value, min(width-style.LabelWidth, 40))
		}
		style1 := m.theme.Plain
		if i == 0 {
			style1 = m.theme.Bold
		}
		lines = append(lines, m.theme.FactLine(style.Safe(f.Label), style1.Render(value), width)...)
	}
	return lines
}

// Less than this is left: the countdown warns.
const nearEnd = 5 * time.Minute

func (m Model) countdown(s steps.Session) string {
	t := m.theme
	left := s.Ends().Sub(m.now)
	switch {
	case left <= 0:
		return t.Bad.Render("none: press n to sign another")
	case left < nearEnd:
		return t.Warn.Render(style.Clock(left) + ", it ends soon")
	}
	return t.Good.Render(style.Clock(left))
}

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
	name := style.Between(m.theme, m.theme.Accent.Render("credwiz"), m.place(width < 30), width)
	head := []string{"", name, "", m.rail(width), ""}
	tops := [][]string{
		slices.Concat(head, []string{title}, m.intro(width), []string{""}),
		slices.Concat(head, []string{title, ""}),
		{name, m.rail(width), "", title, ""},
		{name, title},
		{style.Between(m.theme, title, m.place(width < 50), width)},
	}
	for _, top := range tops {
		l.top, l.room = top, m.height-1-len(top)
		if len(l.body) < l.room {
			break
		}
	}
	return l
}
