package screen

import (
	"strings"

	"github.com/charmbracelet/bubbles/viewport"
)

// layout is all but the last line: a body that may scroll, between a fixed top and bottom.
type layout struct {
	top, body, bottom []string
	spare             int  // lines that the body may take, and the question's introduction takes
	room              int  // lines for the body
	see               span // lines of the body that must be seen
	fixed             bool
}

// fitted takes the first way around the body that leaves the room needed, or else the last.
func (l layout) fitted(height, need int, ways []layout) layout {
	for _, way := range ways {
		l.top, l.bottom, l.spare = way.top, way.bottom, way.spare
		if l.room = height - len(l.top) - len(l.bottom); max(len(l.body), need+l.spare) <= l.room {
			break
		}
	}
	return l
}

// span is lines from, to that should be visible; at must be.
type span struct{ from, to, at int }

// scrolls reports whether the user can scroll.
func (l layout) scrolls() bool { return !l.fixed && len(l.body) > l.room }

func (l layout) visibleBody(scroll int) []string {
	if len(l.body) <= l.room {
		return l.body
	}
	start := max(min(l.see.from, max(l.see.to-l.room, 0)), l.see.at+1-l.room)
	if l.scrolls() {
		start = l.see.from + scroll
	}
	start = l.viewport(start).YOffset
	return l.body[start : start+l.room]
}

// viewport only computes offsets: its View pads every line to the full width.
func (l layout) viewport(start int) viewport.Model {
	v := viewport.New(0, l.room)
	v.SetContent(strings.Join(l.body, "\n"))
	v.SetYOffset(start)
	return v
}

func firstLines(lines []string, height int) []string { return lines[:min(len(lines), max(height, 0))] }
