package screen

import (
	"errors"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"credwiz/client"
	"credwiz/client/sandbox"
	"credwiz/steps/answer"
	"credwiz/steps/workdir"
	"credwiz/ui/tty"
)

// leaves waits until the wizard has quit, for the reason.
func (p *person) leaves(why error) *person {
	p.Helper()
	if err := p.left().m.outcome(); !errors.Is(err, why) {
		p.Errorf("the wizard was left for %v, not for %v", err, why)
	}
	return p
}

func TestGoingBackCreatesNothing(t *testing.T) {
	p := newDesk(t).sit(80, 24).connected().press("enter").wait().sees("● User")
	before := p.made()
	p.press("esc").sees("● Application", "Application ID")
	p.press("esc").sees("● Account", "✓ Application", "API key abcd1234")
	p.press("enter").sees("● Application", "Application ID")
	p.press("enter").sees("● User")
	if got := p.made(); len(got) != len(before) {
		t.Errorf("going back and forth made %v", got[len(before):])
	}
	p.press("enter").wait().sees("✓ User alice")
}

func TestAWrongSecretKeepsTheKeyAndNamesTheCause(t *testing.T) {
	t.Attr("fault", "N1")
	p := newDesk(t).sit(80, 24)
	p.press("abcd1234", "tab", "not-the-secret", "enter").wait()
	p.sees("401 Unauthorized", "The practice sandbox only accepts its own key and secret")
	p.doesNotSee("not-the-secret", "try again").sees("abcd1234", "14 characters")
	p.press(sandbox.DefaultAPISecret, "enter").wait().sees("✓ Account")
}

func TestARefusalFadesWithAnotherAnswerAndLeavesNoTrace(t *testing.T) {
	p := newDesk(t).sit(80, 24).connected().press("esc").sees("● Account", "200 OK")
	p.press("e", "abcd1234", "tab", "not-the-secret", "enter").wait().sees("401 Unauthorized")
	refusal, _, _ := strings.Cut(p.m.theme.Bad.Render("✗ The practice sandbox"), "sandbox")
	if !strings.Contains(p.m.View(), refusal) {
		t.Errorf("the refusal doesn't stand out: %q", p.m.View())
	}
	p.press(sandbox.DefaultAPISecret).sees("only accepts its own key")
	if strings.Contains(p.m.View(), refusal) {
		t.Error("the refusal of the old secret stands out")
	}
	p.press("esc").sees("● Account", "200 OK").doesNotSee("401")
}

func TestASecretIsNeverShown(t *testing.T) {
	p := newDesk(t).sit(80, 24)
	p.press("tab").paste(" hunter2hunter2 \n").sees("14 characters").doesNotSee("hunter2")
	p.press("shift+tab").sees("14 characters").doesNotSee("hunter2")
}

func TestWhatPastingBringsAlongIsRemoved(t *testing.T) {
	p := newDesk(t).sit(80, 24)
	p.paste("\u200b abcd1234\u00a0\r\n").press("enter").wait().sees("200 OK", "✓ Account abcd1234")
}

func TestAnOddKeyLengthIsRemarkedAndNotRefused(t *testing.T) {
	p := newDesk(t).sit(80, 24)
	p.press("abc").sees("most API keys have 8 characters; this has 3")
	p.press("defghijklmno1").sees("this has 16 characters, like an API secret")
	p.press("enter", "long-enough", "enter").wait().sees("401 Unauthorized")
}

func TestATakenNameOffersTheUserThatExists(t *testing.T) {
	t.Attr("fault", "N2")
	p := newDesk(t).sit(80, 24).ready()
	// A second wizard on the same application, without the notes of the first, and without what names it.
	p.remove(".credwiz.json", ".env")
	p = p.sit(80, 24).connected()
	p.sees("private.key already exists", "use it").press("enter", "enter").wait()
	p.sees("(already had this key)").press("enter", "enter").wait()
	p.sees("a user named “alice”", "Names are unique", "u to use alice").press("u").wait()
	p.sees("✓ User alice")
	if got := p.made(); len(got) != 2 { // application and user: that the name is taken is seen before it is asked for
		t.Errorf("made %v", got)
	}
}

func TestAnExistingKeyIsKeptWhenAnotherIsWanted(t *testing.T) {
	d := newDesk(t)
	d.write("private.key", "something else")
	p := d.sit(100, 24).connected()
	p.press("tab").sees("keep it, and create another", "private-2.key", "a private key in PEM").press("enter").wait()
	p.sees("✓ Application My Client SDK app", "private-2.key")
	if got := d.read("private.key"); got != "something else" {
		t.Errorf("private.key now holds %q", got)
	}
}

func TestAPageOfAPortalIsNotTakenForTheAPI(t *testing.T) {
	t.Attr("fault", "N6")
	t.Attr("fault", "N10")
	for _, status := range []int{http.StatusOK, http.StatusForbidden, http.StatusNetworkAuthenticationRequired} {
		t.Run(http.StatusText(status), func(t *testing.T) {
			d := newDesk(t)
			d.answerFirst(func(w http.ResponseWriter, _ *http.Request) bool {
				w.Header().Set("Content-Type", "text/html")
				w.WriteHeader(status)
				_, _ = io.WriteString(w, "<html>Welcome to the hotel</html>")
				return true
			})
			d.sit(80, 24).press("enter").wait().sees("Something answered, but it isn't the Vonage API", "a web page instead of")
		})
	}
}

func TestEscStopsACallAndKeepsTheAnswers(t *testing.T) {
	d := newDesk(t)
	arrived, _ := d.held(http.MethodGet)
	p := d.sit(80, 24).press("abcd1234", "enter").waitFor(arrived)
	p.awaits("Check the key and secret").sees("esc cancel").press("esc").wait()
	p.sees("Canceled").press("e").sees("abcd1234")
}

func TestLeavingDuringAReadIsImmediate(t *testing.T) {
	d := newDesk(t)
	arrived, _ := d.held(http.MethodGet)
	p := d.sit(80, 24).press("enter").waitFor(arrived).press("ctrl+c").left()
	if err := p.m.outcome(); !errors.Is(err, tty.ErrInterrupted) {
		t.Errorf("outcome %v", err)
	}
	if p.m.phase == running {
		t.Error("the read was not stopped, but waited for in vain")
	}
}

func TestLeavingDuringACreateWaitsForItsAnswer(t *testing.T) {
	d := newDesk(t)
	p := d.sit(80, 24).connected()
	arrived, release := d.held(http.MethodPost)
	p.press("enter").waitFor(arrived).awaits("Create the application").press("ctrl+c").sees("Waiting up to 2 seconds for the answer", "ctrl+c leave at once")
	close(release)
	p.left()
	if !p.m.Session().Application.Exists {
		t.Error("the application that was created is not told")
	}
}

func TestTheCountdownGoesOnAndWarns(t *testing.T) {
	p := newDesk(t).sit(80, 24).ready().sees("(24:00:00 left)")
	p.take(secondMsg{noon.Add(time.Second)})
	p.sees("(23:59:59 left)")
	p.take(secondMsg{noon.Add(24*time.Hour - time.Minute)})
	p.sees("(0:01:00 left, expiring soon)")
	p.take(secondMsg{noon.Add(25 * time.Hour)})
	p.m.env.Now = func() time.Time { return noon.Add(25 * time.Hour) }
	p.sees("press n for a new one").press("i").sees("Vonage will refuse this token. It expired", "Sign a new one: press Esc, then n.")
	if shown := p.flat(); strings.Count(shown, "It expired") != 1 || strings.Contains(shown, "credwiz -") {
		t.Errorf("it is said twice, or with something to run:\n%s", shown)
	}
	p.press("esc", "n").sees("● Token")
}

// The clock of the screen moves each second; a token is signed at any moment between two.
func TestTheTimeLeftOfANewTokenCountsFromItsOwnMoment(t *testing.T) {
	d := newDesk(t)
	now := noon
	d.env.Now = func() time.Time { return now }
	p := d.sit(80, 24).press("enter").wait().press("enter").wait().press("enter").wait()
	p.sees("● Token")
	now = noon.Add(5 * time.Second)
	p.press("enter").wait().sees("✓ Token expires tomorrow at 12:00 (24:00:00 left)")
}

func TestAnotherTokenIsSignedWithoutAnyCall(t *testing.T) {
	d := newDesk(t)
	d.env.NoLogin = true
	p := d.sit(80, 24).ready()
	first := p.m.Session().Token.JWT.Reveal()
	before := len(p.calls)
	p.press("e").sees("● Token", "No API call").press("up", "enter").wait().sees("✓ Token expires today at 18:00")
	if p.m.Session().Token.JWT.Reveal() == first {
		t.Error("the token is the first one")
	}
	if len(p.calls) != before {
		t.Errorf("calls were made: %v", p.calls[before:])
	}
}

func TestALoginThatTheNetworkForbidsIsAWarning(t *testing.T) {
	d := newDesk(t)
	d.answerFirst(func(w http.ResponseWriter, r *http.Request) bool {
		if !strings.HasPrefix(r.URL.Path, "/v2/rtc") {
			return false
		}
		http.Error(w, "no WebSockets here", http.StatusForbidden)
		return true
	})
	d.sit(80, 24).ready().sees("! Test the login", "not tested: the login returned 403 Forbidden", "! Token expires tomorrow")
}

func TestATokenThatMayNotLogInIsToldWithTheWayOut(t *testing.T) {
	p := newDesk(t).sit(80, 24).connected()
	p.press("enter").wait().press("enter").wait().press("tab")
	p.press(`{"paths":{"/*/users/**":{}}}`, "enter").wait()
	p.sees("system:error:permission", "Its ACL doesn't allow logging in").doesNotSee("try again")
	p.press("up", "up", "enter").wait().sees("✓ Token expires")
}

func TestATokenThatWasSignedAgainAndRefusedIsTheOneThatThereIs(t *testing.T) {
	p := newDesk(t).sit(80, 24).ready()
	first := p.m.Session().Token
	p.press("n", "tab").press(`{"paths":{"/*/users/**":{}}}`, "enter").wait().sees("Its ACL doesn't allow logging in")
	second := p.m.Session().Token
	if second.ID == first.ID || !strings.Contains(p.read(".env"), second.JWT.Reveal()) {
		t.Error("the session's token is not that of .env")
	}
	p.press("esc").sees("● User").press("enter").sees("Access", "Its ACL doesn't allow logging in").press("up", "up", "enter").wait()
	p.sees("✓ Token expires")
}

func TestATokenThatCouldNotBeSignedAgainLeavesTheOldOne(t *testing.T) {
	p := newDesk(t).sit(80, 24).ready()
	first := p.m.Session().Token
	p.remove("private.key")
	noError(t, os.Mkdir(p.path("private.key"), 0o700))
	p.press("n", "enter").wait().sees("e change answers").press("e", "esc").sees("✓ Token expires")
	if p.m.Session().Token.ID != first.ID {
		t.Error("it is another token")
	}
}

func TestTheAccountIsChosenOnTheFirstScreen(t *testing.T) {
	d := newDesk(t)
	d.env.Demo, d.env.Host = false, "api.nexmo.com"
	p := d.sit(80, 24).sees("My Vonage account", "api.nexmo.com")
	// The question that most people leave as it is does not stand in the way of the paste.
	p.sees("┃ API key", "No account? shift+tab for the sandbox").doesNotSee("from the sandbox")
	p.press("shift+tab").sees("everything you create is real", "Practice sandbox").press("down").sees("enter connect").press("tab").sees("from the sandbox")
	p.press("enter").wait().sees("✓ Account abcd1234")
}

func TestAnswersOfFlagsAreShownBeforeTheyAreUsedWhereAQuestionIsLeft(t *testing.T) {
	d := newDesk(t)
	d.env.Known = map[string]answer.Known{answer.AppName: {Value: "From a flag", Source: "--app-name"}}
	d.write("private.key", "something else")
	p := d.sit(80, 24).connected().sees("From a flag", "From --app-name", "creates “From a flag”")
	p.press("enter").wait().sees("✓ Application From a flag")
}

func TestWhatFlagsAnswerIsNotAskedUntilTheUserComesBack(t *testing.T) {
	d := newDesk(t)
	d.env.Known = map[string]answer.Known{
		answer.APIKey:  {Value: sandbox.DefaultAPIKey, Source: "--api-key"},
		answer.AppName: {Value: "From a flag", Source: "--app-name"},
	}
	p := d.sit(80, 24)
	p.take(beginMsg{})
	p.wait().sees("✓ Account abcd1234", "✓ Application From a flag", "● User")
	p.press("esc", "esc").sees("● Account").press("e")
	if p.m.phase == asking {
		t.Error("the account of an application is asked again")
	}
	p.press("enter").sees("● Application").press("e").sees("Application name", "From a flag", "enter rename")
}

func TestASuggestionCanBeEdited(t *testing.T) {
	p := newDesk(t).sit(80, 24).connected()
	p.press("right", " 2", "enter").wait().sees("My Client SDK app 2")
}

func TestAskingAgainKeepsTheAnswers(t *testing.T) {
	p := newDesk(t).sit(80, 24).connected()
	p.press("enter").wait().press("enter").wait().press("tab")
	p.press(`{"paths":{"/*/sessions/**":{}}}`, "shift+tab", "45m", "enter").wait().sees("✓ Token expires today at 12:45", "/*/sessions/**")
	p.press("e").sees("45m", `{"paths":{"/*/sessions/**":{}}}`)
	p.press("esc").sees("✓ Token expires")
	p.press("e", "enter").wait().sees("✓ Token expires today at 12:45", "/*/sessions/**")
}

func TestASlowCallIsCounted(t *testing.T) {
	d := newDesk(t)
	arrived, _ := d.held(http.MethodGet)
	p := d.sit(80, 24).press("enter").waitFor(arrived).awaits("Check the key and secret")
	for p.m.job.ticks < 15 {
		p.take(p.m.job.spinner.Tick())
	}
	p.sees("GET /v2/applications · 1.5s")
}

func TestAWaitForAnotherTryIsCountedDownAndEndedByEsc(t *testing.T) {
	t.Attr("fault", "N3")
	d := newDesk(t)
	release := d.heldWaits()
	p := d.sit(80, 24).press("enter").awaits("! Check the key and secret")
	p.sees("GET /v2/applications · 429 Too Many Requests", "waiting 2 s, try 2 of 4", "esc cancel")
	for p.m.job.ticks < 12 {
		p.take(p.m.job.spinner.Tick())
	}
	p.sees("waiting 1 s, try 2 of 4")
	p.press("esc").wait().sees("Canceled", "✗ Check the key and secret")
	if got := len(p.calls); got != 1 {
		t.Errorf("%d calls were made", got)
	}
	p.press("r").awaits("try 2 of 4")
	d.answerFirst(nil)
	close(release)
	p.wait().sees("✓ Account abcd1234", "200 OK, try 2")
}

func TestCtrlCEndsAWaitForAnotherTry(t *testing.T) {
	t.Attr("fault", "N3")
	d := newDesk(t)
	d.heldWaits()
	d.sit(80, 24).press("enter").awaits("try 2 of 4").press("ctrl+c").leaves(tty.ErrInterrupted)
}

func TestAHostThatIsNotVonagesIsAskedAboutBeforeItGetsTheSecret(t *testing.T) {
	t.Attr("fault", "N11")
	d := newDesk(t)
	d.env.Demo, d.env.Host = false, "gateway.test"
	host := must(client.ParseHost("https://gateway.test"))
	open := d.env.Open
	d.env.Open = func(bool) (workdir.Place, error) {
		place, err := open(false)
		place.API = client.New(client.Options{Host: host, Transport: unplugged{}})
		return place, err
	}
	p := d.sit(80, 24).sees("gateway.test").press("enter", "abcd1234", "enter", "Secret16", "enter").wait()
	p.sees("gateway.test isn't a Vonage host", "Nothing was sent", "Send them only if you trust this host", "Press y to send them to gateway.test.")
	p.doesNotSee("--trust-api-host", "GET /v2/applications", "try again")
	p.press("y").wait().sees("GET /v2/applications", "no server")
}

// unplugged is a transport that reaches no server.
type unplugged struct{}

func (unplugged) RoundTrip(*http.Request) (*http.Response, error) {
	return nil, errors.New("no server")
}

func TestAClockThatIsFarOutIsAskedAbout(t *testing.T) {
	t.Attr("fault", "N12")
	d := newDesk(t)
	d.api = sandbox.New(sandbox.Config{Now: func() time.Time { return noon }, Skew: time.Hour})
	p := d.sit(80, 24).press("enter").wait()
	p.sees("this computer is 1 hour behind the API", "Set this computer's date and time", "r try", "y to continue with Vonage's time")
	p.press("y").wait().sees("! Account abcd1234", "! Check the clock")
}
