package inspect

import (
	"fmt"
	"net/http"
	"strings"

	"credwiz/client/jwt"
	"credwiz/steps/words"
)

// shortestSignature is the length in bytes for the smallest key that Vonage makes.
const shortestSignature = jwt.KeyBits / 8

const rs256 = "RS256"

// isNoToken handles any other text. It never repeats the text, which may be a secret.
func (i *inspector) isNoToken() bool {
	const again = "Copy the whole token: it begins with eyJ and contains two dots."
	switch i.reading.Shape {
	case jwt.EmptyText:
		i.refuse("empty", "No token found.", again, "")
	case jwt.PastedKey:
		i.refuse("private-key", "This is a private key, not a token.",
			"Inspect the token that was signed with it. If others may have seen the key, replace it or create a new application.", "")
	case jwt.PastedPublic:
		i.refuse("public-key", "This is a public key or certificate, not a token.", again, "")
	case jwt.OpenTokToken:
		i.refuse("opentok-token", "This is an OpenTok Video API token. It isn't a JWT, so the Client SDK can't log in with it.",
			"Use it with the OpenTok client in your app. "+noUser, i.resign())
	case jwt.EncryptedToken:
		i.refuse("encrypted", "This token is encrypted (a JWE). Vonage only accepts signed tokens.", signNew, i.resign())
	case jwt.SeveralTokens:
		i.refuse("several-tokens", "This text contains several tokens. Inspect one at a time.",
			"Copy just one, from eyJ to its last character.", "")
	case jwt.NotAToken:
		i.refuse("not-a-token", "This isn't a token. A token has three parts separated by dots, and the first two are JSON in base64url.", again, "")
	case jwt.SignedToken, jwt.UnsignedToken, jwt.BadSignature:
		return false
	}
	return true
}

func (i *inspector) judgeForm() {
	i.judgePart("header", "is", i.reading.Header)
	i.judgePart("claims", "are", i.reading.Claims)
	for _, w := range i.reading.Wrappings {
		wrong := wrappings()[w]
		i.refuse(wrong.code, wrong.what, "Use only the token in your app, from eyJ to its last character. Or sign a new one:", i.resign())
	}
	i.judgeAlgorithm()
}

func (i *inspector) judgePart(name, verb string, part jwt.Part) {
	if part.Err == nil {
		return
	}
	i.signature.Why = "its " + name + " can't be read"
	i.refuse(name+"-unreadable", fmt.Sprintf("Its %s %s %v.", name, verb, part.Err),
		"Copy the token again. If that doesn't help, the code that signed it is wrong: "+words.LowerFirst(signNew), i.resign())
}

func wrappings() map[jwt.Wrapping]struct{ code, what string } {
	return map[jwt.Wrapping]struct{ code, what string }{
		jwt.Quotes:      {"quotes", "It has quotes around it."},
		jwt.Bearer:      {"bearer", "It starts with the word Bearer, which belongs to the header, not the token."},
		jwt.Name:        {"name", "It starts with a name and =, as in a .env file."},
		jwt.Breaks:      {"breaks", "It contains line breaks or spaces."},
		jwt.Text:        {"surrounded", "It has other text around it, such as the JSON it came in."},
		jwt.OtherBase64: {"not-base64url", "It's base64, not base64url: it contains +, / or =."},
	}
}

func (i *inspector) judgeAlgorithm() {
	if i.reading.Header.Err != nil {
		return
	}
	algorithm, named := i.reading.Header.Text("alg")
	switch {
	case strings.EqualFold(algorithm, "none"):
		i.refuse("algorithm", "It isn't signed: its algorithm is none.", signNew, i.resign())
		i.signature.Why = "it has none"
		return
	case strings.HasPrefix(algorithm, "HS"):
		i.refuse("algorithm", "It's signed with "+algorithm+", which uses a shared secret. Vonage requires RS256 with the application's private key.",
			signNew, i.resign())
	case !named:
		i.refuse("algorithm", "Its header doesn't name a signing algorithm.", signNew, i.resign())
	case algorithm != rs256:
		i.refuse("algorithm", "It's signed with "+cut(algorithm)+". Vonage only accepts RS256.", signNew, i.resign())
	}
	if algorithm != rs256 {
		i.signature.Why = "its algorithm isn't RS256"
	}
	const missing = "Copy the whole token: it contains two dots, and the signature follows the second one."
	switch {
	case i.reading.Shape == jwt.UnsignedToken:
		i.refuse("unsigned", "Its third part, the signature, is missing.", missing, "")
		i.signature.Why = "it has none"
	case i.reading.Shape == jwt.BadSignature:
		i.refuse("signature-unreadable", "Its signature is cut off or contains invalid characters.", missing, "")
		i.signature.Why = "it can't be read"
	case algorithm == rs256 && i.reading.SignatureBytes < shortestSignature:
		i.refuse("signature-cut", "Its end is missing: the signature is too short.", missing, "")
		i.signature.Why = "it's incomplete"
	}
}

// product is the use of a token that is not for the Client SDK. Nothing is wrong with it except its place.
type product struct{ code, what, do string }

const noUser = "For the Client SDK, sign a token for a user:"

// productOf recognizes tokens of Vonage's other products and other issuers, by Vonage's SDKs for Node and Ruby
// (Video) and its guides (signed webhooks). A user may have any name, even video.
func productOf(r jwt.Reading) (product, bool) {
	claims := r.Claims
	text := func(name string) string { value, _ := claims.Text(name); return value }
	algorithm, _ := r.Header.Text("alg")
	_, hashed := claims.Lookup("payload_hash")
	switch {
	case r.Header.Err != nil || claims.Err != nil:
		return product{}, false
	case text("session_id") != "" && strings.HasPrefix(text("scope"), "session."):
		return product{"video-token", "It's a Video API token for one video session. The Client SDK can't log in with it.",
			"Use it with the Video client in your app. " + noUser}, true
	case text("ist") != "" && text("iss") != "":
		return product{"opentok-token", "It's an OpenTok Video API token for backend calls.",
			"Send it in the X-OPENTOK-AUTH header. " + noUser}, true
	case strings.HasPrefix(algorithm, "HS") && (hashed || text("iss") == "Vonage" || text("api_key") != ""):
		return product{"webhook-signature", "It's a webhook signature. Vonage sends it so that your backend can verify a request.",
			"Verify it with your account's signature secret, from the dashboard settings. " + noUser}, true
	case text("application_id") == "" && text("iss") != "":
		return product{"other-issuer", "It was issued by " + cut(text("iss")) + " (iss) for another service, and doesn't name a Vonage application.", noUser}, true
	}
	if _, hasUser := claims.Lookup("sub"); hasUser {
		return product{}, false
	}
	acl := claims.ReadACL()
	if len(acl.Grants) == 0 || allows(acl.Grants, http.MethodPost, loginPath) || reaches(acl.Grants, "conversations") {
		return product{}, false // an admin token, or one for a user who was forgotten
	}
	return product{"backend-token", "It's a token for a backend that calls " + cut(strings.Join(pathsOf(acl.Grants), ", ")) + ". It has no user (sub), so it can't log in.",
		"Use it for those calls. " + noUser}, true
}

// judgeProduct reports only what the token is for. Its times and signature are still facts.
func (i *inspector) judgeProduct(p product) {
	i.user, i.acl = "", i.reading.Claims.ReadACL()
	i.judgeTimes()
	i.judgeSignature()
	i.problems, i.product = nil, true
	i.refuse(p.code, p.what, p.do, i.resign())
}
