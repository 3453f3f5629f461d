package sandbox

import (
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
)

// Asked without a listener: one on all addresses of the machine, or on port 80,
// is not for a test to open.
func TestWhichHostsAnAddressAnswers(t *testing.T) {
	everywhere := &net.TCPAddr{IP: net.IPv4zero, Port: 4010}
	for name, test := range map[string]struct {
		address *net.TCPAddr
		url     string
		hosts   map[string]int
	}{
		"all addresses": {everywhere, "http://127.0.0.1:4010", map[string]int{
			"127.0.0.1:4010": 200, "192.0.2.1:4010": 200, "my-computer:4010": 200, "[2001:db8::1]:4010": 200,
			"my-computer": 421, "my-computer:1": 421, "localhost:8080": 200,
		}},
		"loopback, the port of HTTP": {&net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 80}, "http://127.0.0.1:80", map[string]int{
			"127.0.0.1": 200, "localhost": 200, "127.0.0.1:80": 200, "my-computer": 421,
		}},
		"all addresses, the port of HTTP": {&net.TCPAddr{IP: net.IPv4zero, Port: 80}, "http://127.0.0.1:80", map[string]int{
			"127.0.0.1": 200, "localhost": 200, "my-computer:80": 200, "my-computer": 200,
		}},
	} {
		t.Run(name, func(t *testing.T) {
			s := New(Config{AllowRemote: true})
			if url := s.knowHosts("", test.address); url != test.url {
				t.Errorf("its URL is %s, want %s", url, test.url)
			}
			for host, status := range test.hosts {
				r := httptest.NewRequest(http.MethodGet, "/v2/applications", nil)
				r.Host = host
				r.SetBasicAuth(DefaultAPIKey, DefaultAPISecret)
				w := httptest.NewRecorder()
				s.ServeHTTP(w, r)
				if w.Code != status {
					t.Errorf("%s: answered %d, want %d", host, w.Code, status)
				}
			}
		})
	}
}
