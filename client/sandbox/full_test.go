package sandbox_test

import (
	"net/http"
	"strings"
	"testing"

	"credwiz/client/sandbox"
)

// TestTheSandboxFillsUp reaches the limit, which is the sandbox's own, by way of
// the handler: a connection would add nothing but time.
func TestTheSandboxFillsUp(t *testing.T) {
	t.Attr("fault", "B4")
	t.Parallel()
	full := sandbox.New(sandbox.Config{Now: atNoon})
	app := callOK(t, full, "POST", "/v2/applications", encode(t, map[string]any{
		"name": "x", "keys": map[string]any{"public_key": publicPEM(t, &ownKey().PublicKey)},
	}), owner).at(t, "id").(string)
	admin := bearer(sign(t, ownKey(), claims(app)))
	var user string
	for range 24_999 {
		user = callOK(t, full, "POST", "/v1/users", `{}`, admin).at(t, "id").(string)
	}

	got := call(t, full, "POST", "/v1/users", `{}`, admin)
	if code := got.at(t, "code"); got.status != http.StatusTooManyRequests || code != "http:error:too-many-request" {
		t.Errorf("one more user: status %d, code %v", got.status, code)
	}
	got = call(t, full, "POST", "/v2/applications", encode(t, map[string]any{
		"name": "y", "keys": map[string]any{"public_key": publicPEM(t, &ownKey().PublicKey)},
	}), owner)
	if title := got.at(t, "title"); got.status != http.StatusTooManyRequests || title != "Rate Limit Hit" {
		t.Errorf("one more application: status %d, title %v", got.status, title)
	}

	// A deleted user gives back its place, a deleted application also those of
	// its users.
	call(t, full, "DELETE", "/v1/users/"+user, "", admin)
	callOK(t, full, "POST", "/v1/users", `{}`, admin)
	call(t, full, "DELETE", "/v2/applications/"+app, "", owner)
	for range 2 {
		callOK(t, full, "POST", "/v2/applications", `{"name":"z"}`, owner)
	}
}

// TestLargeUsersFillTheSandboxEarlier counts bytes: 25,000 users of 50 KB would take gigabytes.
func TestLargeUsersFillTheSandboxEarlier(t *testing.T) {
	t.Attr("fault", "field-D9")
	t.Parallel()
	box := sandbox.New(sandbox.Config{Now: atNoon})
	own := encode(t, map[string]any{"name": "x", "keys": map[string]any{"public_key": publicPEM(t, &ownKey().PublicKey)}})
	app := callOK(t, box, "POST", "/v2/applications", own, owner).at(t, "id").(string)
	admin := bearer(sign(t, ownKey(), claims(app)))
	// A < is six bytes where it is kept, as \u003c.
	large := `{"properties":{"custom_data":{"x":"` + strings.Repeat("<", 60_000) + `"}}}`
	var ids []string
	for {
		got := call(t, box, "POST", "/v1/users", large, admin)
		if got.status != 201 {
			wantFull(t, got)
			break
		}
		if ids = append(ids, got.at(t, "id").(string)); len(ids) > 64<<20/60_000 {
			t.Fatalf("%d users of 60 KB", len(ids))
		}
	}
	if len(ids) < 64<<20/(6*61_000) {
		t.Errorf("it is full with %d users", len(ids))
	}
	// Small users still find room, but none of them can grow.
	small := callOK(t, box, "POST", "/v1/users", `{}`, admin).at(t, "id").(string)
	wantFull(t, call(t, box, "PATCH", "/v1/users/"+small, large, admin))
	// What is replaced, deleted, or in a deleted application is room again.
	call(t, box, "PATCH", "/v1/users/"+ids[0], `{"properties":{}}`, admin)
	if got := call(t, box, "PATCH", "/v1/users/"+small, large, admin); got.status != 200 {
		t.Error(got.text)
	}
	call(t, box, "DELETE", "/v1/users/"+ids[1], "", admin)
	callOK(t, box, "POST", "/v1/users", large, admin)
	wide := strings.Replace(own, `"name":"x"`, `"name":"`+strings.Repeat("x", 60_000)+`"`, 1)
	var apps int
	for ; call(t, box, "POST", "/v2/applications", wide, owner).status == 201; apps++ {
		if apps > 10 {
			t.Fatal("applications take no room")
		}
	}
	wantFull(t, call(t, box, "PUT", "/v2/applications/"+app, wide, owner))
	call(t, box, "DELETE", "/v2/applications/"+app, "", owner)
	for range 64<<20/62_000 - apps {
		callOK(t, box, "POST", "/v2/applications", wide, owner)
	}
}

func wantFull(t *testing.T, got answer) {
	t.Helper()
	if detail, _ := got.at(t, "detail").(string); got.status != 429 || !strings.HasPrefix(detail, "The practice sandbox is full") {
		t.Errorf("status %d: %.200s", got.status, got.text)
	}
}
