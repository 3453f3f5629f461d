package steps_test

import (
	"fmt"
	"slices"
	"testing"

	"credwiz/client/jwt"
	"credwiz/client/redact"
	"credwiz/steps"
	"credwiz/steps/advice"
	"credwiz/steps/answer"
	"credwiz/steps/inspect"
	"credwiz/steps/journal"
	"credwiz/steps/resign"
	"credwiz/steps/status"
	"credwiz/steps/task"
)

func (r *run) inspects(token redact.Secret) inspect.Inspection {
	r.t.Helper()
	evidence := must(inspect.Gather(r.folder(), ""))
	evidence.Now, evidence.OfDotenv = noon, true
	return inspect.Inspect(jwt.Read(token), evidence)
}

func (r *run) statusOf(user string) string {
	r.t.Helper()
	users := r.status(noon).Applications[0].Users
	return users[slices.IndexFunc(users, func(u status.User) bool { return u.Name == user })].Says
}

// home is the first line of the home screen.
func (r *run) home() journal.User {
	r.t.Helper()
	home := resign.FindHome(r.dir, r.account.url)
	if home == nil || !home.InEnv {
		r.t.Fatalf("home says nothing of .env: %+v", home)
	}
	return home.Users[0].User
}

// TestTokensOfAReplacedKeyAreKnownToBeDead leaves the run that replaced the key before the new token of one user.
func TestTokensOfAReplacedKeyAreKnownToBeDead(t *testing.T) {
	t.Parallel()
	r := newRun(t).doesAll()
	id, old := r.session.Application.ID, r.session.Token.JWT
	r.session = r.session.Another()
	r.answer(answer.User, "bob")
	r.answer(answer.Write, "vonage")
	r.does("user", "token")

	r = r.again().does("connect")
	r.env.Known = map[string]answer.Known{answer.Key: {Value: answer.RenewKey, Source: "--renew-key"}}
	r.answer(answer.AppID, id, answer.Key, answer.RenewKey, answer.ReplaceKey, "My App", answer.User, "alice", answer.ExistingUser, answer.Yes)
	r.does("application", "user").prepares("token")

	const dead = "isn't signed with the application's current key"
	seen := r.status(noon)
	for _, user := range seen.Applications[0].Users {
		equal(t, user.Name, user.Says, "its token "+dead)
	}
	wantAll(t, fmt.Sprint(seen.Problems), "2 users need a new token.", "--user alice --user bob")
	equal(t, "home", r.home().WhyRefused(), dead)
	wantAll(t, steps.Receipt(r.env, r.session), "✗ alice's token for My App "+dead+". For a new one: credwiz token", "--user alice --write env")
	wantAll(t, r.inspects(old).Problems[0].Command, "--user alice --write env")

	// A new one that isn't in .env leaves the old one there.
	_ = must(r.signs("alice", answer.Answers{}, false))
	equal(t, "in .env", r.statusOf("alice"), "its token "+dead)
	_ = must(r.signs("alice", answer.Answers{}, true))
	wantAll(t, r.statusOf("alice"), "expires tomorrow")
}

// TestTheTokenOfARenamedUserIsKnownToBeDead leaves the run that renamed the user of .env before the new token.
func TestTheTokenOfARenamedUserIsKnownToBeDead(t *testing.T) {
	t.Parallel()
	r := newRun(t).doesAll()
	old := r.session.Token.JWT
	r.session = must(stepNamed(t, "user").Change(t.Context(), r.env, r.session, answer.Answers{answer.User: "dora"}, func(task.Event) {}))
	const dead = "is for a name that this user no longer has"
	user := r.status(noon).Applications[0].Users[0]
	equal(t, "in .env", user.InDotenv, true)
	equal(t, user.Name, user.Says, "its token "+dead)
	wantAll(t, r.status(noon).Problems[0].Command, "--user dora --write env")
	seen := r.inspects(old)
	wantAll(t, seen.Verdict, "Its user “alice” was renamed to “dora”.")
	wantAll(t, seen.Problems[0].Command, "--user dora --write env")
	_ = must(r.signs("dora", answer.Answers{}, false))
	equal(t, "home", r.home().WhyRefused(), dead)
	_ = must(r.signs("dora", answer.Answers{}, true))
	equal(t, "home", r.home().WhyRefused(), "")
}

// TestAKeyThatWasReplacedElsewhereIsNamedAsTheCause has the key replaced by another folder of the account.
func TestAKeyThatWasReplacedElsewhereIsNamedAsTheCause(t *testing.T) {
	t.Parallel()
	r := newRun(t)
	r.env.NoLogin = false
	r.doesAll()
	other := r.elsewhere().does("connect")
	other.answer(answer.AppID, r.session.Application.ID, answer.Key, answer.RenewKey, answer.ReplaceKey, "My App")
	other.does("application")
	earlier := r.session

	wantAll(t, advice.For(r.try("token")).Do, "The application's key was replaced: private.key is its old key.", "--key-file app.key")
	wantNone(t, advice.For(r.try("token")).Do, "--fresh", "no longer exists")

	// From home, there is no secret to look the application up with.
	const causes, look = "The application's key was replaced elsewhere, the application was deleted, or the sandbox was restarted", "inspect --dir"
	r.session.Credentials.APISecret = redact.Secret{}
	err := r.try("token")
	first := advice.For(err).Do
	wantAll(t, first, causes, "To find out which, run", look)
	equal(t, "advice on the next frame", advice.For(err).Do, first)
	r.session = earlier.Another()
	r.session.Credentials.APISecret = redact.Secret{}
	r.answer(answer.User, "henry")
	wantAll(t, advice.For(r.try("user")).Do, causes, look)
	receipt := steps.Receipt(r.env, r.session)
	wantAll(t, receipt, "! alice's token for My App may be rejected, too", "To find out why: credwiz inspect")
	wantNone(t, receipt, "henry", "✓", "--fresh")
}
