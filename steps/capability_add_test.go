package steps_test

import (
	"encoding/json"
	"testing"

	"credwiz/steps"
	"credwiz/steps/answer"
)

// withVoiceOnly has the key of an application that is set up for calls, with settings that credwiz would not choose.
func withVoiceOnly(t testing.TB) (r *run, id string) {
	t.Helper()
	r = newRun(t)
	r.has("private.key", pemOf(pairs[2]()))
	id = r.account.hasApplication(t, "Voice", pairs[2]())
	r.account.puts(t, id, `{"name":"Voice","capabilities":{"voice":{"webhooks":{"answer_url":{"address":"https://alice.test/answer","http_method":"GET"}},`+
		`"region":"eu-west"}},"privacy":{"improve_ai":true}}`)
	return r, id
}

// capabilitiesNow is the voice capability of the account's only application, and whether it has rtc.
func (a *account) capabilitiesNow(t testing.TB) (voice string, rtc bool) {
	t.Helper()
	var all map[string]json.RawMessage
	noError(t, json.Unmarshal(a.Applications()[0].Capabilities, &all))
	_, rtc = all["rtc"]
	return string(all["voice"]), rtc
}

func TestAnApplicationWithoutRTCGetsItAndKeepsAllElse(t *testing.T) {
	t.Attr("fault", "field-B14")
	for name, answered := range map[string]func(*run, string){
		"the flag": func(r *run, id string) {
			r.answer(answer.AppID, id, answer.Add, answer.Yes)
		},
		"the wizard's question": func(r *run, id string) {
			r.answer(answer.AppID, id)
			f := r.field("application", answer.Add)
			equal(t, "the question", f.Label, "It has no rtc")
			r.answer(f.Key, f.Suggestion)
			wantAll(t, stepNamed(t, "application").Plan(r.env, r.session, r.answers), "Adds rtc to it.")
		},
		"a key that is lost": func(r *run, id string) {
			r.answer(answer.AppID, id, answer.Key, answer.RenewKey, answer.ReplaceKey, id, answer.KeyFile, "new.key", answer.Add, answer.Yes)
		},
	} {
		t.Run(name, func(t *testing.T) {
			r, id := withVoiceOnly(t)
			before, _ := r.account.capabilitiesNow(t)
			r.does("connect")
			answered(r, id)
			r.does("application", "user", "token")
			voice, rtc := r.account.capabilitiesNow(t)
			equal(t, "rtc", rtc, true)
			equal(t, "voice", voice, before)
			app := r.account.Applications()[0]
			equal(t, "the name", app.Name, "Voice")
			equal(t, "privacy", app.ImproveAI, true)
			equal(t, "warnings", r.warned(), "")
			wantNone(t, r.shows("application"), "may not work")
		})
	}
}

// Nothing that is said contradicts the login, which the sandbox lets in.
func TestAnApplicationThatStaysWithoutRTCIsSaidToBeDoubtful(t *testing.T) {
	t.Attr("fault", "field-B14")
	t.Attr("fault", "F10")
	r, id := withVoiceOnly(t)
	r.answer(answer.AppID, id, answer.Add, answer.No)
	r.env.NoLogin = false
	r.does("connect", "application")
	const doubt = "without rtc the Client SDK may not work"
	wantAll(t, r.warned(), doubt, "--add-capabilities")
	wantAll(t, r.shows("application"), doubt, "--add-capabilities", "Capabilities: voice")
	r.does("user", "token")
	if _, rtc := r.account.capabilitiesNow(t); rtc {
		t.Error("it was changed")
	}
	if r.session.Login.SessionID == "" {
		t.Error("the sandbox did not let it log in")
	}
	receipt := steps.Receipt(r.env, r.session)
	wantAll(t, receipt, doubt)
	wantNone(t, receipt, "cannot log in")
}

func TestACapabilityThatIsRefusedLeavesTheApplicationToBeTriedAgain(t *testing.T) {
	t.Attr("fault", "field-B14")
	r, id := withVoiceOnly(t)
	r.answer(answer.AppID, id, answer.Add, answer.Yes)
	r.does("connect")
	r.failsBy("application", failing(400), "PUT /v2/applications/"+id)
	r.does("application")
	if _, rtc := r.account.capabilitiesNow(t); !rtc {
		t.Error("it has no rtc")
	}
}
