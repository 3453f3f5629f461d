package screen

import (
	"slices"
	"strings"
	"time"

	"credwiz/steps"
	"credwiz/steps/task"
	"credwiz/ui/style"
)

func (m Model) bodyShown(width int) (lines []string, see span) {
	session := m.result()
	if m.last() {
		return m.bodyReady(session, width)
	}
	if lines = m.eventLines(m.visit().events, m.theme.Plain, width); len(lines) > 0 {
		lines = append(lines, "")
	}
	see.from = len(lines)
	lines = append(lines, m.factLines(m.current().Show(m.env, session), width)...)
	see.to = len(lines)
	return lines, see
}

// bodyReady has, in a low window, only the call that proved the token, and warnings. A notice takes the place of a
// blank line, of the first where the second may be out of sight.
func (m Model) bodyReady(session steps.Session, width int) (lines []string, see span) {
	events := m.visit().events
	afterEvents, afterFacts := []string{""}, m.noticeLines(width)
	if m.height < smallHeight {
		afterEvents, afterFacts = afterFacts, afterEvents
		events = slices.DeleteFunc(slices.Clone(events), func(e task.Event) bool { return e.State != task.Warned && e.Text != task.TestLogin })
	}
	session = m.withKept(session)
	facts := append(m.current().Show(m.env, session), steps.NewFact("Saved", saved(session)))
	if also := session.AlsoExist(); also != "" {
		facts = append(facts, steps.NewFact("Note", also))
	}
	lines = slices.Concat(m.eventLines(events, m.theme.Plain, width), afterEvents, m.factLines(facts, width), afterFacts,
		m.tokenKeyLines(width))
	return lines, span{to: len(lines)}
}

// saved names the files: "private.key, .env".
func saved(s steps.Session) string {
	names := make([]string, len(s.Files))
	for i, f := range s.Files {
		names[i] = f.Name
	}
	return strings.Join(names, ", ") + " in " + s.Place.Folder.Name()
}

// noticeLines is a blank line where there is no notice.
func (m Model) noticeLines(width int) []string {
	if m.notice == "" {
		return []string{""}
	}
	return style.Paint(m.theme.Good, style.Wrap(style.Safe(m.notice), width))
}

func (m Model) factLines(facts []steps.Fact, width int) []string {
	lines, label := make([]string, 0, len(facts)), 0
	for _, f := range facts {
		label = max(label, style.Visible(f.Label)+2)
	}
	for i, f := range facts {
		value := style.Safe(f.Value)
		if f.Whole {
			value = style.Middle(m.theme, value) // a part of a token is useless
		}
		weight := m.theme.Plain
		if i == 0 {
			weight = m.theme.Bold
		}
		lines = append(lines, m.theme.FactLine(style.Safe(f.Label), weight.Render(value), min(label, style.LabelWidth), width)...)
	}
	return lines
}

const expiryWarning = 5 * time.Minute

// countdown is the time that a token has left: "(23:59:57 left)".
func (m Model) countdown(s steps.Session) string {
	t := m.theme
	left := s.Ends().Sub(m.now)
	switch {
	case left <= 0:
		return t.Bad.Render("(expired: press n for a new one)")
	case left < expiryWarning:
		return t.Warn.Render("(" + style.Clock(left) + " left, expiring soon)")
	}
	return t.Good.Render("(" + style.Clock(left) + " left)")
}
