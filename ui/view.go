package ui

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"credwiz/client"
	"credwiz/steps"
)

// The smallest window in which every screen can be used, and the widest column in which text is pleasant to read.
const (
	minWidth, minHeight = 20, 6
	maxColumn           = 96
	labelWidth          = 16
)

// View draws the screen. It never returns more lines than the window has, nor wider ones: Bubble Tea would drop the
// first lines, and with them the question.
func (m Model) View() string {
	if m.width == 0 {
		return "" // the size is not known yet
	}
	if m.width < minWidth || m.height < minHeight {
		return strings.Join(fit(paint(m.theme.plain, wrap("Please make the window larger.", m.width)), m.height), "\n")
	}
	width := min(m.width-4, maxColumn)
	if m.width < 60 {
		width = m.width - 2
	}
	head := m.head(width)
	intro := m.intro(width)
	body, from, to := m.body(width)
	foot := m.foot(width)

	lines := m.stack(head, intro, body, from, to, foot)
	indent := strings.Repeat(" ", (m.width-width)/2)
	if width == maxColumn {
		indent = "  "
	}
	for i, line := range lines {
		if line != "" {
			lines[i] = indent + line
		}
	}
	return strings.Join(lines, "\n")
}

// stack puts the parts into the height of the window. When there is not enough of it, the introduction goes first, the
// header next, and then the lines of the body that are far from the question.
func (m Model) stack(head, intro, body []string, from, to int, foot []string) []string {
	room := m.height - len(foot)
	title := m.title()
	top := slices.Concat([]string{""}, head, []string{""}, title, intro, []string{""})
	if len(top)+len(body)+1 > room {
		top = slices.Concat([]string{""}, head, []string{""}, title, []string{""})
	}
	if len(top)+len(body)+1 > room {
		top = slices.Concat(head[:1], title)
	}
	if len(top)+len(body) > room {
		top = slices.Concat(title)
	}
	if len(top)+(to-from) > room {
		top = nil
	}
	body = window(body, from, to, room-len(top))
	lines := slices.Concat(top, body)
	for len(lines) < room {
		lines = append(lines, "")
	}
	return append(lines, foot...)
}

// window cuts lines to a height, keeping those between from and to.
func window(lines []string, from, to, height int) []string {
	if len(lines) <= height || height < 0 {
		return fit(lines, max(height, 0))
	}
	start := min(from, max(to-height, 0))
	// Show what is above the question too, while there is room.
	start = max(min(start, len(lines)-height), 0)
	return lines[start : start+height]
}

func fit(lines []string, height int) []string { return lines[:min(len(lines), max(height, 0))] }

// head is the name, the place and the row of steps.
func (m Model) head(width int) []string {
	t := m.theme
	where := steps.Where(m.env, m.session, m.form.answers(m.answers))
	place := ""
	switch {
	case where == "":
	case m.practising():
		place = t.badge.Render(" " + where + " ")
	default:
		place = t.faint.Render(where)
	}
	return []string{
		between(t, t.accent.Render("credwiz"), place, width),
		"",
		m.rail(width),
	}
}

func (m Model) practising() bool {
	return m.env.Demo || m.session.Place.Practice || m.form.answers(m.answers)[steps.AnswerAccount] == steps.AccountSandbox
}

// rail is the row of steps: what is done, what is now, what comes.
func (m Model) rail(width int) string {
	t := m.theme
	long := make([]string, len(m.script))
	for i, step := range m.script {
		style, glyph := t.faint, t.glyph.ahead
		switch {
		case i == m.step && m.phase == failed:
			style, glyph = t.bad, t.glyph.failed
		case i == m.step && m.phase == shown:
			style, glyph = t.accent, t.glyph.done
		case i == m.step:
			style, glyph = t.accent, t.glyph.current
		case i < len(m.after):
			style, glyph = t.good, t.glyph.done
		}
		long[i] = style.Render(glyph + " " + step.Short)
	}
	line := strings.Join(long, t.faint.Render(" "+strings.Repeat(t.glyph.rule, 3)+" "))
	if visible(line) <= width {
		return line
	}
	return cut(t, fmt.Sprintf("Step %d of %d", m.step+1, len(m.script)), width)
}

func (m Model) title() []string {
	if m.phase == shown && m.last() {
		return []string{m.theme.good.Render(m.theme.glyph.done) + m.theme.title.Render(" Ready to log in")}
	}
	return []string{m.theme.title.Render(m.current().Title)}
}

func (m Model) intro(width int) []string {
	if m.phase == shown && m.last() {
		return nil
	}
	return paint(m.theme.faint, wrap(m.current().Intro, width))
}

// body is what the phase is about, and which of its lines must be seen.
func (m Model) body(width int) (lines []string, from, to int) {
	switch m.phase {
	case asking:
		return m.bodyAsking(width)
	case failed:
		return m.bodyFailed(width)
	case shown:
		lines = m.bodyShown(width)
		return lines, 0, min(len(lines), 1)
	}
	lines = m.eventLines(width)
	if m.run != nil && m.run.stopping {
		lines = append(append(lines, ""), m.stopping(width)...)
	}
	return lines, max(len(lines)-1, 0), len(lines)
}

func (m Model) bodyAsking(width int) (lines []string, from, to int) {
	lines, from, to = m.form.view(m.theme, width)
	if plan := m.plan(); plan != "" {
		lines = append(append(lines, ""), paint(m.theme.faint, wrap(plan, width))...)
	}
	return lines, from, to
}

// plan says what enter is about to do, once every answer is there.
func (m Model) plan() string {
	for _, field := range m.form.fields {
		if m.form.refused(field) {
			return ""
		}
	}
	return m.current().Plan(m.env, m.begin(), m.form.answers(m.answers))
}

func (m Model) stopping(width int) []string {
	text := "Stopping" + m.theme.glyph.ellipsis
	if _, ok := m.creating(); ok {
		text = fmt.Sprintf("Waiting up to %d seconds for the answer, because something is being created. Nothing is lost: "+
			"if it comes too late, the next try looks for it.", int(steps.Grace/time.Second))
	}
	return paint(m.theme.warn, wrap(text, width))
}

func (m Model) bodyFailed(width int) (lines []string, from, to int) {
	t := m.theme
	advice := steps.Advise(m.err)
	if lines = m.eventLines(width); len(lines) > 0 {
		lines = append(lines, "")
	}
	from = len(lines)
	lines = append(lines, paint(t.bad, hanging(t.glyph.failed+" ", advice.What, width))...)
	lines = append(lines, hanging("  ", advice.Do, width)...)
	if len(advice.Offers) > 0 {
		lines = append(lines, "")
		for _, offer := range advice.Offers {
			lines = append(lines, cut(t, "  "+t.accent.Render(client.Printable(offer.Key))+"  "+client.Printable(offer.Label), width))
		}
	}
	return lines, from, len(lines)
}

// hanging wraps a text behind a mark.
func hanging(mark, text string, width int) []string {
	lines := wrap(text, width-visible(mark))
	for i := range lines {
		if i > 0 {
			mark = strings.Repeat(" ", visible(mark))
		}
		lines[i] = mark + lines[i]
	}
	return lines
}

// eventLines are the calls and files of a run, a line each: what, how it ended, how long it took.
func (m Model) eventLines(width int) []string {
	t := m.theme
	widest := 0
	for _, e := range m.events {
		widest = max(widest, visible(e.Text))
	}
	lines := make([]string, 0, len(m.events))
	for _, e := range m.events {
		mark := ""
		switch e.State {
		case steps.Started:
			mark = t.accent.Render(t.glyph.spinner[m.frame%len(t.glyph.spinner)])
		case steps.Done:
			mark = t.good.Render(t.glyph.done)
		case steps.Warned:
			mark = t.warn.Render(t.glyph.warned)
		case steps.Failed:
			mark = t.bad.Render(t.glyph.failed)
		}
		text := e.Text + strings.Repeat(" ", widest-visible(e.Text))
		lines = append(lines, cut(t, mark+" "+text+"  "+t.faint.Render(detail(t, e)), width))
	}
	return lines
}

// detail is the small print of an event.
func detail(t theme, e steps.Event) string {
	var parts []string
	if e.Call != "" {
		parts = append(parts, e.Call)
	}
	if e.Note != "" {
		parts = append(parts, e.Note)
	}
	if e.Call != "" && e.State != steps.Started {
		parts = append(parts, e.Took.Round(time.Millisecond).String())
	}
	return strings.Join(parts, " "+t.glyph.dot+" ")
}

func (m Model) bodyShown(width int) []string {
	var lines []string
	if len(m.events) > 0 {
		lines = append(m.eventLines(width), "")
	}
	session := m.after[m.step]
	lines = append(lines, m.factLines(m.current().Show(m.env, session), width)...)
	if m.last() {
		lines = append(lines, m.countdown(session, width), "")
		for _, f := range session.Files {
			lines = append(lines, cut(m.theme, pad(client.Printable(f.Path), labelWidth)+m.theme.faint.Render(" "+f.Purpose), width))
		}
	}
	return lines
}

func (m Model) factLines(facts []steps.Fact, width int) []string {
	lines := make([]string, 0, len(facts))
	for _, f := range facts {
		value := f.Value
		if f.Whole {
			// A token in pieces is of no use: what is cut here is printed whole on leaving.
			value = cut(m.theme, value, min(width-labelWidth, 40))
		}
		lines = append(lines, cut(m.theme, m.theme.faint.Render(pad(f.Label, labelWidth))+m.theme.bold.Render(value), width))
	}
	return lines
}

func pad(text string, width int) string {
	return text + strings.Repeat(" ", max(width-visible(text), 0))
}

// Less than this is left: the countdown warns.
const nearEnd = 5 * time.Minute

func (m Model) countdown(s steps.Session, width int) string {
	t := m.theme
	left := s.Ends().Sub(m.now)
	style, text := t.good, steps.InWords(left)
	switch {
	case left <= 0:
		style, text = t.bad, "it has ended: esc, then sign another"
	case left < nearEnd:
		style = t.warn
	}
	return cut(t, t.faint.Render(pad("Time left", labelWidth))+style.Render(text), width)
}
