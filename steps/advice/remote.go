package advice

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"credwiz/client"
	"credwiz/client/errno"
	"credwiz/client/redact"
	"credwiz/steps/answer"
	"credwiz/steps/words"
)

func adviseNetwork(err error) (Advice, bool) {
	var network *client.NetworkError
	if !errors.As(err, &network) {
		return Advice{}, false
	}
	a := Advice{Retry: true, Kind: Remote}
	for _, words := range []func(*client.NetworkError) (what, do string){proxyWords, tlsWords, dnsWords, brokenWords} {
		if a.What, a.Do = words(network); a.What != "" {
			break
		}
	}
	return a, true
}

const (
	checkAndTry = "Check the connection, then try again."
	tryDemo     = " The practice sandbox needs no network: credwiz --demo."
)

func proxyWords(network *client.NetworkError) (what, do string) {
	var refused *client.ProxyError
	var op *net.OpError
	switch {
	case errors.As(network, &refused) && refused.Status == http.StatusProxyAuthRequired:
		return "The proxy wants a name and a password (407 Proxy Authentication Required).",
			"Give both in HTTPS_PROXY, as in http://NAME:PASSWORD@HOST:PORT; then try again."
	case errors.As(network, &refused):
		return fmt.Sprintf("The proxy lets nothing through to the API (%d %s).", refused.Status, http.StatusText(refused.Status)),
			"Ask whoever runs the proxy, or name the API's host in NO_PROXY if this network needs none; then try again."
	case errors.As(network, &op) && op.Op == "proxyconnect":
		return "The proxy cannot be reached: " + redact.Printable(op.Err.Error()) + ".",
			"Check HTTPS_PROXY, or unset it if this network needs none; then try again."
	}
	return "", ""
}

// tlsWords offers no way around an unsafe connection, which would reveal the secret.
func tlsWords(network *client.NetworkError) (what, do string) {
	// Go reads SSL_CERT_FILE on Linux only.
	const own = "If your company inspects connections, add its certificate to those of this system, or name its file in " +
		"SSL_CERT_FILE, which counts on Linux; else do not use this network."
	var authority x509.UnknownAuthorityError
	var hostname x509.HostnameError
	var invalid x509.CertificateInvalidError
	var verification *tls.CertificateVerificationError
	var header tls.RecordHeaderError
	switch {
	case errors.As(network, &authority):
		return "The connection is not safe: the certificate was signed by an authority that this computer does not know.", own
	case errors.As(network, &hostname):
		return "The connection is not safe: the certificate is for " + namesOf(hostname.Certificate) + ", and not for " +
			redact.Printable(hostname.Host) + ".", "Check --api-host. " + own
	case errors.As(network, &invalid) && invalid.Reason == x509.Expired:
		return "The connection is not safe: the certificate has expired, or is not valid yet.",
			"Check this computer's date and time. If they are right, only the API's owner can renew it. " + own
	case errors.As(network, &header), errors.Is(network, http.ErrSchemeMismatch):
		return "The connection is not safe: what answers does not speak TLS.", "Check --api-host and the port. " + own
	case errors.As(network, &verification), errors.As(network, &invalid):
		return "The connection is not safe: " + redact.Printable(network.Err.Error()) + ".", own
	case network.Handshake && !isBroken(network):
		// What the other side says in an alert has no type that can be matched.
		return "The connection is not safe: the two sides do not agree on TLS, of which one may know only versions that are too old (" +
			redact.Printable(network.Err.Error()) + ").", "Check --api-host. " + own
	}
	return "", ""
}

func namesOf(c *x509.Certificate) string {
	names := append([]string(nil), c.DNSNames...)
	for _, ip := range c.IPAddresses {
		names = append(names, ip.String())
	}
	const enough = 3
	switch {
	case len(names) == 0:
		return "no name at all"
	case len(names) > enough:
		names = append(names[:enough], "others")
	}
	return redact.Printable(strings.Join(names, ", "))
}

func dnsWords(network *client.NetworkError) (what, do string) {
	var dns *net.DNSError
	if !errors.As(network, &dns) {
		return "", ""
	}
	return "The name " + redact.Printable(dns.Name) + " cannot be found: there is no network, or the name is wrong.",
		"Check the connection (and --api-host), then try again." + tryDemo
}

func brokenWords(network *client.NetworkError) (what, do string) {
	switch {
	case errors.Is(network, errno.Refused):
		return "Nothing answers at the API's address: the connection was refused.",
			"Check --api-host, a proxy or a firewall, then try again."
	case client.IsTimeout(network):
		return "The API did not answer in time.", checkAndTry + tryDemo
	case errors.Is(network, io.ErrUnexpectedEOF):
		return "The answer ended in the middle: the connection broke.", checkAndTry
	case errors.Is(network, io.EOF):
		return "The connection was closed before an answer came.", checkAndTry
	case errors.Is(network, errno.NoNetwork), errors.Is(network, errno.NoRoute):
		return "There is no way to the API from this network.", checkAndTry + tryDemo
	}
	return "The connection broke: " + redact.Printable(network.Err.Error()) + ".", checkAndTry
}

// isBroken reports whether the connection ended, which says nothing about its safety.
func isBroken(err error) bool {
	return client.IsTimeout(err) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.Is(err, errno.Reset) || errors.Is(err, errno.Aborted)
}

func adviseAPI(err error) (Advice, bool) {
	var unexpected *client.UnexpectedError
	if errors.As(err, &unexpected) {
		return Advice{
			What: fmt.Sprintf("What answered is not the Vonage API: %s.", redact.Printable(unexpected.Reason)),
			Do: "A network that wants a login first (hotel, train), or a proxy, may be in between: " +
				"open a page in a browser, then try again. If you gave --api-host, check it." + tryDemo,
			Retry: true, Kind: Remote,
		}, true
	}
	var different *client.DifferentError
	if errors.As(err, &different) {
		return adviseDifferent(different), true
	}
	if errors.Is(err, client.ErrTooManyPages) {
		return Advice{
			What: "The API's list goes on for too many pages, or in a circle, and what was looked for was not in it.",
			Do:   "If your account has that many, give the one to use with --app-id. If you gave --api-host, check it.",
			Kind: Remote,
		}, true
	}
	var api *client.Error
	if !errors.As(err, &api) {
		return Advice{}, false
	}
	a := adviseStatus(api)
	if api.Instance != "" && api.Status >= 500 {
		a.Do += " Vonage's support can find this failure as " + redact.Printable(api.Instance) + "."
	}
	return a, true
}

func adviseDifferent(err *client.DifferentError) Advice {
	what := "The API answered with another " + err.What
	if err.Asked != "" {
		what += fmt.Sprintf(": “%s” instead of “%s”", redact.Printable(err.Answered), redact.Printable(err.Asked))
	}
	if err.ID != "" {
		what += ". It is " + redact.Printable(err.ID)
	}
	return Advice{
		What: what + ".",
		Do: "Look in the dashboard (dashboard.vonage.com) for what was made, and check --api-host and any proxy in between. " +
			"Then try again: credwiz looks for it first, so it is not made twice.",
		Kind: Remote, Retry: true,
	}
}

func adviseStatus(api *client.Error) Advice {
	said := api.Explanation()
	if said != "" {
		said = " It said: " + said + "."
	}
	onUsers := strings.HasPrefix(api.Path, "/v1/users")
	switch status := api.Status; {
	case status == http.StatusUnauthorized && onUsers:
		return Advice{
			What: "The API does not accept what the private key signed." + said,
			Do: "If the application is brand new, wait a few seconds and try again. If the key belongs to another " +
				"application, or this computer's clock is wrong, mend that first.",
			Retry: true, Kind: Refused,
		}
	case status == http.StatusUnauthorized:
		return Advice{
			What:  "The API does not know this key and secret." + said,
			Do:    "Copy both again from the first page of the dashboard, dashboard.vonage.com.",
			Field: answer.APISecret, Kind: Refused,
		}
	case status == http.StatusForbidden:
		return Advice{
			What: "The API knows you and does not allow this." + said,
			Do:   "Ask the owner of the account for the right to do it, or use another account's key.",
			Kind: Refused, Field: answer.APIKey,
		}
	case status == http.StatusNotFound:
		return Advice{
			What: "The API does not know what was asked for." + said,
			Do:   "Check the id, and that the key belongs to the account that has it.",
			Kind: Remote,
		}
	case status == http.StatusTooManyRequests:
		return Advice{
			What:  "The API is asked too often at the moment." + said,
			Do:    tryAgain(api.RetryAfter, "Wait a few seconds, then try again."),
			Retry: true, Kind: Remote,
		}
	case status >= http.StatusInternalServerError:
		return Advice{
			What:  fmt.Sprintf("The API failed on its side (%d %s).%s", status, http.StatusText(status), said),
			Do:    tryAgain(api.RetryAfter, "Wait a little, then try again."),
			Retry: true, Kind: Remote,
		}
	}
	return Advice{
		What:  fmt.Sprintf("The API did not accept this (%d %s).%s", api.Status, http.StatusText(api.Status), said),
		Do:    "Change the answers and try again.",
		Field: blamed(api), Kind: Remote,
	}
}

func tryAgain(after time.Duration, otherwise string) string {
	if after == 0 {
		return otherwise
	}
	return "Try again in " + words.InWords(after) + ", as it asks."
}

func blamed(api *client.Error) string {
	for _, p := range api.Invalid {
		switch {
		case p.Name == "display_name":
			return answer.DisplayName
		case p.Name == "name" && strings.HasPrefix(api.Path, "/v1/users"):
			return answer.User
		case p.Name == "name":
			return answer.AppName
		}
	}
	return ""
}

func adviseLogin(err error) (Advice, bool) {
	var refused *client.LoginError
	if !errors.As(err, &refused) {
		return Advice{}, false
	}
	a := Advice{
		What: "The token is signed, but " + redact.Printable(refused.Error()) + ".",
		Do:   "Sign another one. If that is refused too, begin again with a new application.",
		Kind: Refused, Retry: true, Field: answer.Expires,
	}
	switch code := refused.Code; {
	case strings.HasSuffix(code, "permission"):
		a.Do = "Its ACL does not let it open a session: choose what it may reach again; client-sdk is right for most."
		a.Field, a.Retry = answer.ACL, false
	case strings.HasSuffix(code, "expired-token"):
		a.Do = "The clock of this computer may be wrong: set it, then sign another token."
	case strings.HasSuffix(code, "invalid-user"), strings.HasSuffix(code, "not-found"):
		a.Do = "The user may have been deleted meanwhile: create it again, or begin again with another name."
		a.Retry = false
	case strings.HasSuffix(code, "max-open-sessions"):
		a.Do = "The user is logged in too often: close some of those sessions, then try again."
	}
	return a, true
}
