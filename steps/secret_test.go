package steps_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"credwiz/client"
	"credwiz/client/jwt"
	"credwiz/client/redact"
	"credwiz/steps"
	"credwiz/steps/advice"
	"credwiz/steps/answer"
	"credwiz/steps/workdir"
)

const canary = "canary-Zx81"

// printed is value in every form that a program could print or encode it in, but for %p: it calls no method, and go vet
// allows it for pointers only.
func printed(value any) string {
	var out bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "% x", "%d", "%z"} {
		fmt.Fprintf(&out, verb+"\n", value)
	}
	fmt.Fprintln(&out, fmt.Errorf("wrapped: %v", value))
	for _, handler := range []slog.Handler{slog.NewTextHandler(&out, nil), slog.NewJSONHandler(&out, nil)} {
		slog.New(handler).With("with", value).WithGroup("group").Info(fmt.Sprint(value), "value", value)
	}
	if text, err := json.Marshal(value); err == nil {
		out.Write(text)
	}
	if text, err := xml.Marshal(value); err == nil {
		out.Write(text)
	}
	return out.String()
}

func TestWhatHoldsASecretHidesIt(t *testing.T) {
	t.Attr("fault", "S4")
	secret := redact.NewSecret(canary)
	key := pairs[0]()
	pem := must(key.PEM())
	field := answer.Field{Key: answer.APISecret, Secret: true, Suggestion: canary, Source: "from VONAGE_API_SECRET"}
	known := answer.Known{Value: canary, Source: "VONAGE_API_SECRET"}
	answers := answer.Answers{answer.APISecret: canary}
	session := steps.Session{
		Credentials: client.Credentials{APIKey: "abcd1234", APISecret: secret},
		Key:         workdir.Key{Private: key}, Member: steps.Member{Token: jwt.Token{JWT: secret}},
	}
	env := steps.Env{
		Known: map[string]answer.Known{answer.APISecret: known}, Redactor: &redact.Redactor{},
		SandboxPair: client.Credentials{APISecret: secret},
	}
	env.Redactor.Hide(secret)
	for name, value := range map[string]any{
		"field": field, "pointer to a field": &field, "fields": []answer.Field{field}, "fields in an error": &answer.InvalidAnswerError{Field: field, Err: answer.ErrNoAnswer},
		"missing": &answer.MissingAnswersError{Fields: []answer.Field{field}},
		"known":   known, "pointer to a known": &known, "all known": env.Known, "answers": answers, "pointer to answers": &answers,
		"session": session, "pointer to a session": &session, "environment": env, "pointer to an environment": &env,
		"credentials": session.Credentials, "token": session.Token, "key": session.Key,
		"nested": map[string]any{"a": []any{session, answers, field, known}},
	} {
		t.Run(name, func(t *testing.T) {
			got := printed(value)
			for _, form := range []string{
				canary, hex.EncodeToString([]byte(canary)), strings.ToUpper(hex.EncodeToString([]byte(canary))),
				fmt.Sprintf("% x", canary), base64.StdEncoding.EncodeToString([]byte(canary)), strings.Split(pem.Reveal(), "\n")[3],
			} {
				wantNone(t, got, form)
			}
		})
	}
	wantAll(t, fmt.Sprint(field, known, answers), "the question of api-secret", "an answer from VONAGE_API_SECRET", "answers to api-secret")
}

func TestTheRedactorLearnsEverySecretOfARun(t *testing.T) {
	t.Attr("fault", "S3")
	r := newRun(t)
	r.env.Redactor = &redact.Redactor{}
	r.does("connect", "application", "user", "token")
	pem := must(r.session.Key.Private.PEM())
	token := r.session.Token.JWT.Reveal()
	pair := base64.StdEncoding.EncodeToString([]byte(apiKey + ":" + apiSecret))
	admin := r.account.bearer(t, postUser)
	for name, secret := range map[string]string{
		"token that creates users, in base64": base64.RawStdEncoding.EncodeToString([]byte(admin)),
		"API secret":                          apiSecret, "pair": pair, "line of the key": strings.Split(pem.Reveal(), "\n")[5], "token": token,
		// Not by its looks alone.
		"token in base64": base64.RawStdEncoding.EncodeToString([]byte(token)),
	} {
		if got := r.env.Redactor.Redact("it is " + secret + "."); got != "it is •••." {
			t.Errorf("%s: %s", name, got)
		}
	}
}

// The log has each step and what it did, and the reason of a failure.
func TestAStepIsLogged(t *testing.T) {
	t.Attr("fault", "S3")
	var out bytes.Buffer
	r := newRun(t)
	r.env.Log = slog.New(slog.NewTextHandler(&out, nil))
	r.does("connect", "application", "user", "token")
	wantAll(t, out.String(), `msg="step begins" step=connect`, `msg="step ends" step=token took_ms=`,
		`msg=file step=application path=`, r.path("private.key"), `what="save the private key" state=done`)
	wantNone(t, out.String(), apiSecret, r.session.Token.JWT.Reveal())
	out.Reset()
	again := newRun(t)
	again.env.Log = r.env.Log
	again.answers = again.answers.With(answer.APISecret, "another")
	_ = again.try("connect")
	wantAll(t, out.String(), `level=ERROR msg="step failed" step=connect`, "401")
	wantNone(t, out.String(), "another")
}

func TestTheSandboxTakesNoOtherPairThanItsOwn(t *testing.T) {
	t.Attr("fault", "B5")
	advice1 := advice.For(&steps.SandboxPairError{APIKey: "abcd1234", Err: &client.Error{Status: 401}})
	wantAll(t, advice1.What+" "+advice1.Do, "practice sandbox", "its own key and secret", "stored nothing", "abcd1234", "without --demo")
	equal(t, "field", advice1.Field, answer.APISecret)
	equal(t, "kind", advice1.Kind, advice.Refused)
}
