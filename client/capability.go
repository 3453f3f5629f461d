package client

import (
	"net/http"
	"strings"
)

// RTC is the capability that the Client SDK needs.
const RTC = "rtc"

// Capabilities are those that an application can have besides rtc, the most wanted first.
func Capabilities() []string { return []string{"voice", "messages", "video", "verify"} }

// capabilityBody is a capability as the API reads it; video needs no webhook to work.
type capabilityBody struct {
	Webhooks map[string]webhook `json:"webhooks"`
}

type webhook struct {
	Address string `json:"address"`
	Method  string `json:"http_method"`
}

// newCapability has the webhook eventURL if it is rtc, and else those that Vonage's guides name, below a base URL.
func newCapability(name, eventURL, base string) capabilityBody {
	at := func(path, method string) webhook {
		return webhook{Address: strings.TrimSuffix(base, "/") + "/" + path, Method: method}
	}
	switch name {
	case RTC:
		if eventURL != "" {
			return capabilityBody{map[string]webhook{"event_url": {Address: eventURL, Method: http.MethodPost}}}
		}
	case "voice":
		return capabilityBody{map[string]webhook{"answer_url": at("answer", http.MethodGet), "event_url": at("event", http.MethodPost)}}
	case "messages":
		return capabilityBody{map[string]webhook{"inbound_url": at("inbound", http.MethodPost), "status_url": at("status", http.MethodPost)}}
	case "verify":
		return capabilityBody{map[string]webhook{"status_url": at("verify", http.MethodPost)}}
	}
	return capabilityBody{Webhooks: map[string]webhook{}}
}
