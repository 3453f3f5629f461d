package client_test

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync/atomic"
	"testing"

	"credwiz/client"
)

// refusedURL is an address where nothing listens: no system gives port 1 to a program.
const refusedURL = "http://127.0.0.1:1"

func hangUp(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }

// A create that may have happened is looked up before it is tried again; one that cannot have happened is not.
func TestWhatMayHaveHappened(t *testing.T) {
	t.Attr("fault", "N4")
	asking := func(handler http.HandlerFunc) error { return createApplication(t.Context(), serve(t, handler)) }
	canceled, cancel := context.WithCancel(t.Context())
	cancel()
	for name, test := range map[string]struct {
		err  error
		want bool
	}{
		"done":                       {nil, false},
		"another error":              {errors.New("disk full"), false},
		"connection refused":         {createApplication(t.Context(), at(t, refusedURL)), false},
		"canceled before":            {createApplication(canceled, at(t, serveURL(t, hangUp))), false},
		"header that cannot be sent": {withAgent(t, "credwiz\n"), false},
		"hung up after the request":  {asking(hangUp), true},
		"400":                        {asking(answers(400, "application/json", `{}`)), false},
		"401":                        {asking(answers(401, "application/json", ``)), false},
		"404 as a page":              {asking(answers(404, "text/html", `<html>`)), false},
		"409":                        {asking(answers(409, "application/json", `{}`)), false},
		"429":                        {asking(answers(429, "application/json", `{}`)), false},
		"500":                        {asking(answers(500, "application/json", `{}`)), true},
		"502 as a page":              {asking(answers(502, "text/html", `<html>`)), true},
		"503":                        {asking(answers(503, "text/plain", ``)), true},
		"302":                        {asking(http.RedirectHandler("https://example.com/", 302).ServeHTTP), false},
		"308":                        {asking(http.RedirectHandler("https://example.com/", 308).ServeHTTP), false},
		"201 with nothing":           {asking(answers(201, "application/json", ``)), true},
		"201 without an id":          {asking(answers(201, "application/json", `{}`)), true},
		"200 as a page":              {asking(answers(200, "text/html", `<html>`)), true},
		"200 cut short":              {asking(cutShort(200)), true},
		"an answer that is not HTTP": {asking(speakingNonsense), true},
	} {
		t.Run(name, func(t *testing.T) {
			if (test.err == nil) != (name == "done") {
				t.Fatalf("got %v", test.err)
			}
			equal(t, client.MayHaveHappened(test.err), test.want, "%v", test.err)
			if test.err != nil {
				equal(t, client.MayHaveHappened(fmt.Errorf("application: %w", test.err)), test.want, "%v, wrapped", test.err)
			}
		})
	}
}

func withAgent(t *testing.T, agent string) error {
	t.Helper()
	host := must(client.ParseHost(serveURL(t, hangUp)))
	return createApplication(t.Context(), client.New(client.Options{Host: host, UserAgent: agent}))
}

func cutShort(status int) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", strconv.Itoa(len(goodApplication)+1))
		w.WriteHeader(status)
		_, _ = io.WriteString(w, goodApplication)
	}
}

func speakingNonsense(w http.ResponseWriter, r *http.Request) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(err)
	}
	defer conn.Close()
	_, _ = io.WriteString(conn, "SSH-2.0-OpenSSH_9.2\r\n\r\n")
}

// broken is a transport that fails.
type broken struct{ err error }

func (b broken) RoundTrip(*http.Request) (*http.Response, error) { return nil, b.err }

func TestTheWordsOfAFailureArePrintable(t *testing.T) {
	cause := errors.New("proxy said \x1b]52;c;aGk=\a\u202e")
	err := createApplication(t.Context(), client.New(client.Options{Transport: broken{cause}}))
	if err == nil || err.Error() != `POST /v2/applications: proxy said \u{1B}]52;c;aGk=\u{7}\u{202E}` {
		t.Errorf("got %q", err)
	}
	if !errors.Is(err, cause) {
		t.Error("the cause is lost")
	}
}

// net/http repeats a POST by itself after some failures if it has an Idempotency-Key, and a GET always.
func TestACreateIsNeverRepeated(t *testing.T) {
	t.Attr("fault", "N4")
	var creates atomic.Int32
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			creates.Add(1)
			panic(http.ErrAbortHandler)
		}
		_, _ = io.WriteString(w, `{"total_items":0}`)
	})
	// The create goes over a connection that has been used, as it does after the check of the credentials.
	must(c.ListApplications(t.Context(), canaries(), 1, 1))
	if err := createApplication(t.Context(), c); !client.MayHaveHappened(err) {
		t.Errorf("got %v", err)
	}
	if got := creates.Load(); got != 1 {
		t.Errorf("the API saw %d creates", got)
	}
}

func TestAnUnknownCertificateIsRefusedBeforeAnythingIsSent(t *testing.T) {
	t.Attr("fault", "N8")
	var seen tape
	server := httptest.NewUnstartedServer(seen.before(answers(201, "application/json", goodApplication)))
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	t.Cleanup(server.Close)

	err := createApplication(t.Context(), at(t, server.URL))
	var verification *tls.CertificateVerificationError
	if !errors.As(err, &verification) || client.MayHaveHappened(err) {
		t.Errorf("got %v", err)
	}
	if requests := seen.played(); len(requests) != 0 {
		t.Errorf("the server saw %s", requests[0].all())
	}
}
