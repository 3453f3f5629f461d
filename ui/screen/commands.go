package screen

import (
	"slices"
	"strings"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"credwiz/steps"
	"credwiz/steps/advice"
	"credwiz/steps/answer"
	"credwiz/ui/style"
)

// command is a key that does something now, in the order of the last line.
type command struct {
	key.Binding
	do     func(Model) (tea.Model, tea.Cmd) // nil where the form takes the key, or every state does
	hidden bool                             // the last line does not have it
}

func withHelp(b key.Binding, what string) key.Binding {
	b.SetHelp(b.Help().Key, what)
	return b
}

// pure is for a command that starts no work.
func pure(do func(Model) Model) func(Model) (tea.Model, tea.Cmd) {
	return func(m Model) (tea.Model, tea.Cmd) { return do(m), nil }
}

func openPanel(b key.Binding, pages func(Model) []page) func(Model) (tea.Model, tea.Cmd) {
	return pure(func(m Model) Model { return m.withPanel(panel{opener: b, pages: pages(m)}) })
}

func (m Model) commands() []command {
	switch {
	case m.panel.open():
		return m.panelCommands()
	case m.atHome():
		return m.homeCommands()
	case m.phase == asking:
		return m.askingCommands()
	case m.phase == running:
		return m.runningCommands()
	case m.phase == failed:
		return m.failedCommands()
	}
	return m.shownCommands()
}

func (m Model) askingCommands() []command {
	k := m.keys
	enter := m.enterDoes()
	all := []command{{Binding: withHelp(k.enter, enter), do: Model.enter}}
	field := m.form().focused()
	if field.Choices != nil || field.Options != nil {
		all = append(all, command{Binding: k.choose})
	}
	if field.Options != nil {
		all = append(all, command{Binding: k.take})
	}
	if len(m.form().fields) > 1 && enter != k.next.Help().Desc {
		all = append(all, command{Binding: k.next})
	}
	all = append(all, command{Binding: k.back, do: pure(Model.escape), hidden: m.step == 0 && m.complete == nil && m.home.found == nil})
	all = append(all, m.wordlessCommands()...)
	if !m.form().typing() && m.hasCalls() {
		all = append(all, command{k.calls, openPanel(k.calls, Model.wirePages), true})
	}
	if !m.form().takesLetters() {
		all = append(all, command{Binding: k.quit, do: Model.quit, hidden: true})
	}
	return append(all, command{Binding: k.interrupt})
}

func (m Model) enterDoes() string {
	switch form, all := m.form().enter(); {
	case all:
		return style.Safe(m.current().Verb(m.env, m.begin(), m.answering()))
	case form.focus != m.form().focus:
		return m.keys.next.Help().Desc
	}
	return "next"
}

func (m Model) runningCommands() []command {
	switch {
	case m.leaving != nil:
		return []command{{Binding: withHelp(m.keys.interrupt, "leave at once")}}
	case m.job.stopping:
		return []command{{Binding: m.keys.interrupt}}
	}
	return []command{{Binding: m.keys.stop, do: pure(Model.stop)}, {Binding: m.keys.interrupt}}
}

func (m Model) failedCommands() []command {
	k, advice := m.keys, advice.For(m.job.err)
	change := pure(func(m Model) Model { return m.reask(advice.Field) })
	retry := command{Binding: k.retry, do: func(m Model) (tea.Model, tea.Cmd) { return m.start(m.answers) }}
	if !advice.Retry {
		retry = command{Binding: withHelp(k.retry, k.change.Help().Desc), do: change}
	}
	var all []command
	for _, offer := range advice.Offers { // which stand above, each with its key
		all = append(all, command{
			Binding: key.NewBinding(key.WithKeys(offer.Key), key.WithHelp(offer.Key, offer.Label)),
			do:      func(m Model) (tea.Model, tea.Cmd) { return m.takeOffer(offer) },
			hidden:  true,
		})
	}
	all = append(all, retry, command{Binding: k.change, do: change, hidden: !advice.Retry}, command{Binding: k.back, do: change, hidden: true})
	all = append(all, m.explainCommands()...)
	if m.hasCalls() {
		all = append(all, command{Binding: k.calls, do: openPanel(k.calls, Model.wirePages)})
	}
	return append(all, command{Binding: k.quit, do: Model.quit, hidden: true}, command{Binding: k.interrupt})
}

func (m Model) shownCommands() []command {
	k := m.keys
	all := []command{{Binding: k.enter, do: Model.advance}}
	if m.last() {
		all[0] = command{Binding: withHelp(k.enter, "finish"), do: Model.finish}
	}
	switch {
	case m.repeatable():
		all = append(all, command{Binding: k.change, do: pure(Model.ask), hidden: m.last()})
	case m.changeable():
		all = append(all, command{Binding: withHelp(k.change, style.Safe(m.current().Heading(m.result(), m.answers))), do: pure(Model.askChange), hidden: m.last()})
	}
	switch m.current().ID {
	case steps.ConnectStep:
		if !m.repeatable() {
			all = append(all, command{Binding: withHelp(k.other, "switch account"), do: pure(Model.restart)})
		}
	case steps.ApplicationStep:
		all = append(all, command{Binding: k.other, do: Model.anotherApplication})
	}
	if taken := func(u steps.FailedUser) bool { return u.Taken }; m.incomplete() && slices.ContainsFunc(m.result().Failed, taken) {
		all = append(all, command{Binding: k.existing, do: func(m Model) (tea.Model, tea.Cmd) {
			return m.start(m.answers.With(answer.ExistingUser, answer.Yes))
		}})
	}
	if m.step > 0 || m.home.found != nil || m.nothingAdded() {
		all = append(all, command{Binding: k.back, do: pure(Model.back)})
	}
	if m.hasCalls() && !m.last() {
		all = append(all, command{Binding: k.calls, do: openPanel(k.calls, Model.wirePages)})
	}
	all = append(all, m.explainCommands()...)
	all = append(all, command{Binding: k.quit, do: Model.quit, hidden: true}, command{Binding: k.interrupt})
	if m.last() {
		primary, rest := m.tokenCommands()
		all = slices.Concat(all, primary, rest)
	}
	return all
}

func (m Model) tokenCommands() (primary, rest []command) {
	k := m.keys
	primary = []command{
		{k.copy, func(m Model) (tea.Model, tea.Cmd) { return m, m.copyToken() }, true},
		{k.code, openPanel(k.code, Model.snippetPages), true},
	}
	if m.tools.Serve != nil {
		primary = append(primary, command{k.tryIt, func(m Model) (tea.Model, tea.Cmd) { return m, m.serve(m.result()) }, true})
	}
	return primary, []command{
		{k.sign, pure(Model.ask), true},
		{k.another, func(m Model) (tea.Model, tea.Cmd) { return m.another().skipOrPrepare() }, true},
		{k.inspect, openPanel(k.inspect, Model.inspectionPages), true},
		{k.calls, openPanel(k.calls, Model.wirePages), true},
		{k.qr, openPanel(k.qr, qrPages), true},
		{k.other, Model.anotherApplication, true},
	}
}

// wordlessCommands are those of letters that begin no text.
func (m Model) wordlessCommands() []command {
	f, all := m.form(), m.explainCommands()
	if link := f.focused().Link; link != "" && f.input.Value() == "" {
		browse := m.tools.Browse
		all = append(all, command{m.keys.browse, func(m Model) (tea.Model, tea.Cmd) {
			return m, func() tea.Msg { return browsedMsg{browse(link)} }
		}, true})
	}
	return all
}

// explainCommands returns the help key if there is help. In a text "?" is a letter, but none begins with it, except
// perhaps an API secret, which may arrive letter by letter where pastes are not bracketed.
func (m Model) explainCommands() []command {
	if !m.atHome() && len(m.current().Topics) == 0 && !m.refusedCalls() {
		return nil
	}
	opener := m.keys.explain
	if f := m.form(); m.questioning() && f.typing() && (f.focusedKey() == answer.APISecret || f.input.Value() != "") {
		opener = m.keys.explainTyping
	}
	seen := opener
	if m.refusedCalls() {
		seen = withHelp(opener, "help and calls")
	}
	return []command{{Binding: seen, do: openPanel(opener, Model.explanation)}}
}

func (m Model) panelCommands() []command {
	k := m.keys
	closing := pure(func(m Model) Model { return m.withPanel(panel{}) })
	turn := func(by int) func(Model) (tea.Model, tea.Cmd) {
		return pure(func(m Model) Model {
			p := m.panel
			p.at = (p.at + by + len(p.pages)) % len(p.pages)
			return m.withPanel(p)
		})
	}
	all := []command{{Binding: k.close, do: closing}, {Binding: m.panel.opener, do: closing, hidden: true}}
	for _, c := range m.panel.pages[m.panel.at].copies {
		what := "copy " + strings.TrimSuffix(c.what, " command")
		all = append(all, command{
			Binding: key.NewBinding(key.WithKeys(c.key), key.WithHelp(c.key, what)),
			do:      func(m Model) (tea.Model, tea.Cmd) { return m, m.copyText(c.what, c.text) },
		})
	}
	return append(all,
		command{Binding: k.nextPage, do: turn(1), hidden: len(m.panel.pages) == 1},
		command{Binding: k.previousPage, do: turn(-1), hidden: true},
		command{Binding: k.quit, do: Model.quit})
}
