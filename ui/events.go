package ui

import (
	"strings"
	"time"

	"credwiz/steps/task"
)

// eventLines are the calls and files of a run, a line each: what, how it ended, how long it took.
func (m Model) eventLines(width int) []string {
	t := m.theme
	widest := 0
	for _, e := range m.job.events {
		widest = max(widest, visible(e.Text))
	}
	warned := t.warn.Render(t.glyph.warned)
	marks := map[task.State]string{
		task.Started: m.job.spinner.View(), task.Done: t.good.Render(t.glyph.done),
		task.Warned: warned, task.Waiting: warned, task.Failed: t.bad.Render(t.glyph.failed),
	}
	lines := make([]string, 0, len(m.job.events))
	for _, e := range m.job.events {
		mark := marks[e.State]
		small := detail(t, e)
		elapsed := time.Duration(m.job.ticks) * spinInterval
		if e.State == task.Started && elapsed >= worthTelling {
			small += " " + t.glyph.dot + " " + elapsed.String()
		}
		if m.roomy() && len(lines) > 0 {
			lines = append(lines, "")
		}
		line := mark + " " + pad(e.Text, widest) + "  " + t.faint.Render(small)
		if e.State == task.Warned && visible(line) > width {
			// Why something went otherwise is worth more lines than one.
			lines = append(lines, cut(t, mark+" "+e.Text, width))
			lines = append(lines, under(t.faint, small, width)...)
			continue
		}
		lines = append(lines, cut(t, line, m.room()))
		if e.Progress != nil && e.State == task.Started {
			lines = append(lines, m.progressLines(*e.Progress, width)...)
		}
		if e.State == task.Waiting {
			// A line of its own: at the end of the other it would be cut.
			lines = append(lines, cut(t, "  "+t.warn.Render(e.Waits(e.Wait-elapsed)), width))
		}
	}
	return lines
}

// progressLines are how far work on many things is: a bar, and the same in words, beside it if there is room.
func (m Model) progressLines(p task.Progress, width int) []string {
	t := m.theme
	bar, words := strings.Repeat(" ", markWidth)+t.progress(p.Done+p.Failed, p.Total), p.Text()
	if visible(bar)+1+visible(words) <= width {
		return []string{bar + " " + t.faint.Render(words)}
	}
	return append([]string{cut(t, bar, width)}, under(t.faint, words, width)...)
}

// worthTelling is how long a call may take before the screen counts.
const worthTelling = time.Second

// detail is the small print of an event.
func detail(t theme, e task.Event) string {
	var parts []string
	if e.Call != "" {
		parts = append(parts, e.Call)
	}
	if e.Note != "" {
		parts = append(parts, e.Note)
	}
	// A clock that stands still measures nothing.
	if e.Call != "" && !underWay(e) && e.Took > 0 {
		parts = append(parts, e.Took.Round(time.Millisecond).String())
	}
	return strings.Join(parts, " "+t.glyph.dot+" ")
}

// safeEvent is an event with its texts as a screen shows them.
func safeEvent(e task.Event) task.Event {
	e.Text, e.Call, e.Note = safe(e.Text), safe(e.Call), safe(e.Note)
	return e
}
