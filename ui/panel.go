package ui

import (
	"fmt"
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"credwiz/steps"
)

// panel is something to look at over a step. It changes nothing of the step, and esc puts it away.
type panel struct {
	key   string // what opened it, and closes it too; empty if none is open
	pages []page
	at    int
}

// page is what a panel shows at a time.
type page struct {
	title  string
	blocks []block
	copies []copyable
}

// block is a part of a page: a heading, and a text below it.
type block struct {
	heading, text, note string
	// literal lines are code: they are cut where the window ends, because breaking them would change them.
	literal bool
	facts   []steps.Fact
}

// copyable is something that a key copies.
type copyable struct{ key, what, text string }

func (p panel) open() bool { return p.key != "" }

// panelFor is the panel that a key opens now. In a text the question mark is a letter, but nobody begins with it; the API
// secret may, and where the terminal tells no paste from typing it arrives letter by letter.
func (m Model) panelFor(key string) (panel, bool) {
	if m.phase == asking && m.form().typing() && key != "f1" {
		secret := m.form().focusedKey() == steps.AnswerAPISecret
		if key != "?" || secret || m.form().input.Value() != "" {
			return panel{}, false
		}
	}
	var pages []page
	switch {
	case m.phase == running:
	case key == "?", key == "f1":
		pages = m.explanation()
		if m.form().refusal.What != "" {
			pages = append(pages, m.wirePages()...) // their own key is a letter, which goes into the field
		}
	case key == "x":
		pages = m.wirePages()
	case key == "s" && m.finished():
		pages = m.snippetPages()
	case key == "i" && m.finished():
		pages = m.inspectionPages()
	case key == "r" && m.finished():
		pages = []page{{title: "The token, for a camera"}}
	}
	return panel{key: key, pages: pages}, len(pages) > 0
}

// finished reports whether the last step is done and shown.
func (m Model) finished() bool { return m.phase == shown && m.last() }

// pressPanel is a key while a panel is open.
func (m Model) pressPanel(key tea.KeyMsg) (tea.Model, tea.Cmd) {
	if scrolled, ok := m.scrolled(key.String()); ok {
		return scrolled, nil
	}
	pages := len(m.panel.pages)
	switch k := key.String(); k {
	case "esc", "enter", m.panel.key:
		m.panel = panel{}
	case "right", "tab":
		m.panel.at = (m.panel.at + 1) % pages
	case "left", "shift+tab":
		m.panel.at = (m.panel.at + pages - 1) % pages
	default:
		for _, c := range m.panel.pages[m.panel.at].copies {
			if k == c.key {
				m.notice = ""
				return m, m.copyText(c.what, c.text)
			}
		}
		return m, nil
	}
	m.scroll, m.notice = 0, ""
	return m, nil
}

func (m Model) panelTitle() string {
	p := m.panel
	if len(p.pages) == 1 {
		return safe(p.pages[0].title)
	}
	return fmt.Sprintf("%s (%d of %d)", safe(p.pages[p.at].title), p.at+1, len(p.pages))
}

func (m Model) panelBody(width int) []string {
	if m.panel.key == "r" {
		_, refusal := m.qr()
		return paint(m.theme.warn, wrap(refusal, width))
	}
	var lines []string
	if m.notice != "" {
		lines = append(paint(m.theme.good, wrap(safe(m.notice), width)), "")
	}
	for i, b := range m.panel.pages[m.panel.at].blocks {
		if i > 0 {
			lines = append(lines, "")
		}
		lines = append(lines, b.lines(m.theme, width, m.room())...)
	}
	return lines
}

// lines are the block with text of that width, and code as far as there is room.
func (b block) lines(t theme, width, room int) []string {
	var lines []string
	if b.heading != "" {
		lines = append(lines, t.accent.Render(cut(t, safe(b.heading), width)))
	}
	for line := range strings.SplitSeq(b.text, "\n") {
		if b.literal {
			lines = append(lines, cut(t, safe(strings.ReplaceAll(line, "\t", "  ")), room))
		} else if line != "" {
			lines = append(lines, wrap(safe(line), width)...)
		}
	}
	for _, f := range b.facts {
		lines = append(lines, t.factLine(safe(f.Label), safe(f.Value), width)...)
	}
	if b.note != "" {
		lines = append(lines, paint(t.faint, wrap(safe(b.note), width))...)
	}
	return lines
}

func (m Model) panelKeys() []help {
	keys := []help{{"esc", "close"}} // as enter does
	for _, c := range m.panel.pages[m.panel.at].copies {
		keys = append(keys, help{c.key, "copy " + strings.TrimSuffix(strings.TrimPrefix(c.what, "the "), " command")})
	}
	if len(m.panel.pages) > 1 {
		keys = append(keys, help{m.theme.glyph.leftRight, "others"})
	}
	return append(keys, help{"q", "quit"})
}

// explanation says what the things of the step are.
func (m Model) explanation() []page {
	topics := m.current().Topics
	if len(topics) == 0 {
		return nil
	}
	p := page{title: "What this step is about"}
	for _, topic := range topics {
		p.blocks = append(p.blocks, block{heading: topic.Name, text: topic.What, note: topic.Used})
	}
	return []page{p}
}

// snippetPages are the login code of each language. Presenters see the token's end only, and copy the whole.
func (m Model) snippetPages() []page {
	session := m.result()
	snippets := steps.Snippets(session)
	pages := make([]page, len(snippets))
	for i, s := range snippets {
		seen := strings.ReplaceAll(s.Code, session.Token.JWT.Reveal(), m.env.Shown(session.Token.JWT.Reveal()))
		pages[i] = page{
			title:  "Log in with " + s.Language,
			blocks: []block{{heading: s.FileName, note: s.Title}, {text: strings.TrimRight(seen, "\n"), literal: true}},
			copies: []copyable{{"c", "the code", s.Code}},
		}
	}
	return pages
}

// wirePages are the calls of the shown run, and the same work with other tools.
func (m Model) wirePages() []page {
	var pages []page
	session := m.session
	if m.phase == shown {
		session = m.result()
	}
	for _, e := range m.shownEvents() {
		if e.Wire == nil {
			continue
		}
		equivalent := steps.EquivalentOf(session, *e.Wire)
		p := equivalentPage(equivalent)
		p.blocks = slices.Insert(p.blocks, 0, block{text: strings.Join(e.Wire.Lines(), "\n"), literal: true})
		pages = append(pages, p)
	}
	if m.finished() {
		p := equivalentPage(steps.SigningEquivalent(session))
		p.blocks = slices.Insert(p.blocks, 0, block{text: "No call is made: the private key signs the token on this machine."})
		pages = append([]page{p}, pages...)
	}
	return pages
}

func equivalentPage(e steps.Equivalent) page {
	p := page{title: strings.ToUpper(e.Purpose[:1]) + e.Purpose[1:]}
	shell := strings.TrimSpace(e.Setup + "\n" + e.Shell)
	if shell != "" {
		p.blocks = append(p.blocks, block{heading: "The same in a shell", text: shell, literal: true})
		p.copies = append(p.copies, copyable{"c", "the shell commands", shell})
	}
	if e.Vonage != "" {
		p.blocks = append(p.blocks, block{heading: "The same with Vonage's command line", text: e.Vonage, literal: true})
		p.copies = append(p.copies, copyable{"v", "the vonage command", e.Vonage})
	}
	if e.Note != "" {
		p.blocks = append(p.blocks, block{note: e.Note})
	}
	return p
}

// shownEvents are those of the run whose result is on the screen.
func (m Model) shownEvents() []steps.Event {
	if m.phase == shown {
		return m.visit().events
	}
	return m.job.events
}
