package steps_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"credwiz/client"
	"credwiz/client/errno"
	"credwiz/steps"
	"credwiz/steps/advice"
	"credwiz/steps/answer"
	"credwiz/steps/task"
	"credwiz/steps/workdir"
)

const listApplications = "GET /v2/applications"

// times is a fault of the first n calls.
func times(n int32, f fault) fault {
	var calls atomic.Int32
	return func(w http.ResponseWriter, r *http.Request, api http.Handler) {
		if calls.Add(1) <= n {
			f(w, r, api)
			return
		}
		api.ServeHTTP(w, r)
	}
}

// askingToWait refuses with a status and a Retry-After.
func askingToWait(status int, after string) fault {
	return func(w http.ResponseWriter, r *http.Request, api http.Handler) {
		w.Header().Set("Retry-After", after)
		failing(status)(w, r, api)
	}
}

func TestTheWaitBeforeARetryIsReported(t *testing.T) {
	t.Attr("fault", "N3")
	t.Parallel()
	for name, after := range map[string]string{"in seconds": "2", "as a date": noon.Add(2 * time.Second).Format(http.TimeFormat)} {
		t.Run(name, func(t *testing.T) {
			r := newRun(t)
			r.account.on(listApplications, times(1, askingToWait(http.StatusTooManyRequests, after)))
			r.does("connect")
			const check = "check the key and secret (GET /v2/applications) "
			equal(t, "the story", r.story(), "… "+check+"\n~ "+check+"429 Too Many Requests, waiting 2 s, try 2 of 4\n… "+check+"\n✓ "+check+"200 OK, try 2\n")
			equal(t, "the waits", fmt.Sprint(r.waits), "[2s]")
		})
	}
	r := newRun(t)
	r.account.on(listApplications, times(3, dropped))
	r.does("connect")
	equal(t, "the waits that nothing asks for", fmt.Sprint(r.waits), "[250ms 500ms 1s]")
}

func TestHowOftenAReadIsTried(t *testing.T) {
	t.Attr("fault", "N1")
	t.Attr("fault", "N3")
	t.Attr("fault", "N7")
	t.Parallel()
	for name, test := range map[string]struct {
		fault fault
		tries int
	}{
		"429":                     {failing(http.StatusTooManyRequests), 4},
		"500":                     {failing(http.StatusInternalServerError), 4},
		"503":                     {askingToWait(http.StatusServiceUnavailable, "1"), 4},
		"503 for five minutes":    {askingToWait(http.StatusServiceUnavailable, "300"), 1},
		"dropped":                 {dropped, 4},
		"cut short":               {cutShort, 4},
		"a key that is not known": {failing(http.StatusUnauthorized), 1},
		"a key without the right": {failing(http.StatusForbidden), 1},
		"not found":               {failing(http.StatusNotFound), 1},
		"a bad request":           {failing(http.StatusBadRequest), 1},
		"a page of a portal":      {answering(http.StatusOK, "text/html", "<html>Welcome</html>"), 1},
		"a redirect":              {redirect, 1},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRun(t)
			r.account.on(listApplications, test.fault)
			err := r.try("connect")
			equal(t, "requests", r.account.count(listApplications), test.tries)
			equal(t, "waits", len(r.waits), test.tries-1)
			var tried *task.TriedError
			equal(t, "it is told how often it was tried", errors.As(err, &tried), test.tries > 1)
			if tried != nil {
				equal(t, "tries", tried.Tries, test.tries)
				wantAll(t, advice.For(err).What, "It was tried 4 times.")
			}
			equal(t, "files", len(r.names()), 0)
		})
	}
}

func TestALongRetryDelayIsReportedInsteadOfWaiting(t *testing.T) {
	t.Attr("fault", "N3")
	t.Parallel()
	for name, after := range map[string]string{
		"in seconds": "300",
		"as a date":  noon.Add(5 * time.Minute).Format(http.TimeFormat),
	} {
		t.Run(name, func(t *testing.T) {
			r := newRun(t)
			r.account.on(listApplications, askingToWait(http.StatusTooManyRequests, after))
			advice := advice.For(r.try("connect"))
			wantAll(t, advice.Do, "Try again in 5 minutes, as the API asks.")
			equal(t, "it can be tried by hand", advice.Retry, true)
			equal(t, "waits", len(r.waits), 0)
		})
	}
}

func TestACreateThatWasRefusedBeforeAnyWorkIsTriedAgain(t *testing.T) {
	t.Attr("fault", "N3")
	t.Parallel()
	r := newRun(t).does("connect")
	r.account.on(postApplication, times(2, askingToWait(http.StatusTooManyRequests, "3")))
	r.does("application")
	r.account.on(postUser, times(3, failing(http.StatusTooManyRequests)))
	r.does("user", "token")
	equal(t, "requests for an application", r.account.count(postApplication), 3)
	equal(t, "requests for a user", r.account.count(postUser), 4)
	equal(t, "users", len(r.account.users(t)), 1)
}

func TestACreateThatNeverLeftIsTriedAgain(t *testing.T) {
	t.Attr("fault", "N4")
	t.Parallel()
	r := newRun(t)
	var dials atomic.Int32
	transport := &http.Transport{DisableKeepAlives: true, DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
		if n := dials.Add(1); n == 2 || n == 3 { // the first is the check of the key
			return nil, &net.OpError{Op: "dial", Net: network, Err: errno.Refused}
		}
		return (&net.Dialer{}).DialContext(ctx, network, address)
	}}
	open := r.env.Open
	r.env.Open = func(practice bool) (workdir.Place, error) {
		place, err := open(practice)
		place.API = clientOf(t, r.account.url, transport)
		return place, err
	}
	r.does("connect", "application")
	wantAll(t, r.story(), "~ create the application (POST /v2/applications) no answer, waiting 1 s, try 3 of 4")
	equal(t, "requests for an application", r.account.count(postApplication), 1)
	equal(t, "applications", len(r.account.Applications()), 1)
}

func TestLeavingEndsAWaitAtOnce(t *testing.T) {
	t.Attr("fault", "N3")
	t.Parallel()
	for id, call := range map[string]string{"connect": listApplications, "application": postApplication} {
		t.Run(id, func(t *testing.T) {
			r := newRun(t)
			if id != "connect" {
				r.does("connect")
			}
			r.account.on(call, askingToWait(http.StatusTooManyRequests, "60"))
			ctx, leave := context.WithCancel(t.Context())
			r.env.Wait = func(ctx context.Context, _ time.Duration) error {
				leave()
				<-ctx.Done()
				return ctx.Err()
			}
			err := r.tryUntil(ctx, id)
			wantError(t, err, context.Canceled)
			equal(t, "the kind", advice.For(err).Kind, advice.Stopped)
			equal(t, "requests", r.account.count(call), 1)
			equal(t, "in doubt", r.session.Application.Uncertain, id == "application")
			wantAll(t, r.story(), "429 Too Many Requests, waiting 60 s", "✗")
		})
	}
}

// waves is a transport whose every answer comes after a while.
type waves struct {
	took   time.Duration
	answer func() (*http.Response, error)
	calls  int
}

func (w *waves) RoundTrip(r *http.Request) (*http.Response, error) {
	w.calls++
	select {
	case <-time.After(w.took):
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
	return w.answer()
}

func envBy(t *testing.T, dir string, way http.RoundTripper) steps.Env {
	t.Helper()
	return steps.Env{Now: time.Now, Open: func(bool) (workdir.Place, error) {
		folder, err := workdir.Open(dir)
		if err == nil {
			t.Cleanup(func() { _ = folder.Close() })
		}
		return workdir.Place{API: client.New(client.Options{Transport: way}), Folder: folder}, err
	}}
}

func TestAllTriesTogetherHaveAnEnd(t *testing.T) {
	t.Attr("fault", "N3")
	refusal := func(after string) func() (*http.Response, error) {
		return func() (*http.Response, error) {
			return &http.Response{
				StatusCode: http.StatusTooManyRequests, Header: http.Header{"Retry-After": {after}},
				Body: io.NopCloser(strings.NewReader("")),
			}, nil
		}
	}
	for name, test := range map[string]struct {
		took   time.Duration
		answer func() (*http.Response, error)
		calls  int
		from   time.Duration
		to     time.Duration
	}{
		"no answers":                  {time.Hour, nil, 2, 30 * time.Second, 31 * time.Second},
		"quick refusals":              {0, refusal(""), 4, 0, 3500 * time.Millisecond},
		"refusals that ask for much":  {0, refusal("60"), 2, 60 * time.Second, 60 * time.Second},
		"refusals that ask for a bit": {0, refusal("2"), 4, 6 * time.Second, 6 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			synctest.Test(t, func(t *testing.T) {
				way := &waves{took: test.took, answer: test.answer}
				env := envBy(t, dir, way)
				began := time.Now()
				_, err := stepNamed(t, "connect").Run(t.Context(), env, steps.Session{}, answer.Answers{}, func(task.Event) {})
				took := time.Since(began)
				if err == nil || took < test.from || took > test.to {
					t.Errorf("it took %v, and came to %v", took, err)
				}
				equal(t, "calls", way.calls, test.calls)
			})
		})
	}
}

func TestARealWaitEndsWhenTheUserLeaves(t *testing.T) {
	t.Attr("fault", "N3")
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		way := &waves{answer: func() (*http.Response, error) { return nil, io.EOF }}
		env := envBy(t, dir, way)
		env.Random = func() float64 { return 0.9 }
		ctx, leave := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer leave()
		began := time.Now()
		_, err := stepNamed(t, "connect").Run(ctx, env, steps.Session{}, answer.Answers{}, func(task.Event) {})
		if took := time.Since(began); took != 100*time.Millisecond || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("it took %v, and came to %v", took, err)
		}
		equal(t, "calls", way.calls, 1)
	})
}

// A list in a circle would be read for ever, and one that was not read to its end tells nothing about what is not in it.
func TestAnEndlessListIsAnErrorNotAMissingApplication(t *testing.T) {
	t.Attr("fault", "N14")
	t.Parallel()
	page := func(id string) string {
		return `{"total_items":9,"_embedded":{"applications":[` + id + `]},"_links":{"next":{"href":"https://evil.test/v2/applications?page=2"}}}`
	}
	for name, test := range map[string]struct {
		pages func(n int) string
		asked int
	}{
		"the same page again": {func(int) string { return page(`{"id":"78d335fa-323d-0114-9c3d-d6f0d48968cf"}`) }, 2},
		"empty pages":         {func(int) string { return page("") }, 2},
		"always another page": {func(n int) string { return page(`{"id":"` + numbered(n) + `"}`) }, client.MaxPages},
		"a circle of two":     {func(n int) string { return page(`{"id":"` + numbered(n%2) + `"}`) }, 3},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRun(t).does("connect")
			r.has("private.key", pemOf(pairs[2]()))
			r.does("connect") // finds the key
			r.answer(answer.Key, answer.Yes)
			asked := 0
			r.account.on(listApplications, func(w http.ResponseWriter, req *http.Request, api http.Handler) {
				asked++
				answering(http.StatusOK, "application/json", test.pages(asked))(w, req, api)
			})
			err := r.try("application")
			wantError(t, err, client.ErrTooManyPages)
			wantAll(t, advice.For(err).What, "too long or repeats itself")
			equal(t, "pages asked for", asked, test.asked)
			equal(t, "requests for an application", r.account.count(postApplication), 0)
		})
	}
}

func numbered(n int) string {
	return fmt.Sprintf("78d335fa-323d-4114-9c3d-%012d", n)
}
