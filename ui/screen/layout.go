package screen

import (
	"strings"

	"github.com/charmbracelet/bubbles/viewport"
)

// layout is what stands above the last line: a top that stays, and a body of which a part is seen.
type layout struct {
	top, body []string
	room      int  // lines for the body
	see       span // lines of the body that must be seen
	fixed     bool
}

// span is a part of the lines, and where there is no room for all of it, the one that must be seen with those before it.
type span struct{ from, to, at int }

// scrolls reports whether there is more than the window shows, and the user may look at it.
func (l layout) scrolls() bool { return !l.fixed && len(l.body) > l.room }

// visibleBody is the part of the body that is seen: what must be seen, else from where the user scrolled to.
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

// viewport moves the body in its room. It is not what draws it, because its View pads every line to the full width.
func (l layout) viewport(start int) viewport.Model {
	v := viewport.New(0, l.room)
	v.SetContent(strings.Join(l.body, "\n"))
	v.SetYOffset(start)
	return v
}

func firstLines(lines []string, height int) []string { return lines[:min(len(lines), max(height, 0))] }
