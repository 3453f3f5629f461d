package client_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"credwiz/client"
	"credwiz/client/redact"
	"credwiz/client/sandbox"
)

func TestACreatedUserIsFoundByNameAndByID(t *testing.T) {
	api := start(t, sandbox.Config{})
	app := api.application(t, "app")
	token := admin(t, app.ID)
	made := must(api.CreateUser(t.Context(), token, client.NewUser{Name: "alice & bob", DisplayName: "Älice"}))
	host := must(url.Parse(api.sandbox.URL()))
	if made.Name != "alice & bob" || made.DisplayName != "Älice" || made.Region != host.Host {
		t.Errorf("created %+v", made)
	}
	held := api.sandbox.Users(app.ID)
	if len(held) != 1 || held[0].ID != made.ID || held[0].Name != made.Name || held[0].DisplayName != made.DisplayName {
		t.Errorf("the API holds %+v", held)
	}
	if found, err := api.FindUser(t.Context(), token, "alice & bob"); err != nil || found != made {
		t.Errorf("found %+v, %v", found, err)
	}
	if got, err := api.GetUser(t.Context(), token, made.ID); err != nil || got != made {
		t.Errorf("got %+v, %v", got, err)
	}
}

// The API answers an unknown name with 404 today, and another name must never pass for it.
func TestOnlyTheExactNameIsFound(t *testing.T) {
	for name, users := range map[string]string{
		"an empty list":  ``,
		"other users":    `{"id":"` + someUserID + `","name":"Alice"},{"id":"` + someUserID + `","name":"alice2"}`,
		"a similar name": `{"id":"` + someUserID + `","name":"alice "}`,
	} {
		t.Run(name, func(t *testing.T) {
			c := serve(t, answers(200, "application/json", `{"_embedded":{"users":[`+users+`]},"_links":{}}`))
			u, err := c.FindUser(t.Context(), redact.NewSecret(canaryToken), "alice")
			if !client.IsNotFound(err) || u != (client.User{}) {
				t.Errorf("found %+v, %v", u, err)
			}
			if client.MayHaveHappened(err) {
				t.Error("a user that is not there may have happened")
			}
		})
	}
}

func TestPagesOfUsersFollowTheCursor(t *testing.T) {
	t.Attr("fault", "N14")
	api := start(t, sandbox.Config{})
	token := admin(t, api.application(t, "app").ID)
	var want []string
	for i := range 5 {
		u := must(api.CreateUser(t.Context(), token, client.NewUser{Name: fmt.Sprintf("user-%d", i)}))
		want = append(want, u.ID)
	}
	var got, sizes []string
	for cursor := ""; ; {
		page := must(api.ListUsers(t.Context(), token, cursor, 2))
		for _, u := range page.Users {
			got = append(got, u.ID)
		}
		sizes = append(sizes, fmt.Sprint(len(page.Users)))
		if cursor = page.Next; cursor == "" {
			break
		}
	}
	if !slices.Equal(got, want) || strings.Join(sizes, " ") != "2 2 1" {
		t.Errorf("got %v in pages of %v, want %v", got, sizes, want)
	}
}

// The link to the next page points to the region's host, absolute: only its cursor may be taken.
func TestTheLinkToTheNextPageIsNeverFollowed(t *testing.T) {
	t.Attr("fault", "N14")
	var elsewhere, here tape
	target := serveURL(t, elsewhere.before(http.NotFoundHandler()))
	c := serve(t, here.before(answers(200, "application/json",
		`{"_embedded":{"users":[]},"_links":{"next":{"href":"`+target+`/v1/users?page_size=2&cursor=FBWj1%2FVk%3D"}}}`)))
	page := must(c.ListUsers(t.Context(), redact.NewSecret(canaryToken), "", 2))
	equal(t, page.Next, "FBWj1/Vk=", "the cursor")
	must(c.ListUsers(t.Context(), redact.NewSecret(canaryToken), page.Next, 2))
	equal(t, len(elsewhere.played()), 0, "the other host saw")
	seen := here.played()
	if len(seen) != 2 || seen[0].query.Has("cursor") || seen[1].query.Get("cursor") != "FBWj1/Vk=" {
		t.Errorf("the API saw %+v", seen)
	}
}

func TestALinkWithoutACursorIsTheEnd(t *testing.T) {
	t.Attr("fault", "N14")
	for _, href := range []string{"", "https://api.example.com/v1/users", "%zz"} {
		c := serve(t, answers(200, "application/json", `{"_links":{"next":{"href":"`+href+`"}}}`))
		page, err := c.ListUsers(t.Context(), redact.NewSecret(canaryToken), "", 2)
		if err != nil || page.Next != "" {
			t.Errorf("%q: next is %q, %v", href, page.Next, err)
		}
	}
}

func TestADeletedUserIsGone(t *testing.T) {
	api := start(t, sandbox.Config{})
	token := admin(t, api.application(t, "app").ID)
	u := must(api.CreateUser(t.Context(), token, client.NewUser{Name: "alice"}))
	noError(t, api.DeleteUser(t.Context(), token, u.ID))
	if _, err := api.GetUser(t.Context(), token, u.ID); !client.IsNotFound(err) {
		t.Errorf("get: %v", err)
	}
	if _, err := api.FindUser(t.Context(), token, "alice"); !client.IsNotFound(err) {
		t.Errorf("find: %v", err)
	}
}

func TestATokenOfAnotherKeyIsRefused(t *testing.T) {
	api := start(t, sandbox.Config{})
	app := must(api.CreateApplication(t.Context(), api.creds,
		client.NewApplication{Name: "app", PublicKey: other().PublicPEM()}))
	_, err := api.CreateUser(t.Context(), admin(t, app.ID), client.NewUser{Name: "alice"})
	var refused *client.Error
	if !errors.As(err, &refused) || refused.Status != http.StatusUnauthorized || refused.Code != "system:error:invalid-token" {
		t.Errorf("got %v", err)
	}
}

func TestTheRegionOfAUserIsTheHostOfItsLink(t *testing.T) {
	for href, want := range map[string]string{
		"https://api-us-3.vonage.com/v1/users/" + someUserID: "api-us-3.vonage.com",
		"/v1/users/" + someUserID:                            "",
		"":                                                   "",
		"%zz":                                                "",
	} {
		c := serve(t, answers(200, "application/json",
			`{"id":"`+someUserID+`","name":"alice","_links":{"self":{"href":"`+href+`"}}}`))
		u, err := c.GetUser(t.Context(), redact.NewSecret(canaryToken), someUserID)
		if err != nil || u.Region != want {
			t.Errorf("%q: the region is %q, %v", href, u.Region, err)
		}
	}
}
