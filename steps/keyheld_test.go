package steps_test

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"

	"credwiz/steps"
	"credwiz/steps/advice"
	"credwiz/steps/answer"
)

func quotedJSON(t testing.TB, text string) string {
	t.Helper()
	return string(must(json.Marshal(text)))
}

// keysInSettings are files that have the only copy of a key.
func keysInSettings(t testing.TB, pem string) map[string][2]string {
	t.Helper()
	escaped := strings.ReplaceAll(pem, "\n", `\n`)
	return map[string][2]string{
		".vonagerc":             {".vonagerc", `{"private-key": ` + quotedJSON(t, pem) + `}`},
		".vonagerc, camel case": {".vonagerc", `{"privateKey": ` + quotedJSON(t, pem) + `}`},
		".nexmo-app":            {".nexmo-app", "[app_config]\nprivate_key=" + quotedJSON(t, pem) + "\n"},
		"vonage_app.json":       {"vonage_app.json", `{"application_id": "x", "private_key": ` + quotedJSON(t, pem) + `}`},
		".env over lines":       {".env", "VONAGE_PRIVATE_KEY=\"" + pem + "\"\n"},
		".env with escapes":     {".env", "VONAGE_PRIVATE_KEY=\"" + escaped + "\"\n"},
		".env without quotes":   {".env", "VONAGE_APPLICATION_PRIVATE_KEY=" + escaped + "\n"},
		"a file of .env":        {"secret.txt", pem},
		".env in base64":        {".env", "VONAGE_PRIVATE_KEY64=" + base64.StdEncoding.EncodeToString([]byte(pem)) + "\n"},
	}
}

func TestTheOnlyCopyOfAKeyIsFoundWhereItIs(t *testing.T) {
	t.Attr("fault", "field-B5")
	t.Parallel()
	pem := pemOf(pairs[1]())
	for name, file := range keysInSettings(t, pem) {
		t.Run(name, func(t *testing.T) {
			r := newRun(t)
			app := r.account.hasApplication(t, "theirs", pairs[1]())
			r.has(file[0], file[1])
			if file[0] == "secret.txt" {
				r.has(".env", "VONAGE_PRIVATE_KEY=./secret.txt\n")
			}
			r.does("connect")
			r.answer(answer.AppID, app)
			question := r.field("application", answer.Key)
			if question.Suggestion != answer.SaveKey || question.Choices[0].Note != "it is in "+file[0] {
				t.Fatalf("the question suggests %q of %v", question.Suggestion, question.Choices)
			}
			equal(t, "the question", question.Label, "The private key has no file of its own")
			r.answer(answer.Key, question.Suggestion)
			wantAll(t, stepNamed(t, "application").Plan(r.env, r.session, r.answers), "Saves the key", file[0], "private.key", "Nothing is created")
			r.does("application", "user", "token")
			equal(t, "the key", r.file("private.key"), pem)
			equal(t, "the application", r.session.Application.ID, app)
			r.does("application") // continues with the file
			if text := strings.Join(r.names(), " "); strings.Contains(text, "private-2.key") {
				t.Errorf("the folder has %s", text)
			}
			if left := strings.Join(r.cleared(), " "); !strings.Contains(left, "private.key") {
				t.Errorf("the key of an application that stays is gone: %s", left)
			}
		})
	}
}

func TestWithoutQuestionsTheErrorSaysWhereTheKeyIs(t *testing.T) {
	t.Attr("fault", "field-B5")
	t.Parallel()
	for name, other := range map[string]bool{"no key file": false, "that of another application": true} {
		t.Run(name, func(t *testing.T) {
			r := newRun(t)
			r.has(".vonagerc", `{"private-key": `+quotedJSON(t, pemOf(pairs[1]()))+`}`)
			if other {
				r.has("private.key", pemOf(pairs[2]()))
			}
			r.answer(answer.AppID, r.account.hasApplication(t, "theirs", pairs[1]()))
			err := r.does("connect").try("application")
			as[*steps.EmbeddedKeyError](t, err)
			a := advice.For(err)
			wantAll(t, a.What, "“theirs”", ".vonagerc")
			wantAll(t, a.Do, "--save-key")
			r.answer(a.Offers[0].Answer, a.Offers[0].Value)
			r.does("application", "user", "token")
		})
	}
	r := newRun(t)
	r.answer(answer.AppID, r.account.hasApplication(t, "theirs", pairs[1]()), answer.Key, answer.SaveKey)
	err := r.does("connect").try("application")
	if err == nil {
		t.Fatal("a key was saved that is nowhere")
	}
	wantAll(t, advice.For(err).What, "can't find the private key")
}

func TestTheApplicationThatDotenvNamesIsSuggested(t *testing.T) {
	t.Attr("fault", "field-B3")
	t.Parallel()
	r := newRun(t)
	r.account.hasApplication(t, "another", pairs[2]())
	app := r.account.hasApplication(t, "live", pairs[1]())
	r.has("old.key", pemOf(pairs[1]()))
	r.has(".env", "VONAGE_APPLICATION_ID="+app+"\nVONAGE_PRIVATE_KEY=./old.key\n")
	r.does("connect")
	list := r.field("application", answer.AppID)
	equal(t, "the suggestion", list.Suggestion, app)

	r.answer(answer.AppID, app)
	wantNone(t, stepNamed(t, "application").Plan(r.env, r.session, r.answers), ".env")
	r.answer(answer.AppID, answer.NewOne)
	wantAll(t, stepNamed(t, "application").Plan(r.env, r.session, r.answers), "In .env", "replace those of “live”")
	r.answer(answer.Key, answer.No)
	r.does("application")
	equal(t, "warnings", r.warned(), "")
	r.env.Known = map[string]answer.Known{answer.AppName: {Value: "new", Source: "--app-name"}}
	r.session.Application.Exists = false
	list = r.field("application", answer.AppID)
	equal(t, "the suggestion beside --app-name", list.Suggestion, answer.NewOne)
}
