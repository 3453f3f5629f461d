package steps

import (
	"cmp"
	"errors"
	"fmt"

	"credwiz/client"
	"credwiz/client/redact"
	"credwiz/steps/advice"
	"credwiz/steps/answer"
)

// Replacing the key of an application that exists is the one thing that cannot be taken back: it is confirmed with the
// application's name, whatever way led to it.

const oldKeyStops = "Every token signed with the old key stops working at once."

// renews reports whether the answers replace the key of an application. One whose key is here keeps it, unless that
// was asked for from outside.
func (s Session) renews(env Env, a answer.Answers) bool {
	return a.AppID() != "" && a[answer.Key] == answer.RenewKey && (s.KeyFileOf[a.AppID()] == "" || env.Known[answer.Key].Value == answer.RenewKey)
}

func replaceKeyField(app client.Application) answer.Field {
	return answer.Field{
		Key: answer.ReplaceKey, Flag: "--renew-key", Label: fmt.Sprintf("Type the application's name, “%s”, to replace its key", redact.Printable(cmp.Or(app.Name, app.ID))),
		Warning: oldKeyStops,
		Clean:   answer.CleanName,
		Check: func(text string) error {
			if !names(app, text) {
				return errors.New("this is not its name: nothing is replaced")
			}
			return nil
		},
	}
}

// names reports whether a text is the application's name as a screen shows it, or its id.
func names(app client.Application, text string) bool {
	return text != "" && (text == app.ID || redact.Printable(text) == redact.Printable(answer.CleanName(app.Name)))
}

// ReplaceKeyError is an application whose key was to be replaced, and nobody has confirmed it.
type ReplaceKeyError struct{ Application client.Application }

func (e *ReplaceKeyError) Error() string {
	return "replacing the key of the application " + e.Application.ID + " was not confirmed"
}

// Advice says what to do.
func (e *ReplaceKeyError) Advice() advice.Advice {
	return advice.Advice{
		What:  "Nothing was changed. " + oldKeyStops,
		Do:    fmt.Sprintf("To replace the key, type the application's name, “%s”.", redact.Printable(cmp.Or(e.Application.Name, e.Application.ID))),
		Field: answer.ReplaceKey, Kind: advice.Usage,
	}
}
