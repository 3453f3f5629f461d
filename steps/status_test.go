package steps_test

import (
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"credwiz/client"
	"credwiz/client/redact"
	"credwiz/steps/advice"
	"credwiz/steps/answer"
	"credwiz/steps/journal"
	"credwiz/steps/resign"
	"credwiz/steps/status"
)

func (r *run) status(now time.Time) status.Status {
	r.t.Helper()
	return must(status.Of(r.folder(), now))
}

// TestStatusSaysWhatIsWrongAndWhatToRun spoils a folder in one way each.
func TestStatusSaysWhatIsWrongAndWhatToRun(t *testing.T) {
	for _, test := range []struct {
		name           string
		spoil          func(r *run)
		now            time.Time
		what, do, runs string // of the first problem; empty if it has none
	}{
		{name: "nothing", now: noon},
		{name: "the token ends soon", now: noon.Add(23*time.Hour + 30*time.Minute), what: "The token of alice expires soon.", runs: "credwiz token --user alice --write env"},
		{name: "the token has expired", now: noon.Add(25 * time.Hour), what: "The token of alice has expired.", runs: "credwiz token --user alice --write env"},
		{name: "the key is lost", now: noon, spoil: func(r *run) { r.moves("private.key", "../lost.key") }, what: "is not in", runs: "--renew-key"},
		{name: "the key has another name", now: noon, spoil: func(r *run) { r.moves("private.key", "my.key") }, what: "is not in", runs: "--key-file my.key"},
		{name: "the key is lost, and .vonagerc has it", now: noon, spoil: func(r *run) {
			r.has(".vonagerc", `{"private-key": `+quotedJSON(r.t, r.file("private.key"))+`}`)
			r.moves("private.key", "../lost.key")
		}, what: "is not in", do: "A copy is in .vonagerc. Save it as a file:", runs: "--save-key"},
		{name: "the key of another's application is lost", now: noon, spoil: func(r *run) {
			r.has(".credwiz.json", strings.ReplaceAll(r.file(".credwiz.json"), `"created": true`, `"created": false`))
			r.moves("private.key", "../lost.key")
		}, what: "is not in", do: "Ask the application's owner for it.", runs: "--renew-key"},
		{name: "another key", now: noon, spoil: func(r *run) { r.has("private.key", pemOf(pairs[2]())) }, what: "is not the key of “My App”", runs: "--renew-key"},
		{name: "an open key", now: noon, spoil: func(r *run) { r.opens("private.key") }, what: "Others on this computer can read", runs: "chmod 600"},
		{name: "an open .env", now: noon, spoil: func(r *run) { r.opens(".env") }, what: "Others on this computer can read", runs: "chmod 600"},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := newRun(t).doesAll()
			if test.spoil != nil {
				test.spoil(r)
			}
			status := r.status(test.now)
			if len(status.Applications) != 1 || status.Applications[0].Users[0].Name != "alice" {
				t.Fatalf("%+v", status)
			}
			if test.what == "" {
				if len(status.Problems) > 0 {
					t.Errorf("it complains: %+v", status.Problems)
				}
				return
			}
			if len(status.Problems) == 0 {
				t.Fatal("it finds nothing")
			}
			first := status.Problems[0]
			wantAll(t, first.What, test.what)
			command := strings.ReplaceAll(first.Command, " --dir "+inShell(r.dir), "")
			wantAll(t, command, test.runs)
			wantAll(t, first.Do, test.do)
			if test.do == "" {
				return
			}
			_, err := r.signs("alice", answer.Answers{}, false)
			notHere := advice.For(err).Do
			wantAll(t, notHere, strings.Fields(test.do)[0], test.runs)
			wantAll(t, resign.FindHome(r.dir, r.account.url).LostKey(), strings.Fields(test.do)[0])
		})
	}
}

// A program that was killed has not recorded which users exist.
func TestStatusSaysHowToFinishARoster(t *testing.T) {
	for display, want := range map[string][]string{
		"Bob": {"with the same --users-from file. It looks for them first, so no user is created twice."}, "": {" --user alice", " --user bob", " --reuse-user"},
	} {
		r := newRun(t)
		r.env.Roster = []client.NewUser{{Name: "alice"}, {Name: "bob", DisplayName: display}}
		r.does("connect", "application", "user")
		r.has(".credwiz.json", regexp.MustCompile(`"id": "USR-[^"]*",\n\s*`).ReplaceAllString(r.file(".credwiz.json"), ""))
		first := r.status(noon).Problems[0]
		equal(t, "the problem", first.What, "2 users may or may not exist: their creation failed or was interrupted.")
		wantAll(t, first.Do+first.Command, want...)
	}
}

func (r *run) moves(from, to string) {
	r.t.Helper()
	noError(r.t, os.Rename(r.path(from), r.path(to)))
}

func (r *run) opens(name string) {
	r.t.Helper()
	noError(r.t, os.Chmod(r.path(name), 0o644))
}

func TestAStatusIsSafeToPrint(t *testing.T) {
	r := newRun(t)
	r.answer(answer.AppName, "My\u202eApp", answer.User, "ali\u200bce")
	r.doesAll()
	status := r.status(noon.Add(48 * time.Hour))
	for _, text := range []string{status.Applications[0].Name, status.Applications[0].Users[0].Name, status.Problems[0].What, status.Problems[0].Command} {
		if redact.Printable(text) != text {
			t.Errorf("%q is not", text)
		}
	}
}

func TestStatusDoesNotSayThatAnExistingApplicationHasNoUser(t *testing.T) {
	r := newRun(t)
	for created, want := range map[bool]string{
		true: "“My App” has no user yet.", false: "No user was chosen for “My App” here.",
	} {
		noError(t, journal.Write(r.folder(), journal.Journal{Applications: []journal.Application{{ID: "78d3", Name: "My App", Created: created}}}))
		problems := r.status(noon).Problems
		wantAll(t, problems[len(problems)-1].What, want+" A login needs one.")
	}
}

func TestStatusFailsInAnEmptyFolder(t *testing.T) {
	_, err := status.Of(newRun(t).folder(), noon)
	as[*journal.EmptyError](t, err)
}

// TestAStatusProposesDotenvOnlyForItsUser has tokens that have expired, and .env say something else each time.
func TestAStatusProposesDotenvOnlyForItsUser(t *testing.T) {
	for _, test := range []struct {
		name     string
		users    int
		spoil    func(r *run)
		do, runs string
	}{
		{name: "the only user, and no .env", users: 1, spoil: func(r *run) { r.moves(".env", "../env") },
			do: "Sign a new one:", runs: "credwiz token --user user1"},
		{name: "the only user, and .env has nothing but its token", users: 1,
			spoil: func(r *run) { r.has(".env", "VONAGE_JWT="+r.session.Token.JWT.Reveal()) },
			do:    "Sign a new one:", runs: "credwiz token --user user1 --write env"},
		{name: "several", users: 3,
			do: "Sign new ones for all of them:", runs: "credwiz HOST --app-id APP --user user1 --user user2 --user user3 --reuse-user"},
		{name: "several, and another of them in .env", users: 3, spoil: func(r *run) { r.has(".env", "VONAGE_USER_NAME=user2\n") },
			do: "Sign new ones for all of them:", runs: "credwiz HOST --app-id APP --user user2 --user user3 --user user1 --reuse-user"},
		{name: "several, and .env is for another application", users: 3,
			spoil: func(r *run) { r.has(".env", "VONAGE_APPLICATION_ID=another\nVONAGE_USER_NAME=user2\n") },
			do:    "Sign a new one for user1:", runs: "credwiz token --user user1"},
		{name: "too many to name", users: 13, spoil: func(r *run) { r.has(".env", "VONAGE_USER_NAME=user2\n") },
			do: "To renew all of them, run credwiz with the same list of users again. To renew only user2:", runs: "credwiz token --user user2 --write env"},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := workshop(t, test.users).doesAll()
			if test.spoil != nil {
				test.spoil(r)
			}
			problem := r.status(noon.Add(25 * time.Hour)).Problems[0]
			equal(t, "what to do", problem.Do, test.do)
			want := strings.NewReplacer("HOST", "--api-host "+r.account.url, "APP", r.session.Application.ID).Replace(test.runs)
			equal(t, "the command", strings.ReplaceAll(problem.Command, " --dir "+inShell(r.dir), ""), want)
		})
	}
}

func TestAStatusNamesTheFolderThatTheUsersFilesWentTo(t *testing.T) {
	r := workshop(t, 2)
	r.env.Out = r.path("handout")
	r.doesAll()
	wantAll(t, r.status(noon.Add(25 * time.Hour)).Problems[0].Command, "--reuse-user --out "+inShell(r.path("handout")))
}

// TestTheTokenInDotenvIsTheOneThatCounts has a token that was only printed last longer than the one in .env, or less.
func TestTheTokenInDotenvIsTheOneThatCounts(t *testing.T) {
	for written, want := range map[string]struct{ printed, says, problem string }{
		"1m": {printed: "24h", says: "expired ", problem: "The token of alice has expired."},
		"3h": {printed: "1m", says: "expires today at 15:00"},
	} {
		r := newRun(t).doesAll()
		_ = must(r.signs("", answer.Answers{answer.Expires: written}, true))
		_ = must(r.signs("", answer.Answers{answer.Expires: want.printed}, false))
		status := r.status(noon.Add(2 * time.Minute))
		user := status.Applications[0].Users[0]
		equal(t, "in .env", user.InDotenv, true)
		wantAll(t, user.Says, want.says)
		switch {
		case want.problem != "":
			equal(t, "the problem", status.Problems[0].What, want.problem)
			wantAll(t, status.Problems[0].Command, "--write env")
		case len(status.Problems) > 0:
			t.Errorf("it complains: %+v", status.Problems)
		}
		home := resign.FindHome(r.dir, r.account.url)
		equal(t, "home's expiry", home.Users[0].User.ExpiresAt.Equal(*user.ExpiresAt), true)
	}
}
