package screen

import (
	"strings"
	"time"

	"github.com/charmbracelet/lipgloss"

	"credwiz/steps/task"
	"credwiz/ui/style"
)

// jobLines are the calls of the current job.
func (m Model) jobLines(width int) []string { return m.eventLines(m.job.events, m.theme.Plain, width) }

func (m Model) eventLines(events []task.Event, look lipgloss.Style, width int) []string {
	t := m.theme
	widest := 0
	for _, e := range events {
		widest = max(widest, style.Visible(e.Title()))
	}
	warned := t.Warn.Render(t.Glyph.Warned)
	marks := map[task.State]string{
		task.Started: m.job.spinner.View(), task.Done: t.Good.Render(t.Glyph.Done),
		task.Warned: warned, task.Waiting: warned, task.Failed: t.Bad.Render(t.Glyph.Failed),
	}
	lines := make([]string, 0, len(events))
	for _, e := range events {
		mark, title := marks[e.State], e.Title()
		small := detail(t, e)
		elapsed := time.Duration(m.job.ticks) * style.SpinInterval
		if e.State == task.Started && elapsed >= elapsedShownFrom {
			small += " " + t.Glyph.Dot + " " + elapsed.String()
		}
		if m.roomy() && len(lines) > 0 {
			lines = append(lines, "")
		}
		line := mark + " " + look.Render(style.Pad(title, widest)) + "  " + t.Faint.Render(small)
		if e.State == task.Warned && style.Visible(line) > width {
			// A warning is worth more than one line.
			lines = append(lines, style.Cut(t, mark+" "+t.Warn.Render(title), width))
			lines = append(lines, style.Under(t.Faint, small, width)...)
			continue
		}
		lines = append(lines, style.Cut(t, line, m.room()-style.MarkWidth))
		if e.Progress != nil && e.State == task.Started {
			lines = append(lines, m.progressLines(*e.Progress, width)...)
		}
		if e.State == task.Waiting {
			// On the same line it would be cut.
			lines = append(lines, style.Cut(t, "  "+t.Warn.Render(e.Waits(e.Wait-elapsed)), width))
		}
	}
	return lines
}

func (m Model) progressLines(p task.Progress, width int) []string {
	t := m.theme
	bar, words := strings.Repeat(" ", style.MarkWidth)+t.Progress(p.Done+p.Failed, p.Total), p.Text()
	if style.Visible(bar)+1+style.Visible(words) <= width {
		return []string{bar + " " + t.Faint.Render(words)}
	}
	return append([]string{style.Cut(t, bar, width)}, style.Under(t.Faint, words, width)...)
}

// elapsedShownFrom is when the screen begins to count.
const elapsedShownFrom = time.Second

func detail(t style.Theme, e task.Event) string {
	var parts []string
	if e.Call != "" {
		parts = append(parts, e.Call)
	}
	if e.Note != "" {
		parts = append(parts, e.Note)
	}
	// A fixed clock measures nothing.
	if e.Call != "" && !underWay(e) && e.Took > 0 {
		parts = append(parts, e.Took.Round(time.Millisecond).String())
	}
	return strings.Join(parts, " "+t.Glyph.Dot+" ")
}

func safeEvent(e task.Event) task.Event {
	e.Text, e.Call, e.Note = style.Safe(e.Text), style.Safe(e.Call), style.Safe(e.Note)
	return e
}
