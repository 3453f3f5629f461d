package client_test

import (
	"strings"
	"testing"

	"credwiz/client"
	"credwiz/client/sandbox"
)

func TestAnApplicationIsRenamedAndKeepsAllElse(t *testing.T) {
	api := start(t, sandbox.Config{})
	ctx := t.Context()
	app, err := api.CreateApplication(ctx, api.creds, client.NewApplication{
		Name: "old", PublicKey: own().PublicPEM(), EventURL: "https://example.com/event",
	})
	if err != nil {
		t.Fatal(err)
	}
	before := api.sandbox.Applications()[0]
	page, err := api.ListApplications(ctx, api.creds, 1, 100)
	if err != nil {
		t.Fatal(err)
	}
	for _, source := range []struct {
		name string
		app  client.Application
	}{{"created", app}, {"listed", page.Applications[0]}} {
		t.Run(source.name, func(t *testing.T) {
			changed, err := api.UpdateApplication(ctx, api.creds, source.app, client.ApplicationChange{Name: source.name})
			if err != nil {
				t.Fatal(err)
			}
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
	changed, err := api.UpdateApplication(t.Context(), api.creds, app,
		client.ApplicationChange{PublicKey: other().PublicPEM()})
	if err != nil {
		t.Fatal(err)
	}
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
	if _, err := api.CreateUser(ctx, token, client.NewUser{Name: "bob"}); err != nil {
		t.Fatal(err)
	}
	changed, err := api.UpdateUser(ctx, token, alice.ID, client.NewUser{DisplayName: "Alice Ardent"})
	if err != nil || changed.Name != "alice" || changed.DisplayName != "Alice Ardent" || changed.ID != alice.ID {
		t.Errorf("got %+v, %v", changed, err)
	}
	changed, err = api.UpdateUser(ctx, token, alice.ID, client.NewUser{Name: "carol"})
	if err != nil || changed.Name != "carol" || changed.DisplayName != "Alice Ardent" {
		t.Errorf("got %+v, %v", changed, err)
	}
	if _, err := api.UpdateUser(ctx, token, alice.ID, client.NewUser{Name: "bob"}); !client.IsDuplicateName(err) {
		t.Errorf("a taken name: got %v", err)
	}
}
