package inspect

import (
	"net/http"
	"strings"

	"credwiz/client/jwt"
)

// product is what a token is for, if that is not a login of the Client SDK. Such a token has nothing wrong with it: it is
// in the wrong place.
type product struct{ code, what, do string }

// noUser ends the advice about each, before a command.
const noUser = "For the Client SDK, sign a token for a user:"

// productOf recognizes the tokens of Vonage's other products, and those that others issue. What tells them apart is in
// Vonage's SDKs for Node and Ruby (Video) and in its guides (signed webhooks); a user may have any name, even video.
func productOf(r jwt.Reading) (product, bool) {
	claims := r.Claims
	text := func(name string) string { value, _ := claims.Text(name); return value }
	algorithm, _ := r.Header.Text("alg")
	_, hashed := claims.Lookup("payload_hash")
	switch {
	case r.Header.Err != nil || claims.Err != nil:
		return product{}, false
	case text("session_id") != "" && strings.HasPrefix(text("scope"), "session."):
		return product{"video-token", "It is a token of the Video API, which lets a client into one video session; the Client SDK cannot log in with it.",
			"Give it to the Video client in your app. " + noUser}, true
	case text("ist") != "" && text("iss") != "":
		return product{"opentok-token", "It is a token of the OpenTok Video API, for calls from a backend.",
			"Use it in the header X-OPENTOK-AUTH. " + noUser}, true
	case strings.HasPrefix(algorithm, "HS") && (hashed || text("iss") == "Vonage" || text("api_key") != ""):
		return product{"webhook-signature", "It is the signature of a webhook: Vonage sends it along so that your backend can tell that a request is Vonage's.",
			"Verify it with the signature secret of your account, from the dashboard's settings. " + noUser}, true
	case text("application_id") == "" && text("iss") != "":
		return product{"other-issuer", "It was issued by " + cut(text("iss")) + " (iss) for another service, and names no application of Vonage's.", noUser}, true
	}
	if _, hasUser := claims.Lookup("sub"); hasUser {
		return product{}, false
	}
	acl := claims.ReadACL()
	if len(acl.Grants) == 0 || allows(acl.Grants, http.MethodPost, loginPath) || reaches(acl.Grants, "conversations") {
		return product{}, false // an admin token, or one for a user who was forgotten
	}
	paths := make([]string, 0, len(acl.Grants))
	for _, g := range acl.Grants {
		paths = append(paths, g.Path)
	}
	return product{"backend-token", "It is a token for a backend that calls " + cut(strings.Join(paths, ", ")) + ": it has no user (sub), so it cannot log in.",
		"Use it for those calls. " + noUser}, true
}

// judgeProduct says what a token of another product is, and nothing else: what the Client SDK would want of it does not
// matter. Its times and its signature are facts all the same.
func (i *inspector) judgeProduct(p product) {
	i.user, i.acl = "", i.reading.Claims.ReadACL()
	i.judgeTimes()
	i.judgeSignature()
	i.problems, i.product = nil, true
	i.refuse(p.code, p.what, p.do, i.resign())
}
