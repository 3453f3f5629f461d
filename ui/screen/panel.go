package screen

import (
	"fmt"
	"slices"
	"strings"

	"github.com/charmbracelet/bubbles/key"
	"github.com/charmbracelet/x/ansi"

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
	tab    string // its name, where the pages are shown as tabs
	blocks []block
	copies []copyable
	qr     bool // the token as a QR code
}

type block struct {
	heading, text, note string
	// literal lines are code, and wrapped wherever the window ends.
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

// panelHead has as many lines on each page. A notice takes the place of the blank line, or of the title.
func (m Model) panelHead(name string, width int) []string {
	notice := style.Cut(m.theme, m.theme.Good.Render(style.Safe(m.notice)), width)
	if m.height >= smallHeight {
		return []string{name, "", m.panelTitle(width), notice}
	}
	if m.notice != "" {
		return []string{notice}
	}
	label := m.apiLabel(true)
	return []string{style.Between(m.theme, m.panelTitle(width-style.Visible(label)-2), label, width)}
}

func (m Model) panelTitle(width int) string {
	p, t := m.panel, m.theme
	if p.pages[p.at].tab != "" && m.width >= cardWidth {
		return p.tabs(t, width)
	}
	title := p.pages[p.at].title
	if len(p.pages) > 1 {
		title = fmt.Sprintf("%s (%d of %d)", title, p.at+1, len(p.pages))
	}
	return t.Title.Render(style.Safe(title))
}

// tabs marks the page that is open in brackets, so that it is seen without color. The tabs before it give way to it.
func (p panel) tabs(t style.Theme, width int) string {
	names := make([]string, len(p.pages))
	for i, page := range p.pages {
		names[i] = t.Faint.Render(page.tab)
	}
	names[p.at] = t.Accent.Render("[" + p.pages[p.at].tab + "]")
	const gap = "  "
	upTo, line := style.Visible(strings.Join(names[:p.at+1], gap)), strings.Join(names, gap)
	if p.at < len(names)-1 {
		upTo += style.Visible(t.Glyph.Ellipsis)
	}
	if over := upTo - width; over > 0 {
		line = ansi.TruncateLeft(line, over+style.Visible(t.Glyph.Ellipsis), t.Glyph.Ellipsis)
	}
	return style.Cut(t, line, width)
}

func (m Model) panelBody(width int) []string {
	if m.panel.pages[0].qr {
		_, refusal := m.qr()
		return style.Paint(m.theme.Warn, style.Wrap(refusal, width))
	}
	var lines []string
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
			code := style.Safe(strings.ReplaceAll(line, "\t", "  "))
			lines = append(lines, style.Wrap(code, room)...)
		} else if line != "" {
			lines = append(lines, style.Wrap(style.Safe(line), width)...)
		}
	}
	for _, f := range b.facts {
		lines = append(lines, t.FactLine(style.Safe(f.Label), style.Safe(f.Value), style.LabelWidth, width)...)
	}
	if b.note != "" {
		lines = append(lines, style.Paint(t.Faint, style.Wrap(style.Safe(b.note), width))...)
	}
	return lines
}

// explanation also shows the calls after a refusal: their own key would be typed into the field.
func (m Model) explanation() []page {
	if m.atHome() {
		return []page{m.aboutHome()}
	}
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

// aboutHome explains each kind of row once.
func (m Model) aboutHome() page {
	p := page{title: "About this folder", blocks: []block{{
		text: "An earlier run set it up: an application with its private key, users, and a token in .env.",
	}, {
		heading: "New token",
		text:    "Signs a token for a user with the private key, and writes it to .env. Nothing is created.",
	}}}
	what := map[string]string{
		goOn:      "Continues where the last run stopped. What it created is used, not created again.",
		tryIt:     "Serves tokens on this computer, and opens a page that logs in with them.",
		addUser:   "Creates a user in the same application, with a token of its own.",
		otherApp:  "Begins with the account, and then lets you choose or create an application.",
		startOver: "Begins at the first question. Nothing is deleted; credwiz clean does that.",
	}
	for _, c := range m.homeField().Choices {
		if text := what[c.Value]; text != "" {
			p.blocks = append(p.blocks, block{heading: c.Label, text: text})
		}
	}
	return p
}

// refusedCalls reports whether refused calls led back to the questions.
func (m Model) refusedCalls() bool { return m.form().refusal.What != "" && m.hasCalls() }

func (m Model) hasCalls() bool {
	return m.finished() || slices.ContainsFunc(m.shownEvents(), func(e task.Event) bool { return e.Wire != nil })
}

// snippetPages show presenters only the token's end, but copy all of it.
func (m Model) snippetPages() []page {
	session := m.result()
	snippets := slices.Concat(snippet.Snippets(session), snippet.Endpoints())
	pages := make([]page, len(snippets))
	for i, s := range snippets {
		token := session.Token.JWT.Reveal()
		seen := strings.ReplaceAll(s.Code, token, style.Middle(m.theme, m.env.Shown(token)))
		pages[i] = page{
			title:  "Log in with " + s.Language,
			tab:    s.Language,
			blocks: []block{{heading: s.FileName, note: s.Title}, {text: strings.TrimRight(seen, "\n"), literal: true}},
			copies: []copyable{{"c", "code", s.Code}},
		}
	}
	return pages
}

// wirePages are the calls of the step, and at the end those of all steps.
func (m Model) wirePages() []page {
	if !m.finished() {
		session := m.session
		if m.phase == shown {
			session = m.result()
		}
		return callPages(session, m.shownEvents())
	}
	var pages []page
	session, last := m.result(), len(m.visits)-1
	for _, v := range m.visits[:last] {
		pages = append(pages, callPages(session, v.events)...)
	}
	signing := block{text: "No API call: the private key signs the token on this computer."}
	pages = append(pages, equivalentPage(signing, snippet.SigningEquivalent(session)))
	return append(pages, callPages(session, m.visits[last].events)...)
}

func callPages(s steps.Session, events []task.Event) []page {
	var pages []page
	for _, e := range events {
		if e.Wire != nil {
			call := block{text: strings.Join(e.Wire.Lines(), "\n"), literal: true}
			pages = append(pages, equivalentPage(call, snippet.EquivalentOf(s, *e.Wire)))
		}
	}
	return pages
}

func equivalentPage(call block, e snippet.Equivalent) page {
	p := page{title: style.Sentence(e.Purpose), blocks: []block{call}}
	shell := strings.TrimSpace(e.Setup + "\n" + e.Shell)
	if shell != "" {
		p.blocks = append(p.blocks, block{heading: "The same in a shell", text: shell, literal: true})
		p.copies = append(p.copies, copyable{"c", "shell commands", shell})
	}
	if e.Vonage != "" {
		p.blocks = append(p.blocks, block{heading: "The same with Vonage's command line", text: e.Vonage, literal: true})
		p.copies = append(p.copies, copyable{"v", "vonage command", e.Vonage})
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
		note := strings.TrimSpace(problem.Do + " " + problem.Command)
		if strings.HasSuffix(i.Verdict, problem.What) {
			p.blocks[0].note = note
			continue
		}
		p.blocks = append(p.blocks, block{text: problem.What, note: note})
	}
	facts := []steps.Fact{{Label: "Signature", Value: "matches " + i.Signature.With}}
	if i.Signature.State != inspect.Verified {
		facts[0].Value = "doesn't match " + i.Signature.With
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
