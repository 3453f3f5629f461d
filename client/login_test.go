package client_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coder/websocket"
	"github.com/google/uuid"

	"credwiz/client"
	"credwiz/client/jwt"
	"credwiz/client/redact"
	"credwiz/client/sandbox"
)

// userToken signs a token for a user of an application, as the wizard does.
func userToken(t testing.TB, applicationID, name string, acl jwt.ACL, issued time.Time) redact.Secret {
	t.Helper()
	token := must(jwt.Sign(own(), jwt.Request{
		ApplicationID: applicationID, User: name, ACL: acl, IssuedAt: issued, Lifetime: time.Hour, ID: uuid.NewString(),
	}))
	return token.JWT
}

func TestAGoodTokenLogsInAndARefusalSaysWhy(t *testing.T) {
	a := start(t, sandbox.Config{})
	app := a.application(t, "app")
	user := must(a.CreateUser(t.Context(), admin(t, app.ID), client.NewUser{Name: "alice"}))
	login := must(a.LogIn(t.Context(), userToken(t, app.ID, "alice", jwt.ACLClientSDK(), time.Now()), user.Region))
	if !strings.HasPrefix(login.SessionID, "SES-") || login.UserID != user.ID || login.UserName != "alice" {
		t.Errorf("logged in as %+v", login)
	}
	narrow := must(jwt.ParseACL([]byte(`{"paths":{"/*/users/**":{}}}`)))
	for name, test := range map[string]struct {
		token redact.Secret
		code  string
	}{
		"expired":              {userToken(t, app.ID, "alice", jwt.ACLClientSDK(), time.Now().Add(-2*time.Hour)), "expired-token"},
		"another application":  {userToken(t, uuid.NewString(), "alice", jwt.ACLClientSDK(), time.Now()), "invalid-token"},
		"no token at all":      {redact.NewSecret("nonsense"), "invalid-token"},
		"ACL without sessions": {userToken(t, app.ID, "alice", narrow, time.Now()), "permission"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := a.LogIn(t.Context(), test.token, "")
			var refused *client.LoginError
			if !errors.As(err, &refused) || !strings.HasSuffix(refused.Code, test.code) {
				t.Fatalf("got %v", err)
			}
		})
	}
}

func TestAFailedLoginHasTheStatusOfItsUpgradeAndATypedError(t *testing.T) {
	const token = "the-token-in-the-query"
	status := func(code int) *client.Client {
		return serve(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) })
	}
	const connected = `40{"sid":"x"}`
	for name, test := range map[string]struct {
		client *client.Client
		status int
		want   any // what the error is
	}{
		"refused in the socket":     {speaks(t, `0{}`, connected, `42["system:error:expired-token",{}]`), 101, new(*client.LoginError)},
		"refused before it":         {status(503), 503, new(*client.Error)},
		"not a WebSocket":           {status(200), 200, new(*client.UnexpectedError)},
		"no server":                 {at(t, refusedURL), 0, new(*client.NetworkError)},
		"hung up":                   {serve(t, hangUp), 0, new(*client.NetworkError)},
		"hung up after the upgrade": {speaks(t), 101, new(*client.NetworkError)},
		"no id":                     {speaks(t, `0{}`, connected, `42["session:success",{"body":{}}]`), 101, new(*client.UnexpectedError)},
		"nonsense":                  {speaks(t, `0{}`, connected, `42nonsense`), 101, new(*client.UnexpectedError)},
		"another protocol":          {speaks(t, `hello`), 101, new(*client.UnexpectedError)},
	} {
		t.Run(name, func(t *testing.T) {
			var told []client.Exchange
			c := test.client.Observed(client.Observer{Finished: func(x client.Exchange) { told = append(told, x) }})
			_, err := c.LogIn(t.Context(), redact.NewSecret(token), "")
			if len(told) != 1 || told[0].Status != test.status || told[0].Path != "/v2/rtc/" || !errors.Is(told[0].Err, err) {
				t.Errorf("told %+v, and got %v", told, err)
			}
			if !errors.As(err, test.want) || strings.Contains(err.Error(), token) {
				t.Errorf("got %T %v", err, err)
			}
		})
	}
}

// speaks returns a client of a server that sends these packets after the upgrade, whatever it hears, and hangs up.
func speaks(t *testing.T, packets ...string) *client.Client {
	t.Helper()
	return serve(t, func(w http.ResponseWriter, r *http.Request) {
		conn, err := websocket.Accept(w, r, nil)
		if err != nil {
			return
		}
		defer func() { _ = conn.CloseNow() }()
		for _, packet := range packets {
			if conn.Write(r.Context(), websocket.MessageText, []byte(packet)) != nil {
				return
			}
		}
	})
}

func TestPingsAreAnsweredDuringALogin(t *testing.T) {
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		conn, err := websocket.Accept(w, r, nil)
		if err != nil {
			return
		}
		defer func() { _ = conn.CloseNow() }()
		say := func(packet string) { _ = conn.Write(r.Context(), websocket.MessageText, []byte(packet)) }
		hear := func() string { _, data, _ := conn.Read(r.Context()); return string(data) }
		say(`0{"sid":"a"}`)
		if hear() != "40" {
			return
		}
		say(`40{"sid":"b"}`)
		say("2")
		if hear() != "3" {
			return
		}
		say(`42["session:success",{"body":{"id":"SES-1","user_id":"USR-1","name":"alice"}}]`)
		if !strings.HasPrefix(hear(), `42["session:logout"`) {
			return
		}
		say(`42["something:else",{}]`)
		say(`42["session:logged-out",{"rid":"credwiz","body":{}}]`)
	})
	var n notes
	login, err := c.Observed(n.observer()).LogIn(t.Context(), redact.NewSecret("x"), "")
	if err != nil || login.SessionID != "SES-1" || n.exchanges[0].Status != 101 {
		t.Errorf("%+v, %v, told %+v", login, err, n.exchanges)
	}
}

func TestALoginEndsWithItsContext(t *testing.T) {
	arrived := make(chan struct{})
	c := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		close(arrived)
		<-r.Context().Done()
	})
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-arrived; cancel() }()
	if _, err := c.LogIn(ctx, redact.NewSecret("x"), ""); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

// askedURL is a transport that notes where a request would go and sends nothing.
type askedURL struct{ url *url.URL }

func (a *askedURL) RoundTrip(r *http.Request) (*http.Response, error) {
	a.url = r.URL
	return nil, errors.New("not sent")
}

func TestALoginGoesToTheUsersRegion(t *testing.T) {
	for region, want := range map[string]string{
		"":                               "ws-us.vonage.com",
		"api-us-3.vonage.com":            "ws-us-3.vonage.com",
		"api-eu-4.vonage.com":            "ws-eu-4.vonage.com",
		"evil.example.com":               "ws-us.vonage.com",
		"api-us-3.vonage.com.example.eu": "ws-us.vonage.com",
	} {
		t.Run(region, func(t *testing.T) {
			asked := &askedURL{}
			c := client.New(client.Options{Transport: asked})
			if _, err := c.LogIn(t.Context(), redact.NewSecret("x"), region); err == nil {
				t.Fatal("nothing was sent, and yet it worked")
			}
			if asked.url.Host != want || asked.url.Path != "/v2/rtc/" || asked.url.Query().Get("EIO") != "4" {
				t.Errorf("it went to %v", asked.url)
			}
		})
	}
}

func TestALoginThatGetsNoAnswerEndsAfterTenSeconds(t *testing.T) {
	t.Attr("fault", "N5")
	synctest.Test(t, func(t *testing.T) {
		c := piped(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
		began := time.Now()
		_, err := c.LogIn(t.Context(), redact.NewSecret("x"), "")
		if took := time.Since(began); took != 10*time.Second || !client.IsTimeout(err) {
			t.Errorf("after %v: %v", took, err)
		}
	})
}
