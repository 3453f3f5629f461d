package sandbox_test

import (
	"errors"
	"net"
	"net/http"
	"strings"
	"testing"

	"credwiz/client/sandbox"
)

// listen is start for an address.
func listen(t *testing.T, addr string, cfg sandbox.Config) *api {
	t.Helper()
	server := must(sandbox.Listen(addr, cfg))
	a := &api{Server: server, t: t, client: &http.Client{Transport: &http.Transport{}}}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
		a.client.CloseIdleConnections()
	})
	return a
}

func host(name string) header { return func(r *http.Request) { r.Host = name } }

func TestListeningOnAnAddressOfLoopback(t *testing.T) {
	t.Attr("fault", "B1")
	for _, addr := range []string{"127.0.0.1:0", "localhost:0", "LocalHost:0"} {
		server := listen(t, addr, sandbox.Config{})
		_, port, err := net.SplitHostPort(strings.TrimPrefix(server.URL(), "http://"))
		if err != nil || port == "0" {
			t.Fatalf("%s: URL %s", addr, server.URL())
		}
		server.want(200, "GET", "/v2/applications", "", owner)
		server.want(200, "GET", "/v2/applications", "", owner, host("localhost:"+port))
		server.want(421, "GET", "/v2/applications", "", owner, host("example.com:"+port))
	}
}

func TestListeningOnLoopbackInIPv6(t *testing.T) {
	t.Attr("fault", "B1")
	if probe, err := net.Listen("tcp", "[::1]:0"); err != nil {
		t.Skip("no IPv6 here: ", err)
	} else {
		probe.Close()
	}
	server := listen(t, "[::1]:0", sandbox.Config{})
	wantMatch(t, `^http://\[::1\]:[0-9]+$`, server.URL())
	server.want(200, "GET", "/v2/applications", "", owner)
}

func TestAnotherAddressThanLoopbackNeedsAYes(t *testing.T) {
	t.Attr("fault", "B1")
	for _, addr := range []string{":0", "0.0.0.0:0", "[::]:0", "192.0.2.1:0"} {
		server, err := sandbox.Listen(addr, sandbox.Config{})
		if !errors.Is(err, sandbox.ErrNotLoopback) || server != nil {
			t.Errorf("%s: error %v", addr, err)
			continue
		}
		wantMatch(t, `whoever can reach this machine could use the sandbox`, err.Error())
		wantMatch(t, `^sandbox: `+strings.NewReplacer("[", `\[`, "]", `\]`).Replace(addr), err.Error())
	}
}

func TestAnAddressThatCannotBeListenedOn(t *testing.T) {
	for addr, want := range map[string]string{
		"127.0.0.1":           "missing port",
		"127.0.0.1:70000":     "invalid port",
		"127.0.0.1:no-port":   "no-port",
		"127.0.0.1:80:80":     "too many colons",
		"[127.0.0.1:80":       "missing ']'",
		"http://127.0.0.1:80": "too many colons",
	} {
		_, err := sandbox.Listen(addr, sandbox.Config{})
		if err == nil || !strings.HasPrefix(err.Error(), "sandbox: ") || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %q in it", addr, err, want)
		}
	}

	taken := strings.TrimPrefix(start(t, sandbox.Config{}).URL(), "http://")
	_, err := sandbox.Listen(taken, sandbox.Config{})
	var inner *net.OpError
	if err == nil || !strings.Contains(err.Error(), taken) || !errors.As(err, &inner) {
		t.Errorf("error %v", err)
	}
}
