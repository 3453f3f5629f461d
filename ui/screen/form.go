package screen

import (
	"maps"
	"slices"

	"github.com/charmbracelet/bubbles/cursor"
	"github.com/charmbracelet/bubbles/key"
	"github.com/charmbracelet/bubbles/textinput"
	tea "github.com/charmbracelet/bubbletea"

	"credwiz/steps/advice"
	"credwiz/steps/answer"
	"credwiz/ui/style"
)

// form is the questions of a step. It is a value: its map is replaced, never edited, and typed text is kept as a
// string, because copies of a textinput share their letters.
type form struct {
	fields  []answer.Field
	focus   int
	entries map[string]entry // by the field's key
	refusal advice.Advice    // why what was sent was not taken; its field is the one to blame
	blamed  answer.Answers   // what was sent then
	input   textinput.Model  // of the focused field
	notice  string           // what became of the last key, if it is not what one would think
	browsed bool             // the last key opened the field's page
	cutting bool             // the paste that comes next is not whole
}

type entry struct {
	text      string
	chosen    *picked // of a choice
	validated bool    // it was refused once, and is judged at each key from then on
	fresh     bool    // the next letter replaces the text
	emptied   bool    // the other half of the pair was replaced
	option    int     // the row of the options where the cursor is
	seen      bool    // it was focused
	left      *picked // the choice before a letter began to type another value, until that is left
}

// picked is a value rather than a row number, because the rows may change.
type picked struct {
	value string
	typed bool // the row where a value is typed
}

func (f form) set(key string, change func(*entry)) form {
	e := f.entries[key]
	change(&e)
	f.entries = maps.Clone(f.entries)
	f.entries[key] = e
	return f
}

func (f form) withText(key, text string) form { return f.set(key, func(e *entry) { e.text = text }) }

func (f form) withPicked(key string, p picked) form {
	return f.set(key, func(e *entry) { e.chosen = &p })
}

func (f form) withFresh(key string, fresh bool) form {
	return f.set(key, func(e *entry) { e.fresh = fresh })
}

// In characters: a name, path or secret; an ACL in JSON.
const (
	lineLimit     = 2 << 10
	documentLimit = 16 << 10
)

func limit(field answer.Field) int {
	if field.Choices != nil {
		return documentLimit
	}
	return lineLimit
}

func newForm(fields []answer.Field) form {
	f := form{entries: map[string]entry{}}.with(fields)
	for f.focus < len(fields)-1 && fields[f.focus].Settled {
		f = f.moveFocus(1)
	}
	return f
}

// with replaces the fields, which may depend on the answers.
func (f form) with(fields []answer.Field) form {
	focused := f.focusedKey()
	for _, field := range fields {
		if at := f.indexOf(field.Key); at >= 0 && field.Choices == nil && f.fields[at].Label != field.Label {
			f = f.withText(field.Key, "") // it answered another question
		}
	}
	f.fields = fields
	f.focus = max(f.indexOf(focused), 0)
	for _, field := range fields {
		if field.Choices != nil && f.row(field) < 0 {
			f = f.choose(field, 0).withChoice(field, field.Suggestion)
		}
	}
	if f.focusedKey() != focused {
		f = f.withInput()
	}
	return f
}

// toEdit fills in the suggested text. A letter replaces it, and other keys edit it.
func (f form) toEdit() form {
	field := f.focused()
	if field.Choices != nil || field.Secret || field.Default {
		return f
	}
	return f.withText(field.Key, field.Suggestion).withFresh(field.Key, true)
}

// answered fills in earlier answers.
func (f form) answered(a answer.Answers) form {
	for _, field := range f.fields {
		switch value := a[field.Key]; {
		case value == "":
		case field.Choices != nil:
			f = f.withChoice(field, value)
		case value != field.Suggestion:
			f = f.withText(field.Key, value)
		}
	}
	return f.withInput()
}

func (f form) focused() answer.Field {
	if len(f.fields) == 0 {
		return answer.Field{}
	}
	return f.fields[f.focus]
}

func (f form) focusedKey() string { return f.focused().Key }

func (f form) withInput() form {
	field := f.focused()
	f = f.set(field.Key, func(e *entry) { e.seen = true })
	in := textinput.New()
	in.Prompt = ""
	in.CharLimit = limit(field)
	// A blinking cursor would repaint forever. The terminal pastes; the built-in paste needs external programs.
	in.Cursor.SetMode(cursor.CursorStatic)
	in.KeyMap.Paste.SetEnabled(false)
	if field.Secret {
		in.EchoMode = textinput.EchoPassword
	}
	value, _ := style.Showable(f.entries[field.Key].text)
	in.SetValue(value)
	if field.Secret && value != "" {
		f = f.withFresh(field.Key, true) // what cannot be seen cannot be edited
	}
	in.CursorEnd()
	in.Focus()
	f.input = in
	return f
}

// typing reports whether letters go into a text.
func (f form) typing() bool {
	field := f.focused()
	return len(f.fields) > 0 && field.Options == nil && (field.Choices == nil || field.Search || f.typesOther(field))
}

// takesLetters reports whether a letter is typed, or starts a text instead of a choice.
func (f form) takesLetters() bool {
	return f.typing() || f.focused().Other != ""
}

// value is before the suggestion is considered.
func (f form) value(field answer.Field) string {
	if row := f.row(field); row >= 0 && row < len(field.Choices) {
		return field.Choices[row].Value
	}
	return f.entries[field.Key].text
}

// answer returns an error for an empty typed value: the suggestion has a row of its own.
func (f form) answer(field answer.Field) (string, error) {
	if f.typesOther(field) {
		return field.AnswerTyped(f.value(field))
	}
	return field.Answer(f.value(field))
}

// typesOther reports whether a value is typed instead of chosen.
func (f form) typesOther(field answer.Field) bool {
	return field.Choices != nil && f.row(field) == len(field.Choices)
}

// answers adds the form's answers, valid or not, to a.
func (f form) answers(a answer.Answers) answer.Answers {
	for _, field := range f.fields {
		value, _ := f.answer(field)
		a = a.With(field.Key, value)
	}
	return a
}

func (f form) problem(field answer.Field) string {
	if _, err := f.answer(field); err != nil && f.entries[field.Key].validated {
		return style.Sentence(style.Safe(err.Error()))
	}
	return ""
}

func (f form) update(k keymap, msg tea.KeyMsg) form {
	if len(f.fields) == 0 {
		return f
	}
	field := f.fields[f.focus]
	f.notice, f.browsed = "", false
	switch {
	case key.Matches(msg, k.next):
		if f.value(field) != "" {
			f = f.set(field.Key, func(e *entry) { e.validated = true })
		}
		return f.moveFocus(1)
	case key.Matches(msg, k.previous):
		return f.moveFocus(-1)
	case key.Matches(msg, k.scroll.Up):
		return f.moveRow(field, -1)
	case key.Matches(msg, k.scroll.Down):
		return f.moveRow(field, 1)
	case field.Search && key.Matches(msg, k.scroll.PageUp):
		return f.moveFound(field, -foundWindow)
	case field.Search && key.Matches(msg, k.scroll.PageDown):
		return f.moveFound(field, foundWindow)
	case field.Options != nil && msg.Type == tea.KeySpace:
		return f.toggled(field)
	case field.Options != nil:
		return f
	case key.Matches(msg, k.suggestion) && f.typing() && f.input.Value() == "" && !field.Secret && field.Choices == nil:
		return f.withText(field.Key, field.Suggestion).withInput()
	}
	if field.Search && !msg.Alt && !isText(msg) && msg.Type != tea.KeyBackspace {
		return f // the cursor stays at the end of what is searched for
	}
	if field.Choices != nil && !f.typing() {
		if field.Other == "" || msg.Type != tea.KeyRunes {
			return f
		}
		f = f.set(field.Key, func(e *entry) { e.left = e.chosen })
		f = f.choose(field, len(field.Choices)).withInput()
	}
	f = f.edit(field, msg)
	if field.Search {
		return f.chooseFound(field)
	}
	return f
}

func (f form) moveFocus(by int) form {
	f.focus = (f.focus + by + len(f.fields)) % len(f.fields)
	return f.withInput()
}

func (f form) focusOn(key string) form {
	if at := f.indexOf(key); at >= 0 {
		f.focus = at
		return f.withInput()
	}
	return f
}

func (f form) indexOf(key string) int {
	return slices.IndexFunc(f.fields, func(field answer.Field) bool { return field.Key == key })
}

// enter accepts the focused answer and moves to the next open question, or reports that all are answered. Suggestions
// count as answers.
func (f form) enter() (form, bool) {
	if len(f.fields) == 0 {
		return f, true
	}
	if f, open := f.enterList(); open {
		return f, false
	}
	for i := range f.fields {
		at := (f.focus + i) % len(f.fields)
		field := f.fields[at]
		if !f.refused(field) {
			continue
		}
		// An empty field not seen yet is no mistake.
		if i == 0 || f.value(field) != "" {
			f = f.set(field.Key, func(e *entry) { e.validated = true })
		}
		return f.moveFocus(f.unseenBefore(i)), false
	}
	return f, true
}

// unseenBefore is the way to a choice that comes before the open question and was never looked at: it may answer it.
func (f form) unseenBefore(open int) int {
	for i := 1; i < open; i++ {
		field := f.fields[(f.focus+i)%len(f.fields)]
		if field.Choices != nil && !field.Aside && !field.Settled && !f.entries[field.Key].seen {
			return i
		}
	}
	return open
}

func (f form) refused(field answer.Field) bool {
	_, err := f.answer(field)
	return err != nil
}
