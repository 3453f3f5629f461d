// Package answer has what is asked: the keys of the answers, the fields, and their checks.
package answer

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"

	"credwiz/client"
	"credwiz/client/redact"
)

// The keys of the answers. Each is the name of the flag that gives the same answer, but for the secret.
const (
	Account      = "account" // AccountVonage or AccountSandbox
	Resume       = "resume"  // Yes or No
	APIKey       = "api-key"
	APISecret    = "api-secret"
	AppID        = "app-id"
	AppName      = "app-name"
	EventURL     = "event-url"
	Capability   = "capability"       // beside rtc: "voice,messages"
	Webhooks     = "webhook-url"      // below which those are
	Add          = "add-capabilities" // Yes or No
	Key          = "reuse-key"        // Yes, No, RenewKey or SaveKey
	ReplaceKey   = "replace-key"      // the name or the id of the application whose key is replaced
	KeyFile      = "key-file"
	OpenKey      = "open-key" // OpenKeyRepair or OpenKeyUse
	NewApp       = "new-app"  // Yes or No
	User         = "user"
	DisplayName  = "display-name"
	ExistingUser = "reuse-user"  // Yes or No
	PickedUser   = "picked-user" // NewOne, or the name of a user that was listed
	Expires      = "expires"
	ACL          = "acl"
	Write        = "write"          // kinds of files, "nexmo,vonage,env"
	TrustHost    = "trust-api-host" // Yes
	AcceptSkew   = "accept-skew"    // Yes
)

// Answers to questions that are a choice of two.
const (
	AccountVonage  = "vonage"
	AccountSandbox = "sandbox"
	Yes            = "yes"
	No             = "no"
)

// NewOne is the answer that takes nothing of what a list has.
const NewOne = "new"

// RenewKey is the answer that gives an application that exists a new key pair.
const RenewKey = "renew"

// SaveKey is the answer that saves the key of an application that exists, which is in another file, as a file of its own.
const SaveKey = "save"

// AppID is the id of the application that is to be used; empty if a new one is wanted.
func (a Answers) AppID() string {
	if a[AppID] == NewOne {
		return ""
	}
	return a[AppID]
}

// Answers are what the user said, by key. They are replaced, never edited in place. Printing them shows the keys only,
// because one of the values is a secret.
type Answers map[string]string

// Format prints the keys.
func (a Answers) Format(f fmt.State, _ rune) {
	keys := make([]string, 0, len(a))
	for key := range a {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	_, _ = io.WriteString(f, "answers to "+strings.Join(keys, ", "))
}

// MarshalText gives the keys, so that no encoder writes the values into a file.
func (a Answers) MarshalText() ([]byte, error) { return fmt.Append(nil, a), nil }

// LogValue gives the keys, for log/slog.
func (a Answers) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(a)) }

// With returns the answers with one of them replaced.
func (a Answers) With(key, value string) Answers {
	b := make(Answers, len(a)+1)
	for k, v := range a {
		b[k] = v
	}
	b[key] = value
	return b
}

// Field is one question. Printing it shows its key only, because what it suggests may be a secret.
type Field struct {
	Key   string
	Flag  string // what answers it without a prompt: "--app-name"
	Label string
	Hint  string // what a good answer is like, one line
	// Warning is what has to be read before the question is answered.
	Warning string
	// Suggestion is used when nothing is typed; empty if there is none.
	Suggestion string
	Source     string // where the suggestion comes from, if it needs telling: "from --app-name"
	// Default tells that the suggestion also serves where nobody is asked.
	Default  bool
	Secret   bool
	Optional bool
	// Pair is the key of the answer that belongs to this one, and is of no use with another.
	Pair string
	// Split takes a paste apart that answers its pair too; nil if it does not. May be nil.
	Split func(pasted string) Answers
	// Settled marks a choice that most people leave as it is: the questions begin after it.
	Settled bool
	// Aside marks a question that few need: where questions are asked one by one, its suggestion is taken and told.
	Aside bool
	// Choices makes this a choice; Other, if not empty, is the label of one more, where a value is typed.
	Choices []Choice
	Other   string
	// Search tells that the choices may be many: what is typed finds among them by label and note. The first one is
	// always offered.
	Search bool
	// YesNo makes this a question that takes y, yes, n or no; its suggestion is Yes or No.
	YesNo bool
	// Clean removes what pasting brings along; nil for CleanLine.
	Clean func(string) string
	// Check refuses an answer that cannot be right, at once and without I/O. May be nil.
	Check func(string) error
	// Note comments an answer while it is typed: what it means, or what looks odd about it. May be nil.
	Note func(string) string
}

// Format prints the key.
func (f Field) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, "the question of "+f.Key) }

// MarshalText gives the key, so that no encoder writes the suggestion into a file.
func (f Field) MarshalText() ([]byte, error) { return fmt.Append(nil, f), nil }

// LogValue gives the key, for log/slog.
func (f Field) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(f)) }

// Choice is one answer to choose.
type Choice struct{ Value, Label, Note string }

// Answer cleans and checks what was typed; nothing typed takes the suggestion.
func (f Field) Answer(typed string) (string, error) {
	value := f.Cleaned(typed)
	if value == "" {
		value = f.Suggestion
	}
	return f.checked(value)
}

// AnswerTyped cleans and checks what was typed, where nothing typed is no answer.
func (f Field) AnswerTyped(typed string) (string, error) { return f.checked(f.Cleaned(typed)) }

func (f Field) checked(value string) (string, error) {
	switch {
	case value == "" && f.Optional:
		return "", nil
	case value == "":
		return "", ErrNoAnswer
	case f.YesNo && value != Yes && value != No:
		return value, errors.New("answer y or n")
	case f.Check == nil:
		return value, nil
	}
	return value, f.Check(value)
}

// Cleaned is what was typed without what pasting brings along.
func (f Field) Cleaned(typed string) string {
	if f.YesNo {
		return yesOrNo(CleanLine(typed))
	}
	if f.Clean != nil {
		return f.Clean(typed)
	}
	return CleanLine(typed)
}

func yesOrNo(text string) string {
	switch text = strings.ToLower(text); text {
	case "y":
		return Yes
	case "n":
		return No
	}
	return text
}

// ErrNoAnswer is a question that needs an answer and has none.
var ErrNoAnswer = errors.New("required")

// Known is the field with an answer from outside as its suggestion.
func (f Field) Known(k Known) Field {
	f.Suggestion, f.Source, f.Default = f.Cleaned(k.Value), "from "+k.Source, !k.Suggested
	return f
}

// InvalidAnswerError is an answer that its field refused.
type InvalidAnswerError struct {
	Field Field
	Err   error
}

func (e *InvalidAnswerError) Error() string { return e.Field.Flag + ": " + e.Err.Error() }

func (e *InvalidAnswerError) Unwrap() error { return e.Err }

// MissingAnswersError are questions that nobody is there to answer.
type MissingAnswersError struct {
	Fields []Field
	Why    string // nothing is asked: "standard error is not a terminal"; may be empty
}

func (e *MissingAnswersError) Error() string {
	flags := make([]string, 0, len(e.Fields))
	for _, f := range e.Fields {
		flags = append(flags, f.Flag)
	}
	return "missing: " + strings.Join(flags, ", ")
}

// Credentials are those among the answers.
func (a Answers) Credentials() client.Credentials {
	return client.Credentials{APIKey: a[APIKey], APISecret: redact.NewSecret(a[APISecret])}
}

// Known is an answer that was given outside the wizard, and by what: "--app-name", "VONAGE_API_KEY". Printing it shows
// the source only, because the value may be a secret.
type Known struct {
	Value, Source string
	// Entry is its name in a source that has many: "app_name" in a profile.
	Entry string
	// Suggested marks an answer that was only found: nobody meant it for credwiz, so it is never used unseen.
	Suggested bool
	// Whole marks one name, whatever is in it: commas divide what is typed, and not what a flag is given.
	Whole bool
}

// Format prints the source.
func (k Known) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "an answer from "+k.Named()) }

// Named is what an error calls the answer.
func (k Known) Named() string {
	if k.Entry == "" {
		return k.Source
	}
	return k.Source + ", " + k.Entry
}

// MarshalText gives the source, so that no encoder writes the value into a file.
func (k Known) MarshalText() ([]byte, error) { return fmt.Append(nil, k), nil }

// LogValue gives the source, for log/slog.
func (k Known) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(k)) }
