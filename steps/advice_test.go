package steps_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"credwiz/client"
	"credwiz/client/errno"
	"credwiz/client/jwt"
	"credwiz/client/redact"
	"credwiz/steps"
	"credwiz/steps/advice"
	"credwiz/steps/answer"
	"credwiz/steps/inspect"
	"credwiz/steps/journal"
	"credwiz/steps/resign"
	"credwiz/steps/task"
	"credwiz/steps/workdir"
)

// listing is what the wizard's first call comes to at an address. Each call has a connection of its own, so that a
// test leaves none behind.
func listing(ctx context.Context, t *testing.T, address string, transport *http.Transport) error {
	t.Helper()
	if transport == nil {
		transport = &http.Transport{}
	}
	transport.DisableKeepAlives = true
	_, err := clientOf(t, address, transport).ListApplications(ctx,
		client.Credentials{APIKey: apiKey, APISecret: redact.NewSecret(apiSecret)}, 1, 100)
	if err == nil {
		t.Fatal("the call was to fail")
	}
	return err
}

// answered is what comes of the first call if a server answers it so.
func answered(status int, kind, body string) func(*testing.T) error {
	return func(t *testing.T) error {
		return listing(t.Context(), t, servingOnly(t, answering(status, kind, body)), nil)
	}
}

// servingOnly is the address of a server that answers everything so.
func servingOnly(t *testing.T, f fault) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { f(w, r, nil) }))
	t.Cleanup(server.Close)
	return server.URL
}

func refusedWith(status int, body string) func(*testing.T) error {
	return answered(status, "application/json", body)
}

// ofUsers is what comes of a user's creation if a server answers it so.
func ofUsers(status int, body string) func(*testing.T) error {
	return func(t *testing.T) error {
		address := servingOnly(t, answering(status, "application/json", body))
		_, err := clientOf(t, address, &http.Transport{DisableKeepAlives: true}).CreateUser(t.Context(), redact.NewSecret(apiSecret), client.NewUser{Name: "alice"})
		return err
	}
}

// is is an error that is what it is.
func is(err error) func(*testing.T) error { return func(*testing.T) error { return err } }

func key(err error) func(*testing.T) error {
	return is(&workdir.KeyError{Path: "keys/private.key", Err: fmt.Errorf("private key: %w", err)})
}

func save(err error) func(*testing.T) error {
	return is(fmt.Errorf("wrapped: %w", &workdir.SaveError{Path: "private.key", Err: err}))
}

func login(code string) func(*testing.T) error { return is(&client.LoginError{Code: code}) }

func network(err error) func(*testing.T) error {
	return is(&client.NetworkError{Method: "GET", Path: "/v2/applications", Err: err})
}

// unused is an address where nothing listens: no system gives port 1 to a program.
const unused = "http://127.0.0.1:1"

func through(t testing.TB, proxy string) *http.Transport {
	t.Helper()
	u := must(url.Parse(proxy))
	return &http.Transport{Proxy: http.ProxyURL(u)}
}

func withCertificate(t testing.TB, use func(server *httptest.Server) error) error {
	t.Helper()
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	defer server.Close()
	return use(server)
}

// advised is a case of the table: an error, and what is to be made of it.
type advised struct {
	err   func(*testing.T) error
	what  string // is in What
	do    string // is in Do
	kind  advice.Kind
	field string
	retry bool
	offer string // the answers of the offers
}

var adviceCases = map[string]advised{
	// Answers.
	"answers are missing": {err: func(t *testing.T) error {
		_, err := steps.KnownAnswers(unattended(t, nil))
		return err
	}, what: "--app-name", do: "as flags", kind: advice.Usage},
	"an answer cannot be right": {err: func(t *testing.T) error {
		return steps.CheckKnown(unattended(t, map[string]string{answer.Expires: "25h"}))
	}, what: "--expires: too long", do: "Nothing was changed", kind: advice.Usage, field: answer.Expires},
	"a flag is empty": {err: func(t *testing.T) error {
		known := enough()
		known[answer.User] = ""
		_, err := steps.KnownAnswers(unattended(t, known))
		return err
	}, what: "--user: required", do: "Correct it", kind: advice.Usage, field: answer.User},

	// Stopped, or in doubt.
	"stopped": {err: is(context.Canceled), what: "Canceled", do: "Nothing was lost", kind: advice.Stopped, retry: true},
	"stopped during a call": {err: func(t *testing.T) error {
		ctx, stop := context.WithCancel(t.Context())
		stop()
		return listing(ctx, t, unused, nil)
	}, what: "Canceled", do: "Nothing was lost", kind: advice.Stopped, retry: true},
	"in doubt":                 {err: is(&task.UncertainError{What: "application", Err: &client.NetworkError{Method: "POST", Path: "/v2/applications", Sent: true, Err: io.EOF}}), what: "the application may or may not exist", do: "never created twice", kind: advice.Remote, retry: true},
	"in doubt after a 500":     {err: is(&task.UncertainError{What: "user", Err: &client.Error{Status: 500}}), what: "the user may or may not exist", do: "never created twice", kind: advice.Remote, retry: true},
	"in doubt because stopped": {err: is(&task.UncertainError{What: "user", Err: &client.NetworkError{Sent: true, Err: context.Canceled}}), what: "the user may or may not exist", do: "never created twice", kind: advice.Stopped, retry: true},

	// What exists already.
	"a user's name is taken": {err: is(&steps.NameTakenError{Name: "alice" + evil, Err: &client.Error{Status: 409}}), what: "“alice\\u{1B}", do: "--reuse-user", kind: advice.Other, field: answer.User, offer: answer.ExistingUser},
	"a foreign key": {
		err:  is(&steps.MismatchError{Application: client.Application{Name: "Theirs" + evil}, KeyPath: "private.key"}),
		what: "private.key is not the key of “Theirs\\u{1B}", do: "--key-file", kind: advice.Other, field: answer.KeyFile, offer: answer.Key,
	},

	"a key that was replaced": {
		err:  is(&steps.KeyReplacedError{Application: client.Application{Name: "Mine" + evil, ID: "78d3"}, KeyPath: "private.key"}),
		what: "private.key is no longer the key of “Mine\\u{1B}", do: "--app-id and --key-file", field: answer.KeyFile,
		offer: answer.NewApp,
	},
	"no such application": {err: is(&steps.NoApplicationError{ID: "78d3", Err: &client.Error{Status: 404}}), what: "no application with the ID 78d3", do: "belongs to another account", kind: advice.Remote},
	"no such user":        {err: is(&steps.NoUserError{ID: "USR-78d3", Application: "Mine" + evil, Err: &client.Error{Status: 404}}), what: "“Mine\\u{1B}", do: "--app-id", kind: advice.Remote, field: answer.User},

	// Files.
	"another credwiz":                   {err: is(&workdir.BusyError{Folder: "keys" + evil}), what: "running in keys\\u{1B}", do: "try again", retry: true},
	"a key that others can read":        {err: is(&workdir.OpenKeyError{Path: "private.key" + evil, Mode: 0o644}), what: "(mode 0644)", do: "--open-key repair", field: answer.KeyFile, retry: true, offer: answer.OpenKey + " " + answer.OpenKey},
	"a key that cannot be made private": {err: is(&workdir.OpenKeyError{Path: "private.key", Mode: 0o777, ChmodIgnored: true}), what: "(mode 0777)", do: "supports permissions", field: answer.KeyFile, retry: true, offer: answer.OpenKey},
	"a key of another user":             {err: is(&workdir.OpenKeyError{Path: "private.key", Mode: 0o600, OtherOwner: true}), what: "belongs to another user", do: "your own copy", field: answer.KeyFile, retry: true, offer: answer.OpenKey},
	"a key that changed":                {err: is(&workdir.KeyChangedError{Path: "private.key"}), what: "private.key has changed", do: "saves it again", retry: true},
	"a key that became something":       {err: is(&workdir.KeyChangedError{Path: "private.key", Err: workdir.ErrNotRegular}), what: "private.key has changed", do: "Move it away", retry: true},
	"no key":                            {err: key(fs.ErrNotExist), what: "Can't find keys/private.key", do: "--key-file", field: answer.KeyFile, retry: true},
	"a key not to be read":              {err: key(fs.ErrPermission), what: "don't have permission to read keys/private.key", do: "--key-file", field: answer.KeyFile, retry: true},
	"a key that the disk withholds":     {err: key(syscall.EIO), what: "Couldn't read keys/private.key: private key: input/output error", do: "Try again", field: answer.KeyFile, retry: true},
	"an encrypted key":                  {err: key(jwt.ErrEncryptedKey), what: "encrypted with a passphrase", do: "openssl pkey", field: answer.KeyFile, retry: true},
	"a public key":                      {err: key(jwt.ErrPublicKey), what: "is a public key", do: "--key-file", field: answer.KeyFile, retry: true},
	"another kind of key":               {err: key(jwt.ErrNotRSA), what: "isn't an RSA key", do: "--key-file", field: answer.KeyFile, retry: true},
	"a short key":                       {err: key(jwt.ErrShortKey), what: "shorter than 2048 bits", do: "--key-file", field: answer.KeyFile, retry: true},
	"no key in the file":                {err: key(jwt.ErrNotPEM), what: "a private key in PEM", do: "--key-file", field: answer.KeyFile, retry: true},
	"a damaged key":                     {err: key(jwt.ErrBrokenKey), what: "is damaged", do: "--key-file", field: answer.KeyFile, retry: true},
	"a key to check with, not there": {
		err:  is(&inspect.CheckKeyError{Err: &workdir.KeyError{Path: "none.key", Err: fs.ErrNotExist}}),
		what: "Can't find none.key.", do: "Copy the key into the folder, or use --public-key or --online.", field: answer.KeyFile, retry: true,
	},
	"a key to check with, encrypted": {
		err:  is(&inspect.CheckKeyError{Err: &workdir.KeyError{Path: "my.key", Err: jwt.ErrEncryptedKey}}),
		what: "encrypted with a passphrase", do: "openssl pkey -in my.key -out my.pem. Or use --public-key or --online.", field: answer.KeyFile, retry: true,
	},
	"a key that is a pipe":  {err: key(workdir.ErrNotRegular), what: "not a key file", do: "--key-file", field: answer.KeyFile, retry: true},
	"notes not understood":  {err: is(&journal.Error{Path: ".credwiz.json", Err: errors.New("broken" + evil)}), what: ".credwiz.json: broken", do: "Rename the file", retry: true},
	"a file in the way":     {err: save(fs.ErrExist), what: "private.key already exists", do: "--key-file", kind: advice.WouldOverwrite, field: answer.KeyFile},
	"a folder not writable": {err: save(syscall.EACCES), what: "don't have permission to write private.key", do: "--dir", retry: true},
	"a read-only disk":      {err: save(&fs.PathError{Op: "open", Path: ".x", Err: errno.ReadOnly}), what: "private.key couldn't be written: the file system is read-only.", do: "--dir", retry: true},
	"a full disk":           {err: save(errno.DiskFull), what: "The disk is full", do: "Free up space", retry: true},
	"a full quota":          {err: save(errno.QuotaFull), what: "The disk is full", do: "Free up space", retry: true},
	"a link in the way":     {err: save(workdir.ErrNotRegular), what: "is a folder, a link or a device", do: "Move it away", retry: true},
	"a broken disk":         {err: save(syscall.EIO), what: "Couldn't write private.key", do: "--dir", retry: true},

	// What answers is not the API.
	"a login page":        {err: answered(200, "text/html", "<html>Welcome to our hotel</html>"), what: "a web page", do: "credwiz --demo", kind: advice.Remote, retry: true},
	"a proxy's own page":  {err: answered(403, "text/html", "<html>Blocked</html>"), what: "a web page", do: "in your browser", kind: advice.Remote, retry: true},
	"nothing":             {err: answered(200, "application/json", ""), what: "an empty answer", do: "API host", kind: advice.Remote, retry: true},
	"other JSON":          {err: answered(200, "application/json", `{"hello":"world"}`), what: "not a list of applications", do: "API host", kind: advice.Remote, retry: true},
	"no JSON":             {err: answered(200, "application/json", `{"total_items":`), what: "not the JSON that was expected", do: "API host", kind: advice.Remote, retry: true},
	"ids of another form": {err: answered(200, "application/json", `{"total_items":1,"_embedded":{"applications":[{"id":"../x"}]}}`), what: "no id that is a UUID", do: "API host", kind: advice.Remote, retry: true},
	"over 1 MiB":          {err: answered(200, "application/json", strings.Repeat(" ", 1<<20+1)), what: "over 1 MiB", do: "API host", kind: advice.Remote, retry: true},
	"a redirect": {err: func(t *testing.T) error {
		server := httptest.NewServer(http.RedirectHandler("https://elsewhere.test/", http.StatusTemporaryRedirect))
		defer server.Close()
		return listing(t.Context(), t, server.URL, nil)
	}, what: "a redirect to elsewhere.test", do: "API host", kind: advice.Remote, retry: true},

	// The API refuses.
	"400 for the application's name": {err: refusedWith(400, `{"title":"Bad Request","invalid_parameters":[{"name":"name","reason":"too rude"}]}`), what: "400 Bad Request", do: "Change your answers", kind: advice.Remote, field: answer.AppName},
	"400 for the user's name":        {err: ofUsers(400, `{"title":"Bad Request","invalid_parameters":[{"name":"name","reason":"too rude"}]}`), what: "too rude", do: "Change your answers", kind: advice.Remote, field: answer.User},
	"400 for the display name":       {err: ofUsers(400, `{"invalid_parameters":[{"name":"display_name","reason":"too long"}]}`), what: "display_name: too long", do: "Change your answers", kind: advice.Remote, field: answer.DisplayName},
	"400 for nothing that was asked": {err: refusedWith(400, `{"invalid_parameters":[{"name":"capabilities","reason":"no"}]}`), what: "capabilities: no", do: "Change your answers", kind: advice.Remote},
	"401": {
		err:  refusedWith(401, `{"title":"Unauthorized","detail":"You did not provide correct credentials."}`),
		what: "127.0.0.1:", do: "both are for 127.0.0.1:",
		kind: advice.Refused, field: answer.APISecret,
	},
	"401 of Vonage": {
		err:  is(&client.Error{Host: "api.nexmo.com", Status: 401, Detail: "You did not provide correct credentials."}),
		what: "Vonage rejected this key and secret. It said: You did not provide correct credentials.", do: "dashboard.vonage.com",
		kind: advice.Refused, field: answer.APISecret,
	},
	"401 for what was signed":     {err: ofUsers(401, `{"title":"Unauthorized."}`), what: "this private key signed", do: "wait a few seconds", kind: advice.Refused, retry: true},
	"403":                         {err: refusedWith(403, `{}`), what: "allowed to do this", do: "the account owner", kind: advice.Refused, field: answer.APIKey},
	"404":                         {err: refusedWith(404, `{"title":"Not Found"}`), what: "The API couldn't find it", do: "Check the ID", kind: advice.Remote},
	"405":                         {err: refusedWith(405, `no JSON`), what: "405 Method Not Allowed", do: "Change your answers", kind: advice.Remote},
	"409":                         {err: refusedWith(409, `{}`), what: "409 Conflict", do: "Change your answers", kind: advice.Remote},
	"415":                         {err: refusedWith(415, `{}`), what: "415 Unsupported Media Type", do: "Change your answers", kind: advice.Remote},
	"422":                         {err: refusedWith(422, `{"detail":"no"}`), what: "422 Unprocessable Entity", do: "Change your answers", kind: advice.Remote},
	"429":                         {err: refusedWith(429, `{"detail":"Please wait, then retry your request"}`), what: "rate-limiting", do: "Wait a few seconds", kind: advice.Remote, retry: true},
	"429, and when to come again": {err: is(&client.Error{Status: 429, RetryAfter: 5 * time.Minute}), what: "rate-limiting", do: "Try again in 5 minutes, as the API asks.", kind: advice.Remote, retry: true},
	"503, and when to come again": {err: is(&client.Error{Status: 503, RetryAfter: 90 * time.Second}), what: "503 Service Unavailable", do: "Try again in 1 minute 30 seconds, as the API asks.", kind: advice.Remote, retry: true},
	"429, each time":              {err: is(&task.TriedError{Tries: 4, Err: &client.Error{Status: 429}}), what: "rate-limiting requests. It was tried 4 times.", do: "Wait a few seconds", kind: advice.Remote, retry: true},
	"a list without an end":       {err: is(fmt.Errorf("applications: %w", client.ErrTooManyPages)), what: "too long or repeats itself", do: "by its ID", kind: advice.Remote},
	"another host":                {err: is(&task.HostError{Host: "evil.test" + evil}), what: `evil.test\u{1B}`, do: "--trust-api-host", kind: advice.Usage, offer: answer.TrustHost},
	"a clock that is out":         {err: is(&steps.SkewError{Skew: -time.Hour}), what: "1 hour ahead of the API", do: "--accept-skew", kind: advice.Usage, retry: true, offer: answer.AcceptSkew},
	"500":                         {err: refusedWith(500, `{"title":"Broken","instance":"trace-4711"}`), what: "500 Internal Server Error", do: "as trace-4711", kind: advice.Remote, retry: true},
	"503":                         {err: refusedWith(503, ``), what: "503 Service Unavailable", do: "Wait a moment", kind: advice.Remote, retry: true},
	"a refusal with bad words":    {err: refusedWith(400, `{"detail":"\u001b]52;c;aGk=\u0007\u202e"}`), what: `\u{1B}]52;c;aGk=\u{7}\u{202E}`, do: "Change your answers", kind: advice.Remote},
	"a trace with bad words":      {err: refusedWith(500, `{"instance":"\u001b[2J"}`), what: "500", do: `\u{1B}[2J`, kind: advice.Remote, retry: true},

	// The platform refuses the token.
	"a login with an ACL that is too narrow": {err: login("system:error:permission"), what: "system:error:permission", do: "client-sdk", kind: advice.Refused, field: answer.ACL},
	"a login that is refused in a sentence": {
		err:  is(&client.LoginError{Code: "system:error:permission", Reason: "The token's acl doesn't permit sessions."}),
		what: "system:error:permission: The token's acl doesn't permit sessions.", do: "client-sdk", kind: advice.Refused, field: answer.ACL,
	},
	"a login with a token that has ended": {err: login("system:error:expired-token"), what: "system:error:expired-token", do: "clock", kind: advice.Refused, field: answer.Expires, retry: true},
	"a login of an unknown user":          {err: login("user:error:invalid-user"), what: "user:error:invalid-user", do: "deleted in the meantime", kind: advice.Refused, field: answer.Expires},
	"a login of a user that is gone":      {err: login("user:error:not-found"), what: "user:error:not-found", do: "deleted in the meantime", kind: advice.Refused, field: answer.Expires},
	"one login too many":                  {err: login("session:error:max-open-sessions"), what: "session:error:max-open-sessions", do: "too many open sessions", kind: advice.Refused, field: answer.Expires, retry: true},
	"a login with a bad token":            {err: login("system:error:invalid-token" + evil), what: `system:error:invalid-token\u{1B}`, do: "sign another one", kind: advice.Refused, field: answer.Expires, retry: true},

	// The way to the API.
	"connection refused": {err: func(t *testing.T) error {
		return listing(t.Context(), t, "http://127.0.0.1:1", nil)
	}, what: "127.0.0.1:1 refused the connection.", do: "Is credwiz sandbox running in another terminal?", kind: advice.Remote, retry: true},
	"no such name": {err: func(t *testing.T) error {
		return listing(t.Context(), t, "https://api.example.test", &http.Transport{
			DialContext: func(context.Context, string, string) (net.Conn, error) {
				return nil, &net.OpError{Op: "dial", Net: "tcp", Err: &net.DNSError{Err: "no such host", Name: "api.example.test", IsNotFound: true}}
			},
		})
	}, what: "api.example.test can't be found", do: "credwiz --demo", kind: advice.Remote, retry: true},
	"no answer in time": {err: func(t *testing.T) error {
		release := make(chan struct{})
		server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-release }))
		defer server.Close()
		defer close(release)
		return listing(t.Context(), t, server.URL, &http.Transport{ResponseHeaderTimeout: 20 * time.Millisecond})
	}, what: "didn't answer in time", do: "Check the connection", kind: advice.Remote, retry: true},
	"out of time": {err: func(t *testing.T) error {
		ctx, stop := context.WithTimeout(t.Context(), 0)
		defer stop()
		return listing(ctx, t, unused, nil)
	}, what: "didn't answer in time", do: "Check the connection", kind: advice.Remote, retry: true},
	"connection dropped": {err: func(t *testing.T) error {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { dropped(w, r, nil) }))
		defer server.Close()
		return listing(t.Context(), t, server.URL, nil)
	}, what: "closed before the API answered", do: "Check the connection", kind: advice.Remote, retry: true},
	"answer cut short": {err: func(t *testing.T) error {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { cutShort(w, r, nil) }))
		defer server.Close()
		return listing(t.Context(), t, server.URL, nil)
	}, what: "dropped in the middle", do: "Check the connection", kind: advice.Remote, retry: true},
	"a certificate that nobody knows": {err: func(t *testing.T) error {
		return withCertificate(t, func(s *httptest.Server) error { return listing(t.Context(), t, s.URL, nil) })
	}, what: "isn't secure: the certificate's authority is unknown to this computer", do: "to your system's, or name the file in SSL_CERT_FILE (Linux only)", kind: advice.Remote, retry: true},
	"a certificate for another name": {err: func(t *testing.T) error {
		return withCertificate(t, func(s *httptest.Server) error {
			known := x509.NewCertPool()
			known.AddCert(s.Certificate())
			return listing(t.Context(), t, s.URL, &http.Transport{
				TLSClientConfig: &tls.Config{RootCAs: known, ServerName: "api.nexmo.com", MinVersion: tls.VersionTLS12},
			})
		})
	}, what: ", not for api.nexmo.com", do: "SSL_CERT_FILE", kind: advice.Remote, retry: true},
	"a certificate for many names": {
		err: network(x509.HostnameError{Host: "api.nexmo.com", Certificate: &x509.Certificate{
			DNSNames: []string{"a.test", "b" + evil + ".test", "c.test", "d.test"}}}),
		what: `for a.test, b\u{1B}]52;`, do: "SSL_CERT_FILE", kind: advice.Remote, retry: true,
	},
	"a certificate for nothing":     {err: network(x509.HostnameError{Host: "api.nexmo.com", Certificate: &x509.Certificate{}}), what: "for no name, not for api.nexmo.com", do: "API host", kind: advice.Remote, retry: true},
	"a certificate that has ended":  {err: network(x509.CertificateInvalidError{Reason: x509.Expired}), what: "isn't secure: the certificate has expired", do: "date and time", kind: advice.Remote, retry: true},
	"a certificate for another use": {err: network(x509.CertificateInvalidError{Reason: x509.IncompatibleUsage}), what: "isn't secure: x509: certificate specifies an incompatible key usage", do: "SSL_CERT_FILE", kind: advice.Remote, retry: true},
	"no TLS": {err: func(t *testing.T) error {
		server := httptest.NewServer(http.NotFoundHandler())
		defer server.Close()
		return listing(t.Context(), t, strings.Replace(server.URL, "http", "https", 1), nil)
	}, what: "isn't secure: the server doesn't speak TLS", do: "the port", kind: advice.Remote, retry: true},
	"hung up before TLS": {err: is(&client.NetworkError{Handshake: true, Err: io.EOF}), what: "closed before the API answered", do: "Check the connection", kind: advice.Remote, retry: true},
	"TLS is too old": {err: func(t *testing.T) error {
		server := httptest.NewUnstartedServer(http.NotFoundHandler())
		server.Config.ErrorLog = log.New(io.Discard, "", 0)
		server.TLS = &tls.Config{MaxVersion: tls.VersionTLS12, MinVersion: tls.VersionTLS12}
		server.StartTLS()
		defer server.Close()
		return listing(t.Context(), t, server.URL, &http.Transport{TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS13}})
	}, what: "no TLS version in common", do: "SSL_CERT_FILE", kind: advice.Remote, retry: true},
	"a proxy that is not there": {err: func(t *testing.T) error {
		return listing(t.Context(), t, "https://api.example.test", through(t, unused))
	}, what: "Can't reach the proxy", do: "HTTPS_PROXY", kind: advice.Remote, retry: true},
	"a proxy that wants a password": {err: network(&client.ProxyError{Status: 407}), what: "407 Proxy Authentication Required", do: "NAME:PASSWORD", kind: advice.Remote, retry: true},
	"a proxy that forbids":          {err: network(&client.ProxyError{Status: 403}), what: "blocked the request (403 Forbidden)", do: "NO_PROXY", kind: advice.Remote, retry: true},
	"no way there":                  {err: network(&net.OpError{Op: "dial", Net: "tcp", Err: os.NewSyscallError("connect", errno.NoNetwork)}), what: "can't be reached", do: "credwiz --demo", kind: advice.Remote, retry: true},
	"no way to the host":            {err: network(&net.OpError{Op: "dial", Net: "tcp", Err: os.NewSyscallError("connect", errno.NoRoute)}), what: "can't be reached", do: "credwiz --demo", kind: advice.Remote, retry: true},

	// What it has never seen.
	"anything else": {err: is(errors.New("the moon is full" + evil)), what: `the moon is full\u{1B}`, do: "Try again", retry: true},
}

func TestAdviseSaysWhatHappenedAndWhatToDo(t *testing.T) {
	for _, row := range []string{"N1", "N2", "N3", "N6", "N7", "N8", "N9", "N10", "N14", "field-C14"} {
		t.Attr("fault", row)
	}
	t.Parallel()
	for name, test := range adviceCases {
		t.Run(name, func(t *testing.T) {
			err := test.err(t)
			got := advice.For(err)
			for which, text := range map[string]string{"What": got.What, "Do": got.Do} {
				if text == "" || !strings.HasSuffix(text, ".") || redact.Printable(text) != text {
					t.Errorf("%s is no sentence that is safe to print: %q", which, text)
				}
				if strings.HasSuffix(text, "..") {
					t.Errorf("%s ends twice: %q", which, text)
				}
				if found := secretsIn(text); found != nil {
					t.Errorf("%s gives away %q: %q", which, found, text)
				}
			}
			wantAll(t, got.What, test.what)
			wantAll(t, got.Do, test.do)
			equal(t, "the kind", got.Kind, test.kind)
			equal(t, "the field", got.Field, test.field)
			equal(t, "another try may work", got.Retry, test.retry)
			var offers []string
			for _, o := range got.Offers {
				offers = append(offers, o.Answer)
				if o.Key == "" || o.Value == "" || o.Label == "" || redact.Printable(o.Label) != o.Label {
					t.Errorf("an offer can't be displayed: %+v", o)
				}
			}
			equal(t, "the offers", fmt.Sprint(offers), fmt.Sprint(strings.Fields(test.offer)))
		})
	}
}

func TestAFileOfAnotherUserIsNamedWithItsOwnerWhateverItWasFor(t *testing.T) {
	t.Attr("fault", "field-C5")
	owner := &workdir.OwnerError{Path: ".credwiz.json", Owner: "root", TakeBack: "sudo chown alice .credwiz.json .env", Err: os.ErrPermission}
	for _, err := range []error{
		&journal.Error{Path: ".credwiz.json", Err: owner}, &workdir.SaveError{Path: ".credwiz.json", Err: owner},
		&workdir.KeyError{Path: ".credwiz.json", Err: owner}, &resign.NotTheKeyError{Err: &workdir.KeyError{Path: ".credwiz.json", Err: owner}},
	} {
		advice := advice.For(err)
		equal(t, "what", advice.What, ".credwiz.json belongs to root, and you don't have access.")
		wantAll(t, advice.Do, "sudo chown alice .credwiz.json .env")
		if !errors.Is(err, os.ErrPermission) {
			t.Errorf("%v is no lack of permission", err)
		}
	}
}
