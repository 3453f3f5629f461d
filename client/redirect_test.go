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

func TestARedirectOnTheSameServerIsNotFollowedEither(t *testing.T) {
	t.Attr("fault", "N7")
	var seen tape
	c := serve(t, seen.before(http.RedirectHandler("/v2/applications/", http.StatusTemporaryRedirect)))
	if err := createApplication(t.Context(), c); err == nil {
		t.Error("a redirect is taken for good")
	}
	if requests := seen.played(); len(requests) != 1 {
		t.Errorf("the API saw %d requests", len(requests))
	}
}

func TestARedirectToNowhereIsRefused(t *testing.T) {
	t.Attr("fault", "N7")
	t.Attr("fault", "field-C14")
	failed := map[string]error{
		"no location": createApplication(t.Context(), serve(t, answers(http.StatusMultipleChoices, "application/json", `{"id":"`+someID+`"}`))),
	}
	for _, location := range []string{"https:///login", "mailto:admin@example.com", "https:login", "https://:443/"} {
		failed[location] = createApplication(t.Context(), serve(t, redirectTo(location)))
	}
	for location, err := range failed {
		if err == nil || !strings.Contains(err.Error(), "a redirect to another place, which was not followed") {
			t.Errorf("%s: got %v", location, err)
		}
	}
}
