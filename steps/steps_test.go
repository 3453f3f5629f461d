package steps_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"credwiz/client/jwt"
	"credwiz/client/redact"
	"credwiz/steps"
	"credwiz/steps/answer"
	"credwiz/steps/task"
)

func TestFourStepsGiveAKeyAnApplicationAUserATokenAndFiles(t *testing.T) {
	t.Parallel()
	r := newRun(t)
	r.answer(answer.DisplayName, "Alice Ardent")
	r.doesAll()

	applications := r.account.Applications()
	if len(applications) != 1 || applications[0].Name != "My App" || applications[0].ImproveAI {
		t.Fatalf("the account has %+v", applications)
	}
	wantAll(t, string(applications[0].Capabilities), `"rtc"`, "https://example.com/webhooks/rtc")
	users := r.account.users(t)
	if len(users) != 1 || users[0].Name != "alice" || users[0].DisplayName != "Alice Ardent" {
		t.Fatalf("the application has %+v", users)
	}

	key := must(jwt.ParseKey([]byte(r.file("private.key"))))
	equal(t, "the application's key", must(jwt.Fingerprint(applications[0].PublicKey)), key.Fingerprint())

	wantAll(t, r.file("private.key"), "-----BEGIN PRIVATE KEY-----\n") // PKCS#8, which is all that Vonage's own tools read

	token := r.session.Token.JWT
	noError(t, jwt.Verify(token, applications[0].PublicKey, applications[0].ID, noon))
	wantAll(t, claimsOf(t, token.Reveal()), `"sub":"alice"`, applications[0].ID, `"/*/users/**":{}`)
	wantAll(t, r.file(".env"),
		"VONAGE_API_KEY="+apiKey+"\n", "VONAGE_APPLICATION_ID="+applications[0].ID+"\n",
		"VONAGE_PRIVATE_KEY_PATH=private.key\n", "VONAGE_APPLICATION_PRIVATE_KEY_PATH=private.key\n",
		"VONAGE_USER_NAME=alice\n", "VONAGE_USER_ID="+users[0].ID+"\n", "VONAGE_JWT="+token.Reveal()+"\n")
	wantNone(t, r.file(".env"), apiSecret, "PRIVATE KEY")

	var calls []string
	for _, seen := range r.account.requests() {
		calls = append(calls, seen.call)
	}
	equal(t, "the calls", strings.Join(calls, ", "), "GET /v2/applications, "+postApplication+", "+postUser)
	equal(t, "the folder", strings.Join(r.names(), " "), ".credwiz.json .env private.key")
	for _, name := range r.names() {
		equal(t, "the mode of "+name, must(os.Stat(r.path(name))).Mode().Perm(), 0o600)
	}
}

func TestNoRequestOfARunCarriesThePrivateKey(t *testing.T) {
	t.Parallel()
	r := newRun(t).doesAll()
	r.again().does("connect", "application", "user", "token")
	if len(r.account.requests()) < 6 {
		t.Fatalf("only %d requests were seen", len(r.account.requests()))
	}
	if !slices.Contains(secretsIn(pemOf(pairs[0]())), "a private key") || secretsIn(pairs[0]().PublicPEM()) != nil {
		t.Error("this test would not see a private key")
	}
	for _, seen := range r.account.requests() {
		if slices.Contains(secretsIn(seen.all), "a private key") || strings.Contains(seen.all, "PRIVATE") {
			t.Errorf("%s carries private key material", seen.call)
		}
		line, _, _ := strings.Cut(seen.all, "\n")
		if found := secretsIn(line + seen.body); found != nil {
			t.Errorf("%s carries %q outside its Authorization header", seen.call, found)
		}
	}
}

func TestGoingBackToAnEarlierSessionForAnotherUserKeepsTheApplication(t *testing.T) {
	t.Parallel()
	r := newRun(t).does("connect", "application")
	before := r.session
	r.does("user", "token")
	first := r.session

	r.session = before
	r.answer(answer.User, "bob")
	r.does("user", "token")
	equal(t, "applications made", r.account.count(postApplication), 1)
	equal(t, "users", len(r.account.users(t)), 2)
	equal(t, "the first session's user", first.User.Name, "alice")
	equal(t, "the first session's subject", first.Token.Subject, "alice")
	equal(t, "the second session's subject", r.session.Token.Subject, "bob")
	equal(t, "what the earlier session knows of users", before.User.Exists, false)
}

func TestEveryStepSaysWhatItIs(t *testing.T) {
	t.Parallel()
	r := newRun(t)
	for _, step := range steps.Script() {
		for name, text := range map[string]string{
			"ID": step.ID, "Name": step.Name, "Verb": step.Verb(steps.Env{}, steps.Session{}, nil), "Intro": step.Intro,
		} {
			if text == "" || redact.Printable(text) != text {
				t.Errorf("%s: its %s is %q", step.ID, name, text)
			}
		}
		for _, f := range step.Fields(r.env, r.session, r.answers) {
			if f.Label == "" || f.Flag == "" || f.Key == "" {
				t.Errorf("%s: a field has no name: %q %q %q", step.ID, f.Key, f.Label, f.Flag)
			}
		}
		plan := step.Plan(r.env, r.session, r.answers)
		equal(t, "the plan as it may be printed", redact.Printable(plan), plan)
		before := len(r.account.requests())
		r.does(step.ID)
		creates := slices.ContainsFunc(r.account.requests()[before:], func(seen request) bool { return strings.HasPrefix(seen.call, "POST ") })
		equal(t, step.ID+" creates", step.Creates, creates)
		equal(t, step.ID+" reports that it creates", slices.ContainsFunc(r.events, func(e task.Event) bool { return e.Creates }), creates)
		sum := r.sum(step.ID)
		if sum == "" || redact.Printable(sum) != sum {
			t.Errorf("%s: its sum is %q", step.ID, sum)
		}
		facts := step.Show(r.env, r.session)
		equal(t, step.ID+" shows nothing", len(facts) == 0, false)
		for _, f := range facts {
			equal(t, "whole: "+f.Label, f.Whole, f.Value == r.session.Token.JWT.Reveal() && f.Value != "")
		}
	}
}

func TestAnotherUserAfterARosterLeavesTheRosterUnchanged(t *testing.T) {
	t.Parallel()
	r := workshop(t, 20).doesAll()
	r.session = r.session.Another()
	step := stepNamed(t, "user")
	equal(t, "questions", len(step.Fields(r.env, r.session, r.answers)), 2)
	r.answer(answer.User, "bob")
	wantAll(t, step.Plan(r.env, r.session, r.answers), "Creates “bob”")
	r.does("user", "token")
	result := steps.ResultOf(r.env, r.session)
	equal(t, "users", len(result.Users), 21)
	names := map[string]bool{}
	for _, user := range result.Users {
		names[user.Name] = true
		if user.Token == nil {
			t.Errorf("%s has no token", user.Name)
		}
	}
	equal(t, "names", len(names), 21)
	wantAll(t, r.sum("user"), "bob · USR-")
	wantAll(t, steps.Receipt(r.env, r.session), "✓ 20 users have tokens for", "✓ bob has a token for", "\nToken\neyJ")
}

func TestARosterAfterARosterKeepsBoth(t *testing.T) {
	t.Parallel()
	r := workshop(t, 2).doesAll()
	r.session = r.session.Another()
	r.answer(answer.User, "bob, carol")
	r.does("user", "token")
	names := make([]string, 0, 4)
	for _, user := range steps.ResultOf(r.env, r.session).Users {
		names = append(names, user.Name)
	}
	equal(t, "users", strings.Join(names, " "), "user1 user2 bob carol")
}

func TestAFailedUserStaysFailedUntilCreated(t *testing.T) {
	t.Parallel()
	r := workshop(t, 3).does("connect", "application")
	r.account.on(postUser, refusing("user2"))
	r.does("user", "token")
	r.account.heal()
	for _, next := range []struct{ user, ready string }{{"bob", "3 of 4 users are ready"}, {"user2", "4 of 4 users are ready"}} {
		r.session = r.session.Another()
		r.answer(answer.User, next.user)
		r.does("user", "token")
		equal(t, "after "+next.user, r.session.ReadyUsers(), next.ready)
		equal(t, "missed after "+next.user, len(steps.ResultOf(r.env, r.session).Missed), map[string]int{"bob": 1}[next.user])
	}
}
