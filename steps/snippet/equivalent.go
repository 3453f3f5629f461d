package snippet

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"credwiz/client"
	"credwiz/client/jwt"
	"credwiz/client/redact"
	"credwiz/steps"
	"credwiz/steps/words"
)

// Equivalent is a step of the wizard as commands of other tools. Secrets are variables in it.
type Equivalent struct {
	Purpose string // "create a user"
	Setup   string // shell lines that set the variables for Shell; may be empty
	// Shell uses curl or openssl in a POSIX shell; empty if these cannot do it.
	Shell  string
	Vonage string // a command of Vonage's CLI, version 3; empty if it has none
	// Note says what the commands do differently; may be empty.
	Note string
}

const (
	basicVariables = `"$VONAGE_API_KEY:$VONAGE_API_SECRET"`
	adminVariable  = "VONAGE_ADMIN_JWT"
	userVariable   = "VONAGE_JWT"
)

// EquivalentOf describes a call from what went over the wire.
func EquivalentOf(s steps.Session, w client.Wire) Equivalent {
	u, err := url.Parse(w.URL)
	if err != nil {
		return Equivalent{Purpose: w.Method + " " + w.URL}
	}
	path := u.Path
	if s.Place.API != nil {
		path = strings.TrimPrefix(path, s.Place.API.Host().Path)
	}
	e := Equivalent{Shell: curl(w)}
	if w.Authorization == "Bearer" {
		e.Setup = signing(s, adminVariable, jwt.Request{Lifetime: steps.AdminLifetime})
	}
	for _, known := range knownCalls {
		if id, is := known.of(w.Method, path); is {
			known.describe(s, call{wire: w, query: u.Query(), id: id}, &e)
			break
		}
	}
	if e.Purpose == "" {
		e.Purpose = w.Method + " " + path
	}
	if e.Vonage != "" && (s.Place.Sandbox || s.Place.API != nil && s.Place.API.Host().String() != client.DefaultHost) {
		e.Note = strings.TrimSpace(e.Note + " The vonage CLI only works with Vonage's own API.")
	}
	return e
}

type call struct {
	wire  client.Wire
	query url.Values
	id    string // at the end of its path
}

func (c call) sent(into any) { _ = json.Unmarshal([]byte(c.wire.RequestBody), into) }

// knownCall is a call by method and path, where a trailing * is an id.
type knownCall struct {
	form     string
	describe func(steps.Session, call, *Equivalent)
}

func (k knownCall) of(method, path string) (id string, is bool) {
	collection, one := strings.CutSuffix(k.form, "*")
	id, is = strings.CutPrefix(method+" "+path, collection)
	return id, is && one == (id != "") && !strings.Contains(id, "/")
}

// knownCalls are the calls that github.com/Vonage/vonage-cli 3.2.1 has commands for (src/commands). It reads no
// environment variables by itself.
//
//nolint:gochecknoglobals // A table, which nothing changes.
var knownCalls = []knownCall{
	{"GET /v2/applications", func(_ steps.Session, _ call, e *Equivalent) {
		e.Purpose, e.Vonage = "list the applications", vonageAccount("apps list")
	}},
	{"POST /v2/applications", describeNewApplication},
	{"GET /v2/applications/*", func(_ steps.Session, c call, e *Equivalent) {
		e.Purpose, e.Vonage = "look up an application", vonageAccount("apps show "+words.ShellQuote(c.id))
	}},
	{"PUT /v2/applications/*", func(_ steps.Session, _ call, e *Equivalent) { e.Purpose = "change an application" }},
	{"DELETE /v2/applications/*", func(_ steps.Session, c call, e *Equivalent) {
		e.Purpose, e.Vonage = "delete an application", vonageAccount("apps delete "+words.ShellQuote(c.id))
	}},
	{"GET /v1/users", func(s steps.Session, c call, e *Equivalent) {
		e.Purpose, e.Vonage = "list the users", vonageApplication(s, "users list")
		if name := c.query.Get("name"); name != "" {
			e.Purpose, e.Vonage = "look for a user", vonageApplication(s, "users list --name="+words.ShellQuote(name))
		}
	}},
	{"POST /v1/users", func(s steps.Session, c call, e *Equivalent) {
		var n client.NewUser
		c.sent(&n)
		command := "users create --name=" + words.ShellQuote(n.Name)
		if n.DisplayName != "" {
			command += " --display-name=" + words.ShellQuote(n.DisplayName)
		}
		e.Purpose, e.Vonage = "create a user", vonageApplication(s, command)
	}},
	{"GET /v1/users/*", func(s steps.Session, c call, e *Equivalent) {
		e.Purpose, e.Vonage = "look up a user", vonageApplication(s, "users show "+words.ShellQuote(c.id))
	}},
	{"PATCH /v1/users/*", func(_ steps.Session, _ call, e *Equivalent) { e.Purpose = "change a user" }},
	{"DELETE /v1/users/*", func(s steps.Session, c call, e *Equivalent) {
		e.Purpose, e.Vonage = "delete a user", vonageApplication(s, "users delete "+words.ShellQuote(c.id))
	}},
	{"GET /v2/rtc/", func(_ steps.Session, _ call, e *Equivalent) {
		e.Purpose, e.Shell, e.Setup = "log in", "", ""
		e.Note = "Logging in uses a WebSocket, so there's no curl command for it. See the login code instead."
	}},
}

// describeNewApplication uses apps init: with flags alone, vonage 3.2.1 silently sets no rtc capability.
func describeNewApplication(_ steps.Session, c call, e *Equivalent) {
	var n struct {
		Name         string
		Capabilities map[string]struct {
			Webhooks map[string]struct{ Address string }
		}
	}
	c.sent(&n)
	e.Purpose, e.Vonage = "create an application", vonageAccount("apps init")
	e.Note = fmt.Sprintf("vonage prompts for the name (%s), the capability (RTC) and its event URL (%s).",
		redact.Printable(n.Name), redact.Printable(n.Capabilities["rtc"].Webhooks["event_url"].Address))
	for _, name := range client.Capabilities() {
		also, wanted := n.Capabilities[name]
		if !wanted {
			continue
		}
		e.Note += " Also " + name
		for _, hook := range slices.Sorted(maps.Keys(also.Webhooks)) {
			e.Note += ", " + redact.Printable(hook+" "+also.Webhooks[hook].Address)
		}
		e.Note += "."
	}
	e.Note += " It creates its own key pair, as private.key in the same folder."
}

func vonageAccount(command string) string {
	return "vonage " + command + ` --api-key="$VONAGE_API_KEY" --api-secret="$VONAGE_API_SECRET"`
}

func vonageApplication(s steps.Session, command string) string {
	return "vonage " + command + " --app-id=" + words.ShellQuote(s.Application.ID) + " --private-key=" + words.ShellQuote(s.Key.Path)
}

func curl(w client.Wire) string {
	parts := []string{"curl --silent --show-error --fail-with-body"}
	add := func(part string) { parts = append(parts, part) }
	address := words.ShellQuote(w.URL)
	if w.Method != http.MethodGet {
		address = "--request " + w.Method + " " + address
	}
	if strings.ContainsAny(w.URL, "[]{}") {
		address = "--globoff " + address // an IPv6 address is no pattern
	}
	add(address)
	switch w.Authorization {
	case "Basic":
		add("--user " + basicVariables)
	case "Bearer":
		add(`--header "Authorization: Bearer $` + adminVariable + `"`)
	}
	for _, name := range []string{"Accept", "Content-Type"} {
		if value := w.RequestHeader.Get(name); value != "" {
			add("--header " + words.ShellQuote(name+": "+value))
		}
	}
	if w.RequestBody != "" {
		add("--data-binary " + words.ShellQuote(w.RequestBody))
	}
	return strings.Join(parts, " \\\n  ")
}

// SigningEquivalent shows how to sign the session's token with openssl or vonage.
func SigningEquivalent(s steps.Session) Equivalent {
	lifetime := s.Token.ExpiresAt.Sub(s.Token.IssuedAt)
	r := jwt.Request{User: s.Token.Subject, ACL: s.Token.ACL, Lifetime: lifetime}
	acl, _ := json.Marshal(s.Token.ACL)
	return Equivalent{
		Purpose: "sign a token",
		Shell:   signing(s, userVariable, r),
		Vonage: vonageApplication(s, "jwt create --sub="+words.ShellQuote(r.User)+fmt.Sprintf(" --ttl=%d", int(lifetime.Seconds()))) +
			" --acl=" + words.ShellQuote(string(acl)),
		Note: "The shell commands put the token in $" + userVariable + "; vonage prints it, followed by an escape sequence.",
	}
}

func signing(s steps.Session, variable string, r jwt.Request) string {
	before := struct {
		ApplicationID string   `json:"application_id"`
		Subject       string   `json:"sub,omitempty"`
		ACL           *jwt.ACL `json:"acl,omitempty"`
	}{ApplicationID: s.Application.ID, Subject: r.User}
	if !r.ACL.IsZero() {
		before.ACL = &r.ACL
	}
	claims, _ := json.Marshal(before)
	return strings.Join([]string{
		`base64url() { openssl base64 -A | tr '+/' '-_' | tr -d '='; }`,
		`now=$(date +%s)`,
		`claims=` + words.ShellQuote(strings.TrimSuffix(string(claims), "}")) +
			fmt.Sprintf(`",\"iat\":$now,\"exp\":$((now + %d)),\"jti\":\"$(openssl rand -hex 16)\"}"`, int(r.Lifetime.Seconds())),
		`unsigned=$(printf %s '{"alg":"RS256","typ":"JWT"}' | base64url).$(printf %s "$claims" | base64url)`,
		variable + `=$unsigned.$(printf %s "$unsigned" | openssl dgst -sha256 -sign ` + words.ShellQuote(s.Key.Path) + ` | base64url)`,
	}, "\n")
}
