package client

import (
	"net/http"
	"strings"
)

// RTC is the capability that the Client SDK needs.
const RTC = "rtc"

// newCapability is a capability as the API reads it: rtc has one webhook of its own, and the others are below a base URL.
func newCapability(name, eventURL, webhooks string) any {
	if name != RTC {
		return webhooksOf(name, webhooks)
	}
	var rtc rtcBody
	if eventURL != "" {
		rtc.Webhooks.EventURL = &webhook{Address: eventURL, Method: http.MethodPost}
	}
	return rtc
}

// Capabilities are those that an application can have besides rtc, the most wanted first.
func Capabilities() []string { return []string{"voice", "messages", "video", "verify"} }

// capabilityBody is a capability as the API reads it; video needs no webhook to work.
type capabilityBody struct {
	Webhooks map[string]webhook `json:"webhooks"`
}

// webhooksOf are a capability's webhooks below a base URL, named as Vonage's guides name them.
func webhooksOf(capability, base string) capabilityBody {
	at := func(path, method string) webhook {
		return webhook{Address: strings.TrimSuffix(base, "/") + "/" + path, Method: method}
	}
	switch capability {
	case "voice":
		return capabilityBody{map[string]webhook{"answer_url": at("answer", http.MethodGet), "event_url": at("event", http.MethodPost)}}
	case "messages":
		return capabilityBody{map[string]webhook{"inbound_url": at("inbound", http.MethodPost), "status_url": at("status", http.MethodPost)}}
	case "verify":
		return capabilityBody{map[string]webhook{"status_url": at("verify", http.MethodPost)}}
	}
	return capabilityBody{Webhooks: map[string]webhook{}}
}
