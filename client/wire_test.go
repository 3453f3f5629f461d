package client_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"

	"credwiz/client"
	"credwiz/client/jwt"
	"credwiz/client/redact"
	"credwiz/client/sandbox"
)

// heard collects what went over the wire.
func heard(c *client.Client, wires *[]client.Wire) *client.Client {
	return c.Observed(client.Observer{Wire: func(w client.Wire) { *wires = append(*wires, w) }})
}

// shown is everything that a Wire shows.
func shown(w client.Wire) string { return fmt.Sprintf("%+v\n%s", w, strings.Join(w.Lines(), "\n")) }

// echo answers with the credentials that it got, in many places and forms.
func echo(status int, end string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		_, secret, _ := r.BasicAuth()
		authorization := r.Header.Get("Authorization")
		_, token, _ := strings.Cut(authorization, "Bearer ")
		secret += token
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Set-Cookie", "id="+secret)
		w.Header().Set("X-Debug", authorization)
		w.Header().Set("Location", "/?secret="+url.QueryEscape(secret))
		w.WriteHeader(status)
		quoted, _ := json.Marshal(secret)
		_, _ = fmt.Fprintf(w, `{"detail":%s,"seen":%q,"keys":{"private_key":"canaryKey","PrivateKey":["canaryKey"]},`+
			`"api_secret" : {"new":"canaryKey"},"note":"-----BEGIN PRIVATE KEY-----\ncanaryKey\n-----END PRIVATE KEY-----\n","n":1e2,`+
			`"list":[{"jwt":"canaryKey","name":"kept"}],"last":"eyJhbGciOiJSUzI1NiJ9.canaryKey.canaryKey"%s`, quoted, authorization, end)
	}
}

func TestNothingSecretIsOnTheWireThatIsShown(t *testing.T) {
	t.Attr("fault", "S3")
	for name, handler := range map[string]http.HandlerFunc{
		"an answer":            echo(200, "}"),
		"a refusal":            echo(401, "}"),
		"no JSON":              echo(500, ""),
		"cut in a key":         echo(500, `,"private_key":"canaryKey`),
		"cut in a private key": echo(500, `,"a":"-----BEGIN RSA PRIVATE KEY-----\ncanaryKey`),
		"text": func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.WriteString(w, "you sent "+r.Header.Get("Authorization")+" and 'canarySecret' -----BEGIN PRIVATE KEY-----\ncanaryKey")
		},
	} {
		t.Run(name, func(t *testing.T) {
			c := serve(t, handler)
			for _, call := range calls() {
				var wires []client.Wire
				_ = call.make(t.Context(), heard(c, &wires))
				if len(wires) != 1 {
					t.Fatalf("%s: told %d times", call.name, len(wires))
				}
				text := shown(wires[0])
				blob := base64.StdEncoding.EncodeToString([]byte(canaryKey + ":" + canarySecret))
				for _, secret := range []string{canarySecret, canaryToken, blob, "canaryKey", "Set-Cookie", "X-Debug"} {
					if strings.Contains(text, secret) {
						t.Errorf("%s: %s is shown:\n%s", call.name, secret, text)
					}
				}
				if name == "an answer" && !strings.Contains(text, `"name":"kept"`) {
					t.Errorf("%s: what is harmless is gone:\n%s", call.name, text)
				}
			}
		})
	}
}

func TestTheWireIsWhatTheServerSaw(t *testing.T) {
	var got struct{ method, uri, body, contentType, accept, agent string }
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got.method, got.uri, got.body = r.Method, r.RequestURI, string(body)
		got.contentType, got.accept, got.agent = r.Header.Get("Content-Type"), r.Header.Get("Accept"), r.UserAgent()
		w.Header().Set("Retry-After", "7")
		answers(201, "application/json", goodApplication)(w, r)
	})
	for _, call := range calls() {
		t.Run(call.name, func(t *testing.T) {
			got.body = ""
			var wires []client.Wire
			_ = call.make(t.Context(), heard(c, &wires))
			w := wires[0]
			u := must(url.Parse(w.URL))
			if w.Method != got.method || u.RequestURI() != got.uri || w.RequestBody != got.body {
				t.Errorf("shown %s %s %q, sent %+v", w.Method, w.URL, w.RequestBody, got)
			}
			for header, sent := range map[string]string{"Content-Type": got.contentType, "Accept": got.accept, "User-Agent": got.agent} {
				equal(t, w.RequestHeader.Get(header), sent, "%s is shown as", header)
			}
			if w.Status != 201 || w.ResponseBody != goodApplication || w.ResponseHeader.Get("Retry-After") != "7" {
				t.Errorf("the answer is shown as %d %v %q", w.Status, w.ResponseHeader, w.ResponseBody)
			}
		})
	}
}

// Listening changes nothing, neither the results nor what other observers get.
func TestListeningToTheWireChangesNothing(t *testing.T) {
	a := start(t, sandbox.Config{})
	app := a.application(t, "app")
	var wires []client.Wire
	listened := heard(a.Client, &wires)
	plainly := must(a.ListApplications(t.Context(), a.creds, 1, 10))
	heardly, err := listened.ListApplications(t.Context(), a.creds, 1, 10)
	if err != nil || !reflect.DeepEqual(plainly, heardly) || plainly.Applications[0].ID != app.ID {
		t.Errorf("got %+v, %v, want %+v", heardly, err, plainly)
	}
	asBefore := listened.Observed(client.Observer{})
	must(asBefore.ListApplications(t.Context(), a.creds, 1, 10))
	var twice []client.Wire
	must(heard(listened, &twice).ListApplications(t.Context(), a.creds, 1, 10))
	if len(wires) != 3 || len(twice) != 1 {
		t.Errorf("told %d and %d times, want once for each call", len(wires), len(twice))
	}
}

func TestALongBodyIsCutForShowingOnly(t *testing.T) {
	long := strings.Repeat("x", 100<<10)
	c := serve(t, answers(200, "application/json", `{"id":"`+someID+`","name":"`+long+`","keys":{"private_key":"canaryKey"}}`))
	var wires []client.Wire
	app, err := heard(c, &wires).GetApplication(t.Context(), canaries(), someID)
	if err != nil || app.Name != long {
		t.Fatalf("the caller got %d characters, %v", len(app.Name), err)
	}
	if w := wires[0]; !w.Cut || len(w.ResponseBody) > 64<<10 {
		t.Errorf("kept %d bytes, cut %v", len(w.ResponseBody), w.Cut)
	}
	// Many levels would grow with their indent.
	_ = createApplication(t.Context(), heard(serve(t, answers(200, "application/json", strings.Repeat("[", 9000)+strings.Repeat("]", 9000))), &wires))
	if size := len(strings.Join(wires[1].Lines(), "\n")); size > 64<<10 {
		t.Errorf("shown in %d bytes", size)
	}
}

func TestACallWithoutAnAnswerIsOnTheWireToo(t *testing.T) {
	for name, base := range map[string]string{"hung up": serveURL(t, hangUp), "no server": refusedURL} {
		var wires []client.Wire
		if err := createApplication(t.Context(), heard(at(t, base), &wires)); err == nil {
			t.Fatal("it worked")
		}
		lines := strings.Join(wires[0].Lines(), "\n")
		if wires[0].Status != 0 || !strings.Contains(lines, "< no answer") || !strings.Contains(lines, `>   "name": "app"`) {
			t.Errorf("%s: shown as\n%s", name, lines)
		}
	}
}

func TestTheTokenOfALoginIsMasked(t *testing.T) {
	a := start(t, sandbox.Config{})
	app := a.application(t, "app")
	must(a.CreateUser(t.Context(), admin(t, app.ID), client.NewUser{Name: "alice"}))
	token := userToken(t, app.ID, "alice", jwt.ACLClientSDK(), time.Now())
	var wires []client.Wire
	must(heard(a.Client, &wires).LogIn(t.Context(), token, ""))
	text := shown(wires[0])
	if len(wires) != 1 || strings.Contains(text, token.Reveal()) || strings.Contains(text, "eyJ") {
		t.Errorf("%d exchanges, shown as %s", len(wires), text)
	}
	if wires[0].Status != http.StatusSwitchingProtocols || !strings.Contains(text, "token=•••") {
		t.Errorf("shown as %s", text)
	}
}

func TestTheLinesOfAnExchangeAreSafeToPrint(t *testing.T) {
	t.Attr("fault", "T1")
	c := serve(t, answers(400, "application/json", "{\"title\":\"\u202e\x1b]52;c;aGk=\x07\"}\n\x1b[2J"))
	var wires []client.Wire
	_ = createApplication(t.Context(), heard(c, &wires))
	for _, line := range wires[0].Lines() {
		if redact.Printable(line) != line || strings.ContainsAny(line, "\x1b\n") {
			t.Errorf("%q is not safe", line)
		}
	}
}

// roundTrip is a transport that is a function.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func FuzzWire(f *testing.F) {
	f.Add(`{"a":"`, `"}`)
	f.Add(`{"private_key":{"a":[`, ``)
	f.Add(`{"secret" : "\`, `"}`)
	f.Add("\xff{\"token\":\"", "\\")
	f.Add(`{"a":1}{"jwt":`, `x`)
	f.Add(`[{"b":[{"api_secret":1e5`, `}]}]`)
	f.Fuzz(func(t *testing.T, before, after string) {
		quoted := must(json.Marshal(before + canarySecret + after))
		host := must(client.ParseHost("http://127.0.0.1:1"))
		for _, body := range []string{
			before + canarySecret + after,
			before + `"private_key":"canaryKey` + after,
			string(quoted),
		} {
			c := client.New(client.Options{Host: host, Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
				return &http.Response{StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
			})})
			var wires []client.Wire
			_, _ = heard(c, &wires).ListApplications(t.Context(), canaries(), 1, 1)
			for _, line := range append(wires[0].Lines(), wires[0].ResponseBody) {
				if strings.Contains(line, canarySecret) {
					t.Errorf("%q shows the secret in %q", body, line)
				}
			}
			for _, line := range wires[0].Lines() {
				equal(t, redact.Printable(line), line, "the line")
			}
		}
	})
}
