package advice

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
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
	for _, words := range []func(*client.NetworkError) (what, do string){proxyWords, tlsWords, brokenWords} {
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
		return "The proxy requires a username and password (407 Proxy Authentication Required).",
			"Set them in HTTPS_PROXY (http://NAME:PASSWORD@HOST:PORT), then try again."
	case errors.As(network, &refused):
		return fmt.Sprintf("The proxy blocked the request (%d %s).", refused.Status, http.StatusText(refused.Status)),
			"Ask your network administrator, or add the API's host to NO_PROXY if this network doesn't need a proxy, then try again."
	case errors.As(network, &op) && op.Op == "proxyconnect":
		return "Can't reach the proxy: " + redact.Printable(op.Err.Error()) + ".",
			"Check HTTPS_PROXY, or unset it if this network doesn't need a proxy, then try again."
	}
	return "", ""
}

// tlsWords offers no way around an unsafe connection, which would reveal the secret.
func tlsWords(network *client.NetworkError) (what, do string) {
	// Go reads SSL_CERT_FILE on Linux only.
	const own = "If your company inspects connections, add its certificate to your system's, or name the file in " +
		"SSL_CERT_FILE (Linux only). Otherwise, don't use this network."
	var authority x509.UnknownAuthorityError
	var hostname x509.HostnameError
	var invalid x509.CertificateInvalidError
	var verification *tls.CertificateVerificationError
	var header tls.RecordHeaderError
	switch {
	case errors.As(network, &authority):
		return "The connection isn't secure: the certificate's authority is unknown to this computer.", own
	case errors.As(network, &hostname):
		return "The connection isn't secure: the certificate is for " + namesOf(hostname.Certificate) + ", not for " +
			redact.Printable(hostname.Host) + ".", "Check the API host. " + own
	case errors.As(network, &invalid) && invalid.Reason == x509.Expired:
		return "The connection isn't secure: the certificate has expired or isn't valid yet.",
			"Check this computer's date and time. If they're right, only the API's owner can renew it. " + own
	case errors.As(network, &header), errors.Is(network, http.ErrSchemeMismatch):
		return "The connection isn't secure: the server doesn't speak TLS.", "Check the API host and the port. " + own
	case errors.As(network, &verification), errors.As(network, &invalid):
		return "The connection isn't secure: " + redact.Printable(network.Err.Error()) + ".", own
	case network.Handshake && !isBroken(network):
		// What the other side says in an alert has no type that can be matched.
		return "The connection isn't secure: no TLS version in common, so one side may be too old (" +
			redact.Printable(network.Err.Error()) + ").", "Check the API host. " + own
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
		return "no name"
	case len(names) > enough:
		names = append(names[:enough], "others")
	}
	return redact.Printable(strings.Join(names, ", "))
}

// refusedBy names the address that a connection was for; it may be a proxy's.
func refusedBy(network *client.NetworkError) (address string, loopback bool) {
	if dialed, ok := errors.AsType[*net.OpError](network); ok && dialed.Addr != nil {
		address := dialed.Addr.String()
		return redact.Printable(address), client.IsLoopback(&url.URL{Host: address})
	}
	return "The API's address", false
}

func brokenWords(network *client.NetworkError) (what, do string) {
	var dns *net.DNSError
	switch {
	case errors.As(network, &dns):
		return "The host " + redact.Printable(dns.Name) + " can't be found. You may be offline, or the name is wrong.",
			"Check the connection and the API host, then try again." + tryDemo
	case errors.Is(network, errno.Refused):
		address, loopback := refusedBy(network)
		if loopback {
			return address + " refused the connection.", "Is credwiz sandbox running in another terminal? Check the API host, then try again."
		}
		return address + " refused the connection.", "Check the API host and any proxy or firewall, then try again."
	case client.IsTimeout(network):
		return "The API didn't answer in time.", checkAndTry + tryDemo
	case errors.Is(network, io.ErrUnexpectedEOF):
		return "The connection dropped in the middle of the answer.", checkAndTry
	case errors.Is(network, io.EOF):
		return "The connection was closed before the API answered.", checkAndTry
	case errors.Is(network, errno.NoNetwork), errors.Is(network, errno.NoRoute):
		return "The API can't be reached from this network.", checkAndTry + tryDemo
	}
	return "The connection failed: " + redact.Printable(network.Err.Error()) + ".", checkAndTry
}

// isBroken reports whether the connection ended, which says nothing about its safety.
func isBroken(err error) bool {
	return client.IsTimeout(err) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.Is(err, errno.Reset) || errors.Is(err, errno.Aborted)
}

func adviseAPI(err error) (Advice, bool) {
	if unexpected, ok := errors.AsType[*client.UnexpectedError](err); ok {
		return Advice{
			What: fmt.Sprintf("Something answered, but it isn't the Vonage API: %s.", redact.Printable(unexpected.Reason)),
			Do: "A network with a login page (hotel, train) or a proxy may be in the way: " +
				"open a page in your browser, then try again. If you chose the API host, check it." + tryDemo,
			Retry: true, Kind: Remote,
		}, true
	}
	if different, ok := errors.AsType[*client.DifferentError](err); ok {
		return adviseDifferent(different), true
	}
	if errors.Is(err, client.ErrTooManyPages) {
		return Advice{
			What: "The API's list is too long or repeats itself, and what credwiz needs wasn't in it.",
			Do:   "If your account has that many applications, choose one by its ID. If you chose the API host, check it.",
			Kind: Remote,
		}, true
	}
	var api *client.Error
	if !errors.As(err, &api) {
		return Advice{}, false
	}
	a := adviseStatus(api)
	if api.Instance != "" && api.Status >= 500 {
		a.Do += " Support can look this up as " + redact.Printable(api.Instance) + "."
	}
	return a, true
}

func adviseDifferent(err *client.DifferentError) Advice {
	what := "The API returned a different " + err.What
	if err.Asked != "" {
		what += fmt.Sprintf(": “%s” instead of “%s”", redact.Printable(err.Answered), redact.Printable(err.Asked))
	}
	if err.ID != "" {
		what += ". It is " + redact.Printable(err.ID)
	}
	return Advice{
		What: what + ".",
		Do: "Look in the dashboard of your account for what was created, and check the API host and any proxy in between. " +
			"Then try again: credwiz looks for it first, so it's never created twice.",
		Kind: Remote, Retry: true,
	}
}

func adviseStatus(api *client.Error) Advice {
	said := api.Explanation()
	if said != "" {
		said = " It said: " + said + "."
	}
	onUsers := strings.HasPrefix(api.Path, "/v1/users")
	who, pair := "Vonage", ", or copy both again from dashboard.vonage.com."
	if host := (&url.URL{Host: api.Host}); api.Host != "" && !client.IsVonage(host) {
		who = redact.Printable(api.Host)
		pair = ", and that both are for " + who + "."
	}
	switch status := api.Status; {
	case status == http.StatusUnauthorized && onUsers:
		return Advice{
			What: who + " rejected the token that this private key signed." + said,
			Do: WhyRejected(&url.URL{Host: api.Host}) + " To find out which: credwiz inspect --online. If the application is brand new, wait a few " +
				"seconds and try again. If this computer's clock is wrong, set it first.",
			Retry: true, Kind: Refused,
		}
	case status == http.StatusUnauthorized:
		return Advice{
			What:  who + " rejected this key and secret." + said,
			Do:    "Check for a typo" + pair,
			Field: answer.APISecret, Kind: Refused,
		}
	case status == http.StatusForbidden:
		return Advice{
			What: "Your account isn't allowed to do this." + said,
			Do:   "Ask the account owner for permission, or use another account's key.",
			Kind: Refused, Field: answer.APIKey,
		}
	case status == http.StatusNotFound:
		return Advice{
			What: "The API couldn't find it." + said,
			Do:   "Check the ID, and that the key belongs to the right account.",
			Kind: Remote,
		}
	case status == http.StatusTooManyRequests:
		return Advice{
			What:  who + " is rate-limiting requests." + said,
			Do:    tryAgain(api.RetryAfter, "Wait a few seconds, then try again."),
			Retry: true, Kind: Remote,
		}
	case status >= http.StatusInternalServerError:
		return Advice{
			What:  fmt.Sprintf("The API had a problem (%d %s).%s", status, http.StatusText(status), said),
			Do:    tryAgain(api.RetryAfter, "Wait a moment, then try again."),
			Retry: true, Kind: Remote,
		}
	}
	return Advice{
		What:  fmt.Sprintf("The API rejected this (%d %s).%s", api.Status, http.StatusText(api.Status), said),
		Do:    "Change your answers and try again.",
		Field: blamed(api), Kind: Remote,
	}
}

// WhyRejected names what makes an API reject all tokens that an application's key signs.
func WhyRejected(host *url.URL) string {
	if client.IsLoopback(host) {
		return "The application's key was replaced elsewhere, the application was deleted, or the sandbox was restarted, which deletes everything in it."
	}
	return "The application's key was replaced elsewhere, or the application was deleted."
}

func tryAgain(after time.Duration, otherwise string) string {
	if after == 0 {
		return otherwise
	}
	return "Try again in " + words.InWords(after) + ", as the API asks."
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
		What: "The token was signed, but " + redact.Printable(refused.Error()) + ".",
		Do:   "Wait a few seconds, then sign another one.",
		Kind: Refused, Retry: true, Field: answer.Expires,
	}
	switch code := refused.Code; {
	case strings.HasSuffix(code, "permission"):
		a.Do = "Its ACL doesn't allow logging in. Choose its access again: client-sdk is right for most apps."
		a.Field, a.Retry = answer.ACL, false
	case strings.HasSuffix(code, "expired-token"):
		a.Do = "This computer's clock may be wrong. Set it, then sign another token."
	case strings.HasSuffix(code, "invalid-user"), strings.HasSuffix(code, "not-found"):
		a.Do = "The user may have been deleted in the meantime. Create it again, or start over with another name."
		a.Retry = false
	case strings.HasSuffix(code, "max-open-sessions"):
		a.Do = "The user has too many open sessions. Close some, then try again."
	}
	return a, true
}
