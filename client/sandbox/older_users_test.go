package sandbox_test

import (
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"testing"

	"credwiz/client/sandbox"
)

// TestTheLifeOfAUserInTheOlderAPI is that of nexmo-cli, which calls the API beta,
// and that of SPEC conversation.yml, which calls it v0.1.
func TestTheLifeOfAUserInTheOlderAPI(t *testing.T) {
	for _, base := range []string{"/beta/users", "/v0.1/users"} {
		server, admin := startOwned(t)

		equal(t, strings.TrimSpace(server.want(200, "GET", base, "", admin).text), "[]", "no users")
		created := server.want(200, "POST", base, `{"name":"alice"}`, admin)
		id := created.at(t, "id").(string)
		path := base + "/" + id
		told := map[string]any{"id": id, "href": server.URL() + path}
		equal(t, created.object(t), told, "created")
		changed := server.want(200, "PUT", path, `{"name":"bob","display_name":"Bob"}`, admin).object(t)
		equal(t, changed, told, "changed")
		server.want(200, "PUT", path, `{"image_url":"https://example.com/b.png"}`, admin)
		want := map[string]any{"id": id, "name": "bob", "href": server.URL() + path}
		equal(t, server.want(200, "GET", path, "", admin).object(t), want, "the user")
		wantMatch(t, `^\[\{"id":"`+id+`","name":"bob","href":"http`, server.want(200, "GET", base, "", admin).text)

		// It is one service with today's.
		today := server.want(200, "GET", "/v1/users/"+id, "", admin)
		if name, image := today.at(t, "display_name"), today.at(t, "image_url"); name != "Bob" || image != "https://example.com/b.png" {
			t.Errorf("today %s", today.text)
		}
		if got := server.want(200, "DELETE", path, "", admin).text; strings.TrimSpace(got) != "{}" {
			t.Errorf("deleted: %s", got)
		}
		server.want(404, "GET", "/v1/users/"+id, "", admin)

		// One without a name gets one, as ever.
		id = server.want(200, "POST", base, `{}`, admin).at(t, "id").(string)
		wantMatch(t, `^NAM-`, server.want(200, "GET", base+"/"+id, "", admin).at(t, "name").(string))
		got := server.want(405, "PATCH", base+"/"+id, `{}`, admin)
		equal(t, got.header.Get("Allow"), "DELETE, GET, HEAD, PUT", "Allow")
	}
}

func TestUsersInV03AreTodaysAtAnotherPath(t *testing.T) {
	server, admin := startOwned(t)
	created := server.want(201, "POST", "/v0.3/users", `{"name":"alice"}`, admin)
	id := created.at(t, "id").(string)
	equal(t, created.at(t, "_links.self.href"), server.URL()+"/v0.3/users/"+id, "href")
	changed := server.want(200, "PATCH", "/v0.3/users/"+id, `{"display_name":"Alice"}`, admin)
	today := server.want(200, "GET", "/v1/users/"+id, "", admin).object(t)
	today["_links"] = changed.object(t)["_links"]
	equal(t, changed.object(t), today, "changed")
	list := server.want(200, "GET", "/v0.3/users?page_size=1", "", admin)
	equal(t, list.at(t, "_links.first.href"), server.URL()+"/v0.3/users?page_size=1", "first")
	server.want(http.StatusNoContent, "DELETE", "/v0.3/users/"+id, "", admin)
}

func TestAListInV02IsNestedAndNamesItsCursor(t *testing.T) {
	server, admin := startOwned(t)
	empty := server.want(200, "GET", "/v0.2/users", "", admin)
	if users := empty.at(t, "_embedded.data.users").([]any); len(users) != 0 || empty.at(t, "cursor") != nil {
		t.Errorf("without users: %s", empty.text)
	}
	var ids []string
	for _, name := range []string{"alice", "bob", "carol"} {
		ids = append(ids, server.want(201, "POST", "/v1/users", `{"name":"`+name+`","display_name":"X"}`, admin).at(t, "id").(string))
	}
	var met []string
	for next := "/v0.2/users?order=desc&page_size=2"; next != ""; {
		page := server.want(200, "GET", next, "", admin)
		for _, user := range page.at(t, "_embedded.data.users").([]any) {
			id := user.(map[string]any)["id"].(string)
			met = append(met, id)
			delete(user.(map[string]any), "name")
			if want := map[string]any{"id": id, "_links": map[string]any{"self": map[string]any{
				"href": server.URL() + "/v0.2/users/" + id,
			}}}; !reflect.DeepEqual(user, want) {
				t.Errorf("listed %v, want %v", user, want)
			}
		}
		self, err := url.Parse(page.at(t, "_links.self.href").(string))
		if err != nil || page.at(t, "cursor") != self.Query().Get("cursor") {
			t.Errorf("cursor %v in %v", page.at(t, "cursor"), self)
		}
		href, _ := page.at(t, "_links.next.href").(string)
		next = strings.TrimPrefix(href, server.URL())
	}
	if want := []string{ids[2], ids[1], ids[0]}; !reflect.DeepEqual(met, want) {
		t.Errorf("met %v, want %v", met, want)
	}
	server.want(405, "POST", "/v0.2/users", `{}`, admin)
	server.want(404, "GET", "/v0.2/users/"+ids[0], "", admin)
}

// TestTheBalanceTakesItsPairFromTheQueryToo is how "nexmo setup" asks, and how
// SPEC account.yml has it.
func TestTheBalanceTakesItsPairFromTheQueryToo(t *testing.T) {
	server := start(t, sandbox.Config{})
	const pair = "?api_key=" + sandbox.DefaultAPIKey + "&api_secret=" + sandbox.DefaultAPISecret
	server.want(200, "GET", "/account/get-balance"+pair, "")
	server.want(401, "GET", "/account/get-balance"+pair+"x", "")
	server.want(401, "GET", "/account/get-balance"+pair, "", func(r *http.Request) { r.SetBasicAuth("wrong", "pair") })
	server.want(401, "GET", "/v2/applications"+pair, "")
}

// TestAnImproveAIOfNullIsTheDefault is what nexmo-cli sends with capabilities.
func TestAnImproveAIOfNullIsTheDefault(t *testing.T) {
	server := start(t, sandbox.Config{})
	got := server.want(201, "POST", "/v2/applications", `{"name":"x","privacy":{"improve_ai":null}}`, owner)
	equal(t, got.at(t, "privacy.improve_ai"), true, "improve_ai")
	server.want(400, "POST", "/v2/applications", `{"name":"x","privacy":{"improve_ai":"yes"}}`, owner)
}
