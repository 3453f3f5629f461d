package conversation

import (
	"encoding/json"
	"slices"
	"strings"
)

// kind is what becomes of an event.
type kind int

const (
	message kind = iota // kept, and has receipts
	other               // kept
	receipt             // kept, and noted on the event that it is for
	passing             // delivered only
)

// customLimit is how long the name of a custom event may be (nexmo-client's
// documentation of sendCustomEvent).
const customLimit = 100

// messageTypes are those of the event "message" (@vonage/client-sdk 2.3.1, which
// reads no page with another one).
func messageTypes() []string {
	return []string{"text", "image", "video", "audio", "file", "vcard", "custom", "template", "location"}
}

// kind returns what the event is, or what is wrong with it.
func (said Utterance) kind() (kind, error) {
	switch said.Type {
	case "text":
		return message, said.wants("text")
	case "message":
		of, _ := said.Body["message_type"].(string)
		if !slices.Contains(messageTypes(), of) {
			return 0, &InvalidError{"body.message_type", "must be one of [" + strings.Join(messageTypes(), ", ") + "]"}
		}
		if of == "text" {
			return message, said.wants("text")
		}
		return message, nil
	case "image":
		return message, nil
	case "ephemeral", "text:typing:on", "text:typing:off":
		return passing, nil
	case "text:seen", "text:delivered", "image:seen", "image:delivered",
		"message:seen", "message:delivered", "event:seen", "event:delivered":
		return receipt, nil
	}
	name, custom := strings.CutPrefix(said.Type, "custom:")
	switch {
	case !custom:
		return 0, &InvalidError{"type", "must be text, message, image, ephemeral, a receipt, or begin with custom:"}
	case name == "" || len(name) > customLimit:
		return 0, &InvalidError{"type", "must have 1 to 100 bytes after custom:"}
	}
	return other, nil
}

// wants checks a field of the body that must be a string.
func (said Utterance) wants(field string) error {
	if _, ok := said.Body[field].(string); !ok {
		return &InvalidError{"body." + field, "must be a string"}
	}
	return nil
}

// erasable reports whether the sender may erase an event: what it said, but not
// that it joined or read something.
func erasable(kind string) bool {
	return slices.Contains([]string{"text", "message", "image"}, kind) || strings.HasPrefix(kind, "custom:")
}

// erased is the body of an event that was erased. @vonage/client-sdk reads no page
// with a message that has no type.
func erased(kind string, at Stamp) json.RawMessage {
	body := map[string]any{"timestamp": map[string]Stamp{"deleted": at}}
	if kind == "message" {
		body["message_type"] = "text"
	}
	if kind == "message" || kind == "text" {
		body["text"] = ""
	}
	return encode(body)
}
