package sandbox_test

import (
	"reflect"
	"strings"
	"testing"

	"credwiz/client/sandbox"
)

// TestPathsMayEndInASlash has the paths as vonage-go-sdk 0.13.1 sends them: with the slash of SPEC application.v2.yml
// for all applications, and without one for a single application.
func TestPathsMayEndInASlash(t *testing.T) {
	t.Attr("fault", "field-D1")
	server := start(t, sandbox.Config{})
	made := server.want(201, "POST", "/v2/applications/", `{"name":"x","capabilities":{"rtc":{"webhooks":{"event_url":{}}}}}`, owner)
	id := made.at(t, "id").(string)
	list := server.want(200, "GET", "/v2/applications/?page_size=10", "", owner)
	if same := server.want(200, "GET", "/v2/applications?page_size=10", "", owner); list.text != same.text {
		t.Errorf("with the slash:\n%s\nwithout:\n%s", list.text, same.text)
	}
	for _, path := range []string{"/v2/applications/" + id, "/v2/applications/" + id + "/"} {
		if got := server.want(200, "GET", path, "", owner).at(t, "id"); got != id {
			t.Errorf("%s: id %v", path, got)
		}
	}
	app := server.application("y", ownKey())
	server.want(201, "POST", "/v1/users/", `{"name":"alice"}`, server.admin(app))
	// The acl of a token names the path without the slash.
	all := userClaims(app, "alice")
	all["acl"] = map[string]any{"paths": map[string]any{"/v1/users": map[string]any{}}}
	server.want(200, "GET", "/v1/users/", "", bearer(sign(t, ownKey(), all)))

	server.want(404, "GET", "/v2/applications//", "", owner)
	server.want(404, "GET", "/v2/applications%2f", "", owner)
	server.want(204, "DELETE", "/v2/applications/"+id+"/", "", owner)
}

// TestANullIsAbsent has the body of "vonage apps init" 3.2.1, with Enter pressed at every question that has a default.
func TestANullIsAbsent(t *testing.T) {
	t.Attr("fault", "field-D2")
	server := start(t, sandbox.Config{})
	made := server.want(201, "POST", "/v2/applications", `{"name":"x","keys":{},"privacy":{"improve_ai":false},"capabilities":{
		"rtc":{"webhooks":{"event_url":{"address":"https://example.com/rtc/event","http_method":null}},"signed_callbacks":true},
		"voice":{"webhooks":{"event_url":{"address":"https://example.com/voice/event","method":null,"http_method":null}},
			"signed_callbacks":true,"conversation_ttl":null},
		"messages":{"version":"v1","webhooks":{"inbound_url":null,"status_url":null},"authenticate_inbound_media":true}}}`, owner)
	if key, _ := made.at(t, "keys.private_key").(string); !strings.Contains(key, "PRIVATE KEY") {
		t.Errorf("keys %v", made.at(t, "keys"))
	}
	want := map[string]any{"address": "https://example.com/rtc/event"}
	if got := made.at(t, "capabilities.rtc.webhooks.event_url"); !reflect.DeepEqual(got, want) {
		t.Errorf("event_url %v, want %v", got, want)
	}
	// What an update has as null, it leaves out.
	path := "/v2/applications/" + made.at(t, "id").(string)
	got := server.want(200, "PUT", path, `{"name":"x","keys":null,"capabilities":{"rtc":null},"privacy":null}`, owner)
	if got.at(t, "keys.private_key") != nil || got.at(t, "keys.public_key") != made.at(t, "keys.public_key") {
		t.Errorf("the keys were replaced: %v", got.at(t, "keys"))
	}
	if capabilities := got.at(t, "capabilities"); !reflect.DeepEqual(capabilities, map[string]any{}) {
		t.Errorf("capabilities %v", capabilities)
	}
	server.want(400, "PUT", path, `{"name":null}`, owner)
}
