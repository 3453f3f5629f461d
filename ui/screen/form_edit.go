package screen

import (
	"unicode/utf8"

	tea "github.com/charmbracelet/bubbletea"

	"credwiz/steps/advice"
	"credwiz/steps/answer"
	"credwiz/ui/style"
)

func (f form) edit(field answer.Field, key tea.KeyMsg) form {
	typed := isText(key)
	fresh := f.entries[field.Key].fresh
	if fresh && typed {
		f.input.SetValue("")
	}
	if key.Paste && field.Split != nil {
		if answers := field.Split(string(key.Runes)); answers != nil {
			return f.fillFromPaste(field, answers)
		}
	}
	if key.Type == tea.KeyRunes {
		f, key = f.acceptText(field, key)
	}
	before := f.input.Value()
	f.input, _ = f.input.Update(key)
	switch text := f.input.Value(); {
	case field.Cleaned(text) == "", fresh && field.Secret && !typed && text != before:
		// Blanks alone would hide the suggestion.
		f.input.SetValue("")
	case fresh && text == before && field.Secret:
		return f // the cursor of a hidden text has moved
	}
	if fresh && f.input.Value() != f.entries[field.Key].text {
		f = f.withoutPair(field)
	}
	return f.withText(field.Key, f.input.Value()).withFresh(field.Key, false)
}

// withoutPair clears the other half of a refused pair, which belongs to what was typed before.
func (f form) withoutPair(field answer.Field) form {
	if !f.entries[field.Pair].fresh {
		return f
	}
	return f.set(field.Pair, func(e *entry) { e.text, e.fresh, e.emptied = "", false, true })
}

func (f form) fillFromPaste(field answer.Field, answers answer.Answers) form {
	for key, text := range answers {
		f = f.withText(key, text).withFresh(key, false)
	}
	f = f.withInput()
	if answers[field.Key] == "" {
		f.notice = "this looks like the API secret, and went into its field"
	}
	return f
}

// withRefusal shows the advice at its field. Either half of a pair may be wrong: typing replaces it.
func (f form) withRefusal(advice advice.Advice) form {
	for _, field := range f.fields {
		if field.Key == advice.Field && field.Secret || field.Pair != "" && (field.Key == advice.Field || field.Pair == advice.Field) {
			f = f.withFresh(field.Key, true)
			if field.Pair != "" {
				f = f.withFresh(field.Pair, true)
			}
		}
	}
	f.refusal, f.blamed = advice, f.answers(answer.Answers{})
	return f.focusOn(advice.Field)
}

// acceptText cleans typed or pasted text. Line breaks become spaces, so no paste presses Enter.
func (f form) acceptText(field answer.Field, key tea.KeyMsg) (form, tea.KeyMsg) {
	text, hidden := style.Showable(string(key.Runes))
	if key.Paste {
		text = field.Cleaned(text)
	}
	letters := []rune(text)
	room := limit(field) - utf8.RuneCountInString(f.input.Value())
	switch {
	case room <= 0:
		letters, f.notice = nil, "there is no room for more"
	case len(letters) > room || key.Paste && f.cutting:
		letters = letters[:min(len(letters), room)]
		f.notice = "only the first " + style.Characters(len(letters)) + " were taken"
	case hidden > 0:
		f.notice = "removed invisible characters: " + style.Characters(hidden)
	}
	f.cutting = f.cutting && !key.Paste
	key.Runes, key.Paste = letters, false
	return f, key
}
