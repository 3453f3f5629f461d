package client_test

import (
	"errors"
	"fmt"
	"net/http"
	"testing"

	"credwiz/client"
	"credwiz/client/redact"
)

func TestTheAuthorizationOfARequestIsHidden(t *testing.T) {
	t.Attr("fault", "S3")
	for _, secret := range []string{"canary", "canaryZ", "canaryZx", `canary/Zx81+"<\&é?~`} {
		r := &redact.Redactor{}
		client.Credentials{APIKey: "abcd1234", APISecret: redact.NewSecret(secret)}.HideIn(r)
		request, _ := http.NewRequest("GET", "http://127.0.0.1", nil)
		request.SetBasicAuth("abcd1234", secret)
		if got := r.Redact(fmt.Sprint(request.Header)); got != "map[Authorization:[Basic •••]]" {
			t.Error(got)
		}
	}
	r := &redact.Redactor{}
	client.Credentials{APIKey: "abcd1234"}.HideIn(r)
	if got := r.Redact("abcd1234: refused"); got != "abcd1234: refused" {
		t.Errorf("a key without a secret is hidden: %s", got)
	}
}

func TestAnAPIThatRepeatsTheSecretDoesNotShowIt(t *testing.T) {
	t.Attr("fault", "S3")
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		_, secret, _ := r.BasicAuth()
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = fmt.Fprintf(w, `{"title":"no %s","detail":"no %s"}`, secret, r.Header.Get("Authorization"))
	})
	creds := client.Credentials{APIKey: "abcd1234", APISecret: redact.NewSecret(canarySecret)}
	_, err := c.ListApplications(t.Context(), creds, 1, 1)
	var refused *client.Error
	if !errors.As(err, &refused) || refused.Title != "no •••" || refused.Detail != "no Basic •••" {
		t.Errorf("it says %+v", refused)
	}
}
