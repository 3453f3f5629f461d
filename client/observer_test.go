package client_test

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"credwiz/client"
	"credwiz/client/redact"
	"credwiz/client/sandbox"
)

// notes are what an observer received.
type notes struct {
	told      []string
	exchanges []client.Exchange
}

func (n *notes) observer() client.Observer {
	return client.Observer{
		Started: func(method, path string) { n.told = append(n.told, "started "+method+" "+path) },
		Finished: func(e client.Exchange) {
			n.told = append(n.told, "finished "+e.Method+" "+e.Path)
			n.exchanges = append(n.exchanges, e)
		},
	}
}

func TestTheObserverSeesStartAndEndOnce(t *testing.T) {
	canceled, cancel := context.WithCancel(t.Context())
	cancel()
	const path = "/v2/applications"
	for name, test := range map[string]struct {
		ctx    context.Context
		base   string
		status int
	}{
		"done":      {t.Context(), serveURL(t, answers(201, "application/json", goodApplication)), 201},
		"refused":   {t.Context(), serveURL(t, answers(401, "application/json", `{}`)), 401},
		"no id":     {t.Context(), serveURL(t, answers(201, "application/json", `{}`)), 201},
		"cut short": {t.Context(), serveURL(t, cutShort(201)), 201},
		"redirect":  {t.Context(), serveURL(t, http.RedirectHandler("/", 307).ServeHTTP), 307},
		"hung up":   {t.Context(), serveURL(t, hangUp), 0},
		"no server": {t.Context(), refusedURL, 0},
		"canceled":  {canceled, serveURL(t, hangUp), 0},
	} {
		t.Run(name, func(t *testing.T) {
			var n notes
			err := createApplication(test.ctx, at(t, test.base).Observed(n.observer()))
			if want := []string{"started POST " + path, "finished POST " + path}; !reflect.DeepEqual(n.told, want) {
				t.Fatalf("told %q", n.told)
			}
			got := n.exchanges[0]
			if got.Status != test.status || !errors.Is(got.Err, err) || (got.Err == nil) != (name == "done") {
				t.Errorf("told %+v of %v", got, err)
			}
		})
	}
}

// The path comes without its query, which may hold a name or a cursor of a user.
func TestTheObserverLearnsTheMethodAndThePath(t *testing.T) {
	c := serve(t, answers(200, "application/json", `{"_links":{}}`))
	for _, call := range calls() {
		var n notes
		_ = call.make(t.Context(), c.Observed(n.observer()))
		if strings.ContainsAny(strings.Join(n.told, ""), "?=") || len(n.told) != 2 {
			t.Errorf("%s: told %q", call.name, n.told)
		}
	}
}

func TestTheObserverLearnsHowLongTheWholeAnswerTook(t *testing.T) {
	var passed atomic.Int64
	host := must(client.ParseHost(serveURL(t, func(w http.ResponseWriter, r *http.Request) {
		passed.Add(int64(3 * time.Second))
		answers(201, "application/json", goodApplication)(w, r)
	})))
	var n notes
	c := client.New(client.Options{Host: host, Now: func() time.Time { return time.Unix(0, passed.Load()) }})
	noError(t, createApplication(t.Context(), c.Observed(n.observer())))
	equal(t, n.exchanges[0].Took, 3*time.Second, "it took")
}

func TestTheSkewIsTheAPIsClockMinusOurs(t *testing.T) {
	t.Attr("fault", "N12")
	noon := time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)
	for _, skew := range []time.Duration{0, 5 * time.Minute, -90 * time.Second, 48 * time.Hour} {
		server := must(sandbox.Start(sandbox.Config{Now: func() time.Time { return noon.Add(skew) }}))
		defer server.Close()
		host := must(client.ParseHost(server.URL()))
		var n notes
		c := client.New(client.Options{Host: host, Now: func() time.Time { return noon }}).Observed(n.observer())
		// A refusal has a date as well.
		_, _ = c.ListApplications(t.Context(), canaries(), 1, 1)
		equal(t, n.exchanges[0].Skew, skew, "the skew")
	}
}

func TestAnImpossibleDateIsFarOffAndAMissingDateMeansNoSkew(t *testing.T) {
	t.Attr("fault", "N12")
	const century = 100 * 365 * 24 * time.Hour
	for name, test := range map[string]struct {
		date []string
		want func(skew time.Duration) bool
	}{
		"long ago":   {[]string{"Mon, 01 Jan 0001 00:00:00 GMT"}, func(skew time.Duration) bool { return skew < -century }},
		"far ahead":  {[]string{"Fri, 31 Dec 9999 23:59:59 GMT"}, func(skew time.Duration) bool { return skew > century }},
		"none":       {nil, func(skew time.Duration) bool { return skew == 0 }},
		"not a date": {[]string{"noon"}, func(skew time.Duration) bool { return skew == 0 }},
	} {
		var n notes
		c := serve(t, func(w http.ResponseWriter, r *http.Request) {
			w.Header()["Date"] = test.date
			answers(200, "application/json", `{"total_items":0}`)(w, r)
		})
		must(c.Observed(n.observer()).ListApplications(t.Context(), canaries(), 1, 1))
		if skew := n.exchanges[0].Skew; !test.want(skew) {
			t.Errorf("%s: %v", name, skew)
		}
	}
}

func TestAnObserverMayBeHalfAndLeavesOtherClientsAlone(t *testing.T) {
	c := serve(t, answers(201, "application/json", goodApplication))
	var n notes
	whole := n.observer()
	_ = c.Observed(whole)
	for _, observed := range []*client.Client{
		c, c.Observed(client.Observer{Started: whole.Started}), c.Observed(client.Observer{Finished: whole.Finished}),
	} {
		noError(t, createApplication(t.Context(), observed))
	}
	equal(t, len(n.told), 2, "told %q", n.told)
}

// Whatever goes wrong, what the client says of it holds no secret, in any form, however it is printed.
func TestNoFailureTellsASecret(t *testing.T) {
	t.Attr("fault", "S3")
	pair := canaryKey + ":" + canarySecret
	secrets := []string{canarySecret, canaryToken, base64.StdEncoding.EncodeToString([]byte(pair)),
		base64.RawURLEncoding.EncodeToString([]byte(pair)), fmt.Sprintf("%x", canarySecret), "Authorization",
		"alice", "next%2B"} // who the user is, from the query and the body
	for name, base := range map[string]string{
		"done":             serveURL(t, answers(201, "application/json", goodApplication)),
		"401":              serveURL(t, answers(401, "application/json", `{}`)),
		"500 page":         serveURL(t, answers(500, "text/html", `<html>`)),
		"redirect":         serveURL(t, http.RedirectHandler("https://example.com/", 307).ServeHTTP),
		"redirect nowhere": serveURL(t, redirectTo(":")),
		"hung up":          serveURL(t, hangUp),
		"not HTTP":         serveURL(t, speakingNonsense),
		"cut short":        serveURL(t, cutShort(200)),
		"no server":        refusedURL,
	} {
		t.Run(name, func(t *testing.T) {
			for _, call := range calls() {
				var n notes
				err := call.make(t.Context(), at(t, base).Observed(n.observer()))
				if err != nil && err.Error() != redact.Printable(err.Error()) {
					t.Errorf("%s: not printable: %q", call.name, err)
				}
				var said strings.Builder
				for _, verb := range []string{"%v", "%+v", "%#v", "%q", "%x"} {
					fmt.Fprintf(&said, verb+verb+verb, err, n.exchanges, n.told)
				}
				for cause := err; cause != nil; cause = errors.Unwrap(cause) {
					fmt.Fprintf(&said, "%v %+v %#v", cause, cause, cause)
				}
				for _, secret := range secrets {
					if strings.Contains(said.String(), secret) {
						t.Errorf("%s: %q is in %s", call.name, secret, said.String())
					}
				}
			}
		})
	}
}

func redirectTo(location string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Location", location)
		w.WriteHeader(http.StatusTemporaryRedirect)
	}
}

// net/http names the header that it cannot send, and must not name what is in it.
func TestAFailedCopyIsNotReportedAsCopied(t *testing.T) {
	c := serve(t, hangUp)
	_, err := c.GetUser(t.Context(), redact.NewSecret(canaryToken+"\n"), someUserID)
	if err == nil || strings.Contains(fmt.Sprintf("%v %+v %#v", err, err, err), "canary") {
		t.Errorf("got %v", err)
	}
	if client.MayHaveHappened(err) {
		t.Error("what cannot be sent may have happened")
	}
}
