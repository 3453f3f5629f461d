//go:build unix

package command_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"credwiz/client/sandbox"
)

// authority is one that no computer knows, like that of a company that inspects connections.
type authority struct {
	key  *ecdsa.PrivateKey
	cert *x509.Certificate
	file string // its certificate, for SSL_CERT_FILE
}

func newAuthority(t *testing.T) authority {
	t.Helper()
	key := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Test authority"}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageCertSign, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
	der := must(x509.CreateCertificate(rand.Reader, template, template, key.Public(), key))
	cert := must(x509.ParseCertificate(der))
	file := filepath.Join(t.TempDir(), "authority.pem")
	noError(t, os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600))
	return authority{key, cert, file}
}

// certificate is one for names, until a time.
func (a authority) certificate(t *testing.T, until time.Time, names ...string) tls.Certificate {
	t.Helper()
	key := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	template := &x509.Certificate{
		SerialNumber: big.NewInt(2), NotBefore: time.Now().Add(-2 * time.Hour), NotAfter: until,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	for _, name := range names {
		if ip := net.ParseIP(name); ip != nil {
			template.IPAddresses = append(template.IPAddresses, ip)
			continue
		}
		template.DNSNames = append(template.DNSNames, name)
	}
	der := must(x509.CreateCertificate(rand.Reader, template, a.cert, key.Public(), a.key))
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// overTLS serves the API over TLS on this machine.
func overTLS(t *testing.T, config *tls.Config) *httptest.Server {
	t.Helper()
	server := httptest.NewUnstartedServer(sandbox.New(sandbox.Config{}))
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.TLS = config
	server.StartTLS()
	t.Cleanup(server.Close)
	return server
}

// proxy is one that leads every name to the same server, and notes what it was asked for.
type proxy struct {
	*httptest.Server
	mu    sync.Mutex
	asked []string // hosts
	auth  []string
}

func startProxy(t *testing.T, leadsTo string, refuse int) *proxy {
	t.Helper()
	p := &proxy{}
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		p.asked = append(p.asked, r.Method+" "+r.Host)
		p.auth = append(p.auth, r.Header.Get("Proxy-Authorization"))
		p.mu.Unlock()
		if refuse != 0 {
			w.WriteHeader(refuse)
			return
		}
		far, err := net.Dial("tcp", leadsTo)
		if err != nil {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		defer func() { _ = far.Close() }()
		w.WriteHeader(http.StatusOK)
		near, ahead, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return
		}
		defer func() { _ = near.Close() }()
		// ahead has what came before the connection was taken over.
		go func() { _, _ = io.Copy(far, ahead); _ = far.Close() }()
		_, _ = io.Copy(near, far)
	}))
	t.Cleanup(p.CloseClientConnections)
	return p
}

// requests are the hosts that the proxy was asked for, each once, and the last name and password that it was given.
func (p *proxy) requests() (hosts []string, auth string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, host := range p.asked {
		if !slices.Contains(hosts, host) {
			hosts = append(hosts, host)
		}
	}
	if len(p.auth) > 0 {
		auth = p.auth[len(p.auth)-1]
	}
	return hosts, auth
}

func (p *proxy) address() string { return strings.TrimPrefix(p.URL, "http://") }

const proxyPassword = "ProxyCanary7"

var whole = []string{"--no-input", "--app-name", "My App", "--user", "alice"}

func TestAWholeRunGoesThroughTheProxyWithTheCompanysAuthority(t *testing.T) {
	t.Attr("fault", "N8")
	t.Attr("fault", "N9")
	t.Parallel()
	own := newAuthority(t)
	api := overTLS(t, &tls.Config{Certificates: []tls.Certificate{
		own.certificate(t, time.Now().Add(time.Hour), "*.nexmo.com", "*.vonage.com"),
	}})
	p := startProxy(t, api.Listener.Addr().String(), 0)
	dir := t.TempDir()
	// The real host's name, which only the proxy knows a way to.
	r := runs(t, dir, "", append(account(),
		"HTTPS_PROXY=http://me:"+proxyPassword+"@"+p.address(), "SSL_CERT_FILE="+own.file), whole...)
	r.ends(t, 0)
	hosts, auth := p.requests()
	// The login goes the same way as the calls.
	if want := []string{"CONNECT api.nexmo.com:443", "CONNECT ws-us.vonage.com:443"}; !slices.Equal(hosts, want) {
		t.Errorf("the proxy was asked for %q, want %q", hosts, want)
	}
	if want := "Basic " + base64.StdEncoding.EncodeToString([]byte("me:"+proxyPassword)); auth != want {
		t.Errorf("the proxy was given %q", auth)
	}
	if !strings.Contains(r.stderr, "signed in: session SES-") {
		t.Errorf("the login was not proven:\n%s", r.stderr)
	}
	if strings.Contains(r.stdout+r.stderr, proxyPassword) {
		t.Error("the proxy's password is shown")
	}
}

func TestAProxyThatLetsNothingThroughIsNamed(t *testing.T) {
	t.Attr("fault", "N9")
	t.Parallel()
	refusing := startProxy(t, "", http.StatusProxyAuthRequired)
	forbidding := startProxy(t, "", http.StatusForbidden)
	dead := strings.TrimPrefix(deadHost, "http://")
	built(t)
	for name, test := range map[string]struct {
		proxy string
		says  []string
	}{
		"no password":      {"http://" + refusing.address(), []string{"407 Proxy Authentication Required", "NAME:PASSWORD@HOST"}},
		"a wrong password": {"http://me:" + proxyPassword + "@" + refusing.address(), []string{"407 Proxy Authentication Required"}},
		"forbidden":        {"http://me:" + proxyPassword + "@" + forbidding.address(), []string{"The proxy blocked the request", "403 Forbidden", "NO_PROXY"}},
		"no proxy there":   {"http://me:" + proxyPassword + "@" + dead, []string{"Can't reach the proxy", dead, "HTTPS_PROXY"}},
	} {
		t.Run(name, func(t *testing.T) {
			r := runs(t, t.TempDir(), "", append(account(), "HTTPS_PROXY="+test.proxy), whole...).ends(t, 5, test.says...)
			if strings.Contains(r.stdout+r.stderr, proxyPassword) {
				t.Errorf("the proxy's password is shown:\n%s", r.stderr)
			}
		})
	}
	if hosts, _ := refusing.requests(); len(refusing.asked) != 2 {
		t.Errorf("the proxy was asked %d times for %q: a refusal is none that passes", len(refusing.asked), hosts)
	}
}

func TestWhatNeedsNoProxyDoesNotAskIt(t *testing.T) {
	t.Attr("fault", "N9")
	t.Attr("fault", "N10")
	t.Parallel()
	server := startSandbox(t)
	p := startProxy(t, "", http.StatusForbidden)
	t.Run("loopback", func(t *testing.T) {
		r := runs(t, t.TempDir(), "", append(account(), "HTTPS_PROXY="+p.URL, "HTTP_PROXY="+p.URL, "NO_PROXY="),
			append([]string{"--api-host", server.URL()}, whole...)...)
		r.ends(t, 0)
	})
	t.Run("NO_PROXY", func(t *testing.T) {
		began := time.Now()
		// A name that does not exist by definition (RFC 6761): it is looked for here, and not by the proxy.
		r := runs(t, t.TempDir(), "", append(account(), "HTTPS_PROXY="+p.URL, "NO_PROXY=.test"),
			append([]string{"--api-host", "https://api.credwiz.test", "--trust-api-host"}, whole...)...)
		r.ends(t, 5, "The host api.credwiz.test can't be found", "credwiz --demo")
		if took := time.Since(began); took > 5*time.Second {
			t.Errorf("it took %v to say so", took)
		}
	})
	if hosts, _ := p.requests(); len(hosts) != 0 {
		t.Errorf("the proxy was asked for %q", hosts)
	}
}

func TestAnInsecureConnectionIsRefusedWithTheReason(t *testing.T) {
	t.Attr("fault", "N8")
	t.Parallel()
	own := newAuthority(t)
	good := own.certificate(t, time.Now().Add(time.Hour), "127.0.0.1")
	for name, test := range map[string]struct {
		config *tls.Config
		trust  bool
		code   int
		says   []string
	}{
		"an authority that is known": {&tls.Config{Certificates: []tls.Certificate{good}}, true, 0, nil},
		"an authority that is not":   {&tls.Config{Certificates: []tls.Certificate{good}}, false, 5, []string{"the certificate's authority is unknown"}},
		"another name": {&tls.Config{Certificates: []tls.Certificate{own.certificate(t, time.Now().Add(time.Hour), "hotel.test")}}, true, 5,
			[]string{"the certificate is for hotel.test, not for 127.0.0.1"}},
		"expired": {&tls.Config{Certificates: []tls.Certificate{own.certificate(t, time.Now().Add(-time.Hour), "127.0.0.1")}}, true, 5,
			[]string{"the certificate has expired", "date and time"}},
		"an old version": {&tls.Config{Certificates: []tls.Certificate{good}, MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11}, true, 5,
			[]string{"no TLS version in common", "protocol version not supported"}},
	} {
		t.Run(name, func(t *testing.T) {
			server := overTLS(t, test.config)
			env := account()
			if test.trust {
				env = append(env, "SSL_CERT_FILE="+own.file)
			}
			r := runs(t, t.TempDir(), "", env, append([]string{"--api-host", server.URL}, whole...)...).ends(t, test.code)
			if test.code != 0 {
				test.says = append(test.says, "The connection isn't secure", "SSL_CERT_FILE")
			}
			has(t, r.stderr, test.says...)
			if strings.Contains(r.stderr, "try 2") {
				t.Errorf("it was tried again:\n%s", r.stderr)
			}
		})
	}
}

func TestNoFlagMakesAConnectionInsecure(t *testing.T) {
	t.Attr("fault", "N8")
	t.Parallel()
	r := runs(t, t.TempDir(), "", nil, "--help")
	for _, word := range []string{"insecure", "skip-verify", "no-check", "no-verify"} {
		if strings.Contains(r.stdout+r.stderr, word) {
			t.Errorf("the help has %q", word)
		}
	}
}

func TestAScriptNeedsAYesForAnotherHostAndForAClockThatIsFarOut(t *testing.T) {
	t.Attr("fault", "N11")
	t.Attr("fault", "N12")
	t.Parallel()
	p := startProxy(t, "", http.StatusForbidden)
	t.Run("another host", func(t *testing.T) {
		args := append([]string{"--api-host", "https://gateway.test"}, whole...)
		env := append(account(), "HTTPS_PROXY="+p.URL)
		runs(t, t.TempDir(), "", env, args...).ends(t, 2, "gateway.test isn't a Vonage host", "--trust-api-host")
		if hosts, _ := p.requests(); len(hosts) != 0 {
			t.Errorf("asked for %q", hosts)
		}
		r := runs(t, t.TempDir(), "", env, append(args, "--trust-api-host")...)
		if hosts, _ := p.requests(); r.code != 5 || len(hosts) != 1 {
			t.Errorf("code %d, asked for %q:\n%s", r.code, hosts, r.stderr)
		}
	})
	t.Run("the clock", func(t *testing.T) {
		args := demoWith(append([]string{"--skew", "-1h"}, whole...)...)
		runs(t, t.TempDir(), "", nil, args...).ends(t, 2, "ahead of the API", "--accept-skew")
		runs(t, t.TempDir(), "", nil, append(args, "--accept-skew")...).ends(t, 0)
	})
}

func TestATemporaryRefusalIsRetriedAndReported(t *testing.T) {
	t.Attr("fault", "N3")
	t.Parallel()
	r := runs(t, t.TempDir(), "", nil, demoWith(append([]string{"--fault", "GET /v2/applications:429+1s:1", "--fault", "POST /v1/users:429+1s:1"}, whole...)...)...).ends(t, 0, "● Check the key and secret    waiting 1 s, try 2 of 4 · GET /v2/applications · 429 Too Many Requests\n",
		"✓ Key and secret checked      GET /v2/applications · 200 OK, try 2",
		"● Create the user             waiting 1 s, try 2 of 4 · POST /v1/users · 429 Too Many Requests\n")
	if r.stdout == "" {
		t.Error("there is no receipt")
	}
}
