package sandbox

import (
	"encoding/json"
	"fmt"
	"net/http"
)

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

// readUser returns what the body makes of a user.
func (s *Sandbox) readUser(r *http.Request) (func(user) user, *refusal) {
	if !sendsJSON(r) {
		return nil, invalidUserType(r.Header.Get("Content-Type"))
	}
	value, f := readJSON(r)
	switch {
	case f != nil && f.status == http.StatusBadRequest:
		return nil, invalidUserJSON(f.detail)
	case f != nil:
		return nil, f
	}
	if wrong := s.userBody.check("", value); wrong != nil {
		return nil, invalidUser(labelled(wrong))
	}
	body, _ := value.(map[string]any) // the check lets nothing else pass
	return func(u user) user {
		if _, has := body["name"]; has {
			u.name = text(body, "name")
		}
		if _, has := body["display_name"]; has {
			u.displayName = text(body, "display_name")
		}
		if _, has := body["image_url"]; has {
			u.imageURL = text(body, "image_url")
		}
		if _, has := body["properties"]; has {
			u.properties = userProperties(object(body, "properties"))
		}
		if _, has := body["channels"]; has {
			u.channels = encoded(object(body, "channels"))
		}
		return u
	}, nil
}

// userProperties always has a custom_data (recorded in vonage-python-sdk,
// user_basic.json).
func userProperties(sent map[string]any) json.RawMessage {
	properties := map[string]any{"custom_data": map[string]any{}}
	for name, value := range sent {
		properties[name] = value
	}
	return encoded(properties)
}

// labelled writes reasons as the users API has them: behind the quoted name of
// the field (SPECv3 General400ValidationFailName). The whole body is "value".
func labelled(wrong []invalid) []invalid {
	for i, w := range wrong {
		if w.Name == "" {
			w.Name = "value"
		}
		wrong[i] = invalid{w.Name, fmt.Sprintf("%q %s", w.Name, w.Reason)}
	}
	return wrong
}
