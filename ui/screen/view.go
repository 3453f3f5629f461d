package screen

import (
	"cmp"
	"slices"
	"strings"

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
	lines := slices.Concat(l.top, l.visibleBody(m.scroll), l.bottom)
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

// apiLabel names the API and the folder, on every screen if it is the sandbox.
func (m Model) apiLabel(short bool) string {
	where := style.Safe(steps.Where(m.env, m.session, m.answered()))
	switch {
	case m.inSandbox() && short:
		return m.theme.Badge.Render("sandbox")
	case short:
		return ""
	}
	folder := style.Safe(m.env.Folder)
	switch {
	case m.inSandbox() && folder != "":
		return m.theme.Badge.Render(" "+where+" ") + m.theme.Faint.Render(" "+folder)
	case m.inSandbox():
		return m.theme.Badge.Render(" " + where + " ")
	case folder != "":
		where += " · " + folder
	}
	return m.theme.Faint.Render(where)
}

func (m Model) inSandbox() bool {
	return m.env.Demo || m.session.Place.Sandbox || m.answered()[answer.Account] == answer.AccountSandbox
}

// intro stands on the question only.
func (m Model) intro(width int) []string {
	if m.changing || m.form().refusal.What != "" {
		return nil
	}
	lines := style.Paint(m.theme.Faint, style.Wrap(m.env.IntroFor(m.current(), m.inSandbox()), width))
	for i, line := range lines {
		lines[i] = m.theme.Linked(line)
	}
	return append(lines, "")
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
	case running, welcome:
	}
	lines = m.jobLines(width)
	if m.job.stopping {
		lines = append(append(lines, ""), m.stopping(width)...)
	}
	return lines, span{from: max(len(lines)-1, 0), to: len(lines)}
}

// smallHeight is a window without a line to spare.
const smallHeight = 20

func (m Model) bodyAsking(width int) (lines []string, see span) {
	lines, see = m.form().view(m.theme, width, formLook{small: m.height < smallHeight, taught: m.taught})
	if m.form().refusal.What != "" && m.height >= smallHeight {
		above := append(m.jobLines(width), "")
		lines = append(above, lines...)
		see = span{see.from + len(above), see.to + len(above), see.at + len(above)}
	}
	if plan := m.plan(); plan != "" {
		if len(lines) > 0 {
			lines = append(lines, "")
		}
		lines = append(lines, style.Wrap(plan, width)...)
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
		text = task.GraceNotice()
	}
	return style.Paint(m.theme.Warn, style.Wrap(text, width))
}

func (m Model) bodyFailed(width int) (lines []string, see span) {
	t := m.theme
	advice := advice.For(m.job.err)
	if lines = m.jobLines(width); len(lines) > 0 {
		lines = append(lines, "")
	}
	see.from = len(lines)
	lines = append(lines, t.Failure(advice.What, cmp.Or(advice.Asked, advice.Do), width)...)
	if len(advice.Offers) > 0 {
		lines = append(lines, "")
		for _, offer := range advice.Offers {
			lines = append(lines, style.Cut(t, "  Press "+t.Accent.Render(style.Safe(offer.Key))+" to "+style.Safe(offer.Label)+".", width))
		}
	}
	see.to = len(lines)
	return lines, see
}

// cardWidth is a window with room for wide columns.
const cardWidth = 60

func (m Model) column() (width int, indent string) {
	if m.width < cardWidth {
		return m.width - 2, " "
	}
	return min(m.width-4, maxColumn), "  "
}

// room is the width for lines such as code.
func (m Model) room() int {
	_, indent := m.column()
	return m.width - 2*len(indent)
}

// layout drops, to fit the window, the calls of earlier steps, the introduction, the header, and then folds the list of
// steps, before the body has to scroll. Until the next question it keeps the room of the last one, so that nothing jumps.
func (m Model) layout(width int) layout {
	name := style.Between(m.theme, m.theme.Accent.Render("credwiz"), m.apiLabel(width < 30), width)
	l := layout{}
	switch {
	case m.panel.open():
		l.body = m.panelBody(width)
		return l.fitted(m.height-1, 0, []layout{{top: m.panelHead(name, width)}})
	case m.atHome():
		return m.homeLayout(width, name)
	}
	inner := width - style.MarkWidth
	l.body, l.see = m.body(inner)
	l.fixed = m.phase == asking || m.phase == running
	inset(l.body)
	question := l.body
	if m.phase == running || m.height >= smallHeight && m.phase != asking && len(m.form().fields) > 0 {
		question, _ = m.bodyAsking(inner)
	}
	l = l.fitted(m.height-1, len(question), append(m.unfolded(name, width),
		layout{top: slices.Concat([]string{name}, m.above(m.step, width)), bottom: m.below(width)},
		layout{top: []string{name, m.folded()}},
		layout{top: []string{style.Between(m.theme, m.folded(), m.apiLabel(width < 50), width)}},
	))
	for m.phase == running && len(l.body) < min(len(question)+l.spare, l.room) {
		l.body = append(l.body, "")
	}
	return l
}

// unfolded has the whole list around the body, the roomiest way first: with the introduction, and with the calls of
// earlier steps from one on, where those of one step give way before the introduction does.
func (m Model) unfolded(name string, width int) []layout {
	intro, below := inset(m.intro(width-style.MarkWidth)), m.below(width)
	var ways []layout
	add := func(since int, intro []string) {
		way := layout{top: slices.Concat([]string{name, ""}, m.above(since, width)), bottom: append([]string{""}, below...)}
		if m.phase == asking {
			way.top = append(way.top, intro...)
		} else {
			way.spare = len(intro)
		}
		closer := way
		closer.bottom = below
		ways = append(ways, way, closer)
	}
	for since := 0; since <= m.step; since += 2 {
		add(since, intro)
		add(since+1, intro)
		add(since, nil)
		add(since+1, nil)
	}
	return ways
}
