package output

import (
	"credwiz/steps/advice"
	"credwiz/steps/answer"
	"credwiz/steps/dotfile"
)

// SpellingError is a value that no spelling in a .env gives to all of its common readers.
type SpellingError struct{ Name string }

func (*SpellingError) Error() string {
	return "apps do not all read it alike from .env: leave out its quotes, dollars, backquotes and backslashes"
}

// CheckSpelling refuses a variable that the readers of a .env do not read alike.
func CheckSpelling(variables ...dotfile.Variable) error {
	for _, v := range variables {
		if !dotfile.ReadAlike(v.Value) {
			return &SpellingError{Name: v.Name}
		}
	}
	return nil
}

// Advice says what to do.
func (e *SpellingError) Advice() advice.Advice {
	a := advice.Advice{
		What: "Apps do not all read the user's name alike from .env: it has quotes, dollars, backquotes or backslashes in it.",
		Do:   "Choose a name without them, or leave .env out: --write vonage.",
		Kind: advice.Other, Field: answer.User,
	}
	switch e.Name {
	case DotenvKey:
		a.What = "Apps do not all read the name of the private key file alike from .env: it has quotes, dollars, backquotes or backslashes in it."
		a.Field = answer.KeyFile
	case DotenvAPIKey:
		a.What = "Apps do not all read the API key alike from .env: it has quotes, dollars, backquotes or backslashes in it."
		a.Do, a.Field = "Copy the key again, without anything around it.", answer.APIKey
	}
	return a
}
