package screen

import (
	"slices"
	"time"

	"credwiz/steps"
	"credwiz/steps/task"
	"credwiz/ui/style"
)

// crowded reports whether the last screen has no room for its events. Warnings always show.
func (m Model) crowded() bool {
	warned := slices.ContainsFunc(m.job.events, func(e task.Event) bool { return e.State == task.Warned })
	return m.last() && m.height < roomyHeight && !warned
}

// roomy reports whether there is an audience, and room for larger spacing.
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
		lines = append(lines, m.tokenKeyLines(width)...)
	}
	see.to = len(lines)
	return lines, see
}

func (m Model) fileLines(s steps.Session, width int) []string {
	t := m.theme
	// The label is as wide as the file names, to align the columns.
	lines := m.theme.FactLine(style.Pad("Files in", style.MarkWidth+style.LabelWidth), style.Safe(s.Place.Folder.Name()), width)
	for _, f := range s.Files {
		lines = append(lines, style.Cut(t, "  "+style.Pad(style.Safe(f.Name), style.LabelWidth)+t.Faint.Render(style.Safe(f.Purpose)), width))
	}
	return lines
}

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
			// A part of a token is useless; the receipt has all of it.
			value = style.Cut(m.theme, value, min(width-style.LabelWidth, 40))
		}
		weight := m.theme.Plain
		if i == 0 {
			weight = m.theme.Bold
		}
		lines = append(lines, m.theme.FactLine(style.Safe(f.Label), weight.Render(value), width)...)
	}
	return lines
}

const expiryWarning = 5 * time.Minute

func (m Model) countdown(s steps.Session) string {
	t := m.theme
	left := s.Ends().Sub(m.now)
	switch {
	case left <= 0:
		return t.Bad.Render("expired: press n for a new one")
	case left < expiryWarning:
		return t.Warn.Render(style.Clock(left) + ", expiring soon")
	}
	return t.Good.Render(style.Clock(left))
}
