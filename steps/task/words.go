package task

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Title is the event for people: "Create the application" while it is under way, "Application created" when it is
// done.
func (e Event) Title() string {
	text, named := e.Text, false
	if e.State == Done {
		text, named = past(text)
		if thing, deleted := strings.CutSuffix(text, " deleted"); deleted && e.absent {
			text = thing + " was already gone"
		}
	}
	if word, _, _ := strings.Cut(text, " "); named || strings.Contains(word, ".") {
		return text // which begins with the name of a file or folder
	}
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + text[size:]
}

// TestLogin is the text of the login test.
const TestLogin = "test the login"

// past also reports whether its text begins with a name: with what had no article.
func past(text string) (done string, named bool) {
	verb, rest, _ := strings.Cut(text, " ")
	next, _, _ := strings.Cut(rest, " ")
	switch {
	case text == TestLogin:
		return "login test passed", false
	case verb == "look", verb == "wait":
		return verb + "ed " + rest, false
	case next == "whether", next == "that":
		return "checked " + rest, false
	}
	participle, ok := map[string]string{
		"add": "added", "change": "changed", "check": "checked", "clear": "cleared", "create": "created", "delete": "deleted",
		"generate": "generated", "list": "listed", "read": "read", "rename": "renamed", "replace": "replaced", "restrict": "restricted",
		"save": "saved", "sign": "signed", "update": "updated", "write": "written",
	}[verb]
	if !ok {
		return text, false
	}
	thing := strings.TrimPrefix(strings.TrimPrefix(rest, "the "), "a ")
	return thing + " " + participle, thing == rest
}
