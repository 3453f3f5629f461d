package sandbox_test

import (
	"errors"
	"net"
	"net/http"
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
		equal(t, server.want(200, "GET", path, "", owner).at(t, "id"), id, "%s: id", path)
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
	equal(t, made.at(t, "capabilities.rtc.webhooks.event_url"), want, "event_url")
	// A null in an update is absent, too.
	path := "/v2/applications/" + made.at(t, "id").(string)
	got := server.want(200, "PUT", path, `{"name":"x","keys":null,"capabilities":{"rtc":null},"privacy":null}`, owner)
	if got.at(t, "keys.private_key") != nil || got.at(t, "keys.public_key") != made.at(t, "keys.public_key") {
		t.Errorf("the keys were replaced: %v", got.at(t, "keys"))
	}
	if capabilities := got.at(t, "capabilities"); !reflect.DeepEqual(capabilities, map[string]any{}) {
		t.Errorf("capabilities %v", capabilities)
	}
	// nexmo-cli sends this null.
	got = server.want(200, "PUT", path, `{"name":"x","privacy":{"improve_ai":null}}`, owner)
	equal(t, got.at(t, "privacy.improve_ai"), true, "improve_ai")
	server.want(400, "PUT", path, `{"name":null}`, owner)
}

// TestAPageOfThisComputerMayUseTheSandbox is for an application under development, which has a port of its own.
func TestAPageOfThisComputerMayUseTheSandbox(t *testing.T) {
	t.Attr("fault", "field-D3")
	server := start(t, sandbox.Config{})
	for _, origin := range []string{"http://localhost:3000", "https://LocalHost", "http://shop.localhost:8080", "http://127.0.0.1:5173", "http://[::1]:1"} {
		page := pageOf(origin)
		preflight := server.want(204, "OPTIONS", "/v0.3/users/me", "", page,
			with("Access-Control-Request-Method", "GET"), with("Access-Control-Request-Headers", "authorization"))
		got := server.want(200, "GET", "/v2/applications", "", owner, page)
		for _, answer := range []answer{preflight, got} {
			equal(t, answer.header.Get("Access-Control-Allow-Origin"), origin, "%s: Access-Control-Allow-Origin", origin)
		}
	}
}

func TestARefusedPageLearnsTheFlag(t *testing.T) {
	t.Attr("fault", "field-D3")
	seen := make(chan sandbox.Request, 1)
	server := start(t, sandbox.Config{Observe: func(r sandbox.Request) { seen <- r }})
	for origin, want := range map[string]string{
		"https://App.example.com": "--allow-origin https://app.example.com",
		"null":                    "http://localhost",
		"file://":                 "--allow-origin",
	} {
		for _, path := range []string{"/v2/applications", "/v2/rtc/?EIO=4&transport=websocket", "/v1/users"} {
			got := server.want(403, "GET", path, "", owner, with("Origin", origin))
			detail, _ := got.at(t, "detail").(string)
			if told := <-seen; !strings.Contains(detail, want) || told.Reason != detail {
				t.Errorf("%s for %s: the body says %q, the log %q", path, origin, detail, told.Reason)
			}
		}
	}
	// A refusal of the API has no reason but its status.
	server.want(401, "GET", "/v2/applications", "")
	equal(t, (<-seen).Reason, "", "told")
}

func TestOtherNamesOfThisComputerAreAnswered(t *testing.T) {
	t.Attr("fault", "field-D4")
	server := listen(t, "127.0.0.1:0", sandbox.Config{AllowHosts: []string{"host.docker.internal", "My-Computer"}})
	for _, name := range []string{
		"localhost:8080", "127.0.0.1", "127.0.0.1:1", "shop.localhost:3000", // a mapped port, or a tunnel
		"10.0.2.2:4010",       // the emulator of Android
		"[::1]:4010", "[::1]", // another listener in front
		"172.17.0.1:4010",         // the bridge of Docker
		"host.docker.internal:80", // allowed
		"my-computer",
	} {
		got := server.want(200, "GET", "/v2/applications", "", owner, host(name))
		if links := got.at(t, "_links.self.href"); links == nil {
			t.Errorf("%s: %s", name, got.text)
		}
	}
}

func TestARefusedHostLearnsTheFlag(t *testing.T) {
	t.Attr("fault", "field-D4")
	seen := make(chan sandbox.Request, 1)
	server := start(t, sandbox.Config{Observe: func(r sandbox.Request) { seen <- r }})
	for name, want := range map[string]string{
		"host.docker.internal:4010": "--allow-host host.docker.internal.",
		"Evil.example.com":          "--allow-host evil.example.com.",
		"127.0.0.1.example.com:80":  "--allow-host 127.0.0.1.example.com.",
		"10.0.2.2x":                 "--allow-host 10.0.2.2x.",
		"evil;rm:1":                 "doesn't name the sandbox",
	} {
		got := server.want(421, "GET", "/v1/users", "", host(name))
		detail, _ := got.at(t, "detail").(string)
		if told := <-seen; !strings.Contains(detail, want) || told.Reason != detail {
			t.Errorf("%s: the body says %q, the log %q", name, detail, told.Reason)
		}
	}
}

func TestAnInvalidHostIsNotAllowed(t *testing.T) {
	t.Attr("fault", "field-D4")
	for _, name := range []string{"", ".", "*", "*.internal", "host:4010", "http://host", "a b", "host/", "[::1]", "höst"} {
		_, err := sandbox.Listen("127.0.0.1:0", sandbox.Config{AllowHosts: []string{name}})
		if err == nil || !strings.Contains(err.Error(), "must be a name") {
			t.Errorf("%q: error %v", name, err)
		}
	}
}

// listen is start for an address.
func listen(t *testing.T, addr string, cfg sandbox.Config) *api {
	t.Helper()
	return served(t, must(sandbox.Listen(addr, cfg)))
}

func host(name string) header { return func(r *http.Request) { r.Host = name } }

func TestListeningOnAnAddressOfLoopback(t *testing.T) {
	t.Attr("fault", "B1")
	for _, addr := range []string{"127.0.0.1:0", "localhost:0", "LocalHost:0"} {
		server := listen(t, addr, sandbox.Config{})
		_, port, err := net.SplitHostPort(strings.TrimPrefix(server.URL(), "http://"))
		if err != nil || port == "0" {
			t.Fatalf("%s: URL %s", addr, server.URL())
		}
		server.want(200, "GET", "/v2/applications", "", owner)
		server.want(200, "GET", "/v2/applications", "", owner, host("localhost:"+port))
		server.want(421, "GET", "/v2/applications", "", owner, host("example.com:"+port))
	}
}

func TestListeningOnLoopbackInIPv6(t *testing.T) {
	t.Attr("fault", "B1")
	if probe, err := net.Listen("tcp", "[::1]:0"); err != nil {
		t.Skip("no IPv6 here: ", err)
	} else {
		probe.Close()
	}
	server := listen(t, "[::1]:0", sandbox.Config{})
	wantMatch(t, `^http://\[::1\]:[0-9]+$`, server.URL())
	server.want(200, "GET", "/v2/applications", "", owner)
}

func TestAnotherAddressThanLoopbackNeedsAYes(t *testing.T) {
	t.Attr("fault", "B1")
	for _, addr := range []string{":0", "0.0.0.0:0", "[::]:0", "192.0.2.1:0"} {
		server, err := sandbox.Listen(addr, sandbox.Config{})
		if !errors.Is(err, sandbox.ErrNotLoopback) || server != nil {
			t.Errorf("%s: error %v", addr, err)
			continue
		}
		wantMatch(t, `anyone who can reach this machine could use the sandbox`, err.Error())
		wantMatch(t, `^sandbox: `+strings.NewReplacer("[", `\[`, "]", `\]`).Replace(addr), err.Error())
	}
}

func TestAnUnusableAddressIsRefused(t *testing.T) {
	for addr, want := range map[string]string{
		"127.0.0.1":           "missing port",
		"127.0.0.1:70000":     "invalid port",
		"127.0.0.1:no-port":   "no-port",
		"127.0.0.1:80:80":     "too many colons",
		"[127.0.0.1:80":       "missing ']'",
		"http://127.0.0.1:80": "too many colons",
	} {
		_, err := sandbox.Listen(addr, sandbox.Config{})
		if err == nil || !strings.HasPrefix(err.Error(), "sandbox: ") || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %q in it", addr, err, want)
		}
	}

	taken := strings.TrimPrefix(start(t, sandbox.Config{}).URL(), "http://")
	_, err := sandbox.Listen(taken, sandbox.Config{})
	var inner *net.OpError
	if err == nil || !strings.Contains(err.Error(), taken) || !errors.As(err, &inner) {
		t.Errorf("error %v", err)
	}
}
