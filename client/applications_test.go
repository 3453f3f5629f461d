package client_test

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"credwiz/client"
	"credwiz/client/redact"
	"credwiz/client/sandbox"
)

func TestBadCredentialsAreRefusedAsUnauthorized(t *testing.T) {
	t.Attr("fault", "N1")
	api := start(t, sandbox.Config{})
	for name, creds := range map[string]client.Credentials{
		"wrong secret": {APIKey: sandbox.DefaultAPIKey, APISecret: redact.NewSecret("Wrong0000")},
		"wrong key":    {APIKey: "0000abcd", APISecret: api.creds.APISecret},
		"no secret":    {APIKey: sandbox.DefaultAPIKey},
		"nothing":      {},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := api.ListApplications(t.Context(), creds, 1, 1)
			var refused *client.Error
			if !errors.As(err, &refused) {
				t.Fatalf("got %v", err)
			}
			if refused.Status != http.StatusUnauthorized || refused.Code != "unauthorized" {
				t.Errorf("status %d, code %q", refused.Status, refused.Code)
			}
		})
	}
}

func TestACreatedApplicationIsAsItWasAskedFor(t *testing.T) {
	api := start(t, sandbox.Config{})
	public := own().PublicPEM()
	app := must(api.CreateApplication(t.Context(), api.creds,
		client.NewApplication{Name: "My App", PublicKey: public, EventURL: "https://example.com/event"}))
	if app.Name != "My App" || app.PublicKey != public || app.EventURL != "https://example.com/event" ||
		!slices.Equal(app.Capabilities, []string{"rtc"}) || !app.HasRTC() {
		t.Errorf("got %+v", app)
	}
	held := api.sandbox.Applications()
	if len(held) != 1 || held[0].ID != app.ID || held[0].PublicKey != public || held[0].ImproveAI {
		t.Errorf("the API holds %+v", held)
	}
	got := must(api.GetApplication(t.Context(), api.creds, app.ID))
	equal(t, fmt.Sprint(got), fmt.Sprint(app), "got %+v, created %+v", got, app)
}

func TestAnApplicationNeedsNeitherAnEventURLNorItsOwnName(t *testing.T) {
	api := start(t, sandbox.Config{})
	one, two := api.application(t, "twin"), api.application(t, "twin")
	if one.ID == two.ID || !one.HasRTC() || one.EventURL != "" {
		t.Errorf("got %+v and %+v", one, two)
	}
}

func TestPagesOfApplicationsEndAfterTheLast(t *testing.T) {
	t.Attr("fault", "N14")
	api := start(t, sandbox.Config{})
	empty := must(api.ListApplications(t.Context(), api.creds, 1, 1))
	equal(t, empty.Total+len(empty.Applications), 0, "a new account has")
	var want []string
	for i := range 5 {
		want = append(want, api.application(t, fmt.Sprintf("app %d", i)).ID)
	}
	var got []string
	for number := 1; ; number++ {
		page := must(api.ListApplications(t.Context(), api.creds, number, 2))
		equal(t, page.Total, 5, "page %d: total", number)
		for _, app := range page.Applications {
			got = append(got, app.ID)
		}
		if more := number < 3; page.More != more {
			t.Fatalf("page %d: More is %t", number, page.More)
		}
		if !page.More {
			break
		}
	}
	equal(t, got, want, "the application")
}

func TestADeletedApplicationIsGone(t *testing.T) {
	api := start(t, sandbox.Config{})
	app := api.application(t, "short-lived")
	noError(t, api.DeleteApplication(t.Context(), api.creds, app.ID))
	equal(t, len(api.sandbox.Applications()), 0, "the API still holds")
	if _, err := api.GetApplication(t.Context(), api.creds, app.ID); !client.IsNotFound(err) {
		t.Errorf("get: %v", err)
	}
	if err := api.DeleteApplication(t.Context(), api.creds, app.ID); !client.IsNotFound(err) {
		t.Errorf("delete again: %v", err)
	}
}

func TestAVoiceApplicationCannotBeLoggedInTo(t *testing.T) {
	c := serve(t, answers(200, "application/json", `{"id":"`+someID+`","capabilities":{
		"voice":{"webhooks":{"event_url":{"address":"https://example.com/voice"}}},"messages":{}}}`))
	app := must(c.GetApplication(t.Context(), canaries(), someID))
	if app.HasRTC() || app.EventURL != "" || !slices.Equal(app.Capabilities, []string{"messages", "voice"}) {
		t.Errorf("got %+v", app)
	}
}

func TestAnApplicationIsRenamedAndKeepsAllElse(t *testing.T) {
	api := start(t, sandbox.Config{})
	ctx := t.Context()
	app := must(api.CreateApplication(ctx, api.creds, client.NewApplication{
		Name: "old", PublicKey: own().PublicPEM(), EventURL: "https://example.com/event",
	}))
	before := api.sandbox.Applications()[0]
	page := must(api.ListApplications(ctx, api.creds, 1, 100))
	for _, source := range []struct {
		name string
		app  client.Application
	}{{"created", app}, {"listed", page.Applications[0]}} {
		t.Run(source.name, func(t *testing.T) {
			changed := must(api.UpdateApplication(ctx, api.creds, source.app, client.ApplicationChange{Name: source.name}))
			if changed.Name != source.name || changed.ID != app.ID || changed.EventURL != app.EventURL || changed.PublicKey != app.PublicKey {
				t.Errorf("got %+v", changed)
			}
			held := api.sandbox.Applications()[0]
			if held.ImproveAI != before.ImproveAI || held.PublicKey != before.PublicKey || held.Name != source.name {
				t.Errorf("the API holds %+v, and held %+v", held, before)
			}
		})
	}
}

func TestANewPublicKeyEndsTheTokensOfTheOldOne(t *testing.T) {
	api := start(t, sandbox.Config{})
	app := api.application(t, "app")
	token := admin(t, app.ID)
	changed := must(api.UpdateApplication(t.Context(), api.creds, app,
		client.ApplicationChange{PublicKey: other().PublicPEM()}))
	if changed.Name != "app" || !changed.HasRTC() || strings.TrimSpace(changed.PublicKey) != strings.TrimSpace(other().PublicPEM()) {
		t.Errorf("got %+v", changed)
	}
	if _, err := api.CreateUser(t.Context(), token, client.NewUser{Name: "alice"}); err == nil {
		t.Error("a token of the old key is still taken")
	}
}

func TestAUserIsRenamedUnlessTheNameIsTaken(t *testing.T) {
	api := start(t, sandbox.Config{})
	ctx := t.Context()
	token := admin(t, api.application(t, "app").ID)
	alice := must(api.CreateUser(ctx, token, client.NewUser{Name: "alice", DisplayName: "Alice"}))
	must(api.CreateUser(ctx, token, client.NewUser{Name: "bob"}))
	changed, err := api.UpdateUser(ctx, token, alice.ID, client.NewUser{DisplayName: "Alice Ardent"})
	if err != nil || changed.Name != "alice" || changed.DisplayName != "Alice Ardent" || changed.ID != alice.ID {
		t.Errorf("got %+v, %v", changed, err)
	}
	changed, err = api.UpdateUser(ctx, token, alice.ID, client.NewUser{Name: "carol"})
	if err != nil || changed.Name != "carol" || changed.DisplayName != "Alice Ardent" {
		t.Errorf("got %+v, %v", changed, err)
	}
	for _, err := range []error{
		only(api.UpdateUser(ctx, token, alice.ID, client.NewUser{Name: "bob"})), only(api.CreateUser(ctx, token, client.NewUser{Name: "bob"})),
	} {
		if !client.IsDuplicateName(err) || client.MayHaveHappened(err) {
			t.Errorf("a taken name: got %v", err)
		}
	}
}
