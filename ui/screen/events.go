package screen

import (
	"slices"
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
	warned := t.Warn.Render(t.Glyph.Warned)
	marks := map[task.State]string{
		task.Started: m.job.spinner.View(), task.Done: t.Good.Render(t.Glyph.Done),
		task.Warned: warned, task.Waiting: warned, task.Failed: t.Bad.Render(t.Glyph.Failed),
	}
	lines := make([]string, 0, len(events))
	for _, e := range events {
		mark, title := marks[e.State], e.Title()
		elapsed := time.Duration(m.job.ticks) * style.SpinInterval
		line := mark + " " + look.Render(style.Pad(title, m.titleWidth(e))) + "  "
		small := detail(t, e, elapsed, m.room()-style.MarkWidth-style.Visible(line))
		line += t.Faint.Render(small)
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

// titleWidth is the same in both tenses, so that what stands behind a title stays where it is.
func (m Model) titleWidth(e task.Event) int {
	widest := 20
	if m.width >= cardWidth {
		widest = 25
	}
	for _, e.State = range []task.State{task.Started, task.Done} {
		widest = max(widest, style.Visible(e.Title()))
	}
	return widest
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

// shortestCall still says what is called: "PATCH /v1/u…".
const shortestCall = 12

// detail cuts the call before how it went.
func detail(t style.Theme, e task.Event, elapsed time.Duration, width int) string {
	var parts []string
	if e.Note != "" {
		parts = append(parts, e.Note)
	}
	// A fixed clock measures nothing.
	if e.Call != "" && !underWay(e) && e.Took > 0 {
		parts = append(parts, e.Took.Round(time.Millisecond).String())
	}
	if e.State == task.Started && elapsed >= elapsedShownFrom {
		parts = append(parts, elapsed.String())
	}
	dot := " " + t.Glyph.Dot + " "
	room := width - style.Visible(dot+strings.Join(parts, dot))
	switch {
	case e.Call == "":
	case len(parts) == 0:
		parts = []string{e.Call}
	case room >= shortestCall:
		parts = slices.Insert(parts, 0, style.Cut(t, e.Call, room))
	}
	return strings.Join(parts, dot)
}

func safeEvent(e task.Event) task.Event {
	e.Text, e.Call, e.Note = style.Safe(e.Text), style.Safe(e.Call), style.Safe(e.Note)
	return e
}
