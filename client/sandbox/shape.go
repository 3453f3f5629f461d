package sandbox

import "credwiz/client/sandbox/payload"

func rsaPublicKey(path string, value any) []payload.Invalid {
	s, _ := value.(string)
	if _, err := parsePublicKey(s); err != nil {
		return []payload.Invalid{payload.Wrong(path, err.Error())}
	}
	return nil
}

// applicationShape is the request body of create and update in SPEC
// application.v2.yml, once payload.WithoutNulls has been over it. What application.v2
// 2.1.4 adds to that is here too: messages with a version, of which it says no more
// than that it is a text, verify, and two fields of rtc.
func applicationShape() payload.Shape {
	return payload.Shape{Required: []string{"name"}, Fields: map[string]payload.Check{
		"name":    payload.NonEmpty,
		"keys":    payload.Shape{Fields: map[string]payload.Check{"public_key": rsaPublicKey}}.Check,
		"privacy": payload.Shape{Fields: map[string]payload.Check{"improve_ai": payload.Boolean}}.Check,
		"capabilities": payload.Shape{Fields: map[string]payload.Check{
			"voice": payload.Shape{Fields: map[string]payload.Check{
				"webhooks": payload.Shape{Closed: true, Fields: map[string]payload.Check{
					"answer_url":          voiceWebhook(5000),
					"fallback_answer_url": voiceWebhook(5000),
					"event_url":           voiceWebhook(10_000),
				}}.Check,
				"signed_callbacks": payload.Boolean,
			}}.Check,
			"rtc": payload.Shape{Fields: map[string]payload.Check{
				// The API rejects an answer_url here (Nexmo/nexmo-developer issue
				// #1612). That an rtc without webhooks is accepted is inferred; the
				// specification requires none.
				"webhooks": payload.Shape{Closed: true, Fields: map[string]payload.Check{
					"event_url": webhook("GET", "POST"),
				}}.Check,
				"signed_callbacks":     payload.Boolean,
				"leg_persistence_time": payload.Integer(1, 31),
			}}.Check,
			"messages": payload.Shape{Fields: map[string]payload.Check{
				"version": payload.NonEmpty,
				"webhooks": payload.Shape{Fields: map[string]payload.Check{
					"inbound_url": webhook("POST"),
					"status_url":  webhook("POST"),
				}}.Check,
			}}.Check,
			"video": payload.Shape{}.Check,
			"verify": payload.Shape{Fields: map[string]payload.Check{
				"version": payload.OneOf("v2"),
				"webhooks": payload.Shape{Fields: map[string]payload.Check{
					"status_url": webhook("POST"),
				}}.Check,
			}}.Check,
			"vbc": payload.Shape{Closed: true}.Check,
		}}.Check,
	}}
}

// voiceWebhook has timeouts in milliseconds.
func voiceWebhook(socketTimeout int64) payload.Check {
	return payload.Shape{Fields: map[string]payload.Check{
		"address":            payload.WebURL,
		"http_method":        payload.OneOf("GET", "POST"),
		"connection_timeout": payload.Integer(300, 1000),
		"socket_timeout":     payload.Integer(1000, socketTimeout),
	}}.Check
}

func webhook(methods ...string) payload.Check {
	return payload.Shape{Fields: map[string]payload.Check{
		"address":     payload.WebURL,
		"http_method": payload.OneOf(methods...),
	}}.Check
}

// userShape is the request body of create and update in SPECv3, with the
// properties and channels that every current SDK can send. An unknown field is
// refused, as the API's validator does by default.
func userShape() payload.Shape {
	channels := map[string]payload.Check{}
	for _, channel := range []string{
		"pstn", "sip", "vbc", "websocket", "sms", "mms", "whatsapp", "viber", "messenger",
	} {
		channels[channel] = payload.List
	}
	return payload.Shape{Closed: true, Fields: map[string]payload.Check{
		"name":         payload.NonEmpty,
		"display_name": payload.NonEmpty,
		"image_url":    payload.URI,
		"properties": payload.Shape{Fields: map[string]payload.Check{
			"custom_data": payload.Shape{}.Check,
			"ttl":         payload.WholeNumber,
		}}.Check,
		"channels": payload.Shape{Fields: channels}.Check,
	}}
}
