package steps_test

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"strings"
	"testing"

	"credwiz/steps/advice"
	"credwiz/steps/answer"
)

func TestTheFilesOfOtherToolsAreWrittenWhenTheyAreAskedFor(t *testing.T) {
	r := newRun(t)
	r.answer(answer.Write, "nexmo, vonage,env")
	r.has(".nexmorc", "; mine\n[credentials]\napi_key=old\n\n[other]\nx=1\n")
	r.has(".vonagerc", `{"color": true, "apiKey": "old"}`)
	r.doesAll()
	app, key := r.session.Application.ID, r.file("private.key")
	if got, want := r.file(".nexmorc"), "; mine\n[credentials]\napi_key="+apiKey+"\napi_secret="+apiSecret+"\n\n[other]\nx=1\n"; got != want {
		t.Errorf(".nexmorc is\n%s", got)
	}
	quoted := must(json.Marshal(key))
	equal(t, ".nexmo-app", r.file(".nexmo-app"), "[app_config]\napp_id="+app+"\nprivate_key="+string(quoted)+"\n")
	var vonage map[string]any
	noError(t, json.Unmarshal([]byte(r.file(".vonagerc")), &vonage))
	for name, want := range map[string]any{"color": true, "apiKey": apiKey, "api-secret": apiSecret, "app-id": app, "private-key": key} {
		if vonage[name] != want {
			t.Errorf(".vonagerc has %s: %v", name, vonage[name])
		}
	}
	for _, name := range []string{".nexmorc", ".nexmo-app", ".vonagerc"} {
		info, err := os.Stat(r.path(name))
		if err != nil || info.Mode() != 0o600 {
			t.Errorf("%s: %v, %v", name, info, err)
		}
	}
	wantAll(t, stepNamed(t, "token").Plan(r.env, r.session, r.answers), ".env", ".nexmorc (with your API secret)", ".vonagerc (with your API secret and the private key)")
}

func TestOnlyTheKindsThatAreNamedAreWritten(t *testing.T) {
	for write, want := range map[string]string{
		"":            ".credwiz.json .env private.key",
		"env":         ".credwiz.json .env private.key",
		"nexmo":       ".credwiz.json .nexmo-app .nexmorc private.key",
		"vonage, ENV": ".credwiz.json .env .vonagerc private.key",
	} {
		r := newRun(t)
		r.answer(answer.Write, write)
		equal(t, "the folder after --write "+write, strings.Join(r.doesAll().names(), " "), want)
	}
}

func TestAFileOfAnotherToolIsLeftUnchanged(t *testing.T) {
	for _, text := range []string{"not JSON", "[1]", `{"a":1} more`, `{"a":`} {
		r := newRun(t)
		r.answer(answer.Write, "vonage")
		r.has(".vonagerc", text)
		err := r.does("connect").try("application")
		if err == nil || r.file(".vonagerc") != text {
			t.Errorf("%q: %v, and it is now %q", text, err, r.file(".vonagerc"))
			continue
		}
		if _, made := os.Stat(r.path("private.key")); !errors.Is(made, fs.ErrNotExist) || r.account.count(postApplication) > 0 {
			t.Errorf("%q: something was made all the same", text)
		}
		wantAll(t, advice.For(err).What, ".vonagerc", "Move it away")
	}
}

func TestClearingAwayLeavesWhatOthersWroteInTheFilesOfOtherTools(t *testing.T) {
	credentials := "[credentials]\napi_key=" + apiKey + "\napi_secret=" + apiSecret + "\n"
	for name, test := range map[string]struct{ nexmorc, vonagerc, left string }{
		"other settings": {"; mine\n[credentials]\napi_key=old\n\n[other]\nx=1\n", `{"color": true}`, "; mine\n[other]\nx=1\n"},
		"it all":         {credentials, `{"color": true}`, credentials},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRun(t)
			r.answer(answer.Write, "nexmo,vonage,env")
			r.has(".nexmorc", test.nexmorc)
			r.has(".vonagerc", test.vonagerc)
			r.doesAll()
			r.leaves(".nexmorc .vonagerc")
			equal(t, ".nexmorc", r.file(".nexmorc"), test.left)
			equal(t, ".vonagerc", r.file(".vonagerc"), "{\n  \"color\": true\n}\n")
		})
	}
}
