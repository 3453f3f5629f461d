package steps

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"credwiz/client/errno"
	"credwiz/client/redact"
)

// Advice is an error for people: what happened and why, and what to do now. Both texts are safe to print.
type Advice struct {
	What string
	Do   string
	// Field is the key of the answer to change, if one is to blame.
	Field string
	// Retry tells that the same answers may work another time.
	Retry bool
	// Offers are other answers that would work.
	Offers []Offer
	Kind   Kind
}

// Offer is a way out of an error: the answers that take it.
type Offer struct {
	Key    string // the letter that takes it
	Label  string
	Answer string // the answer's key
	Value  string
}

// Kind is the sort of an error; each has an exit code of its own.
type Kind int

// The kinds of errors.
const (
	Other          Kind = iota
	Usage               // an answer that is missing or cannot be right
	WouldOverwrite      // a file is in the way
	Refused             // the credentials
	Remote              // the network, or the API
	Stopped             // the user
)

// Advise says what to make of an error of a step. It knows every error that a step returns; what it has never seen it
// repeats. Of several errors at once it says what happened in each, and what to do about the first.
func Advise(err error) Advice {
	// Errors that are joined further down are one error to people.
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		errs := joined.Unwrap()
		advice := Advise(errs[0])
		for _, other := range errs[1:] {
			advice.What += " " + Advise(other).What
		}
		return advice
	}
	for _, advise := range []func(error) (Advice, bool){adviseAnswers, adviseConsent, adviseStopped, adviseOwner, advisePractice, adviseMade, adviseNoted, adviseFiles, adviseLogin, adviseAPI, adviseNetwork} {
		if advice, ok := advise(err); ok {
			return advice.afterTries(err)
		}
	}
	return Advice{
		What: "Something went wrong: " + redact.Printable(err.Error()) + ".",
		Do:   "Try again. What exists so far is kept.",
		Kind: Other, Retry: true,
	}
}

// afterTries adds how often it was tried.
func (a Advice) afterTries(err error) Advice {
	var tried *TriedError
	if errors.As(err, &tried) {
		a.What += fmt.Sprintf(" It was tried %d times.", tried.Tries)
	}
	return a
}

func adviseAnswers(err error) (Advice, bool) {
	var missing *MissingAnswersError
	var invalid *InvalidAnswerError
	switch {
	case errors.As(err, &missing):
		lines := make([]string, 0, len(missing.Fields))
		for _, f := range missing.Fields {
			lines = append(lines, f.Flag)
		}
		why := ""
		if missing.Why != "" {
			why = ", and nothing is asked because " + missing.Why
		}
		return Advice{
			What: "These answers are missing" + why + ": " + strings.Join(lines, ", ") + ".",
			Do: "Give them as flags, or run credwiz where it asks: in a terminal, without --no-input, and with standard input and " +
				"standard error not redirected.",
			Kind: Usage,
		}, true
	case errors.As(err, &invalid):
		return Advice{
			What:  redact.Printable(invalid.Field.Flag+": "+invalid.Err.Error()) + ".",
			Do:    "Nothing was done. Correct it and run credwiz again.",
			Field: invalid.Field.Key, Kind: Usage,
		}, true
	}
	return Advice{}, false
}

func adviseStopped(err error) (Advice, bool) {
	var uncertain *UncertainError
	switch {
	case errors.As(err, &uncertain) && uncertain.doubtful():
		return Advice{
			What:  fmt.Sprintf("No answer came: the %s may exist or not.", uncertain.What),
			Do:    "Try again: credwiz looks for it first, so it is not made twice.",
			Retry: true, Kind: kindOf(uncertain.Err),
		}, true
	case errors.Is(err, context.Canceled):
		return Advice{
			What: "Stopped, as you asked.",
			Do:   "Nothing is lost: try again, or change the answers.",
			Kind: Stopped, Retry: true,
		}, true
	}
	return Advice{}, false
}

func kindOf(err error) Kind {
	if errors.Is(err, context.Canceled) {
		return Stopped
	}
	return Remote
}

// adviseMade is about what exists in the account already.
func adviseMade(err error) (Advice, bool) {
	var taken *NameTakenError
	var mismatch *MismatchError
	var held *KeyHeldError
	var replace *ReplaceKeyError
	switch {
	case errors.As(err, &held):
		return adviseKeyHeld(held), true
	case errors.As(err, &replace):
		return adviseReplaceKey(replace), true
	case errors.As(err, &taken):
		return adviseTaken(taken), true
	case errors.As(err, &mismatch):
		do := "Give the application's own key with --key-file, give it new keys (--renew-key), or leave --app-id out and " +
			"make a new application."
		offer := Offer{Key: "n", Label: "replace the key", Answer: AnswerKey, Value: RenewKey}
		if mismatch.Fits != "" {
			do = "Its own key is here too: --key-file " + redact.Printable(mismatch.Fits) + "."
			offer = Offer{Key: "k", Label: "use " + redact.Printable(mismatch.Fits), Answer: AnswerKeyFile, Value: mismatch.Fits}
		}
		return Advice{
			What: fmt.Sprintf("%s is not the key of “%s”: tokens signed with it would be refused.",
				redact.Printable(mismatch.KeyPath), redact.Printable(mismatch.Application.Name)),
			Do:    do,
			Field: AnswerKeyFile, Kind: Other,
			Offers: []Offer{offer},
		}, true
	}
	return adviseGone(err)
}

func adviseTaken(taken *NameTakenError) Advice {
	name, free := redact.Printable(taken.Name), redact.Printable(taken.Free)
	a := Advice{
		What:  fmt.Sprintf("The application has a user named “%s” already; names are unique.", name),
		Do:    "Choose another name, or use the one that exists (--reuse-user).",
		Field: AnswerUser, Kind: Other,
	}
	if taken.Renaming {
		a.Do = "Choose another name."
		return a
	}
	a.Offers = []Offer{{Key: "u", Label: "use " + name, Answer: AnswerExistingUser, Value: Yes}}
	if free != "" {
		a.Offers = append(a.Offers, Offer{Key: "n", Label: "create " + free, Answer: AnswerUser, Value: taken.Free})
	}
	return a
}

// adviseGone is about what an earlier run or the user knows of, and the account does not have so any more.
func adviseGone(err error) (Advice, bool) {
	var replaced *KeyReplacedError
	var application *NoApplicationError
	var user *NoUserError
	switch {
	case errors.As(err, &replaced):
		path, name := redact.Printable(replaced.KeyPath), redact.Printable(replaced.Application.Name)
		return Advice{
			What: fmt.Sprintf("%s is no longer the key of “%s” (%s): the application was given another one.", path, name, replaced.Application.ID),
			Do:   "Give its new key with --app-id and --key-file, or make a new application with the key that is here (--new-app).",
			Kind: Other, Field: AnswerKeyFile,
			Offers: []Offer{{Key: "n", Label: "make a new application", Answer: AnswerNewApp, Value: Yes}},
		}, true
	case errors.As(err, &application):
		return Advice{
			What: "This account has no application with the id " + redact.Printable(application.ID) + ".",
			Do: "It was deleted, or belongs to another account: check --app-id and the API key, or leave --app-id out " +
				"and make a new application.",
			Kind: Remote,
		}, true
	case errors.As(err, &user):
		return Advice{
			What: fmt.Sprintf("No user of “%s” has the id %s: a user belongs to one application.",
				redact.Printable(user.Application), redact.Printable(user.ID)),
			Do:    "Type a name to create a user here, or choose the application that has this one with --app-id.",
			Field: AnswerUser, Kind: Remote,
		}, true
	}
	return Advice{}, false
}

func adviseFiles(err error) (Advice, bool) {
	var key *KeyError
	var state *JournalError
	var save *SaveError
	var open *OpenKeyError
	var changed *KeyChangedError
	var busy *BusyError
	var check *CheckKeyError
	var spelling *SpellingError
	switch {
	case errors.As(err, &spelling):
		return adviseSpelling(spelling), true
	case errors.As(err, &busy):
		return Advice{
			What: "Another credwiz is at work in " + redact.Printable(busy.Folder) + ", and is not done yet.",
			Do:   "Wait for it or end it, then try again. Another folder needs no waiting: --dir.",
			Kind: Other, Retry: true,
		}, true
	case errors.As(err, &open):
		return adviseOpenKey(open), true
	case errors.As(err, &changed):
		return Advice{
			What: redact.Printable(changed.Path) + " has changed: it no longer holds the key of this application.",
			Do:   "Move it away and try again: the right key is still known, and is saved again.",
			Kind: Other, Retry: true,
		}, true
	case errors.As(err, &key) && errors.As(err, &check):
		return adviseCheckKey(key), true
	case errors.As(err, &key):
		return adviseKey(key), true
	case errors.As(err, &state):
		return Advice{
			What: "The notes of earlier runs cannot be used: " + redact.Printable(state.Error()) + ".",
			Do:   "Rename that file, or choose another folder with --dir.",
			Kind: Other, Retry: true,
		}, true
	case errors.As(err, &save):
		return adviseSave(save), true
	}
	return Advice{}, false
}

func adviseSave(err *SaveError) Advice {
	path := redact.Printable(err.Path)
	a := Advice{Kind: Other, Retry: true}
	if what, do, ok := adviseObstacle(err); ok {
		a.What, a.Do = what, do
		return a
	}
	switch {
	case errors.Is(err, fs.ErrExist):
		a.What = path + " exists already, and credwiz never replaces a key."
		a.Do = "Give another name with --key-file. If it is a good RSA key, --reuse-key uses it."
		a.Kind, a.Retry, a.Field = WouldOverwrite, false, AnswerKeyFile
	case errors.Is(err, errno.ReadOnly):
		a.What = path + " could not be written: its file system is read-only."
		a.Do = "Start credwiz with a folder elsewhere: --dir. Or mount the file system for writing and try again."
	case errors.Is(err, fs.ErrPermission):
		a.What = "You have no permission to write " + path + "."
		a.Do = "Make the folder writable and try again, or start credwiz with another one: --dir."
	case errors.Is(err, errno.DiskFull), errors.Is(err, errno.QuotaFull):
		a.What = "The disk is full: " + path + " could not be written."
		a.Do = "Free some space and try again, or start credwiz with another folder: --dir."
	case errors.Is(err, ErrOnlyCopy):
		a.What = path + " holds a private key that is in no other file here: it would be lost."
		a.Do = "Save that key in a file of its own, or move " + path + " away. Then try again."
	case errors.Is(err, ErrNotRegular):
		a.What = path + " is a folder, a link or a device, and is left alone."
		a.Do = "Move it out of the way and try again, or start credwiz with another folder: --dir."
	default:
		a.What = fmt.Sprintf("%s could not be written: %s.", path, redact.Printable(err.Err.Error()))
		a.Do = "Try again, or start credwiz with another folder: --dir."
	}
	return a
}

// access is what others than its owner can do to a file.
func access(mode fs.FileMode) string {
	const read, write = 0o044, 0o022
	switch {
	case mode&write == 0:
		return "read"
	case mode&read == 0:
		return "change"
	}
	return "read and change"
}

func adviseOpenKey(err *OpenKeyError) Advice {
	path := redact.Printable(err.Path)
	a := Advice{
		What: fmt.Sprintf("Others on this computer can %s %s (mode %04o): it is no longer private.", access(err.Mode), path, err.Mode.Perm()),
		Do:   "Make it private, or use it as it is: --open-key repair, --open-key use.",
		Kind: Other, Field: AnswerKeyFile, Retry: true,
		Offers: []Offer{
			{Key: "p", Label: "make it private (chmod 600)", Answer: AnswerOpenKey, Value: OpenKeyRepair},
			{Key: "i", Label: "use it as it is", Answer: AnswerOpenKey, Value: OpenKeyUse},
		},
	}
	if err.Repairable() {
		return a
	}
	a.Offers = a.Offers[1:]
	a.Do = "Copy it to a folder whose permissions are kept, or use it as it is: --open-key use."
	if err.Foreign {
		a.What = path + " belongs to another user of this computer, who can read and change it; only they can make it private."
		a.Do = "Take a copy of your own and give that with --key-file, or use it as it is: --open-key use."
	}
	return a
}
