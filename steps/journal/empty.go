package journal

import (
	"credwiz/client/redact"
	"credwiz/steps/advice"
	"credwiz/steps/workdir"
)

// EmptyError is a folder without a journal.
type EmptyError struct{ Folder *workdir.Dir }

func (e *EmptyError) Error() string { return e.Folder.Name() + ": nothing was set up here" }

// Advice says what to do.
func (e *EmptyError) Advice() advice.Advice {
	return advice.Advice{
		What: "Nothing was set up in " + redact.Printable(e.Folder.Name()) + " yet.",
		Do:   "Run " + e.Folder.Target("").Command() + " first, or choose another folder with --dir.",
	}
}
