package client_test

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"credwiz/client"
	"credwiz/client/redact"
)

// reply is a transport whose every answer is the same: nothing but an answer matters here, and a server would take
// most of the time.
type reply struct {
	status               int
	kind, location, body string
}

func (a reply) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode: a.status,
		Header:     http.Header{"Content-Type": {a.kind}, "Location": {a.location}, "Date": {a.location}, "Retry-After": {a.location}},
		Body:       io.NopCloser(strings.NewReader(a.body)),
		Request:    r,
	}, nil
}

// FuzzDecode answers each call with anything. Whatever comes, the client does not panic, its words are printable, and
// what it takes for good has the ids that the API promises.
func FuzzDecode(f *testing.F) {
	f.Attr("fault", "N6")
	for _, seed := range []struct {
		status               int
		kind, location, body string
	}{
		{401, "application/json", "", `{"type":"https://x#unauthorized","title":"\u001b[31m","detail":"","instance":"a"}`},
		{400, "application/problem+json", "", `{"code":"x","invalid_parameters":[{"name":"\u202e","reason":"\u009b"},{}]}`},
		{400, "", "", `{"error_title":"x","invalid_parameters":{"b":"2","a":"\u0007"}}`},
		{401, "text/xml", "", `{"error-code":"401","error-code-label":"authentication failed"}`},
		{404, "text/html", "", `<html>`},
		{307, "", "https://evil\u202e/", ``},
		{302, "", ":", ``},
		{200, "", "", goodApplication},
		{201, "", "", `{"id":"` + someUserID + `","name":"alice","_links":{"self":{"href":"https://a/"}}}`},
		{200, "", "", `{"total_items":1,"_embedded":{"applications":[` + goodApplication + `]},"_links":{"next":{}}}`},
		{200, "", "", `{"_links":{"next":{"href":"?cursor=a"}},"_embedded":{"users":[{}]}}`},
		{204, "", "", ``},
		{200, "", "", `{"id":"` + someID + `","ID":"\u001b"}`},
		{200, "", "", `{"id":"` + someID + `","\u202e":1,"\u202e":2}`},
		{201, "", "", `{"id":"` + someID + `","a":[{"b":{}},[],"b"]}`},
		{429, "", "300", `{"title":"Rate Limit Hit"}`},
		{503, "", "Fri, 31 Dec 9999 23:59:59 GMT", ``},
		{500, "", "", strings.Repeat("[", 20_000)},
	} {
		f.Add(seed.status, seed.kind, seed.location, seed.body)
	}
	f.Fuzz(func(t *testing.T, status int, kind, location, body string) {
		if status < 200 || status > 999 {
			t.Skip("net/http gives no such answer")
		}
		c := client.New(client.Options{Transport: reply{status, kind, location, body}})
		for _, call := range calls() {
			err := call.make(t.Context(), c)
			if err == nil {
				continue
			}
			if said := err.Error(); said != redact.Printable(said) {
				t.Fatalf("%s: said %q", call.name, said)
			}
			var api *client.Error
			if errors.As(err, &api) && api.Explanation() != redact.Printable(api.Explanation()) {
				t.Fatalf("%s: explained as %q", call.name, api.Explanation())
			}
			if wait := client.RetryAfter(err); wait < 0 {
				t.Fatalf("%s: to be tried again in %v", call.name, wait)
			}
			if wait, again := (client.Attempt{Err: err, Tries: 1}).Next(half); again && (wait < 0 || wait > client.LongestWait) {
				t.Fatalf("%s: waits for %v", call.name, wait)
			}
			if client.MayHaveHappened(err) && status >= 400 && status < 500 {
				t.Fatalf("%s: refused with %d, and may have happened: %v", call.name, status, err)
			}
		}
		token := redact.NewSecret(canaryToken)
		if app, err := c.GetApplication(t.Context(), canaries(), someID); err == nil && len(app.ID) != len(someID) {
			t.Fatalf("the id %q is taken", app.ID)
		}
		if u, err := c.GetUser(t.Context(), token, someUserID); err == nil && (len(u.ID) != len(someUserID) || u.Name == "") {
			t.Fatalf("the user %+v is taken", u)
		}
		if u, err := c.FindUser(t.Context(), token, "alice"); err == nil && u.Name != "alice" {
			t.Fatalf("%q is found", u.Name)
		}
	})
}
