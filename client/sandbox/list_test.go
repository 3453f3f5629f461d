package sandbox_test

import (
	"fmt"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"

	"credwiz/client/sandbox"
)

// names returns the names of the items of a page.
func names(t testing.TB, page answer, embedded string) []string {
	t.Helper()
	items, ok := page.at(t, "_embedded."+embedded).([]any)
	if !ok {
		t.Fatalf("no %s in %s", embedded, page.text)
	}
	found := []string{}
	for _, item := range items {
		found = append(found, item.(map[string]any)["name"].(string))
	}
	return found
}

// links returns the links of a page by name.
func links(t testing.TB, page answer) map[string]string {
	t.Helper()
	all, _ := page.object(t)["_links"].(map[string]any)
	hrefs := map[string]string{}
	for name, entry := range all {
		hrefs[name] = entry.(map[string]any)["href"].(string)
	}
	return hrefs
}

func TestPagesOfApplications(t *testing.T) {
	server := start(t, sandbox.Config{})

	empty := server.want(200, "GET", "/v2/applications", "", owner)
	equal(t, len(names(t, empty, "applications")), 0, "an empty account")
	if got, want := links(t, empty), map[string]string{
		"self":  "/v2/applications?page_size=10&page=1",
		"first": "/v2/applications?page_size=10",
		"last":  "/v2/applications?page_size=10&page=1",
	}; !reflect.DeepEqual(got, want) {
		t.Errorf("links of an empty account: %v", got)
	}
	behind := server.want(200, "GET", "/v2/applications?page=2", "", owner)
	equal(t, links(t, behind)["prev"], "", "before the second page of an empty account")

	for i := range 10 {
		server.application(fmt.Sprint("app ", i), ownKey())
	}
	href := func(page int) string { return fmt.Sprintf("/v2/applications?page_size=3&page=%d", page) }
	for _, c := range []struct {
		page  int
		names []string
		links map[string]string
	}{
		{1, []string{"app 0", "app 1", "app 2"}, map[string]string{"self": href(1), "next": href(2)}},
		{2, []string{"app 3", "app 4", "app 5"}, map[string]string{"self": href(2), "next": href(3), "prev": href(1)}},
		{4, []string{"app 9"}, map[string]string{"self": href(4), "prev": href(3)}},
		{9, []string{}, map[string]string{"self": href(9), "prev": href(4)}},
		{1 << 62, []string{}, map[string]string{"self": href(1 << 62), "prev": href(4)}},
	} {
		page := server.want(200, "GET", href(c.page), "", owner)
		c.links["first"], c.links["last"] = "/v2/applications?page_size=3", href(4)
		equal(t, links(t, page), c.links, "page %d: links", c.page)
		equal(t, names(t, page, "applications"), c.names, "page %d", c.page)
		for at, want := range map[string]float64{
			"page_size": 3, "page": float64(c.page), "total_items": 10, "total_pages": 4,
		} {
			equal(t, page.at(t, at), want, "page %d: %s", c.page, at)
		}
	}
	equal(t, server.want(200, "GET", "/v2/applications?size=1", "", owner).at(t, "page_size"), 10.0, "an unknown parameter has an effect")
	server.want(204, "DELETE", "/v2/applications/"+server.Applications()[1].ID, "", owner)
	equal(t, names(t, server.want(200, "GET", href(1), "", owner), "applications"), []string{"app 0", "app 2", "app 3"}, "after a deletion")
}

func TestWhatAListOfApplicationsMayBeAsked(t *testing.T) {
	server := start(t, sandbox.Config{})
	for query, wrong := range map[string][]string{
		"page_size=1":               nil,
		"page_size=100":             nil,
		"page_size=0":               {"page_size"},
		"page_size=101":             {"page_size"},
		"page_size=":                {"page_size"},
		"page_size=ten":             {"page_size"},
		"page=0":                    {"page"},
		"page=-1":                   {"page"},
		"page=1.5":                  {"page"},
		"page=99999999999999999999": {"page"},
		"page=0&page_size=0":        {"page", "page_size"},
	} {
		got := server.send("GET", "/v2/applications?"+query, "", owner)
		if (got.status == 400) != (wrong != nil) || !slices.Equal(wrongNames(t, got), wrong) {
			t.Errorf("%s: status %d, wrong %v, want %v", query, got.status, wrongNames(t, got), wrong)
		}
	}
}

// walk follows a link of each page until it has none, and returns the names on the pages.
func walk(t testing.TB, server *api, auth header, page answer, rel string) [][]string {
	t.Helper()
	pages := [][]string{names(t, page, "users")}
	for range 20 {
		href, ok := links(t, page)[rel]
		if !ok {
			return pages
		}
		u := must(url.Parse(href))
		if base := u.Scheme + "://" + u.Host; base != server.URL() {
			t.Fatalf("a link to %s", base)
		}
		page = server.want(200, "GET", u.RequestURI(), "", auth)
		pages = append(pages, names(t, page, "users"))
	}
	t.Fatalf("%s never ends", rel)
	return nil
}

func TestPagesOfUsers(t *testing.T) {
	server, admin := startOwned(t)

	empty := server.want(200, "GET", "/v1/users", "", admin)
	equal(t, len(names(t, empty, "users")), 0, "an application without users")
	if got := links(t, empty); len(got) != 2 || got["first"] == "" || got["self"] == "" {
		t.Errorf("links of an empty list: %v", got)
	}

	for i := range 5 {
		server.want(201, "POST", "/v1/users", fmt.Sprintf(`{"name":"u%d"}`, i), admin)
	}
	for order, want := range map[string][][]string{
		"":            {{"u0", "u1"}, {"u2", "u3"}, {"u4"}},
		"&order=asc":  {{"u0", "u1"}, {"u2", "u3"}, {"u4"}},
		"&order=DESC": {{"u4", "u3"}, {"u2", "u1"}, {"u0"}},
	} {
		first := server.want(200, "GET", "/v1/users?page_size=2"+order, "", admin)
		equal(t, first.at(t, "page_size"), 2.0, "page_size")
		equal(t, walk(t, server, admin, first, "next"), want, "order %q: forwards", order)
		// From the last page back to the first.
		last := first
		for links(t, last)["next"] != "" {
			u, _ := url.Parse(links(t, last)["next"])
			last = server.want(200, "GET", u.RequestURI(), "", admin)
		}
		back := walk(t, server, admin, last, "prev")
		slices.Reverse(back)
		equal(t, back, want, "order %q: backwards", order)
		if self, err := url.Parse(links(t, last)["self"]); err != nil {
			t.Error(err)
		} else if again := server.want(200, "GET", self.RequestURI(), "", admin); again.text != last.text {
			t.Errorf("self is another page:\n%s\n%s", again.text, last.text)
		}
	}
}

func TestACursorOutlivesItsUser(t *testing.T) {
	server := start(t, sandbox.Config{})
	app := server.application("x", ownKey())
	admin := server.admin(app)
	for i := range 5 {
		server.want(201, "POST", "/v1/users", fmt.Sprintf(`{"name":"u%d"}`, i), admin)
	}
	for order, want := range map[string][]string{"asc": {"u3", "u4"}, "desc": {"u1", "u0"}} {
		first := server.want(200, "GET", "/v1/users?page_size=2&order="+order, "", admin)
		next := must(url.Parse(links(t, first)["next"]))
		for _, u := range server.Users(app) {
			if u.Name == "u2" {
				server.want(204, "DELETE", "/v1/users/"+u.ID, "", admin)
			}
		}
		page := server.want(200, "GET", next.RequestURI(), "", admin)
		equal(t, names(t, page, "users"), want, "%s", order)
	}
}

func TestWhatAListOfUsersMayBeAsked(t *testing.T) {
	server, admin := startOwned(t)
	for query, reason := range map[string]string{
		"page_size=1":                         "",
		"page_size=100":                       "",
		"order=ASC":                           "",
		"name=":                               "",
		"unknown=1":                           "",
		"page_size=0":                         `"page_size" must be larger than or equal to 1`,
		"page_size=101":                       `"page_size" must be less than or equal to 100`,
		"page_size=":                          `"page_size" must be a number`,
		"order=up":                            `"order" must be one of [asc, desc, ASC, DESC]`,
		"cursor=zzz":                          `"cursor" is not a valid cursor`,
		"cursor=AAAA":                         `"cursor" is not a valid cursor`,
		"cursor=AAAAAAAAAAA%3D":               `"cursor" is not a valid cursor`,
		"cursor=%2F%2F%2F%2F%2F%2F%2F%2F8%3D": `"cursor" is not a valid cursor`,
	} {
		got := server.send("GET", "/v1/users?"+query, "", admin)
		if (got.status == 400) != (reason != "") {
			t.Errorf("%s: status %d", query, got.status)
		}
		if reason != "" && !strings.Contains(got.text, strings.Trim(encode(t, reason), "\n")) {
			t.Errorf("%s: %s, want %s", query, got.text, reason)
		}
	}
}

func TestAListByNameHasOneUser(t *testing.T) {
	server, admin := startOwned(t)
	for _, name := range []string{"new name!", "Alice", "alice"} {
		server.want(201, "POST", "/v1/users", encode(t, map[string]string{"name": name}), admin)
	}
	for _, name := range []string{"new name!", "Alice"} {
		page := server.want(200, "GET", "/v1/users?name="+url.QueryEscape(name), "", admin)
		equal(t, names(t, page, "users"), []string{name}, "%q", name)
		self, err := url.Parse(links(t, page)["self"])
		if err != nil || self.Query().Get("name") != name {
			t.Errorf("self is %v: %v", self, err)
		}
	}
	server.want(404, "GET", "/v1/users?name=ALICE", "", admin)
}
