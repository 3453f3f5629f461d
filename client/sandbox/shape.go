package sandbox

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
)

// A check says what is wrong with the decoded JSON value at path. Reasons are
// written to stand alone or behind the name of the field, because applications
// and users differ in that.
type check func(path string, value any) []invalid

// shape is the check of an object. Fields that it does not name are let pass,
// because the API has more of them than are documented here, unless it is
// closed.
type shape struct {
	fields   map[string]check
	required []string
	closed   bool
}

// check has the wrong fields in alphabetical order, so that the same body always
// gets the same answer.
func (s shape) check(path string, value any) []invalid {
	fields, ok := value.(map[string]any)
	if !ok {
		return []invalid{{path, "must be an object"}}
	}
	var wrong []invalid
	for _, name := range s.required {
		if _, ok := fields[name]; !ok {
			wrong = append(wrong, invalid{join(path, name), "is required"})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		switch check := s.fields[name]; {
		case check != nil:
			wrong = append(wrong, check(join(path, name), fields[name])...)
		case s.closed:
			wrong = append(wrong, invalid{join(path, name), "is not allowed"})
		}
	}
	return wrong
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

func nonEmptyString(path string, value any) []invalid {
	switch s, ok := value.(string); {
	case !ok:
		return []invalid{{path, "must be a string"}}
	case s == "":
		return []invalid{{path, "is not allowed to be empty"}}
	}
	return nil
}

func boolean(path string, value any) []invalid { return is[bool](path, value, "must be a boolean") }

func list(path string, value any) []invalid { return is[[]any](path, value, "must be an array") }

func is[T any](path string, value any, reason string) []invalid {
	if _, ok := value.(T); !ok {
		return []invalid{{path, reason}}
	}
	return nil
}

func integer(low, high int64) check {
	return func(path string, value any) []invalid {
		number, _ := value.(json.Number)
		n, err := number.Int64()
		if err != nil || n < low || n > high {
			return []invalid{{path, fmt.Sprintf("must be between %d and %d", low, high)}}
		}
		return nil
	}
}

func wholeNumber(path string, value any) []invalid {
	number, _ := value.(json.Number)
	if _, err := number.Int64(); err != nil {
		return []invalid{{path, "must be an integer"}}
	}
	return nil
}

func oneOf(choices ...string) check {
	return func(path string, value any) []invalid {
		if s, ok := value.(string); !ok || !slices.Contains(choices, s) {
			return []invalid{{path, "must be one of: " + strings.Join(choices, ", ")}}
		}
		return nil
	}
}

func webURL(path string, value any) []invalid {
	s, _ := value.(string)
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return []invalid{{path, "must be an http or https URL"}}
	}
	return nil
}

func uri(path string, value any) []invalid {
	s, _ := value.(string)
	u, err := url.Parse(s)
	if err != nil || u.Scheme == "" || u.Host == "" && u.Opaque == "" {
		return []invalid{{path, "must be a valid uri"}}
	}
	return nil
}

func rsaPublicKey(path string, value any) []invalid {
	s, _ := value.(string)
	if _, err := parsePublicKey(s); err != nil {
		return []invalid{{path, err.Error()}}
	}
	return nil
}

// applicationShape is the request body of create and update in SPEC
// application.v2.yml, once withoutNulls has been over it.
func applicationShape() shape {
	return shape{
		required: []string{"name"},
		fields: map[string]check{
			"name": nonEmptyString,
			"keys": shape{fields: map[string]check{"public_key": rsaPublicKey}}.check,
			"capabilities": shape{fields: map[string]check{
				"voice":    voiceShape().check,
				"rtc":      rtcShape().check,
				"messages": messagesShape().check,
				"video":    shape{}.check,
				"verify":   verifyShape().check,
				"vbc":      shape{closed: true}.check,
			}}.check,
			"privacy": shape{fields: map[string]check{"improve_ai": boolean}}.check,
		},
	}
}

func voiceShape() shape {
	return shape{fields: map[string]check{
		"webhooks": shape{closed: true, fields: map[string]check{
			"answer_url":          voiceWebhook(5000),
			"fallback_answer_url": voiceWebhook(5000),
			"event_url":           voiceWebhook(10_000),
		}}.check,
		"signed_callbacks": boolean,
	}}
}

// voiceWebhook has timeouts in milliseconds.
func voiceWebhook(socketTimeout int64) check {
	return shape{fields: map[string]check{
		"address":            webURL,
		"http_method":        oneOf("GET", "POST"),
		"connection_timeout": integer(300, 1000),
		"socket_timeout":     integer(1000, socketTimeout),
	}}.check
}

// rtcShape takes an event_url and no other webhook: the API rejects an
// answer_url here (Nexmo/nexmo-developer issue #1612). That an rtc without
// webhooks is accepted is inferred; the specification requires none. The other
// two fields come from application.v2 2.1.4.
func rtcShape() shape {
	return shape{fields: map[string]check{
		"webhooks": shape{closed: true, fields: map[string]check{
			"event_url": webhook("GET", "POST"),
		}}.check,
		"signed_callbacks":     boolean,
		"leg_persistence_time": integer(1, 31),
	}}
}

// messagesShape is that of application.v2 2.1.4, which has a version and says no
// more of it than that it is a text.
func messagesShape() shape {
	return shape{fields: map[string]check{
		"version": nonEmptyString,
		"webhooks": shape{fields: map[string]check{
			"inbound_url": webhook("POST"),
			"status_url":  webhook("POST"),
		}}.check,
	}}
}

// verifyShape is that of application.v2 2.1.4.
func verifyShape() shape {
	return shape{fields: map[string]check{
		"version": oneOf("v2"),
		"webhooks": shape{fields: map[string]check{
			"status_url": webhook("POST"),
		}}.check,
	}}
}

func webhook(methods ...string) check {
	return shape{fields: map[string]check{
		"address":     webURL,
		"http_method": oneOf(methods...),
	}}.check
}

// userShape is the request body of create and update in SPECv3, with the
// properties and channels that every current SDK can send. An unknown field is
// refused, as the API's validator does by default.
func userShape() shape {
	channels := map[string]check{}
	for _, channel := range []string{
		"pstn", "sip", "vbc", "websocket", "sms", "mms", "whatsapp", "viber", "messenger",
	} {
		channels[channel] = list
	}
	return shape{closed: true, fields: map[string]check{
		"name":         nonEmptyString,
		"display_name": nonEmptyString,
		"image_url":    uri,
		"properties": shape{fields: map[string]check{
			"custom_data": shape{}.check,
			"ttl":         wholeNumber,
		}}.check,
		"channels": shape{fields: channels}.check,
	}}
}
