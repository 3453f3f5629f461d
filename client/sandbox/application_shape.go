package sandbox

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
