package steps_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"credwiz/client"
	"credwiz/client/redact"
	"credwiz/steps"
	"credwiz/steps/advice"
	"credwiz/steps/answer"
	"credwiz/steps/journal"
	"credwiz/steps/words"
	"credwiz/steps/workdir"
)

func TestATokenLivesAsLongAsWasSaid(t *testing.T) {
	t.Attr("fault", "N13")
	t.Parallel()
	r := newRun(t).does("connect", "application", "user")
	ids := map[string]bool{}
	for typed, want := range map[string]time.Duration{"15m": 15 * time.Minute, "2h30m": 150 * time.Minute, "24h": 24 * time.Hour} {
		r.answer(answer.Expires, typed)
		r.does("token")
		wantAll(t, claimsOf(t, r.session.Token.JWT.Reveal()), `"jti":"`+r.session.Token.ID+`"`,
			fmt.Sprintf(`"iat":%d`, noon.Unix()), fmt.Sprintf(`"exp":%d`, noon.Add(want).Unix()))
		wantAll(t, r.sum("token"), "expires "+words.Moment(noon.Add(want), noon))
		equal(t, "it ends", r.session.Ends(), noon.Add(want))
		ids[r.session.Token.ID] = true
	}
	equal(t, "ids", len(ids), 3)
}

func TestATokenReachesWhatWasSaid(t *testing.T) {
	t.Parallel()
	r := newRun(t).does("connect", "application", "user")
	for acl, want := range map[string]struct{ claim, shown string }{
		"client-sdk": {`"/*/rtc/**":{}`, "full Client SDK (11 paths)"},
		"tutorial":   {`"/v3/media/**":{}`, "old tutorial (9 paths)"},
		`{"paths": {"/*/users/**": {"methods": ["GET"]}, "/*/legs/**": {}}}`: {
			`"acl":{"paths":{"/*/users/**":{"methods":["GET"]},"/*/legs/**":{}}}`, "/*/users/** /*/legs/**",
		},
	} {
		r.answer(answer.ACL, acl)
		r.does("token")
		wantAll(t, claimsOf(t, r.session.Token.JWT.Reveal()), want.claim)
		wantAll(t, r.shows("token"), want.shown)
	}
}

func TestAnInvalidAnswerSignsNothing(t *testing.T) {
	t.Parallel()
	for key, value := range map[string]string{answer.Expires: "25h", answer.ACL: "{}"} {
		r := newRun(t).does("connect", "application", "user")
		r.answer(key, value)
		if err := r.try("token"); err == nil {
			t.Errorf("%s %s is accepted", key, value)
		}
		equal(t, "there is a token", !r.session.Token.JWT.IsZero(), false)
		wantMissing(t, r.path(".env"))
	}
}

func TestOtherLinesOfTheEnvironmentFileStay(t *testing.T) {
	t.Parallel()
	r := newRun(t)
	before := "# my app\r\nPORT=3000\r\nexport VONAGE_JWT='old' # the token\r\nLAST=1"
	r.has(".env", before)
	noError(t, os.Chmod(r.path(".env"), 0o644))
	r.answer(answer.User, "O'Neil")
	r.doesAll()
	text := r.file(".env")
	wantAll(t, text, "# my app\r\nPORT=3000\r\n# set aside by credwiz: export VONAGE_JWT='old' # the token\r\nexport VONAGE_JWT="+r.session.Token.JWT.Reveal()+" # the token\r\nLAST=1\r\n",
		"VONAGE_USER_NAME=\"O'Neil\"\r\n")
	wantNone(t, text, apiSecret, "BEGIN PRIVATE")
	equal(t, "its mode, now that a token is in it", must(os.Stat(r.path(".env"))).Mode().Perm(), 0o600)

	r.again().doesAll()
	equal(t, "lines after another run", strings.Count(r.file(".env"), "\n"), strings.Count(text, "\n"))
}

func TestAFailedDotenvWriteKeepsTheToken(t *testing.T) {
	t.Parallel()
	for name, put := range map[string]func(r *run){
		"a folder": func(r *run) {
			noError(r.t, os.Mkdir(r.path(".env"), 0o700))
		},
		"a link":    func(r *run) { r.has("elsewhere", "A=1\n"); link(r.t, "elsewhere", r.path(".env")) },
		"too large": func(r *run) { r.has(".env", strings.Repeat("#\n", 40_000)) },
	} {
		t.Run(name, func(t *testing.T) {
			r := newRun(t).does("connect", "application", "user")
			put(r)
			err := r.try("token")
			equal(t, "the error's Path", as[*workdir.SaveError](t, err).Path, r.path(".env"))
			equal(t, "how often the error names the path", strings.Count(err.Error(), ".env"), 1)
			wantAll(t, steps.Receipt(r.env, r.session), r.session.Token.JWT.Reveal(), "private.key")
			if name == "a link" {
				equal(t, "the link's target", r.file("elsewhere"), "A=1\n")
			}

			noError(t, os.Remove(r.path(".env")))
			r.does("token")
			equal(t, "files", len(r.session.Files), 3)
		})
	}
}

func TestAFailedJournalWriteKeepsTheToken(t *testing.T) {
	t.Parallel()
	r := newRun(t).does("connect", "application", "user")
	r.has(".credwiz.json", "scribble")
	as[*journal.Error](t, r.try("token"))
	wantAll(t, steps.Receipt(r.env, r.session), r.session.Token.JWT.Reveal(), ".env (VONAGE_JWT)")
	equal(t, "the journal", r.file(".credwiz.json"), "scribble")

	// Of two files that cannot be written, it names both.
	noError(t, os.Remove(r.path(".env")))
	noError(t, os.Mkdir(r.path(".env"), 0o700))
	err := r.try("token")
	as[*journal.Error](t, err)
	wantError(t, err, workdir.ErrNotRegular)
	wantAll(t, advice.For(err).What, "The journal of earlier runs can't be used", ".env is a folder")
}

const logIn = "GET /v2/rtc/"

// loggingIn is the platform's side of a login: it answers with an event, and to a logout.
func loggingIn(answer string) fault {
	return func(w http.ResponseWriter, r *http.Request, _ http.Handler) {
		conn, err := websocket.Accept(w, r, nil)
		if err != nil {
			return
		}
		defer func() { _ = conn.CloseNow() }()
		say := func(packets ...string) {
			for _, packet := range packets {
				_ = conn.Write(r.Context(), websocket.MessageText, []byte(packet))
			}
		}
		say(`0{"sid":"0123456789abcdef0123","upgrades":[],"pingInterval":25000,"pingTimeout":20000}`)
		for {
			_, packet, err := conn.Read(r.Context())
			switch {
			case err != nil:
				return
			case string(packet) == "40":
				say(`40{"sid":"0123456789abcdef0123"}`, answer)
			case strings.Contains(string(packet), "session:logout"):
				say(`42["session:logged-out",{"body":{}}]`)
			}
		}
	}
}

// logsIn has the token tried by a login, which is answered so.
func (r *run) logsIn(f fault) {
	r.env.NoLogin = false
	r.account.on(logIn, f)
}

const welcome = `42["session:success",{"body":{"id":"SES-78d335fa-323d-0114-9c3d-d6f0d48968cf","name":"alice"}}]`

func TestATokenIsProvedByLoggingInOnce(t *testing.T) {
	t.Parallel()
	r := newRun(t)
	r.logsIn(loggingIn(welcome))
	r.doesAll()
	equal(t, "logins", r.account.count(logIn), 1)
	wantAll(t, r.story(), "✓ test the login")
	wantAll(t, r.told(), "alice signed in: session SES-78d335fa-323d-0114-9c3d-d6f0d48968cf")

	r.env.NoLogin = true
	r.does("token")
	equal(t, "logins after another token, without a proof", r.account.count(logIn), 1)
	equal(t, "the session of the login", r.session.Login.SessionID, "")
}

func TestARefusedTokenIsReportedAndKept(t *testing.T) {
	t.Parallel()
	r := newRun(t)
	r.logsIn(loggingIn(`42["system:error:permission",{"description":"no\u001b[2J","body":{}}]`))
	r.does("connect", "application", "user")
	err := r.try("token")
	equal(t, "the error's Code", as[*client.LoginError](t, err).Code, "system:error:permission")
	equal(t, "the field to change", advice.For(err).Field, answer.ACL)
	wantAll(t, r.story(), "✗ test the login")
	wantAll(t, r.shows("token"), "Login test: failed: system:error:permission")
	wantAll(t, r.file(".env"), r.session.Token.JWT.Reveal())
	wantAll(t, steps.Receipt(r.env, r.session), r.session.Token.JWT.Reveal(), "failed: system:error:permission")
	wantNone(t, steps.Receipt(r.env, r.session), "✓")
	wantAll(t, r.status(noon).Applications[0].Users[0].Says, "failed the login test: system:error:permission")

	r.account.on(logIn, loggingIn(welcome))
	r.does("token")
	wantNone(t, r.shows("token"), "Login test")
	wantAll(t, r.status(noon).Applications[0].Users[0].Says, "expires tomorrow")
}

// The sandbox was restarted: it knows neither the application nor its key.
func TestARefusedTokenOfAnApplicationThatIsGoneNamesTheWayToStartOver(t *testing.T) {
	t.Parallel()
	r := newRun(t).doesAll()
	r.deletes(r.session.Application.ID)
	r.env.NoLogin = false
	err := r.try("token")
	const gone = "The application no longer exists."
	const causes = "The application's key was replaced elsewhere, the application was deleted, or the sandbox was restarted"
	command := "credwiz --dir " + inShell(r.dir) + " --api-host " + r.account.url + " --fresh"
	equal(t, "on a command line", advice.For(err).Do, gone+" To start over with a new application, run "+command)
	wantAll(t, advice.For(err).Asked, gone, command)
	equal(t, "code", as[*client.LoginError](t, err).Code, "system:error:invalid-token")
	command = "credwiz inspect --dir " + inShell(r.dir) + " --online"
	wantAll(t, steps.Receipt(r.env, r.session), "\n  To find out why: "+command+"\n")

	knows := func(token redact.Secret) {
		t.Helper()
		wantAll(t, fmt.Sprint(r.status(noon).Problems), "failed the login test", causes, command)
		seen := r.inspects(token)
		wantAll(t, seen.Verdict, "Its login test failed")
		equal(t, "what to run", seen.Problems[0].Command, command)
	}
	knows(r.session.Token.JWT)
	again := must(r.signs("", answer.Answers{}, true))
	knows(again.Token.JWT) // signing alone brings no application back
	must(r.signs("", answer.Answers{}, false))
	knows(again.Token.JWT) // which is still the one in .env

	r.session = r.session.Another()
	r.answer(answer.User, "bob")
	wantAll(t, advice.For(r.try("user")).Do, gone, "--fresh")
	wantNone(t, steps.Receipt(r.env, r.session), "✓", "bob")
}

func TestOnlyWhoWasTestedIsSaidToLogIn(t *testing.T) {
	t.Parallel()
	r := workshop(t, 3)
	r.env.NoLogin = false
	r.doesAll()
	wantAll(t, steps.Receipt(r.env, r.session), "✓ user1 can log in to My App", "✓ user2 has a token for My App")
	r.account.on(logIn, dropped)
	r.does("token")
	receipt := steps.Receipt(r.env, r.session)
	wantAll(t, receipt, "✓ user1 has a token for My App", "! Login not tested: ", "To test it later, sign a new token: credwiz ")
	wantNone(t, receipt, "can log in")
}

func TestTheNumberOfTriesIsSaidOnce(t *testing.T) {
	t.Parallel()
	r := workshop(t, 0).does("connect")
	r.env.Open = nil
	r.session.Place.API = clientOf(t, "http://127.0.0.1:1", nil)
	advised := advice.For(r.try("application"))
	equal(t, "times", strings.Count(advised.What, "It was tried 4 times."), 1)
	wantAll(t, advised.Do, "Is credwiz sandbox running")
}

func TestAFailedLoginTestIsOnlyAWarning(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]fault{
		"connection dropped": dropped,
		"no WebSocket":       answering(http.StatusNotFound, "application/json", "{}"),
		"a login page":       answering(http.StatusOK, "text/html", "<html>Welcome to our hotel</html>"),
	} {
		t.Run(name, func(t *testing.T) {
			r := newRun(t)
			r.logsIn(fault)
			r.doesAll()
			wantAll(t, r.story(), "! test the login")
			wantAll(t, r.warned(), "test the login: not tested")
			wantAll(t, r.shows("token"), "Login test: not tested")
			wantNone(t, r.warned(), r.session.Token.JWT.Reveal())
			wantAll(t, r.file(".env"), r.session.Token.JWT.Reveal())
		})
	}
}

func TestLeavingDuringTheLoginKeepsTheToken(t *testing.T) {
	t.Parallel()
	r := newRun(t)
	r.env.NoLogin = false
	login := newHeld()
	r.account.on(logIn, login.fault)
	r.does("connect", "application", "user")
	ctx, leave := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- r.tryUntil(ctx, "token") }()
	<-login.arrived
	leave()
	err := <-done
	close(login.released)
	<-login.over
	if err != nil {
		t.Fatalf("got %v", err)
	}
	wantAll(t, r.warned(), "test the login")
	wantNone(t, r.warned(), "not tried")
	equal(t, "files", len(r.session.Files), 3)
	wantAll(t, steps.Receipt(r.env, r.session), r.session.Token.JWT.Reveal())
}

func TestTheTokenQuestions(t *testing.T) {
	t.Parallel()
	r := newRun(t)
	r.does("connect", "application", "user")
	token := stepNamed(t, "token")
	fields := token.Fields(r.env, r.session, r.answers)
	acl := fields[1]
	for _, f := range fields {
		for _, c := range f.Choices {
			if _, err := f.Answer(c.Value); err != nil {
				t.Errorf("the choice %q is refused: %v", c.Value, err)
			}
		}
		if value, err := f.Answer(""); err != nil || value != f.Suggestion {
			t.Errorf("enter alone gives %q, %v", value, err)
		}
	}
	for lifetime, want := range map[string]string{"2h30m": "Expires today at 14:30.", "24h": "Expires tomorrow at 12:00."} {
		wantAll(t, token.Plan(r.env, r.session, r.answers.With(answer.Expires, lifetime)), want)
	}
	wantNone(t, token.Plan(r.env, r.session, r.answers.With(answer.Expires, "banana")), "Expires")
	wantAll(t, acl.Note("tutorial"), "/v1/users/** ", "/v3/media/**")
	wantAll(t, acl.Note(`{"paths":{"/*/users/**":{}}}`), "/*/users/**")
	equal(t, "the note on nonsense", acl.Note("{}"), "")
	if _, err := acl.Answer("everything"); err == nil {
		t.Error("an ACL that is not one is accepted")
	}
}
