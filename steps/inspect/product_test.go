package inspect_test

import (
	"strings"
	"testing"

	"credwiz/steps/inspect"
)

// others are tokens that are good, and that the Client SDK cannot log in with. The first two are what Vonage's SDKs for
// Node and Ruby make for Video, today and before.
var others = map[string]struct {
	change []func(*forge)
	code   string
	says   string
}{
	"a Video token": {[]func(*forge){claim("sub", "video"), claim("scope", "session.connect"), claim("session_id", "1_MX40"), claim("role", "publisher"),
		claim("initial_layout_class_list", ""), claim("acl", pathsJSON("/session/**"))}, "video-token", "Video API"},
	"an older Video token": {[]func(*forge){claim("sub", nil), claim("acl", nil), claim("scope", "session.connect"), claim("session_id", "1_MX40")},
		"video-token", "Video API"},
	"the signature of a webhook": {[]func(*forge){algorithm("HS256"), claim("sub", nil), claim("acl", nil), claim("exp", nil), claim("iss", "Vonage"),
		claim("api_key", apiKey), claim("payload_hash", strings.Repeat("ab", 32))}, "webhook-signature", "webhook"},
	"OpenTok's own calls": {[]func(*forge){algorithm("HS256"), claim("application_id", nil), claim("sub", nil), claim("acl", nil), claim("iss", "4712"),
		claim("ist", "project")}, "opentok-token", "OpenTok"},
	"an OpenTok token":     {[]func(*forge){bent(func(string) string { return "T1==cGFydG5lcl9pZD00NzEyJnNpZz1hYmNk" })}, "opentok-token", "OpenTok"},
	"a token for Messages": {[]func(*forge){claim("sub", nil), claim("acl", pathsJSON("/*/messages/**"))}, "backend-token", "calls /*/messages/**"},
	"another issuer's token": {[]func(*forge){claim("application_id", nil), claim("acl", nil), claim("iss", "https://accounts.example.com")},
		"other-issuer", "issued by https://accounts.example.com"},
	"an admin token": {[]func(*forge){claim("sub", nil), claim("acl", nil)}, "admin-token", "such as the Users API"},
}

func TestATokenOfAnotherProductIsNamed(t *testing.T) {
	t.Attr("fault", "field-B15")
	r := newRun(t).doesAll("private.key")
	for name, other := range others {
		t.Run(name, func(t *testing.T) {
			r := *r
			r.t = t
			token := forged(t, r.session.Application.ID, other.change...)
			offline, online := r.inspected(token)
			for _, i := range []inspect.Inspection{offline, online} {
				equal(t, "codes", codes(i), other.code)
				wantAll(t, i.Verdict, other.says)
				equal(t, "command", i.Problems[0].Command, "credwiz token --dir "+inShell(r.dir))
				wantNone(t, texts(t, i), "\nUser\n")
			}
			if r.account.logIn(t, token) == nil {
				t.Error("the sandbox lets it log in")
			}
		})
	}
	if n := r.account.calls["GET /v1/users"]; n != 0 {
		t.Errorf("users were asked for %d times", n)
	}
}

func TestAUserMayBeCalledVideo(t *testing.T) {
	t.Attr("fault", "field-B15")
	i := inspect.Inspect(reading(forged(t, anotherID, claim("sub", "video"))), inspect.Evidence{Now: noon})
	equal(t, "codes", codes(i), "")
	wantAll(t, texts(t, i), "User\nvideo")
}
