package client_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"credwiz/client"
	"credwiz/client/redact"
)

// A caller may delete files after a deletion, so only the API's own answer counts as proof of it.
func TestOnlyTheAPIsOwnAnswerToADeletionIsProof(t *testing.T) {
	t.Attr("fault", "field-A1")
	for name, test := range map[string]struct {
		status     int
		kind, body string
		done, gone bool
	}{
		"204":                      {204, "", "", true, false},
		"200":                      {200, "application/json", "{}", false, false},
		"200, in plain text":       {200, "text/plain", "Blocked by policy", false, false},
		"202":                      {202, "", "", false, false},
		"404, in plain text":       {404, "text/plain", "Not Found", false, false},
		"404, as a page":           {404, "text/html", "<html>Not Found</html>", false, false},
		"404, in foreign JSON":     {404, "application/json", `{"message":"no Route matched with those values"}`, false, false},
		"404, without a body":      {404, "", "", false, false},
		"404 of another path":      {404, "application/json", `{"code":"http:error:not-found","description":"Endpoint does not exist, or you do not have access."}`, false, false},
		"404 of an application":    {404, "application/json", `{"type":"https://developer.nexmo.com/api-errors#not-found","title":"Not Found"}`, false, true},
		"404 of a user":            {404, "application/json", `{"code":"user:error:not-found"}`, false, true},
		"404 of a user, uncoded":   {404, "application/json", `{"type":"https://developer.nexmo.com/api/conversation#user:error:not-found"}`, false, true},
		"404 with another's words": {410, "application/json", `{"code":"user:error:not-found"}`, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			c := serve(t, answers(test.status, test.kind, test.body))
			for _, call := range calls() {
				if !call.deletes {
					continue
				}
				err := call.make(t.Context(), c)
				if (err == nil) != test.done || client.IsNotFound(err) != test.gone {
					t.Errorf("%s: %v", call.name, err)
				}
			}
		})
	}
}

func TestAnAnswerAboutSomethingElseIsAnError(t *testing.T) {
	t.Attr("fault", "field-B6")
	const otherID, otherUserID = "11111111-2222-4333-8444-555555555555", "USR-11111111-2222-4333-8444-555555555555"
	key, otherKey := own().PublicPEM(), other().PublicPEM()
	application := func(id, name, key string) string {
		return fmt.Sprintf(`{"id":%q,"name":%q,"keys":{"public_key":%q}}`, id, name, key)
	}
	user := func(id, name string) string { return fmt.Sprintf(`{"id":%q,"name":%q}`, id, name) }
	token := redact.NewSecret(canaryToken)
	creates := func(ctx context.Context, c *client.Client) error {
		return only(c.CreateApplication(ctx, canaries(), client.NewApplication{Name: "app", PublicKey: key}))
	}
	gets := func(ctx context.Context, c *client.Client) error {
		return only(c.GetApplication(ctx, canaries(), someID))
	}
	renames := func(ctx context.Context, c *client.Client) error {
		return only(c.UpdateApplication(ctx, canaries(), client.Application{ID: someID, Name: "app"}, client.ApplicationChange{PublicKey: key}))
	}
	createsUser := func(ctx context.Context, c *client.Client) error {
		return only(c.CreateUser(ctx, token, client.NewUser{Name: "alice"}))
	}
	getsUser := func(ctx context.Context, c *client.Client) error { return only(c.GetUser(ctx, token, someUserID)) }
	renamesUser := func(ctx context.Context, c *client.Client) error {
		return only(c.UpdateUser(ctx, token, someUserID, client.NewUser{Name: "alice"}))
	}
	for name, test := range map[string]struct {
		call func(context.Context, *client.Client) error
		body string
		what string // that is different; empty if nothing is
	}{
		"create, as asked":            {creates, application(someID, "app", key), ""},
		"create, the key left out":    {creates, application(someID, "app", ""), ""},
		"create, the key reflowed":    {creates, application(someID, "app", strings.ReplaceAll(key, "\n", "\r\n")), ""},
		"create, another name":        {creates, application(someID, "another", key), "name"},
		"create, another key":         {creates, application(someID, "app", otherKey), "public key"},
		"create, no key":              {creates, application(someID, "app", "none"), "public key"},
		"get, as asked":               {gets, application(someID, "app", key), ""},
		"get, another id":             {gets, application(otherID, "app", key), "id"},
		"new key, as asked":           {renames, application(someID, "app", key), ""},
		"new key, another id":         {renames, application(otherID, "app", key), "id"},
		"new key, another name":       {renames, application(someID, "another", key), "name"},
		"new key, another key":        {renames, application(someID, "app", otherKey), "public key"},
		"create a user, as asked":     {createsUser, user(someUserID, "alice"), ""},
		"create a user, another name": {createsUser, user(someUserID, "mallory"), "name"},
		"get a user, as asked":        {getsUser, user(someUserID, "alice"), ""},
		"get a user, another id":      {getsUser, user(otherUserID, "alice"), "id"},
		"rename a user, as asked":     {renamesUser, user(someUserID, "alice"), ""},
		"rename a user, another id":   {renamesUser, user(otherUserID, "alice"), "id"},
		"rename a user, another name": {renamesUser, user(someUserID, "mallory"), "name"},
	} {
		t.Run(name, func(t *testing.T) {
			err := test.call(t.Context(), serve(t, answers(http.StatusOK, "application/json", test.body)))
			var different *client.DifferentError
			switch {
			case test.what == "":
				if err != nil {
					t.Errorf("got %v", err)
				}
			case !errors.As(err, &different) || different.What != test.what || !client.WasSent(err) || !client.MayHaveHappened(err):
				t.Errorf("got %v", err)
			case !strings.Contains(err.Error(), test.what):
				t.Errorf("it says %q", err.Error())
			}
		})
	}
}

func TestAnAnswerWithTwoIDsIsRefused(t *testing.T) {
	t.Attr("fault", "field-B6")
	const elsewhere = "11111111-2222-4333-8444-555555555555"
	for href, good := range map[string]bool{
		"/v2/applications/" + someID:                  true,
		"/v2/applications/" + strings.ToUpper(someID): true,
		"/v2/applications":                            true,
		"":                                            true,
		"/v2/applications/" + elsewhere:               false,
	} {
		c := serve(t, answers(http.StatusOK, "application/json", `{"id":"`+someID+`","_links":{"self":{"href":"`+href+`"}}}`))
		if _, err := c.GetApplication(t.Context(), canaries(), someID); (err == nil) != good {
			t.Errorf("%s: %v", href, err)
		}
	}
	c := serve(t, answers(http.StatusOK, "application/json",
		`{"id":"`+someUserID+`","name":"alice","_links":{"self":{"href":"https://api-us-3.vonage.com/v1/users/USR-`+elsewhere+`"}}}`))
	if u, err := c.GetUser(t.Context(), redact.NewSecret(canaryToken), someUserID); err == nil {
		t.Errorf("took %+v", u)
	}
}

func TestWhateverWasSentHasToBeLookedUp(t *testing.T) {
	t.Attr("fault", "field-A10")
	for name, test := range map[string]struct {
		err  error
		want bool
	}{
		"429":            {refusedWith(429), true},
		"400":            {refusedWith(400), true},
		"500":            {refusedWith(500), true},
		"a page":         {&client.UnexpectedError{Status: 403}, true},
		"another name":   {&client.DifferentError{What: "name"}, true},
		"no answer":      {lost(true, errors.New("reset")), true},
		"never sent":     {lost(false, errors.New("refused")), false},
		"not of a call":  {errors.New("disk full"), false},
		"nothing failed": {nil, false},
	} {
		equal(t, client.WasSent(test.err), test.want, "%s", name)
	}
}
