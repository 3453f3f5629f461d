package serve

import (
	"embed"
	"net/http"
	"net/url"
	"path"
	"strings"

	"credwiz/client"
)

//go:embed page
var pageFiles embed.FS

// pageRoutes are the files of the page, and what it asks for.
func (b *Backend) pageRoutes() map[string]http.HandlerFunc {
	routes := map[string]http.HandlerFunc{"/": b.file("index.html"), "/settings": b.settings}
	for _, name := range []string{"page.js", "client.js", "events.js", "page.css", "icon.svg"} {
		routes["/"+name] = b.file(name)
	}
	if b.SDK.File != "" {
		routes["/sdk.js"] = b.serveSDK
	}
	return routes
}

func (b *Backend) file(name string) http.HandlerFunc {
	text, err := pageFiles.ReadFile("page/" + name)
	if err != nil {
		panic(err) // it is embedded
	}
	kind := map[string]string{
		".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml",
	}[path.Ext(name)]
	policy := b.policy()
	return func(w http.ResponseWriter, _ *http.Request) {
		header := w.Header()
		header.Set("Content-Type", kind)
		header.Set("Content-Security-Policy", policy)
		header.Set("Cross-Origin-Opener-Policy", "same-origin")
		header.Set("Cross-Origin-Resource-Policy", "same-origin")
		header.Set("X-Frame-Options", "DENY")
		_, _ = w.Write(text)
	}
}

// policy is the Content-Security-Policy of the page: its own files, the Client SDK, and the hosts that the SDK talks to.
func (b *Backend) policy() string {
	script, connect := "'self'", "'self' https://*.nexmo.com wss://*.nexmo.com https://*.vonage.com wss://*.vonage.com"
	if b.SDK.File == "" {
		script += " " + b.SDK.URL
	}
	if api, socket := b.hosts(); api != "" {
		connect = strings.Join([]string{"'self'", origin(api), origin(socket)}, " ")
	}
	return strings.Join([]string{
		"default-src 'none'", "script-src " + script, "style-src 'self'", "img-src 'self'", "connect-src " + connect,
		"base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
	}, "; ")
}

func origin(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return "'none'"
	}
	return u.Scheme + "://" + u.Host
}

// hosts are the addresses of an API that is not Vonage's own; empty for that, which the SDK knows.
func (b *Backend) hosts() (api, socket string) {
	host := b.Session.Place.API.Host()
	if host.String() == client.DefaultHost {
		return "", ""
	}
	return host.String(), (&url.URL{Scheme: strings.Replace(host.Scheme, "http", "ws", 1), Host: host.Host, Path: host.Path}).String()
}

// settings answers GET /settings, which the page begins with.
func (b *Backend) settings(w http.ResponseWriter, _ *http.Request) {
	type sdk struct {
		URL       string `json:"url"`
		Integrity string `json:"integrity,omitempty"`
	}
	all := struct {
		Application string `json:"application"`
		Practice    bool   `json:"practice"`
		CreateUsers bool   `json:"create_users"`
		APIURL      string `json:"api_url,omitempty"`
		SocketURL   string `json:"socket_url,omitempty"`
		SDK         sdk    `json:"sdk"`
	}{Application: b.Session.Application.Name, CreateUsers: b.CreateUsers, SDK: sdk{b.SDK.URL, b.SDK.Integrity}}
	all.APIURL, all.SocketURL = b.hosts()
	all.Practice = client.IsLoopback(b.Session.Place.API.Host())
	if b.SDK.File != "" {
		all.SDK = sdk{URL: "/sdk.js"}
	}
	reply(w, http.StatusOK, all)
}
