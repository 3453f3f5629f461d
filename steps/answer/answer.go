// Package answer has what is asked: the keys of the answers, the fields, and their checks.
package answer

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"credwiz/client"
	"credwiz/client/redact"
)

// The keys of the answers: the flags' names, except for the secret.
const (
	Account      = "account" // AccountVonage or AccountSandbox
	Resume       = "resume"  // Yes or No
	APIKey       = "api-key"
	APISecret    = "api-secret"
	AppID        = "app-id"
	AppName      = "app-name"
	EventURL     = "event-url"
	Capability   = "capability"       // in addition to rtc: "voice,messages"
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

// Answers to questions with two choices.
const (
	AccountVonage  = "vonage"
	AccountSandbox = "sandbox"
	Yes            = "yes"
	No             = "no"
)

// NewOne chooses nothing from a list.
const NewOne = "new"

// RenewKey gives an existing application a new key pair.
const RenewKey = "renew"

// SaveKey saves an existing application's embedded key as a file.
const SaveKey = "save"

// AppID returns the id of the application to use; empty for a new one.
func (a Answers) AppID() string {
	if a[AppID] == NewOne {
		return ""
	}
	return a[AppID]
}

// Answers are the user's answers by key. They are replaced, never edited. Printing shows only the keys, because one
// value is a secret.
type Answers map[string]string

// Format prints the keys.
func (a Answers) Format(f fmt.State, _ rune) {
	_, _ = io.WriteString(f, "answers to "+strings.Join(slices.Sorted(maps.Keys(a)), ", "))
}

// MarshalText returns the keys, so that no encoder writes the values.
func (a Answers) MarshalText() ([]byte, error) { return fmt.Append(nil, a), nil }

// With returns a copy with one answer replaced.
func (a Answers) With(key, value string) Answers {
	b := make(Answers, len(a)+1)
	maps.Copy(b, a)
	b[key] = value
	return b
}

// Field is one question. Printing shows only its key, because the suggestion may be a secret.
type Field struct {
	Key   string
	Flag  string // what answers it without a prompt: "--app-name"
	Label string
	Hint  string // what a good answer is like, one line
	// Warning has to be read before answering.
	Warning    string
	Suggestion string // used if nothing is typed; may be empty
	Source     string // where the suggestion comes from, if it needs telling: "from --app-name"
	Default    bool   // the suggestion also serves without a prompt
	Secret     bool
	Optional   bool
	Pair       string // the answer that belongs to this one, and is useless with another
	// Split takes apart a paste that also answers the pair. May be nil.
	Split func(pasted string) Answers
	// Settled marks a choice that most users keep: the questions begin after it.
	Settled bool
	// Aside marks a question that few users need: it is under "More options", and line by line its suggestion is taken.
	Aside bool
	// Choices makes this a choice. Other, if set, is the label of a further one, where a value is typed.
	Choices []Choice
	Other   string
	// Options are choices of which any number may be taken; the answer has their values with commas between them.
	Options []Choice
	// Link is the page where people find the answer. May be empty.
	Link string
	// Search marks a long list: typing filters the choices by label and note. The first one always stays.
	Search bool
	// YesNo makes this a question for y, yes, n or no.
	YesNo bool
	// Clean removes what pasting adds; nil is CleanLine.
	Clean func(string) string
	// Check refuses an impossible answer at once, without I/O. May be nil.
	Check func(string) error
	// Note comments on an answer while it is typed. May be nil.
	Note func(string) string
}

// Format prints the key.
func (f Field) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, "the question of "+f.Key) }

// MarshalText returns the key, so that no encoder writes the suggestion.
func (f Field) MarshalText() ([]byte, error) { return fmt.Append(nil, f), nil }

// Choice is one answer to choose.
type Choice struct{ Value, Label, Note string }

// Answer cleans and checks what was typed; an empty text takes the suggestion.
func (f Field) Answer(typed string) (string, error) {
	return f.checked(cmp.Or(f.Cleaned(typed), f.Suggestion))
}

// AnswerTyped cleans and checks what was typed; an empty text is no answer.
func (f Field) AnswerTyped(typed string) (string, error) { return f.checked(f.Cleaned(typed)) }

func (f Field) checked(value string) (string, error) {
	switch {
	case value == "" && f.Optional:
		return "", nil
	case value == "":
		return "", ErrNoAnswer
	case f.YesNo && value != Yes && value != No:
		return value, errors.New("enter y or n")
	case f.Check == nil:
		return value, nil
	}
	return value, f.Check(value)
}

// Cleaned removes what pasting adds.
func (f Field) Cleaned(typed string) string {
	if f.YesNo {
		text := strings.ToLower(CleanLine(typed))
		return cmp.Or(map[string]string{"y": Yes, "n": No}[text], text)
	}
	if f.Clean != nil {
		return f.Clean(typed)
	}
	return CleanLine(typed)
}

// ErrNoAnswer is a required question without an answer.
var ErrNoAnswer = errors.New("required")

// Known returns the field with an answer from outside as its suggestion.
func (f Field) Known(k Known) Field {
	f.Suggestion, f.Source, f.Default = f.Cleaned(k.Value), "from "+k.Source, !k.Suggested
	return f
}

// InvalidAnswerError is an answer that its field refused. It never repeats the answer, which may be a secret.
type InvalidAnswerError struct {
	Field Field
	Err   error
}

func (e *InvalidAnswerError) Error() string { return e.Field.Flag + ": " + e.Err.Error() }

func (e *InvalidAnswerError) Unwrap() error { return e.Err }

// MissingAnswersError lists unanswered questions of a run that cannot ask.
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

// Credentials returns the API key and secret.
func (a Answers) Credentials() client.Credentials {
	return client.Credentials{APIKey: a[APIKey], APISecret: redact.NewSecret(a[APISecret])}
}

// Known is an answer from outside the wizard and its source: "--app-name", "VONAGE_API_KEY". Printing shows only the
// source, because the value may be a secret.
type Known struct {
	Value, Source string
	Entry         string // its name within the source: "app_name" in a profile
	// Suggested marks an answer that was merely found: it is never used unseen.
	Suggested bool
	// Whole marks a flag's value, in which commas do not separate names.
	Whole bool
}

// Format prints the source.
func (k Known) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "an answer from "+k.Named()) }

// Named names the answer in an error.
func (k Known) Named() string {
	if k.Entry == "" {
		return k.Source
	}
	return k.Source + ", " + k.Entry
}

// MarshalText returns the source, so that no encoder writes the value.
func (k Known) MarshalText() ([]byte, error) { return fmt.Append(nil, k), nil }

// Kinds of files for the answer Write.
const (
	WriteEnv    = "env"
	WriteNexmo  = "nexmo"
	WriteVonage = "vonage"
)

func parseWrite(text string) ([]string, error) {
	var kinds []string
	for kind := range strings.SplitSeq(text, ",") {
		kind = strings.ToLower(strings.TrimSpace(kind))
		if kind != WriteEnv && kind != WriteNexmo && kind != WriteVonage {
			return nil, fmt.Errorf("unknown kind of file %q: choose %s, %s or %s", redact.Printable(kind), WriteEnv, WriteNexmo, WriteVonage)
		}
		if !slices.Contains(kinds, kind) {
			kinds = append(kinds, kind)
		}
	}
	return kinds, nil
}

// CheckWrite refuses unknown kinds of files.
func CheckWrite(text string) error {
	_, err := parseWrite(text)
	return err
}

// Written returns the kinds to write; by default .env alone.
func (a Answers) Written() []string {
	kinds, err := parseWrite(a[Write])
	if a[Write] == "" || err != nil {
		return []string{WriteEnv}
	}
	return kinds
}
