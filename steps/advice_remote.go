package steps

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"syscall"

	"credwiz/client"
)

func adviseAPI(err error) (Advice, bool) {
	var unexpected *client.UnexpectedError
	if errors.As(err, &unexpected) {
		return Advice{
			What: fmt.Sprintf("What answered is not the Vonage API: %s.", client.Printable(unexpected.Reason)),
			Do: "A network that wants a login first (hotel, train), or a proxy, may be in between: " +
				"open a page in a browser, then try again. If you gave --api-host, check it.",
			Retry: true, Kind: Remote,
		}, true
	}
	var api *client.Error
	if !errors.As(err, &api) {
		return Advice{}, false
	}
	a := adviseStatus(api)
	if api.Instance != "" && api.Status >= 500 {
		a.Do += " Vonage's support can find this failure as " + client.Printable(api.Instance) + "."
	}
	return a, true
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
			Field: AnswerAPISecret, Kind: Refused,
		}
	case status == http.StatusForbidden:
		return Advice{
			What: "The API knows you and does not allow this." + said,
			Do:   "Ask the owner of the account for the right to do it, or use another account's key.",
			Kind: Refused, Field: AnswerAPIKey,
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
			Do:    "Wait a few seconds, then try again.",
			Retry: true, Kind: Remote,
		}
	case status >= http.StatusInternalServerError:
		return Advice{
			What:  fmt.Sprintf("The API failed on its side (%d %s).%s", status, http.StatusText(status), said),
			Do:    "Wait a little, then try again. Your answers are kept.",
			Retry: true, Kind: Remote,
		}
	}
	return Advice{
		What:  fmt.Sprintf("The API did not accept this (%d %s).%s", api.Status, http.StatusText(api.Status), said),
		Do:    "Change the answers and try again.",
		Field: blamed(api), Kind: Remote,
	}
}

// blamed finds the answer that the API did not accept.
func blamed(api *client.Error) string {
	for _, p := range api.Invalid {
		switch {
		case p.Name == "display_name":
			return AnswerDisplayName
		case p.Name == "name" && strings.HasPrefix(api.Path, "/v1/users"):
			return AnswerUser
		case p.Name == "name":
			return AnswerAppName
		}
	}
	return ""
}

// adviseLogin is about a token that was signed, written, and refused by the platform.
func adviseLogin(err error) (Advice, bool) {
	var refused *client.LoginError
	if !errors.As(err, &refused) {
		return Advice{}, false
	}
	a := Advice{
		What: "The token is signed, but " + client.Printable(refused.Error()) + ".",
		Do:   "Sign another one. If that is refused too, begin again with a new application.",
		Kind: Refused, Retry: true, Field: AnswerExpires,
	}
	switch code := refused.Code; {
	case strings.HasSuffix(code, "permission"):
		a.Do = "Its ACL does not let it open a session: choose what it may reach again; client-sdk is right for most."
		a.Field, a.Retry = AnswerACL, false
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

// adviseNetwork tells apart what can be wrong between here and the API.
func adviseNetwork(err error) (Advice, bool) {
	var network *client.NetworkError
	if !errors.As(err, &network) {
		return Advice{}, false
	}
	a := Advice{Retry: true, Kind: Remote}
	var dns *net.DNSError
	var op *net.OpError
	switch {
	case errors.As(err, &op) && op.Op == "proxyconnect":
		a.What = "The proxy cannot be reached."
		a.Do = "Check HTTPS_PROXY, or unset it if this network needs none; then try again."
	case isTLS(err):
		a.What = "The connection is not safe: " + client.Printable(network.Err.Error()) + "."
		a.Do = "If your company inspects connections, give its certificate in SSL_CERT_FILE; else do not use this network."
	case errors.As(err, &dns):
		a.What = "The name " + client.Printable(dns.Name) + " cannot be found: there is no network, or the name is wrong."
		a.Do = "Check the connection (and --api-host), then try again. The practice sandbox needs none: credwiz --demo."
	case errors.Is(err, syscall.ECONNREFUSED):
		a.What = "Nothing answers at the API's address: the connection was refused."
		a.Do = "Check --api-host, a proxy or a firewall, then try again."
	case errors.Is(err, os.ErrDeadlineExceeded), errors.Is(err, context.DeadlineExceeded), isTimeout(err):
		a.What = "The API did not answer in time."
		a.Do = "Check the connection, then try again."
	case errors.Is(err, io.ErrUnexpectedEOF):
		a.What = "The answer ended in the middle: the connection broke."
		a.Do = "Check the connection, then try again."
	case errors.Is(err, io.EOF):
		a.What = "The connection was closed before an answer came."
		a.Do = "Check the connection, then try again."
	case errors.Is(err, syscall.ENETUNREACH), errors.Is(err, syscall.EHOSTUNREACH):
		a.What = "There is no way to the API from this network."
		a.Do = "Check the connection, then try again. The practice sandbox needs none: credwiz --demo."
	default:
		a.What = "The connection broke: " + client.Printable(network.Err.Error()) + "."
		a.Do = "Check the connection, then try again."
	}
	return a, true
}

func isTLS(err error) bool {
	var verification *tls.CertificateVerificationError
	var authority x509.UnknownAuthorityError
	var hostname x509.HostnameError
	var invalid x509.CertificateInvalidError
	var header tls.RecordHeaderError
	var alert tls.AlertError
	return errors.As(err, &verification) || errors.As(err, &authority) || errors.As(err, &hostname) ||
		errors.As(err, &invalid) || errors.As(err, &header) || errors.As(err, &alert)
}

func isTimeout(err error) bool {
	var timeout net.Error
	return errors.As(err, &timeout) && timeout.Timeout()
}
