package task

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Title is the event for people: "Create the application" while it is under way, "Application created" when it is
// done.
func (e Event) Title() string {
	text := e.Text
	if e.State == Done {
		text = past(text)
	}
	if word, _, _ := strings.Cut(text, " "); strings.Contains(word, ".") {
		return text // a file's name
	}
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + text[size:]
}

// TestLogin is the text of the login test.
const TestLogin = "test the login"

func past(text string) string {
	verb, rest, _ := strings.Cut(text, " ")
	next, _, _ := strings.Cut(rest, " ")
	switch {
	case text == TestLogin:
		return "login test passed"
	case verb == "look", verb == "wait":
		return verb + "ed " + rest
	case next == "whether":
		return "checked " + rest
	}
	participle, ok := map[string]string{
		"add": "added", "change": "changed", "check": "checked", "clear": "cleared", "create": "created", "delete": "deleted",
		"generate": "generated", "list": "listed", "read": "read", "rename": "renamed", "replace": "replaced", "restrict": "restricted",
		"save": "saved", "sign": "signed", "update": "updated", "write": "written",
	}[verb]
	if !ok {
		return text
	}
	return strings.TrimPrefix(strings.TrimPrefix(rest, "the "), "a ") + " " + participle
}
