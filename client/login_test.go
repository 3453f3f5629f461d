package client_test

import (
	"context"
	"errors"
	"io"
	"net"
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
	token, err := jwt.Sign(own(), jwt.Request{
		ApplicationID: applicationID, User: name, ACL: acl, IssuedAt: issued, Lifetime: time.Hour, ID: uuid.NewString(),
	})
	if err != nil {
		t.Fatal(err)
	}
	return token.JWT
}

func TestAGoodTokenLogsInAndOutAgain(t *testing.T) {
	a := start(t, sandbox.Config{})
	app := a.application(t, "app")
	user := must(a.CreateUser(t.Context(), admin(t, app.ID), client.NewUser{Name: "alice"}))
	login, err := a.LogIn(t.Context(), userToken(t, app.ID, "alice", jwt.ACLClientSDK(), time.Now()), user.Region)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(login.SessionID, "SES-") || login.UserID != user.ID || login.UserName != "alice" {
		t.Errorf("logged in as %+v", login)
	}
}

func TestARefusedLoginSaysWhy(t *testing.T) {
	a := start(t, sandbox.Config{})
	app := a.application(t, "app")
	if _, err := a.CreateUser(t.Context(), admin(t, app.ID), client.NewUser{Name: "alice"}); err != nil {
		t.Fatal(err)
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

func TestALoginThatCannotBeTriedIsANetworkError(t *testing.T) {
	const token = "the-token-in-the-query"
	for name, c := range map[string]*client.Client{
		"refused": at(t, refusedURL(t)),
		"hung up": serve(t, hangUp),
		"not a WebSocket": serve(t, func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, "<html>")
		}),
		"hung up after the upgrade": speaks(t),
		"no id":                     speaks(t, `0{}`, `40{"sid":"x"}`, `42["session:success",{"body":{}}]`),
		"nonsense":                  speaks(t, `0{}`, `40{"sid":"x"}`, `42nonsense`),
		"another protocol":          speaks(t, `hello`),
	} {
		t.Run(name, func(t *testing.T) {
			_, err := c.LogIn(t.Context(), redact.NewSecret(token), "")
			var network *client.NetworkError
			var unexpected *client.UnexpectedError
			if !errors.As(err, &network) && !errors.As(err, &unexpected) {
				t.Fatalf("got %v", err)
			}
			if strings.Contains(err.Error(), token) {
				t.Errorf("the token is in %v", err)
			}
		})
	}
}

func TestALoginIsToldWithTheStatusOfItsUpgrade(t *testing.T) {
	good := []string{`0{}`, `40{"sid":"x"}`, `42["session:success",{"body":{"id":"SES-1"}}]`, `42["session:logged-out",{}]`}
	for name, test := range map[string]struct {
		client *client.Client
		status int
	}{
		"a login":                   {speaks(t, good...), 101},
		"refused in the socket":     {speaks(t, `0{}`, `40{"sid":"x"}`, `42["system:error:expired-token",{}]`), 101},
		"hung up after the upgrade": {speaks(t), 101},
		"refused before it":         {serve(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) }), 503},
		"not a WebSocket":           {serve(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "<html>") }), 200},
		"no answer":                 {serve(t, hangUp), 0},
	} {
		t.Run(name, func(t *testing.T) {
			var told []client.Exchange
			c := test.client.Observed(client.Observer{Finished: func(x client.Exchange) { told = append(told, x) }})
			_, err := c.LogIn(t.Context(), redact.NewSecret("the-token"), "")
			if len(told) != 1 || told[0].Status != test.status || told[0].Path != "/v2/rtc/" || !errors.Is(told[0].Err, err) {
				t.Errorf("told %+v, and got %v", told, err)
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
	login, err := c.LogIn(t.Context(), redact.NewSecret("x"), "")
	if err != nil || login.SessionID != "SES-1" {
		t.Errorf("%+v, %v", login, err)
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
		listener := make(pipes)
		server := &http.Server{Handler: http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })}
		go func() { _ = server.Serve(listener) }()
		defer func() {
			close(listener)
			_ = server.Close()
		}()
		transport := &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
			near, far := net.Pipe()
			listener <- far
			return near, nil
		}}
		c := client.New(client.Options{Host: &url.URL{Scheme: "http", Host: "127.0.0.1"}, Transport: transport})
		began := time.Now()
		_, err := c.LogIn(t.Context(), redact.NewSecret("x"), "")
		if took := time.Since(began); took != 10*time.Second || !client.IsTimeout(err) {
			t.Errorf("after %v: %v", took, err)
		}
	})
}
