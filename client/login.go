package client

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/coder/websocket"

	"credwiz/client/redact"
)

// The login of the Client SDKs: a WebSocket that speaks Engine.IO 4 with Socket.IO packets on the default namespace.
// What is sent, and what comes, was found by running @vonage/client-sdk 2.3.1 and nexmo-client 9.5.1.
const (
	loginPath     = "/v2/rtc/"
	defaultRegion = "ws-us.vonage.com"
	loginTimeout  = 10 * time.Second
	maxMessage    = 64 << 10
)

// The packets of a login, by their first characters.
const (
	packetOpen    = "0"
	packetPing    = "2"
	packetPong    = "3"
	packetConnect = "40"
	packetEvent   = "42"
)

// Login is a session that a token opened, closed by now.
type Login struct {
	SessionID string // SES- and a UUID
	UserID    string
	UserName  string
}

// LoginError is a login that the platform refused. The token is at fault, or the user.
type LoginError struct {
	Code   string // "system:error:expired-token", as the event that refuses is called
	Reason string // may be empty
}

// Error names the code. It is safe to print.
func (e *LoginError) Error() string {
	said := "the login was refused: " + redact.Printable(e.Code)
	// The sentence ends up inside another one.
	if reason := strings.TrimSuffix(redact.Printable(e.Reason), "."); reason != "" {
		said += ": " + reason
	}
	return said
}

// LogIn opens a session with a user's token as the Client SDK does, and closes it again: the proof that the token works.
// The region is that of the user; it matters only to the real platform. The errors are *LoginError, *Error,
// *NetworkError and *UnexpectedError.
func (c *Client) LogIn(ctx context.Context, token redact.Secret, region string) (Login, error) {
	var login Login
	err := c.observe(http.MethodGet, loginPath, func(x *Exchange) (err error) {
		login, err = c.logIn(ctx, token, region, x)
		withoutSecrets(err, token)
		return err
	})
	return login, err
}

// logIn logs in and out, and notes in exchange how the upgrade was answered.
func (c *Client) logIn(ctx context.Context, token redact.Secret, region string, exchange *Exchange) (Login, error) {
	ctx, cancel := context.WithTimeout(ctx, loginTimeout)
	defer cancel()
	var way journey
	failed := func(err error) error { return way.failed(http.MethodGet, loginPath, err) }
	conn, resp, err := websocket.Dial(way.traced(ctx), c.loginURL(token, region), &websocket.DialOptions{ //nolint:bodyclose // Dial does it.
		HTTPClient: c.loginClient(),
		HTTPHeader: http.Header{"User-Agent": {c.userAgent}},
	})
	if resp != nil {
		exchange.Status = resp.StatusCode
	}
	switch {
	case err != nil && resp != nil && resp.StatusCode >= 400:
		return Login{}, parseError(http.MethodGet, loginPath, resp, nil, c.now())
	case err != nil && resp != nil:
		return Login{}, &UnexpectedError{Method: http.MethodGet, Path: loginPath, Status: resp.StatusCode, Reason: "no WebSocket was opened"}
	case err != nil:
		return Login{}, failed(err)
	}
	defer func() { _ = conn.CloseNow() }()
	conn.SetReadLimit(maxMessage)
	s := loginSession{ctx: ctx, conn: conn}
	login, err := s.open()
	if err == nil {
		err = s.close()
	}
	_, refused := errors.AsType[*LoginError](err)
	_, unexpected := errors.AsType[*UnexpectedError](err)
	if err != nil && !refused && !unexpected {
		err = failed(err)
	}
	return login, err
}

// regionHost is the form of a data center's API host; its WebSocket host is the twin with another beginning.
var regionHost = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^api-([a-z]{2}-[0-9]+)\.vonage\.com$`) })

// loginURL is where the SDK would log in: the user's region on the real platform, else the API's own host.
func (c *Client) loginURL(token redact.Secret, region string) string {
	u := c.Host()
	u.Scheme = strings.Replace(u.Scheme, "http", "ws", 1)
	u.Path += loginPath
	if c.host.String() == DefaultHost {
		u.Host = defaultRegion
		if match := regionHost().FindStringSubmatch(region); match != nil {
			u.Host = "ws-" + match[1] + ".vonage.com"
		}
	}
	u.RawQuery = url.Values{
		"EIO":                {"4"},
		"transport":          {"websocket"},
		"token":              {token.Reveal()},
		"SDK_version":        {c.userAgent},
		"OS_family":          {"js"},
		"OS_revision":        {"credwiz"},
		"acknowledge_events": {"true"},
	}.Encode()
	return u.String()
}

// loginClient is a client for the upgrade, which HTTP/2 does not have in this form.
func (c *Client) loginClient() *http.Client {
	one := *c.http
	if t, ok := unrecorded(one.Transport).(*http.Transport); ok {
		t = t.Clone()
		t.ForceAttemptHTTP2 = false
		t.Protocols = new(http.Protocols)
		t.Protocols.SetHTTP1(true)
		t.DisableKeepAlives = true
		one.Transport = t
	}
	one.Transport = c.recording(one.Transport)
	return &one
}

// loginSession is the conversation after the upgrade.
type loginSession struct {
	ctx  context.Context //nolint:containedctx // It lives for one login.
	conn *websocket.Conn
}

// open goes from the upgrade to the answer: a session, or a refusal.
func (s loginSession) open() (Login, error) {
	if _, err := s.expect(packetOpen); err != nil {
		return Login{}, err
	}
	if err := s.send(packetConnect); err != nil {
		return Login{}, err
	}
	if _, err := s.expect(packetConnect); err != nil {
		return Login{}, err
	}
	name, body, err := s.event()
	if err != nil {
		return Login{}, err
	}
	if name != "session:success" {
		return Login{}, refusal(name, body)
	}
	var success struct {
		Body struct {
			ID     string `json:"id"`
			UserID string `json:"user_id"`
			Name   string `json:"name"`
		} `json:"body"`
	}
	if err := json.Unmarshal(body, &success); err != nil || !strings.HasPrefix(success.Body.ID, "SES-") {
		return Login{}, unexpectedPacket("the session has no id")
	}
	return Login{SessionID: success.Body.ID, UserID: success.Body.UserID, UserName: success.Body.Name}, nil
}

// close logs out, so that the platform forgets the session instead of keeping it for a resume.
func (s loginSession) close() error {
	if err := s.send(packetEvent + `["session:logout",{"tid":"credwiz","body":{}}]`); err != nil {
		return err
	}
	for {
		name, _, err := s.event()
		if err != nil || name == "session:logged-out" {
			return err
		}
	}
}

func refusal(name string, body json.RawMessage) error {
	var said struct {
		Description string `json:"description"`
		Body        struct {
			Reason string `json:"reason"`
		} `json:"body"`
	}
	_ = json.Unmarshal(body, &said) // a refusal may have no explanation
	return &LoginError{Code: name, Reason: cmp.Or(said.Description, said.Body.Reason)}
}

// event returns the next event and its argument.
func (s loginSession) event() (name string, body json.RawMessage, err error) {
	packet, err := s.expect(packetEvent)
	if err != nil {
		return "", nil, err
	}
	var parts []json.RawMessage
	if json.Unmarshal([]byte(strings.TrimLeft(packet, "0123456789")), &parts) != nil || len(parts) == 0 ||
		json.Unmarshal(parts[0], &name) != nil {
		return "", nil, unexpectedPacket("not a Socket.IO event")
	}
	if len(parts) > 1 {
		body = parts[1]
	}
	return name, body, nil
}

// expect returns what follows the kind in the next packet, answering pings on the way.
func (s loginSession) expect(kind string) (string, error) {
	for {
		_, data, err := s.conn.Read(s.ctx)
		if err != nil {
			return "", err
		}
		packet := string(data)
		if packet == packetPing {
			if err := s.send(packetPong); err != nil {
				return "", err
			}
			continue
		}
		rest, ok := strings.CutPrefix(packet, kind)
		if !ok {
			return "", unexpectedPacket("an unexpected packet")
		}
		return rest, nil
	}
}

func (s loginSession) send(packet string) error {
	return s.conn.Write(s.ctx, websocket.MessageText, []byte(packet))
}

func unexpectedPacket(reason string) error {
	return &UnexpectedError{Method: http.MethodGet, Path: loginPath, Status: http.StatusSwitchingProtocols, Reason: reason}
}
