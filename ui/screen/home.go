package screen

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"credwiz/client"
	"credwiz/client/redact"
	"credwiz/steps"
	"credwiz/steps/advice"
	"credwiz/steps/answer"
	"credwiz/steps/journal"
	"credwiz/steps/resign"
	"credwiz/steps/task"
	"credwiz/steps/words"
	"credwiz/ui/style"
)

// home is the first screen in a folder that is set up. It stands before the steps: what is chosen there says with
// which one to go on.
type home struct {
	found *resign.Home
	form  form
}

const homeKey = "home"

// What is chosen at home, besides the id of a user who gets a new token.
const (
	tryIt     = "try"
	addUser   = "add"
	otherApp  = "other"
	startOver = "over"
	goOn      = "go on"
)

type openedMsg struct {
	job     int
	chosen  string
	session steps.Session
	err     error
}

func (m Model) atHome() bool { return m.phase == welcome }

func (m Model) goHome() Model {
	m.phase, m.job = welcome, m.job.abandoned()
	m = m.leavingApplication()
	m.step, m.session, m.visits, m.complete, m.answers = 0, steps.Session{}, make([]visit, len(m.script)), nil, steps.Given(m.env)
	m.home.form = newForm([]answer.Field{m.homeField()}).withInput()
	return m
}

func (m Model) homeField() answer.Field {
	h := m.home
	f := answer.Field{Key: homeKey, Suggestion: h.found.Users[0].User.ID, Search: len(h.found.Users) > words.ShortList}
	if earlier := m.env.Earlier; earlier != nil {
		f.Suggestion = goOn
		f.Choices = append(f.Choices, answer.Choice{Value: goOn, Label: "Continue the unfinished setup", Note: earlier.StoppedAt()})
	}
	for _, g := range h.found.Users {
		c := answer.Choice{Value: g.User.ID, Label: "New token for " + redact.Printable(g.User.Name)}
		if g.User.TokenID == "" { // a run that was left made this user
			c.Note = "no token yet"
			if f.Suggestion != goOn {
				f.Suggestion = c.Value
			}
		} else if g.User.Refused != "" {
			c.Note = "its token doesn't work"
		}
		f.Choices = append(f.Choices, c)
	}
	if m.tools.Serve != nil {
		f.Choices = append(f.Choices, answer.Choice{Value: tryIt, Label: "Try it in the browser"})
	}
	f.Choices = append(f.Choices, answer.Choice{Value: addUser, Label: "Add a user"},
		answer.Choice{Value: otherApp, Label: "Use another application"},
		answer.Choice{Value: startOver, Label: "Start over", Note: "nothing is deleted"})
	return f
}

// chooseAtHome goes on with the account's step, or opens the session of a user first.
func (m Model) chooseAtHome() (tea.Model, tea.Cmd) {
	chosen := m.home.form.answers(answer.Answers{})[homeKey]
	switch chosen {
	case otherApp:
		return m.resuming("")
	case startOver:
		return m.resuming(answer.No)
	case goOn:
		return m.resuming(answer.Yes)
	}
	ref := m.home.found.Users[0]
	for _, g := range m.home.found.Users {
		if g.User.ID == chosen {
			ref = g
		}
	}
	m.job = m.newJob()
	env, job := m.env, m.job
	return m, func() tea.Msg {
		defer job.cancel()
		place, err := env.Open(false)
		if err != nil {
			return openedMsg{job: job.id, err: err}
		}
		session, err := resign.Open(env, place, ref, func(task.Event) {})
		return openedMsg{job.id, chosen, session, err}
	}
}

// resuming asks for the account, and has what to do with an unfinished setup already answered.
func (m Model) resuming(yes string) (tea.Model, tea.Cmd) {
	m.env.Known = maps.Clone(m.env.Known)
	delete(m.env.Known, answer.Resume)
	if yes != "" && m.env.Known != nil {
		m.env.Known[answer.Resume] = answer.Known{Value: yes, Source: "your choice"}
	}
	m = m.suggesting(m.home.found.App.APIKey)
	// Another application is none of this folder.
	m.answers = steps.Given(m.env).With(answer.Resume, cmp.Or(yes, answer.No))
	return m.ask().onSecret().skipOrPrepare()
}

// onOpened takes the steps that an earlier run has done as done, and goes on from there.
func (m Model) onOpened(msg openedMsg) (tea.Model, tea.Cmd) {
	if msg.job != m.job.id || !m.atHome() {
		return m, nil
	}
	if msg.err != nil {
		refusal := advice.For(msg.err)
		refusal.Field = homeKey
		m.home.form = m.home.form.withRefusal(refusal)
		return m, nil
	}
	if msg.chosen == tryIt {
		return m, m.serve(msg.session)
	}
	m.session, m.step, m.visits = msg.session, m.index(steps.TokenStep), make([]visit, len(m.script))
	if msg.chosen == addUser {
		m.session.Member, m.step = steps.Member{}, m.index(steps.UserStep)
		m.session.Users, m.session.NotedUsers = m.home.users() // until they are listed
		m.answers = m.answers.With(answer.PickedUser, answer.NewOne)
	}
	for i := range m.step {
		m = m.edit(i, func(v *visit) { v.state, v.result = done, m.session })
	}
	if msg.chosen == addUser {
		return m.openStep()
	}
	m = m.ask()
	return m.start(m.answering())
}

func (h home) users() (users []client.User, noted []journal.User) {
	for _, g := range h.found.Users {
		users = append(users, client.User{ID: g.User.ID, Name: g.User.Name, DisplayName: g.User.DisplayName})
		noted = slices.Insert(noted, 0, g.User) // the last one is last
	}
	return users, noted
}

func (m Model) homeCommands() []command {
	k := m.keys
	return []command{
		{Binding: withHelp(k.enter, "choose"), do: Model.chooseAtHome},
		{Binding: withHelp(k.choose, "move")},
		m.explainCommands()[0],
		{Binding: k.quit, do: Model.finish, hidden: true},
		{Binding: k.interrupt},
	}
}

// homeLayout says what is there before it asks.
func (m Model) homeLayout(width int, name string) layout {
	t, h := m.theme, m.home.found
	names := make([]string, 0, words.ShortList)
	for _, g := range h.Users[:min(len(h.Users), words.ShortList)] {
		names = append(names, redact.Printable(g.User.Name))
	}
	if more := len(h.Users) - len(names); more > 0 {
		names = append(names, words.Grouped(more)+" more")
	}
	app := redact.Printable(h.App.Name)
	column := max(style.LabelWidth, min(style.Visible(app)+2, width/2))
	about := t.FactLine(app, strings.Join([]string{
		strings.Join(names, ", "), redact.Printable(h.App.KeyFile), "account " + m.env.Shown(redact.Printable(h.App.APIKey)),
	}, " · "), column, width)
	first := h.Users[0].User
	if h.InEnv && first.ExpiresAt != nil {
		ends := "expired " + words.Moment(*first.ExpiresAt, m.now)
		if left := first.ExpiresAt.Sub(m.now); left > 0 {
			ends = "expires in " + words.InWords(left)
		}
		if first.Refused != "" {
			ends = "which " + redact.Printable(first.WhyRefused())
		}
		about = append(about, t.FactLine("In .env", redact.Printable(first.Name)+"'s token, "+ends, column, width)...)
	}
	l := layout{}
	l.body, l.see = m.home.form.view(t, width, formLook{taught: true})
	if m.notice != "" {
		l.body = slices.Concat(l.body, []string{""}, m.noticeLines(width))
	}
	l.fixed = true
	return l.fitted(m.height-1, len(l.body), []layout{
		{top: append(append([]string{name, ""}, about...), "")}, {top: append([]string{name}, about...)},
		{top: []string{name}}, {top: []string{style.Between(t, app, m.apiLabel(width < 50), width)}},
	})
}
