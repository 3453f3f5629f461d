package serve_test

import (
	"encoding/base64"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"credwiz/client"
	"credwiz/client/redact"
	"credwiz/client/sandbox"
	"credwiz/steps/answer"
	"credwiz/steps/journal"
	"credwiz/steps/serve"
)

func TestAnAppGetsATokenThatLogsIn(t *testing.T) {
	t.Parallel()
	d := develops(t, sandbox.Config{})
	got := d.serves().gets("alice")
	if calls := d.calls(); len(calls) != 0 {
		t.Errorf("the API was asked: %v", calls)
	}
	if got.User.ID != d.app.Users[0].ID || got.User.Name != "alice" || got.User.DisplayName != "Alice" {
		t.Errorf("the user is %+v", got.User)
	}
	if left := time.Until(got.ExpiresAt); left < 14*time.Minute || left > 15*time.Minute {
		t.Errorf("it lives for %v", left)
	}
	login := must(d.api.LogIn(t.Context(), redact.NewSecret(got.Token), ""))
	if login.UserName != "alice" {
		t.Errorf("%s is logged in", login.UserName)
	}
	// A user is known by the id, too.
	if again := d.serves().gets(got.User.ID); again.User.Name != "alice" || again.Token == got.Token {
		t.Errorf("by the id: %+v", again.User)
	}
}

func TestATokenLivesAndReachesAsItIsTold(t *testing.T) {
	t.Parallel()
	d := develops(t, sandbox.Config{})
	noError(t, d.options.Take(answer.Answers{answer.Expires: "1h", answer.ACL: `{"paths":{"/*/users/**":{}}}`}))
	got := d.serves().gets("alice")
	if left := time.Until(got.ExpiresAt); left < 59*time.Minute || left > time.Hour {
		t.Errorf("it lives for %v", left)
	}
	claims := string(must(base64.RawURLEncoding.DecodeString(strings.Split(got.Token, ".")[1])))
	if !strings.Contains(claims, `"acl":{"paths":{"/*/users/**":{}}}`) {
		t.Errorf("it claims %s", claims)
	}
	for key, value := range map[string]string{answer.Expires: "25h", answer.ACL: "[]", answer.OpenKey: "maybe"} {
		if err := d.options.Take(answer.Answers{key: value}); err == nil {
			t.Errorf("%s %s is taken", key, value)
		}
	}
}

func TestAnUnknownUserIsAnsweredWithThoseWhoExist(t *testing.T) {
	t.Parallel()
	d := develops(t, sandbox.Config{})
	p := decoded[problem](t, d.serves().asksFor("carol").wants(t, 404))
	if p.Code != "unknown-user" || !slices.Equal(p.Users, []string{"alice"}) || !strings.Contains(p.Detail, "These exist: alice. Use one of those names") {
		t.Errorf("%+v", p)
	}
	if !strings.Contains(p.Detail, "The application has no user “carol”.") || !strings.Contains(p.Detail, "--create-users") {
		t.Errorf("%+v", p)
	}
	// An id that is not known does not reach the API as a name.
	d.asked = nil
	p = decoded[problem](t, d.serves(creates).asksFor("USR-00000000-0000-4000-8000-000000000000").wants(t, 404))
	if !strings.Contains(p.Detail, "in this folder. These exist: alice. Use one of those names, or check the ID.") {
		t.Errorf("%+v", p)
	}
	if calls := d.calls(); len(calls) != 0 {
		t.Errorf("the API was asked: %v", calls)
	}
}

func TestWithoutUsersNoneOfTheirNamesIsProposed(t *testing.T) {
	t.Parallel()
	d := develops(t, sandbox.Config{})
	d.app.Users = nil
	d.notes()
	p := decoded[problem](t, d.serves().asksFor("carol").wants(t, 404))
	if p.Detail != "The application has no user “carol”. Start credwiz serve with --create-users to create it." {
		t.Errorf("%+v", p)
	}
}

func TestAUserWhoIsKnownToTheAPIAloneIsFound(t *testing.T) {
	t.Parallel()
	d := develops(t, sandbox.Config{})
	b := d.serves()
	d.api.LogIn(t.Context(), redact.NewSecret(b.gets("bob").Token), "")
	b.gets("bob")
	if calls := d.calls(); len(calls) == 0 || calls[0] != "GET /v1/users" || slices.Contains(calls[1:], "GET /v1/users") {
		t.Errorf("the API was asked %v", calls)
	}
	if len(d.noted()) != 1 {
		t.Errorf("%v are noted as credwiz's", d.noted())
	}
}

func TestAUserWhomAnotherCredwizHasMadeSinceIsKnown(t *testing.T) {
	t.Parallel()
	d := develops(t, sandbox.Config{})
	b := d.serves()
	b.asksFor("dave").wants(t, 404)
	d.app.Users = append(d.app.Users, journal.User{ID: "USR-00000000-0000-4000-8000-000000000001", Name: "dave"})
	d.notes()
	b.gets("dave")
	noError(t, d.folder.Replace(".credwiz.json", []byte("{"), 0o600))
	b.asksFor("erin").wants(t, 500)
	b.gets("alice") // who is known already
}

func TestUsersAreCreatedOnceHoweverOftenTheyAreAskedFor(t *testing.T) {
	t.Parallel()
	d := develops(t, sandbox.Config{})
	b := d.serves(creates)
	var asking sync.WaitGroup
	ids := make([]string, 8)
	for i := range ids {
		asking.Go(func() { ids[i] = b.gets("carol").User.ID })
	}
	asking.Wait()
	if len(slices.Compact(ids)) != 1 || len(d.sandbox.Users(d.app.ID)) != 3 {
		t.Errorf("carol is %v, of %d users", ids, len(d.sandbox.Users(d.app.ID)))
	}
	// One who exists is adopted, and is not credwiz's to delete.
	b.gets("bob")
	created := map[string]bool{}
	for _, u := range d.noted() {
		created[u.Name] = u.Created
	}
	if !created["carol"] || created["bob"] || len(d.sandbox.Users(d.app.ID)) != 3 {
		t.Errorf("noted %+v, and there are %d users", d.noted(), len(d.sandbox.Users(d.app.ID)))
	}
}

func TestALostAnswerMakesNoTwin(t *testing.T) {
	t.Parallel()
	d := develops(t, sandbox.Config{})
	network := &lossy{}
	d.options.Session.Place.API = client.New(client.Options{Host: d.api.Host(), Transport: network})
	d.options.Env.Wait = noWait
	got := d.serves(creates).gets("carol")
	if n := len(d.sandbox.Users(d.app.ID)); n != 3 || got.User.Name != "carol" || !network.lost {
		t.Errorf("%d users, and %+v", n, got)
	}
}

// lossy loses the answer to the first POST.
type lossy struct{ lost bool }

func (l *lossy) RoundTrip(r *http.Request) (*http.Response, error) {
	response, err := http.DefaultTransport.RoundTrip(r)
	if r.Method == http.MethodPost && !l.lost && err == nil {
		l.lost = true
		response.Body.Close()
		return nil, io.ErrUnexpectedEOF
	}
	return response, err
}

func TestTheUsersAreListed(t *testing.T) {
	t.Parallel()
	d := develops(t, sandbox.Config{})
	names := func(b backend) (names []string) {
		list := decoded[struct {
			Users []struct {
				ID, Name    string
				DisplayName string `json:"display_name"`
			}
		}](t, b.send("GET", "/users", "").wants(t, 200))
		for _, u := range list.Users {
			names = append(names, u.Name+" "+u.DisplayName)
		}
		return names
	}
	b := d.serves()
	if got := names(b); !slices.Equal(got, []string{"alice Alice", "bob "}) {
		t.Errorf("%q", got)
	}
	if got := b.UserNames(); got != "alice, bob" {
		t.Errorf("%q", got)
	}
	// Without the API, those of the folder are still there.
	noError(t, d.sandbox.Close())
	d.options.Env.Wait = noWait
	if got := names(d.serves()); !slices.Equal(got, []string{"alice Alice"}) {
		t.Errorf("%q", got)
	}
	d.serves().asksFor("carol").wants(t, 502)
	d.serves(creates).asksFor("carol").wants(t, 502)
}

func TestABackendEndsWithItsContext(t *testing.T) {
	t.Parallel()
	d := develops(t, sandbox.Config{})
	ctx, end := closed(t)
	server := must(serve.Start(ctx, "127.0.0.1:0", d.options))
	if _, err := serve.Start(ctx, strings.TrimPrefix(server.URL(), "http://"), d.options); err == nil {
		t.Error("two listen at one address")
	}
	end()
	waitFor(t, func() bool {
		response, err := http.Get(server.URL() + "/users")
		if err == nil {
			response.Body.Close()
		}
		return err != nil
	})
}

func TestAFolderWithoutAnApplicationIsExplained(t *testing.T) {
	t.Parallel()
	d := develops(t, sandbox.Config{})
	if app := must(serve.Application(d.folder, "")); app.ID != d.app.ID {
		t.Errorf("the application is %+v", app)
	}
	_, err := serve.Application(d.folder, "00000000-0000-4000-8000-000000000000")
	wantAdvice(t, err, "There is no application 00000000", "--app-id 00000000")
	d.app.Deleted = true
	d.notes()
	_, err = serve.Application(d.folder, "")
	wantAdvice(t, err, "There is no application in ", "Make one first: credwiz ")
}
