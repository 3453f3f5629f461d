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
		i.refuse("empty", "There is no token.", again, "")
	case jwt.PastedKey:
		i.refuse("private-key", "This is a private key, not a token.",
			"Give the token that was signed with it. Where others may have seen the key, create a new application with a new one.", "")
	case jwt.PastedPublic:
		i.refuse("public-key", "This is a public key or certificate, not a token.", again, "")
	case jwt.OpenTokToken:
		i.refuse("opentok-token", "This is a token of the OpenTok Video API, which is no JWT; the Client SDK cannot log in with it.",
			"Give it to the OpenTok client in your app. "+noUser, i.resign())
	case jwt.EncryptedToken:
		i.refuse("encrypted", "This token is encrypted (a JWE), and the platform takes signed ones only.", signNew, i.resign())
	case jwt.SeveralTokens:
		i.refuse("several-tokens", "This text contains several tokens. Inspect one at a time.",
			"Give one of them alone, from eyJ to its last letter.", "")
	case jwt.NotAToken:
		i.refuse("not-a-token", "This is no token: a token is three parts with dots between them, of which the first two are JSON in base64url.", again, "")
	case jwt.SignedToken, jwt.UnsignedToken, jwt.BadSignature:
		return false
	}
	return true
}

func (i *inspector) judgeForm() {
	i.judgePart("header", i.reading.Header)
	i.judgePart("claims", i.reading.Claims)
	for _, w := range i.reading.Wrappings {
		code, what := wrapping(w)
		i.refuse(code, what, "Give your app the token alone, from eyJ to its last letter. Or sign a new one:", i.resign())
	}
	i.judgeAlgorithm()
}

func (i *inspector) judgePart(name string, part jwt.Part) {
	if part.Err == nil {
		return
	}
	i.signature.Why = "its " + name + " cannot be read"
	verb := "is"
	if name == "claims" {
		verb = "are"
	}
	i.refuse(name+"-unreadable", fmt.Sprintf("Its %s %s %v.", name, verb, part.Err),
		"Copy the token again. If it stays so, what made it is wrong: "+words.LowerFirst(signNew), i.resign())
}

func wrapping(w jwt.Wrapping) (code, what string) {
	switch w {
	case jwt.Quotes:
		return "quotes", "There are quotes around it, which are no part of a token."
	case jwt.Bearer:
		return "bearer", "The word Bearer stands before it, which belongs to a header and not to the token."
	case jwt.Name:
		return "name", "A name and = stand before it, as in a .env file."
	case jwt.Breaks:
		return "breaks", "There are line breaks or blanks in it."
	case jwt.Text:
		return "surrounded", "There is other text around it, such as the JSON it came in."
	case jwt.OtherBase64:
	}
	return "not-base64url", "It is written in base64 and not in base64url: +, / or = stand where a token has -, _ and nothing."
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
		i.refuse("algorithm", "It is signed with "+algorithm+", which is made with a shared secret; the platform takes RS256, made with the application's private key.",
			signNew, i.resign())
	case !named:
		i.refuse("algorithm", "Its header does not say how it is signed.", signNew, i.resign())
	case algorithm != rs256:
		i.refuse("algorithm", "It is signed with "+cut(algorithm)+", and the platform takes RS256 only.", signNew, i.resign())
	}
	if algorithm != rs256 {
		i.signature.Why = "its algorithm is not RS256"
	}
	const missing = "Copy the whole token: it has two dots in it, and the signature behind the second one."
	switch {
	case i.reading.Shape == jwt.UnsignedToken:
		i.refuse("unsigned", "Its third part, the signature, is missing.", missing, "")
		i.signature.Why = "it has none"
	case i.reading.Shape == jwt.BadSignature:
		i.refuse("signature-unreadable", "Its signature has characters in it that no token has, or is cut off.", missing, "")
		i.signature.Why = "it cannot be read"
	case algorithm == rs256 && i.reading.SignatureBytes < shortestSignature:
		i.refuse("signature-cut", "Its end is missing: the signature is shorter than any key makes it.", missing, "")
		i.signature.Why = "it is not whole"
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
	return product{"backend-token", "It is a token for a backend that calls " + cut(strings.Join(pathsOf(acl.Grants), ", ")) + ": it has no user (sub), so it cannot log in.",
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
