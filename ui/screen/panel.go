package screen

import (
	"fmt"
	"slices"
	"strings"

	"github.com/charmbracelet/bubbles/key"

	"credwiz/steps"
	"credwiz/steps/inspect"
	"credwiz/steps/snippet"
	"credwiz/steps/task"
	"credwiz/ui/style"
)

// panel is shown over a step, and changes nothing of it.
type panel struct {
	opener key.Binding // closes it too
	pages  []page      // nil if none is open
	at     int
}

type page struct {
	title  string
	blocks []block
	copies []copyable
	qr     bool // the token as a QR code
}

type block struct {
	heading, text, note string
	// literal lines are code, and cut rather than wrapped.
	literal bool
	facts   []steps.Fact
}

type copyable struct{ key, what, text string }

func (p panel) open() bool { return p.pages != nil }

func (m Model) finished() bool { return m.phase == shown && m.last() }

func (m Model) withPanel(p panel) Model {
	m.panel, m.scroll, m.notice = p, 0, ""
	return m
}

func (m Model) panelTitle() string {
	p := m.panel
	if len(p.pages) == 1 {
		return style.Safe(p.pages[0].title)
	}
	return fmt.Sprintf("%s (%d of %d)", style.Safe(p.pages[p.at].title), p.at+1, len(p.pages))
}

func (m Model) panelBody(width int) []string {
	if m.panel.pages[0].qr {
		_, refusal := m.qr()
		return style.Paint(m.theme.Warn, style.Wrap(refusal, width))
	}
	lines := m.noticeLines(width)
	for i, b := range m.panel.pages[m.panel.at].blocks {
		if i > 0 {
			lines = append(lines, "")
		}
		lines = append(lines, b.lines(m.theme, width, m.room())...)
	}
	return lines
}

func (b block) lines(t style.Theme, width, room int) []string {
	var lines []string
	if b.heading != "" {
		lines = append(lines, t.Accent.Render(style.Cut(t, style.Safe(b.heading), width)))
	}
	for line := range strings.SplitSeq(b.text, "\n") {
		if b.literal {
			lines = append(lines, style.Cut(t, style.Safe(strings.ReplaceAll(line, "\t", "  ")), room))
		} else if line != "" {
			lines = append(lines, style.Wrap(style.Safe(line), width)...)
		}
	}
	for _, f := range b.facts {
		lines = append(lines, t.FactLine(style.Safe(f.Label), style.Safe(f.Value), width)...)
	}
	if b.note != "" {
		lines = append(lines, style.Paint(t.Faint, style.Wrap(style.Safe(b.note), width))...)
	}
	return lines
}

// explanation also shows the calls after a refusal: their own key would be typed into the field.
func (m Model) explanation() []page {
	var pages []page
	if topics := m.current().Topics; len(topics) > 0 {
		p := page{title: "About this step"}
		for _, topic := range topics {
			p.blocks = append(p.blocks, block{heading: topic.Name, text: topic.What, note: topic.Used})
		}
		pages = append(pages, p)
	}
	if m.refusedCalls() {
		pages = append(pages, m.wirePages()...)
	}
	return pages
}

// refusedCalls reports whether refused calls led back to the questions.
func (m Model) refusedCalls() bool { return m.form().refusal.What != "" && m.hasCalls() }

func (m Model) hasCalls() bool {
	return m.finished() || slices.ContainsFunc(m.shownEvents(), func(e task.Event) bool { return e.Wire != nil })
}

// snippetPages show presenters only the token's end, but copy all of it.
func (m Model) snippetPages() []page {
	session := m.result()
	snippets := snippet.Snippets(session)
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
		call := block{text: strings.Join(e.Wire.Lines(), "\n"), literal: true}
		pages = append(pages, equivalentPage(call, snippet.EquivalentOf(session, *e.Wire)))
	}
	if m.finished() {
		noCall := block{text: "No API call: the private key signs the token on this computer."}
		pages = slices.Insert(pages, 0, equivalentPage(noCall, snippet.SigningEquivalent(session)))
	}
	return pages
}

func equivalentPage(call block, e snippet.Equivalent) page {
	p := page{title: style.Sentence(e.Purpose), blocks: []block{call}}
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

func (m Model) inspectionPages() []page {
	i := inspect.OfSession(m.env, m.result())
	p := page{title: "What the token says", blocks: []block{{text: i.Verdict}}}
	for _, problem := range i.Problems {
		p.blocks = append(p.blocks, block{text: problem.What, note: strings.TrimSpace(problem.Do + " " + problem.Command)})
	}
	facts := []steps.Fact{{Label: "Signature", Value: "fits " + i.Signature.With}}
	if i.Signature.State != inspect.Verified {
		facts[0].Value = "does not fit " + i.Signature.With
	}
	p.blocks = append(p.blocks, block{facts: append(facts, i.Facts...)})
	return []page{p}
}

func (m Model) shownEvents() []task.Event {
	if m.phase == shown {
		return m.visit().events
	}
	return m.job.events
}
