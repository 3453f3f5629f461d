package steps_test

import (
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"

	"credwiz/client"
	"credwiz/client/redact"
	"credwiz/steps"
	"credwiz/steps/advice"
	"credwiz/steps/answer"
	"credwiz/steps/workdir"
)

func TestAnApplicationIsFoundOnALaterPage(t *testing.T) {
	t.Attr("fault", "N14")
	t.Parallel()
	r := newRun(t)
	creds := client.Credentials{APIKey: apiKey, APISecret: redact.NewSecret(apiSecret)}
	api := clientOf(t, r.account.url, nil)
	for n := range 130 {
		if _, err := api.CreateApplication(t.Context(), creds, client.NewApplication{
			Name: fmt.Sprintf("Other %d", n), PublicKey: pairs[2]().PublicPEM(),
		}); err != nil {
			t.Fatal(err)
		}
	}
	r.does("connect")
	equal(t, "applications at the start", r.session.Applications, 130)
	wantAll(t, r.shows("connect"), "130 existing applications (unchanged)")
	r.account.on(postApplication, doneThenDropped)
	r.does("application")
	equal(t, "applications", len(r.account.Applications()), 131)
	equal(t, "the name", r.session.Application.Name, "My App")
}

func TestAnExistingKeyWithoutAnApplicationGetsOne(t *testing.T) {
	t.Parallel()
	r := newRun(t)
	r.account.hasApplication(t, "Another", pairs[1]())
	r.usesTheKeyHere()
	r.does("connect", "application")

	applications := r.account.Applications()
	equal(t, "applications", len(applications), 2)
	equal(t, "the id", r.session.Application.ID, applications[1].ID)
	equal(t, "created by us", r.session.Application.Created, true)
	equal(t, "the key file", r.file("private.key"), pemOf(pairs[2]()))
	r.does("user", "token")
}

func TestAnApplicationByItsIDIsUsedWithItsOwnKeyOnly(t *testing.T) {
	t.Attr("fault", "F10")
	t.Parallel()
	for name, key := range map[string]int{"its own key": 2, "another key": 1, "no key": 0} {
		t.Run(name, func(t *testing.T) {
			r := newRun(t)
			id := r.account.hasApplication(t, "Theirs", pairs[2]())
			if key > 0 {
				r.has("private.key", pemOf(pairs[key]()))
			}
			r.answer(answer.AppID, id)
			r.does("connect")
			wantAll(t, stepNamed(t, "application").Plan(r.env, r.session, r.answers), "Nothing is created")
			err := r.try("application")
			equal(t, "applications", len(r.account.Applications()), 1)
			if key == 2 {
				noError(t, err)
				equal(t, "the id", r.session.Application.ID, id)
				equal(t, "created by us", r.session.Application.Created, false)
				r.does("user", "token")
				return
			}
			wantAll(t, err.Error(), "private.key")
			if key == 0 {
				as[*workdir.KeyError](t, err)
				wantError(t, err, os.ErrNotExist)
			} else {
				equal(t, "the application", as[*steps.MismatchError](t, err).Application.ID, id)
				wantAll(t, err.Error(), id)
			}
			equal(t, "exists", r.session.Application.Exists, false)
			equal(t, "requests for users", r.account.count(postUser), 0)
			wantMissing(t, r.path(".credwiz.json")) // it is not ours to note
		})
	}
}

func TestTheSameAnswersInTheSameFolderContinue(t *testing.T) {
	t.Parallel()
	first := newRun(t).doesAll()
	second := first.again().doesAll()
	equal(t, "users", len(second.account.users(t)), 1)
	equal(t, "the application", second.session.Application.ID, first.session.Application.ID)
	equal(t, "the user", second.session.User.ID, first.session.User.ID)
	equal(t, "the application was made by this run", second.session.Application.Created, false)
	equal(t, "the user was made by this run", second.session.User.Created, false)
	if second.session.Token.JWT == first.session.Token.JWT {
		t.Error("the token is the same as before")
	}
	wantAll(t, second.file(".env"), second.session.Token.JWT.Reveal())
	wantNone(t, second.file(".env"), first.session.Token.JWT.Reveal())
	noted := second.journal().Applications
	if len(noted) != 1 || !noted[0].Created || len(noted[0].Users) != 1 || !noted[0].Users[0].Created {
		t.Errorf("the journal forgot what was made here: %+v", noted)
	}
}

func TestAnotherApplicationNameDoesNotUseTheKeyThatIsThereUnasked(t *testing.T) {
	t.Attr("fault", "F1")
	t.Parallel()
	first := newRun(t).doesAll()
	key := first.file("private.key")
	second := first.again()
	second.answer(answer.AppName, "Another App")
	second.does("connect")
	err := second.try("application")
	wantError(t, err, os.ErrExist)
	equal(t, "the kind", advice.For(err).Kind, advice.WouldOverwrite)
	equal(t, "the key file", second.file("private.key"), key)
	equal(t, "requests for an application", second.account.count(postApplication), 1)

	second.answer(answer.KeyFile, "other.key")
	second.does("application", "user", "token")
	equal(t, "applications", len(second.account.Applications()), 2)
	equal(t, "the key file", second.file("private.key"), key)
	equal(t, "applications in the journal", len(second.journal().Applications), 2)
}

func TestEventsGoWhereTheUserSaid(t *testing.T) {
	t.Parallel()
	wantAll(t, newRun(t).does("connect", "application").shows("application"), "https://example.com/webhooks/rtc (a placeholder)")
	r := newRun(t)
	r.answer(answer.EventURL, "https://alice.test/events")
	r.does("connect", "application")
	wantAll(t, r.shows("application"), "Events go to: https://alice.test/events\n")
	wantAll(t, string(r.account.Applications()[0].Capabilities), "https://alice.test/events")
}

func TestTheApplicationQuestions(t *testing.T) {
	t.Attr("fault", "F1")
	t.Parallel()
	r := newRun(t)
	application := stepNamed(t, "application")
	keys := func(a answer.Answers) string {
		var all []string
		for _, f := range application.Fields(r.env, r.session, a) {
			all = append(all, f.Key)
		}
		return strings.Join(all, " ")
	}
	nothing := answer.Answers{}
	r.does("connect")
	equal(t, "in an empty folder", keys(nothing), "app-name key-file capability")
	equal(t, "with --app-id", keys(nothing.With(answer.AppID, "x")), "key-file")

	r.has("private.key", pemOf(pairs[2]()))
	r.does("connect")
	equal(t, "beside a key, before the choice", keys(nothing), "app-name reuse-key capability")
	equal(t, "to use it", keys(nothing.With(answer.Key, answer.Yes)), "app-name reuse-key capability")
	equal(t, "to keep it", keys(nothing.With(answer.Key, answer.No)), "app-name reuse-key key-file capability")
	fields := application.Fields(r.env, r.session, nothing.With(answer.Key, answer.No))
	equal(t, "the name that is free", fields[2].Suggestion, "private-2.key")
	wantAll(t, application.Plan(r.env, r.session, r.answers.With(answer.Key, answer.Yes)), "private.key", "My App")
	wantAll(t, application.Plan(r.env, r.session, r.answers.With(answer.KeyFile, "private-2.key")), "private-2.key", "My App")

	r.has("private-2.key", "taken too")
	r.has("private.key", "no key")
	r.does("connect")
	fields = application.Fields(r.env, r.session, nothing)
	equal(t, "beside a broken key", keys(nothing), "app-name reuse-key key-file capability")
	equal(t, "the choices beside a broken key", len(fields[1].Choices), 1)
	equal(t, "the only choice", fields[1].Choices[0].Value, answer.No)
	wantAll(t, fields[1].Hint, "it can't be used", "a private key in PEM")
	equal(t, "the name that is free", fields[2].Suggestion, "private-3.key")
}

func TestUndisplayableNamesAreRefused(t *testing.T) {
	t.Parallel()
	r := newRun(t)
	name := stepNamed(t, "application").Fields(r.env, r.session, answer.Answers{})[0]
	for _, test := range []struct{ typed, refused string }{
		{"My App", ""},
		{"Ünïcode 日本 👩‍🚀", ""},
		{strings.Repeat("é", 200), ""},
		{strings.Repeat("é", 201), "201 characters"},
		{"a\u200db", "can't be displayed"},
		{"\U0010FFFE", "can't be displayed"},
	} {
		_, err := name.Answer(test.typed)
		switch {
		case test.refused == "" && err != nil:
			t.Errorf("%q is refused: %v", test.typed, err)
		case test.refused != "" && (err == nil || !strings.Contains(err.Error(), test.refused)):
			t.Errorf("%q: got %v, want %q", test.typed, err, test.refused)
		}
	}
}

func TestInTheSandboxThePlanSaysSo(t *testing.T) {
	t.Parallel()
	r := newRun(t)
	r.env.Demo = true
	r.env.SandboxPair = client.Credentials{APIKey: apiKey, APISecret: redact.NewSecret(apiSecret)}
	r.answer(answer.Account, answer.AccountSandbox)
	r.does("connect")
	wantAll(t, stepNamed(t, "application").Plan(r.env, r.session, r.answers), "the sandbox")
	r.does("application", "user", "token")
	equal(t, "the journal says practice", r.journal().Applications[0].Sandbox, true)
	wantAll(t, steps.Receipt(r.env, r.session), "Practice sandbox", "nothing here is real")
	wantNone(t, steps.Receipt(r.env, r.session), r.account.url)
	equal(t, "in JSON", steps.ResultOf(r.env, r.session).Sandbox, true)

	// The next sandbox knows nothing of it: the key serves again, for a new application.
	later := runIn(t, newAccount(t), r.dir)
	later.env.Demo = true
	later.doesAll()
	equal(t, "applications in the journal", len(later.journal().Applications), 1)
	equal(t, "its id", later.journal().Applications[0].ID, later.account.Applications()[0].ID)
	equal(t, "the key is the same", later.file("private.key"), pemOf(pairs[0]()))
}

func TestAnotherNameForTheKeyAfterAFailureMakesAnotherKey(t *testing.T) {
	t.Parallel()
	r := newRun(t).does("connect")
	r.failsBy("application", failing(http.StatusForbidden), postApplication)
	r.answer(answer.KeyFile, "other.key")
	r.does("application", "user", "token")
	equal(t, "the key", r.session.Key.Path, r.path("other.key"))
	equal(t, "the second key", r.file("other.key"), pemOf(pairs[1]()))
	equal(t, "the first key", r.file("private.key"), pemOf(pairs[0]()))
	wantAll(t, r.file(".env"), "VONAGE_PRIVATE_KEY_PATH=other.key\n")
}

func TestAnotherApplicationTakesTheUserAndTheTokenAway(t *testing.T) {
	t.Parallel()
	r := newRun(t).doesAll().does("application")
	equal(t, "has a user", r.session.User.Exists, false)
	equal(t, "has a token", !r.session.Token.JWT.IsZero(), false)
	equal(t, "requests for an application", r.account.count(postApplication), 1)
}

func TestNotesOfAnotherAccountAreKeptAndNotUsed(t *testing.T) {
	t.Parallel()
	for name, sameAPI := range map[string]bool{"of another API": false, "of the same API": true} {
		t.Run(name, func(t *testing.T) {
			first := newRun(t).doesAll()
			second := runIn(t, newAccount(t), first.dir)
			if sameAPI {
				second = first.again()
				first.has(".credwiz.json", strings.ReplaceAll(first.file(".credwiz.json"), `"api_key": "`+apiKey+`"`, `"api_key": "other567"`))
			}
			notes := first.file(".credwiz.json")
			second.does("connect")
			equal(t, "what the notes say of this account", second.session.Found.Noted.KeySHA, "")
			wantError(t, second.try("application"), os.ErrExist)
			equal(t, "the notes", second.file(".credwiz.json"), notes)
			second.answer(answer.Key, answer.Yes)
			second.does("application")
			noted := second.journal().Applications
			if len(noted) != 2 || noted[0].APIKey != (map[bool]string{true: "other567", false: apiKey})[sameAPI] || noted[1].APIKey != apiKey {
				t.Errorf("the notes of the other account are lost: %+v", noted)
			}
			equal(t, "the other account's applications", len(first.account.Applications()), 1)
		})
	}
}
