package serve_test

import (
	"crypto/sha512"
	"encoding/base64"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"credwiz/client"
	"credwiz/client/sandbox"
	"credwiz/steps/serve"
)

type settings struct {
	Application string
	Practice    bool
	CreateUsers bool   `json:"create_users"`
	APIURL      string `json:"api_url"`
	SocketURL   string `json:"socket_url"`
	SDK         struct{ URL, Integrity string }
}

func TestThePageIsWholeAndItsPolicyStrict(t *testing.T) {
	t.Parallel()
	d := develops(t, sandbox.Config{})
	b := d.serves()
	page := b.send("GET", "/", "").wants(t, 200)
	if got := page.header.Get("Content-Type"); got != "text/html; charset=utf-8" {
		t.Errorf("it is %s", got)
	}
	for _, m := range regexp.MustCompile(`(?:src|href)="(/[^"]+)"`).FindAllStringSubmatch(page.text, -1) {
		if got := b.send("GET", m[1], "").wants(t, 200); got.header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: header %v", m[1], got.header)
		}
	}
	for _, m := range regexp.MustCompile(`(?m)^import .* from '\.(/[a-z]+\.js)';$`).FindAllStringSubmatch(b.send("GET", "/page.js", "").text, -1) {
		b.send("GET", m[1], "").wants(t, 200)
	}
	// Nothing is inline, or the browser would not run it.
	if inline := regexp.MustCompile(`<style|style=|<script>| on[a-z]+=|javascript:`).FindString(page.text); inline != "" {
		t.Errorf("%q is inline", inline)
	}
	policy := page.header.Get("Content-Security-Policy")
	host := strings.TrimPrefix(d.sandbox.URL(), "http://")
	want := "default-src 'none'; script-src 'self' https://cdn.jsdelivr.net/npm/@vonage/client-sdk@2.3.1/dist/vonageClientSDK.min.js; " +
		"style-src 'self'; img-src 'self'; connect-src 'self' http://" + host + " ws://" + host + "; " +
		"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
	if policy != want {
		t.Errorf("the policy is %s", policy)
	}
	if page.header.Get("X-Frame-Options") != "DENY" || page.header.Get("Referrer-Policy") != "no-referrer" {
		t.Errorf("header %v", page.header)
	}
}

func TestThePageIsToldWhatItLogsInTo(t *testing.T) {
	t.Parallel()
	d := develops(t, sandbox.Config{})
	got := decoded[settings](t, d.serves(creates).send("GET", "/settings", "").wants(t, 200))
	if got.Application != "My App" || !got.CreateUsers || !got.Practice || got.APIURL != d.sandbox.URL() ||
		got.SocketURL != strings.Replace(d.sandbox.URL(), "http", "ws", 1) || !strings.HasPrefix(got.SDK.Integrity, "sha384-") {
		t.Errorf("%+v", got)
	}
	// The SDK knows Vonage's own hosts.
	d.options.Session.Place.API = client.New(client.Options{})
	b := d.serves()
	got = decoded[settings](t, b.send("GET", "/settings", "").wants(t, 200))
	if got.APIURL != "" || got.SocketURL != "" || got.Practice {
		t.Errorf("%+v", got)
	}
	if policy := b.send("GET", "/", "").header.Get("Content-Security-Policy"); !strings.Contains(policy,
		"connect-src 'self' https://*.nexmo.com wss://*.nexmo.com https://*.vonage.com wss://*.vonage.com;") {
		t.Errorf("the policy is %s", policy)
	}
}

func TestTheSDKIsTakenFromTheFolderFirst(t *testing.T) {
	t.Parallel()
	d := develops(t, sandbox.Config{})
	file := filepath.Join(d.dir, "node_modules", "@vonage", "client-sdk", "dist", "vonageClientSDK.js")
	noError(t, os.MkdirAll(filepath.Dir(file), 0o755))
	noError(t, os.WriteFile(file, []byte("sdk"), 0o644))
	found := must(serve.FindSDK("", d.dir))
	if found.File != file || found.String() != file {
		t.Fatalf("found %+v", found)
	}
	b := d.serves(func(o *serve.Options) { o.SDK = found })
	if got := decoded[settings](t, b.send("GET", "/settings", "")); got.SDK.URL != "/sdk.js" || got.SDK.Integrity != "" {
		t.Errorf("%+v", got)
	}
	if got := b.send("GET", "/sdk.js", "").wants(t, 200); got.text != "sdk" || got.header.Get("Content-Type") != "text/javascript; charset=utf-8" {
		t.Errorf("%+v", got)
	}
	if policy := b.send("GET", "/", "").header.Get("Content-Security-Policy"); !strings.Contains(policy, "script-src 'self';") {
		t.Errorf("the policy is %s", policy)
	}
	for _, asked := range []string{file, filepath.Join(d.dir, "node_modules", "@vonage", "client-sdk")} {
		if got := must(serve.FindSDK(asked, t.TempDir())); got.File != file {
			t.Errorf("%s: %+v", asked, got)
		}
	}
	noError(t, os.Remove(file))
	b.send("GET", "/sdk.js", "").wants(t, http.StatusNotFound)
}

func TestTheSDKOfAnAddressIsChecked(t *testing.T) {
	t.Parallel()
	const pinned = "https://cdn.jsdelivr.net/npm/@vonage/client-sdk@2.3.1/dist/vonageClientSDK.min.js"
	dir := t.TempDir()
	for asked, integrity := range map[string]bool{
		"": true, pinned: true, "https://cdn.example.com/sdk.js?v=2": false, "http://localhost:8080/sdk.js": false,
	} {
		got := must(serve.FindSDK(asked, dir))
		if got.File != "" || (got.Integrity != "") != integrity || asked != "" && got.URL != asked || asked == "" && got.URL != pinned {
			t.Errorf("%q: %+v", asked, got)
		}
	}
	for asked, says := range map[string]string{
		"http://cdn.example.com/sdk.js": "use https", "https://": "a page cannot load it", "https://a;script-src": "a page cannot load it",
		"https://user:pass@example.com/x": "a page cannot load it", "https://example.com/%": "not a URL",
		filepath.Join(dir, "nothing.js"): "no such file", dir: "not a file",
	} {
		_, err := serve.FindSDK(asked, dir)
		wantAdvice(t, err, says, "--sdk")
	}
}

// The hash of the pinned SDK is that of the package on npm. CREDWIZ_NODE_MODULES names a node_modules with it.
func TestTheHashOfThePinnedSDKIsThatOfThePackage(t *testing.T) {
	t.Parallel()
	modules := os.Getenv("CREDWIZ_NODE_MODULES")
	if modules == "" {
		t.Skip("SKIPPED: CREDWIZ_NODE_MODULES names no node_modules with @vonage/client-sdk; .ci/node/run has one")
	}
	text := must(os.ReadFile(filepath.Join(modules, "@vonage", "client-sdk", "dist", "vonageClientSDK.min.js")))
	sum := sha512.Sum384(text)
	if got := must(serve.FindSDK("", t.TempDir())).Integrity; got != "sha384-"+base64.StdEncoding.EncodeToString(sum[:]) {
		t.Errorf("the hash is %s", got)
	}
}
