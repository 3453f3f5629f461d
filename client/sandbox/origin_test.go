package sandbox_test

import (
	"net/http"
	"strings"
	"testing"

	"credwiz/client/sandbox"
)

const studio = "http://studio.example.com:3000"

func TestAPageOfAnAllowedOriginMayAskAndRead(t *testing.T) {
	t.Attr("fault", "B2")
	server := start(t, sandbox.Config{AllowOrigins: []string{studio, "HTTPS://Example.com:443"}})
	for _, origin := range []string{studio, "https://example.com"} {
		page := func(r *http.Request) {
			r.Header.Set("Origin", origin)
			r.Header.Set("Sec-Fetch-Site", "cross-site")
		}
		// Refusals are for it to read, too.
		for status, headers := range map[int][]header{200: {owner, page}, 401: {page}} {
			got := server.want(status, "GET", "/v2/applications", "", headers...)
			for name, want := range map[string]string{
				"Access-Control-Allow-Origin":      origin,
				"Access-Control-Allow-Credentials": "",
				"Access-Control-Expose-Headers":    "Date, Retry-After, WWW-Authenticate",
				"Vary":                             "Origin",
			} {
				equal(t, got.header.Get(name), want, "%s", name)
			}
		}
	}
	server.want(201, "POST", "/v2/applications", `{"name":"x"}`, owner, with("Origin", studio))
}

func TestAPreflightAllowsWhatWasAsked(t *testing.T) {
	// It uses no fault up, since it is the browser's and not the page's.
	server := start(t, sandbox.Config{AllowOrigins: []string{studio}, Faults: faults(t, "* /:500:1")})
	got := server.want(204, "OPTIONS", "/v1/users/USR-x", "",
		with("Origin", studio),
		with("Sec-Fetch-Site", "cross-site"),
		with("Access-Control-Request-Method", "PATCH"),
		with("Access-Control-Request-Headers", "authorization,content-type"),
		with("Access-Control-Request-Private-Network", "true"))
	for name, want := range map[string]string{
		"Access-Control-Allow-Origin":          studio,
		"Access-Control-Allow-Methods":         "PATCH",
		"Access-Control-Allow-Headers":         "authorization,content-type",
		"Access-Control-Allow-Private-Network": "true",
		"Access-Control-Allow-Credentials":     "",
		"Vary":                                 "Origin",
	} {
		equal(t, got.header.Get(name), want, "%s", name)
	}
	got = server.want(204, "OPTIONS", "/v2/applications", "", with("Origin", studio), with("Access-Control-Request-Method", "GET"))
	for _, name := range []string{"Access-Control-Allow-Headers", "Access-Control-Allow-Private-Network"} {
		if values, has := got.header[name]; has {
			t.Errorf("%s is %q, unasked", name, values)
		}
	}
	server.want(500, "GET", "/", "")
	// Without the question it is a method like any other.
	server.want(405, "OPTIONS", "/v2/applications", "", with("Origin", studio))
}

func TestAnOriginThatIsNotAllowedIsRefused(t *testing.T) {
	t.Attr("fault", "B2")
	server := start(t, sandbox.Config{AllowOrigins: []string{studio}})
	for _, origin := range []string{
		"http://studio.example.com:3001", "https://studio.example.com:3000", "http://studio.example.com",
		"http://studio.example.com:3000.example.com", "http://localhost.example.com", "null", "http://10.0.2.2:3000",
	} {
		for _, method := range []string{"GET", "POST", "OPTIONS"} {
			got := server.want(403, method, "/v2/applications", "", owner,
				with("Origin", origin), with("Access-Control-Request-Method", "GET"))
			equal(t, got.header.Get("Access-Control-Allow-Origin"), "", "%s is told that", origin)
		}
	}
	// Pages of its own, and programs, are served as ever.
	server.want(200, "GET", "/v2/applications", "", owner, with("Origin", server.URL()))
	got := server.want(200, "GET", "/v2/applications", "", owner)
	if got.header.Get("Vary") != "Origin" || got.header.Get("Access-Control-Allow-Origin") != "" {
		t.Errorf("header %v", got.header)
	}
}

func TestWhatIsNoOriginIsNotAllowed(t *testing.T) {
	for origin, want := range map[string]string{
		"":                           "must be the address of one site",
		"*":                          "must be the address of one site",
		"null":                       "must be the address of one site",
		"localhost:3000":             "must be the address of one site",
		"https://*.example.com":      "must be the address of one site",
		"file:///tmp":                "must be the address of one site",
		"http://:3000":               "must be the address of one site",
		"http://a b":                 "must be the address of one site",
		"http://localhost:3000/":     "must end after the host and the port",
		"http://localhost:3000?x":    "must end after the host and the port",
		"http://localhost:3000?":     "must end after the host and the port",
		"http://localhost:3000#x":    "must end after the host and the port",
		"http://user@localhost:3000": "must end after the host and the port",
	} {
		_, err := sandbox.Listen("127.0.0.1:0", sandbox.Config{AllowOrigins: []string{studio, origin}})
		if err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), "sandbox: origin \"") {
			t.Errorf("%q: error %v, want %q in it", origin, err, want)
		}
		// As a handler, the sandbox has nobody to tell, and allows nothing.
		h := sandbox.New(sandbox.Config{AllowOrigins: []string{origin}})
		equal(t, call(t, h, "GET", "/v2/applications", "", owner, with("Origin", "http://studio.example.com")).status, 403, "%q: status", origin)
	}
}
