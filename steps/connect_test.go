package steps_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"credwiz/steps"
	"credwiz/steps/advice"
	"credwiz/steps/answer"
	"credwiz/steps/workdir"
)

func TestTheAccountIsShown(t *testing.T) {
	t.Parallel()
	r := newRun(t).does("connect")
	wantAll(t, r.shows("connect"), "API key: "+apiKey, "Applications: none before this run")
	wantNone(t, r.shows("connect"), "Clock", apiSecret)
	r.account.hasApplication(t, "Theirs", pairs[2]())
	r.does("connect")
	wantAll(t, r.shows("connect"), "Applications: 1 existing application (unchanged)")
	r.account.hasApplication(t, "Theirs", pairs[2]())
	r.does("connect")
	wantAll(t, r.shows("connect"), "Applications: 2 existing applications (unchanged)")
}

func TestAPairThatTheAPIDoesNotKnowLeavesNothingBehind(t *testing.T) {
	t.Attr("fault", "N1")
	t.Parallel()
	r := newRun(t)
	r.answer(answer.APISecret, "wrong")
	err := r.try("connect")
	equal(t, "the kind", advice.For(err).Kind, advice.Refused)
	equal(t, "the field to change", advice.For(err).Field, answer.APISecret)
	equal(t, "the session's key", r.session.Credentials.APIKey, "")
	equal(t, "files", len(r.names()), 0)
	equal(t, "requests", len(r.account.requests()), 1)
	equal(t, "the receipt", steps.Receipt(r.env, r.session), "")
}

func TestAnUnwritableFolderStopsBeforeTheRequest(t *testing.T) {
	t.Parallel()
	r := newRun(t)
	closed := errors.New("closed")
	r.env.Open = func(bool) (workdir.Place, error) { return workdir.Place{}, closed }
	wantError(t, r.try("connect"), closed)
	equal(t, "requests", len(r.account.requests()), 0)
}

func TestTheAnswerDecidesBetweenTheAccountAndTheSandbox(t *testing.T) {
	t.Parallel()
	for answer1, want := range map[string]bool{answer.AccountVonage: false, answer.AccountSandbox: true} {
		r := newRun(t)
		r.answer(answer.Account, answer1)
		r.does("connect")
		equal(t, answer1, r.session.Place.Sandbox, want)
	}
}

func TestTheConnectQuestions(t *testing.T) {
	t.Parallel()
	inEnvironment := map[string]string{answer.APIKey: "real1234", answer.APISecret: "RealSecret99"}
	for name, test := range map[string]struct {
		known     map[string]string
		demo      bool
		account   string
		questions int
		key       string
	}{
		"an account":                               {nil, false, "", 3, ""},
		"an account in the environment":            {inEnvironment, false, "", 3, "real1234"},
		"the sandbox is not offered a real secret": {inEnvironment, false, answer.AccountSandbox, 3, "practice"},
		"a demo asks for no account":               {nil, true, "", 2, "practice"},
		"a demo with a key that was meant for it":  {map[string]string{answer.APIKey: "mine1234"}, true, "", 2, "mine1234"},
		"an account that was chosen by a flag":     {map[string]string{answer.Account: answer.AccountVonage}, false, "", 2, ""},
	} {
		t.Run(name, func(t *testing.T) {
			env := unattended(t, test.known)
			env.Demo = test.demo
			fields := connectFields(t, env, answer.Answers{answer.Account: test.account})
			equal(t, "questions", len(fields), test.questions)
			equal(t, "the key", fields[answer.APIKey].Suggestion, test.key)
			equal(t, "its source is told", fields[answer.APIKey].Source == "from --api-key", test.key == test.known[answer.APIKey] && test.key != "")
			equal(t, "the secret is hidden", fields[answer.APISecret].Secret, true)
			if test.account == answer.AccountSandbox {
				equal(t, "the secret", fields[answer.APISecret].Suggestion, "PracticeSecret16")
			}
		})
	}
}

func TestKeysAndSecretsAreLookedAtWhileTheyAreTyped(t *testing.T) {
	t.Parallel()
	fields := stepNamed(t, "connect").Fields(unattended(t, nil), steps.Session{}, answer.Answers{})
	key, secret := fields[1], fields[2]
	for _, test := range []struct {
		field      answer.Field
		typed      string
		value, err string
		note       string
	}{
		{key, " abcd1234\n", "abcd1234", "", ""},
		{key, "abcd\n1234", "abcd1234", "", ""},
		{key, "abcd123", "abcd123", "", "this has 7"},
		{key, "abcd1234:Secret", "abcd1234:Secret", "without the secret", "this has 15"},
		{key, "abcdé234", "abcdé234", "'é'", ""},
		{key, "👩\u200d🚀", "👩🚀", "no key or secret does", "this has 2"},
		{secret, "Sec:ret9", "Sec:ret9", "", ""},
		{secret, "short", "short", "", "this has 5"},
		{secret, "“Secret16", "“Secret16", "no key or secret does", ""},
		{secret, "“Secret16”", "Secret16", "", ""},
	} {
		value, err := test.field.Answer(test.typed)
		said := ""
		if err != nil {
			said = err.Error()
		}
		equal(t, test.typed, value, test.value)
		if (test.err == "") != (said == "") || !strings.Contains(said, test.err) {
			t.Errorf("%q: the check says %q, want %q", test.typed, said, test.err)
		}
		note := test.field.Note(value)
		if (test.note == "") != (note == "") || !strings.Contains(note, test.note) {
			t.Errorf("%q: the note is %q, want %q", test.typed, note, test.note)
		}
	}
}

func TestWithoutADateThereIsNoSkew(t *testing.T) {
	t.Parallel()
	r := newRun(t)
	r.account.on("GET /v2/applications", func(w http.ResponseWriter, req *http.Request, _ http.Handler) {
		w.Header()["Date"] = nil
		answering(http.StatusOK, "application/json", `{"total_items":0,"_embedded":{"applications":[]},"_links":{}}`)(w, req, nil)
	})
	r.does("connect")
	equal(t, "the skew", r.session.Skew, 0)
}
