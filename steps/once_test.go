package steps_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"credwiz/client"
	"credwiz/steps"
	"credwiz/steps/advice"
	"credwiz/steps/answer"
)

// madeAndAnswered are answers to a create that has been done.
var madeAndAnswered = map[string]fault{
	"429":              doneThen(failing(http.StatusTooManyRequests)),
	"429, wait":        doneThen(askingToWait(http.StatusTooManyRequests, "2")),
	"400":              doneThen(failing(http.StatusBadRequest)),
	"401":              doneThen(failing(http.StatusUnauthorized)),
	"403 and a page":   doneThen(answering(http.StatusForbidden, "text/html", "<html>Blocked</html>")),
	"404":              doneThen(failing(http.StatusNotFound)),
	"409":              doneThen(failing(http.StatusConflict)),
	"a redirect":       doneThen(redirect),
	"500":              doneThen(failing(http.StatusInternalServerError)),
	"204":              doneThen(answering(http.StatusNoContent, "", "")),
	"dropped":          doneThenDropped,
	"502 and a page":   doneThen(answering(http.StatusBadGateway, "text/html", "<html>Bad gateway</html>")),
	"an empty 201":     doneThen(answering(http.StatusCreated, "application/json", "")),
	"cut short":        doneThen(cutShort),
	"503, wait":        doneThen(askingToWait(http.StatusServiceUnavailable, "1")),
	"an id of its own": doneThen(answering(http.StatusCreated, "application/json", `{"id":"../../etc","name":"My App"}`)),
	"a 200 and a page": doneThen(answering(http.StatusOK, "text/html", "<html>Welcome</html>")),
}

func TestNoAnswerToACreateMakesItHappenTwice(t *testing.T) {
	t.Attr("fault", "field-A10")
	t.Attr("fault", "N4")
	if testing.Short() {
		t.Skip("SKIPPED: takes too long for -short")
	}
	t.Parallel()
	for name, fault := range madeAndAnswered {
		t.Run(name, func(t *testing.T) {
			r := newRun(t).does("connect")
			r.account.on(postApplication, fault)
			// The look-up is a read, which may be tried again.
			r.account.on(listApplications, times(1, failing(http.StatusServiceUnavailable)))
			r.does("application")
			wantAll(t, r.told(), "it was created: the response was lost")
			wantAll(t, r.story(), "check whether it was created", "200 OK, try 2")
			r.account.on(postUser, fault)
			r.does("user")
			wantAll(t, r.told(), "it was created: the response was lost")
			r.does("token")
			equal(t, "requests for an application", r.account.count(postApplication), 1)
			equal(t, "requests for a user", r.account.count(postUser), 1)
			equal(t, "users", len(r.account.users(t)), 1)
			equal(t, "the application is ours", r.session.Application.Created, true)
			equal(t, "it is in doubt", r.session.Application.Uncertain, false)
			equal(t, "its id", r.session.Application.ID, r.account.Applications()[0].ID)
			equal(t, "the journal's id", r.journal().Applications[0].ID, r.session.Application.ID)
			equal(t, "the user is ours", r.session.User.Created, true)
			r.cleared()
			equal(t, "applications in the end", len(r.account.Applications()), 0)

			roster := workshop(t, 5).does("connect", "application")
			roster.account.on(postUser, fault)
			roster.does("user", "token")
			equal(t, "missed", len(roster.session.Failed), 0)
			roster.isComplete(5)
		})
	}
}

// A gateway repeats the request, and so has "it exists already" for an answer.
func TestAUserOnlyThisRunCanHaveCreatedIsUsed(t *testing.T) {
	t.Attr("fault", "field-A10")
	t.Parallel()
	twice := func(w http.ResponseWriter, r *http.Request, api http.Handler) {
		body, _ := readBody(r)
		for _, to := range []http.ResponseWriter{httptest.NewRecorder(), w} {
			r.Body = body()
			api.ServeHTTP(to, r)
		}
	}
	r := newRun(t).does("connect", "application")
	r.account.on(postUser, twice)
	r.does("user")
	equal(t, "the user is ours", r.session.User.Created, true)
	roster := workshop(t, 3).does("connect", "application")
	roster.account.on(postUser, twice)
	roster.does("user")
	equal(t, "missed", len(roster.session.Failed), 0)
}

// The first request is held up on the way, and comes after the user was looked for.
func TestAUserCreatedLateIsReused(t *testing.T) {
	t.Attr("fault", "field-A10")
	t.Parallel()
	r := newRun(t).does("connect", "application")
	var late *http.Request
	r.account.on(postUser, func(w http.ResponseWriter, q *http.Request, api http.Handler) {
		body, _ := readBody(q)
		late = q.Clone(t.Context())
		late.Body = body()
		dropped(w, q, api)
	})
	r.fails("user")
	r.account.heal()
	r.account.Sandbox.ServeHTTP(httptest.NewRecorder(), late)
	again := r.again()
	again.doesAll()
	equal(t, "users", len(r.account.users(t)), 1)
}

// changed does what was asked, and answers with something in the place of something else.
func changed(replace func(answer string) string) fault {
	return func(w http.ResponseWriter, r *http.Request, api http.Handler) {
		answer := httptest.NewRecorder()
		api.ServeHTTP(answer, r)
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(answer.Code)
		_, _ = w.Write([]byte(replace(answer.Body.String())))
	}
}

func replacing(old, by string) fault {
	return changed(func(answer string) string { return strings.ReplaceAll(answer, old, by) })
}

func TestAnAnswerThatIsChangedOnTheWayIsLookedUp(t *testing.T) {
	t.Attr("fault", "field-B6")
	t.Parallel()
	for name, by := range map[string]struct{ application, user fault }{
		"another name": {replacing("My App", "Another"), replacing("alice", "mallory")},
		"another id":   {changed(otherID), changed(otherID)},
		"another key": {changed(func(answer string) string {
			return fmt.Sprintf(`{"id":%q,"name":"My App","keys":{"public_key":%q}}`, numbered(1), pairs[2]().PublicPEM())
		}), replacing(" ", " ")},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRun(t).does("connect")
			r.account.on(postApplication, by.application)
			r.does("application")
			equal(t, "the application", r.session.Application.ID, r.account.Applications()[0].ID)
			equal(t, "its name", r.session.Application.Name, "My App")
			r.account.on(postUser, by.user)
			r.does("user")
			equal(t, "the user", r.session.User.ID, r.account.users(t)[0].ID)
			equal(t, "its name", r.session.User.Name, "alice")
			r.does("token")
			wantAll(t, claimsOf(t, r.session.Token.JWT.Reveal()), `"sub":"alice"`)
		})
	}
}

// otherID changes the id of the answer, and not the one in its links.
func otherID(answer string) string {
	return strings.Replace(answer, answer[strings.Index(answer, `-`):strings.Index(answer, `","`)], "-1111-4111-8111-111111111111", 1)
}

func TestAnApplicationThatHasAnotherNameIsAnErrorThatKeepsIt(t *testing.T) {
	t.Attr("fault", "field-B6")
	t.Parallel()
	r := newRun(t).does("connect")
	renaming := func(w http.ResponseWriter, q *http.Request, api http.Handler) {
		body, text := readBody(q)
		q.Body = body()
		if q.Method == http.MethodPost {
			text = bytes.ReplaceAll(text, []byte("My App"), []byte("my-app"))
			q.Body, q.ContentLength = readCloser(text), int64(len(text))
		}
		api.ServeHTTP(w, q)
	}
	r.account.on(postApplication, renaming)
	err := r.try("application")
	id := r.account.Applications()[0].ID
	equal(t, "the error's ID", as[*client.DifferentError](t, err).ID, id)
	wantAll(t, advice.For(err).What, "different name: “my-app” instead of “My App”", id)
	wantAll(t, steps.Receipt(r.env, r.session), "my-app", id)
	equal(t, "the journal has it", r.journal().Applications[0].ID, id)
	r.account.heal()
	r.cleared()
	equal(t, "applications", len(r.account.Applications()), 0)
}

func TestAUserOfAnotherNameIsAnError(t *testing.T) {
	t.Attr("fault", "field-B6")
	t.Parallel()
	r := newRun(t).does("connect", "application")
	const id = "USR-78d335fa-323d-0114-9c3d-d6f0d48968cf"
	r.account.on(postUser, answering(http.StatusCreated, "application/json", `{"id":"`+id+`","name":"mallory"}`))
	err := r.try("user")
	wantAll(t, advice.For(err).What, "different name: “mallory” instead of “alice”", id)
	equal(t, "there is a user", r.session.User.Exists, false)
	r.account.heal()
	r.does("user", "token")
	equal(t, "the user", r.session.User.Name, "alice")
}

func TestALoginAsAnotherUserIsAnErrorThatKeepsTheToken(t *testing.T) {
	t.Attr("fault", "field-B6")
	t.Parallel()
	const elsewhere = "USR-78d335fa-323d-0114-9c3d-d6f0d48968cf"
	for name, who := range map[string]string{
		"another name": `"name":"mallory"`,
		"another id":   `"name":"alice","user_id":"` + elsewhere + `"`,
	} {
		t.Run(name, func(t *testing.T) {
			r := newRun(t)
			r.logsIn(loggingIn(`42["session:success",{"body":{"id":"SES-78d335fa-323d-0114-9c3d-d6f0d48968cf",` + who + `}}]`))
			r.does("connect", "application", "user")
			err := r.try("token")
			other := as[*steps.OtherUserError](t, err)
			wantAll(t, advice.For(err).What, "The token is for “alice”", "logged in as “"+other.Got.UserName+"”")
			wantNone(t, r.shows("token"), "SES-")
			wantAll(t, r.story(), "✗ test the login")
			wantAll(t, steps.Receipt(r.env, r.session), r.session.Token.JWT.Reveal())
			r.account.on(logIn, loggingIn(welcome))
			r.does("token")
		})
	}
}

func TestAnApplicationThatAlreadyHasTheKeyIsReported(t *testing.T) {
	t.Attr("fault", "field-B11")
	t.Attr("fault", "F10")
	t.Parallel()
	r := newRun(t)
	theirs := r.account.hasApplication(t, "Made elsewhere", pairs[2]())
	r.account.hasApplication(t, "Another", pairs[1]())
	r.usesTheKeyHere()
	r.does("connect", "application")
	equal(t, "the id", r.session.Application.ID, theirs)
	equal(t, "created by us", r.session.Application.Created, false)
	equal(t, "requests for an application", r.account.count(postApplication), 2) // those of the test
	equal(t, "the journal says that we made it", r.journal().Applications[0].Created, false)
	equal(t, "the key file", r.file("private.key"), pemOf(pairs[2]()))
	wantAll(t, r.sum("application"), "Made elsewhere (already had this key)")
	wantAll(t, r.shows("application"), "Made elsewhere (already existed)", "no new one was created, because this one has private.key as its key")

	// One that was chosen, or that an earlier run made with the same answers, is what was asked for.
	chosen := newRun(t)
	chosen.answer(answer.AppID, chosen.account.hasApplication(t, "Chosen", pairs[2]()))
	chosen.has("private.key", pemOf(pairs[2]()))
	chosen.does("connect", "application")
	earlier := newRun(t).doesAll().again().does("connect", "application")
	for _, r := range []*run{chosen, earlier} {
		wantNone(t, r.sum("application"), "already had this key")
		wantNone(t, r.shows("application"), "a new one was not made")
	}
}

func readCloser(text []byte) io.ReadCloser { return io.NopCloser(bytes.NewReader(text)) }

// readBody reads a request's body, to be read again as often as needed.
func readBody(r *http.Request) (again func() io.ReadCloser, text []byte) {
	text, _ = io.ReadAll(r.Body)
	return func() io.ReadCloser { return readCloser(text) }, text
}
