package steps_test

import (
	"testing"
	"time"

	"credwiz/client/jwt"
	"credwiz/client/redact"
	"credwiz/steps/inspect"
)

// A backend in JavaScript takes Date.now() for exp. The platform reads seconds, and takes the token until 24 hours after
// it was issued, long after the moment that was meant.
func TestAnEndInMillisecondsIsJudgedAsThePlatformReadsIt(t *testing.T) {
	t.Attr("fault", "field-B13")
	f := newForge(anotherID)
	claim("iat", at(-2*time.Hour))(&f)
	claim("exp", at(-time.Hour)*1000)(&f)
	key := must(inspect.PublicKey("app.pem", []byte(pairs[0]().PublicPEM())))
	i := inspect.Inspect(jwt.Read(redact.NewSecret(f.token(t))), inspect.Evidence{Now: noon, Keys: []inspect.KnownKey{key}})
	equal(t, "state", i.State, inspect.Works)
	equal(t, "verdict", i.Verdict, "This token works until tomorrow 10:00 (22 hours).")
	equal(t, "what", i.Problems[0].What, "Its end (exp) is in milliseconds, and must be in seconds: the platform lets it live for 24 hours, and not until today 11:00.")
}
