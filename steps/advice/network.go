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

	"credwiz/client"
	"credwiz/client/errno"
	"credwiz/client/redact"
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
	practise    = " The practice sandbox needs no network: credwiz --demo."
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
		"Check the connection (and --api-host), then try again." + practise
}

func brokenWords(network *client.NetworkError) (what, do string) {
	switch {
	case errors.Is(network, errno.Refused):
		return "Nothing answers at the API's address: the connection was refused.",
			"Check --api-host, a proxy or a firewall, then try again."
	case client.IsTimeout(network):
		return "The API did not answer in time.", checkAndTry + practise
	case errors.Is(network, io.ErrUnexpectedEOF):
		return "The answer ended in the middle: the connection broke.", checkAndTry
	case errors.Is(network, io.EOF):
		return "The connection was closed before an answer came.", checkAndTry
	case errors.Is(network, errno.NoNetwork), errors.Is(network, errno.NoRoute):
		return "There is no way to the API from this network.", checkAndTry + practise
	}
	return "The connection broke: " + redact.Printable(network.Err.Error()) + ".", checkAndTry
}

// isBroken reports whether the connection ended, which says nothing about its safety.
func isBroken(err error) bool {
	return client.IsTimeout(err) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.Is(err, errno.Reset) || errors.Is(err, errno.Aborted)
}
