package client_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"credwiz/client"
)

// Go's client would send Authorization again to another port of the same host, and after 307 and 308 the body to any
// host at all.
func TestARedirectNeverCarriesTheSecret(t *testing.T) {
	t.Attr("fault", "N7")
	for _, status := range []int{301, 302, 303, 307, 308} {
		for _, call := range calls() {
			t.Run(fmt.Sprint(status, " ", call.name), func(t *testing.T) {
				var first, second tape
				target := serveURL(t, second.before(answers(200, "application/json", `{}`)))
				c := serve(t, first.before(http.RedirectHandler(target+"/elsewhere", status)))

				err := call.make(t.Context(), c)
				if seen := second.played(); len(seen) != 0 {
					t.Fatalf("the other server saw %s", seen[0].all())
				}
				var unexpected *client.UnexpectedError
				if !errors.As(err, &unexpected) || unexpected.Status != status {
					t.Fatalf("got %v", err)
				}
				if host := strings.TrimPrefix(target, "http://"); !strings.Contains(err.Error(), "a redirect to "+host) {
					t.Errorf("%v does not name %s", err, host)
				}
				if client.MayHaveHappened(err) {
					t.Error("what was sent elsewhere may have happened")
				}
				equal(t, len(first.played()), 1, "the API saw")
			})
		}
	}
}

func TestARedirectToNowhereOrToItselfIsRefused(t *testing.T) {
	t.Attr("fault", "N7")
	t.Attr("fault", "field-C14")
	for location, says := range map[string]string{
		"": "a different address", "https:///login": "a different address", "mailto:admin@example.com": "a different address",
		"https:login": "a different address", "https://:443/": "a different address", "/v2/applications/": "127.0.0.1",
	} {
		var seen tape
		err := createApplication(t.Context(), serve(t, seen.before(redirectTo(location))))
		if err == nil || !strings.Contains(err.Error(), "a redirect to "+says) || len(seen.played()) != 1 {
			t.Errorf("%q: got %v, after %d requests", location, err, len(seen.played()))
		}
	}
	if err := createApplication(t.Context(), serve(t, answers(http.StatusMultipleChoices, "application/json", goodApplication))); err == nil {
		t.Error("a redirect without a location is taken for good")
	}
}
