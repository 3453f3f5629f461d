package sandbox_test

import (
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"sync"
	"testing"

	"credwiz/client/sandbox"
)

func TestTheLifeOfAUser(t *testing.T) {
	server := start(t, sandbox.Config{})
	app := server.application("x", ownKey())
	admin := server.admin(app)

	created := server.want(201, "POST", "/v1/users", `{
		"name": "alice", "display_name": "Alice", "image_url": "https://example.com/a.png",
		"properties": {"custom_data": {"age": 7}, "ttl": 60}, "channels": {"sms": [{"number": "447700900000"}]}
	}`, admin)
	id := created.at(t, "id").(string)
	wantMatch(t, `^USR-[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`, id)
	path := "/v1/users/" + id
	want := map[string]any{
		"id": id, "name": "alice", "display_name": "Alice", "image_url": "https://example.com/a.png",
		"properties": map[string]any{"custom_data": map[string]any{"age": 7.0}, "ttl": 60.0},
		"channels":   map[string]any{"sms": []any{map[string]any{"number": "447700900000"}}},
		"_links":     map[string]any{"self": map[string]any{"href": server.URL() + path}},
	}
	equal(t, created.object(t), want, "created")
	equal(t, server.want(200, "GET", path, "", admin).object(t), want, "the user")

	// A list has less of it.
	item := server.want(200, "GET", "/v1/users", "", admin).at(t, "_embedded.users").([]any)[0]
	if want := map[string]any{
		"id": id, "name": "alice", "display_name": "Alice", "_links": want["_links"],
	}; !reflect.DeepEqual(item, want) {
		t.Errorf("listed\n%v, want\n%v", item, want)
	}

	// A change of one field leaves the others.
	server.want(200, "PATCH", path, `{}`, admin)
	changed := server.want(200, "PATCH", path, `{"display_name":"Alice B."}`, admin)
	want["display_name"] = "Alice B."
	equal(t, changed.object(t), want, "changed")
	changed = server.want(200, "PATCH", path, `{"image_url":"urn:a:b","properties":{},"channels":{}}`, admin)
	want["image_url"] = "urn:a:b"
	want["properties"] = map[string]any{"custom_data": map[string]any{}}
	want["channels"] = map[string]any{}
	equal(t, changed.object(t), want, "changed")

	if got := server.Users(app); !reflect.DeepEqual(got, []sandbox.User{
		{ID: id, Name: "alice", DisplayName: "Alice B.", ImageURL: "urn:a:b"},
	}) {
		t.Errorf("Users: %v", got)
	}
	if got := server.Applications(); len(got) != 1 || got[0].Users != 1 || got[0].ID != app || got[0].Name != "x" ||
		got[0].PublicKey != publicPEM(t, &ownKey().PublicKey) || string(got[0].Capabilities) != "{}" || !got[0].ImproveAI {
		t.Errorf("Applications: %v", got)
	}

	equal(t, server.want(204, "DELETE", path, "", admin).text, "", "a 204 with a body")
	server.want(404, "GET", path, "", admin)
	server.want(404, "PATCH", path, `{}`, admin)
	server.want(404, "DELETE", path, "", admin)
	server.want(404, "GET", "/v1/users?name=alice", "", admin)
	server.want(201, "POST", "/v1/users", `{"name":"alice"}`, admin)
}

func TestAUserWithoutANameIsGivenOne(t *testing.T) {
	server, admin := startOwned(t)
	got := server.want(201, "POST", "/v1/users", `{}`, admin)
	wantMatch(t, `^NAM-[0-9a-f-]{36}$`, got.at(t, "name").(string))
	o := got.object(t)
	for name, want := range map[string]any{
		"properties": map[string]any{"custom_data": map[string]any{}}, "channels": map[string]any{},
		"display_name": nil, "image_url": nil,
	} {
		equal(t, o[name], want, "%s", name)
	}
}

func TestUsersBelongToOneApplication(t *testing.T) {
	server := start(t, sandbox.Config{})
	one := server.admin(server.application("one", ownKey()))
	two := server.admin(server.application("two", ownKey()))
	alice := server.want(201, "POST", "/v1/users", `{"name":"alice"}`, one).at(t, "id").(string)
	bob := server.want(201, "POST", "/v1/users", `{"name":"bob"}`, one).at(t, "id").(string)
	server.want(201, "POST", "/v1/users", `{"name":"alice"}`, two)

	server.want(409, "POST", "/v1/users", `{"name":"alice"}`, one)
	server.want(409, "PATCH", "/v1/users/"+bob, `{"name":"alice"}`, one)
	server.want(200, "PATCH", "/v1/users/"+alice, `{"name":"alice"}`, one)

	// The old name of a renamed user is free.
	server.want(200, "PATCH", "/v1/users/"+alice, `{"name":"eve"}`, one)
	server.want(200, "PATCH", "/v1/users/"+bob, `{"name":"alice"}`, one)
	got := server.want(200, "GET", "/v1/users?name=alice", "", one)
	if !strings.Contains(got.text, bob) {
		t.Errorf("alice is %s", got.text)
	}

	path := "/v1/users/" + bob
	server.want(404, "GET", path, "", two)
	server.want(404, "PATCH", path, `{"name":"bob"}`, two)
	server.want(404, "DELETE", path, "", two)
	server.want(200, "GET", path, "", one)
	server.want(404, "GET", "/v1/users/alice", "", one)
}

func TestWhatAUserMayBe(t *testing.T) {
	server, admin := startOwned(t)
	user := "/v1/users/" + server.want(201, "POST", "/v1/users", `{"name":"alice"}`, admin).at(t, "id").(string)
	for body, reason := range map[string]string{
		`{"name":""}`:                      `"name" is not allowed to be empty`,
		`{"name":null}`:                    `"name" must be a string`,
		`{"name":["a"]}`:                   `"name" must be a string`,
		`{"display_name":""}`:              `"display_name" is not allowed to be empty`,
		`{"display_name":1}`:               `"display_name" must be a string`,
		`{"image_url":"image.png"}`:        `"image_url" must be a valid uri`,
		`{"image_url":"https://"}`:         `"image_url" must be a valid uri`,
		`{"image_url":"http://[::1"}`:      `"image_url" must be a valid uri`,
		`{"email":"a@example.com"}`:        `"email" is not allowed`,
		`{"properties":[]}`:                `"properties" must be an object`,
		`{"properties":{"custom_data":1}}`: `"properties.custom_data" must be an object`,
		`{"properties":{"ttl":"1"}}`:       `"properties.ttl" must be an integer`,
		`{"channels":{"sms":{}}}`:          `"channels.sms" must be an array`,
	} {
		for _, got := range []answer{
			server.want(400, "POST", "/v1/users", body, admin),
			server.want(400, "PATCH", user, body, admin),
		} {
			if !strings.Contains(got.text, strings.TrimSpace(encode(t, reason))) {
				t.Errorf("%s: %s, want %s", body, got.text, reason)
			}
		}
	}
	server.want(400, "PATCH", user, `{}`, admin, without("Content-Type"))
}

func TestOfManyWithOneNameExactlyOneIsCreated(t *testing.T) {
	server := start(t, sandbox.Config{})
	app := server.application("x", ownKey())
	admin := server.admin(app)
	const many = 40
	statuses := make(chan int, many)
	var ready, done sync.WaitGroup
	ready.Add(many)
	for range many {
		done.Go(func() {
			ready.Done()
			ready.Wait()
			statuses <- call(t, server, "POST", "/v1/users", `{"name":"alice"}`, admin,
				func(r *http.Request) { r.Host = strings.TrimPrefix(server.URL(), "http://") }).status
		})
	}
	done.Wait()
	close(statuses)
	count := map[int]int{}
	for status := range statuses {
		count[status]++
	}
	if count[201] != 1 || count[409] != many-1 {
		t.Errorf("statuses %v", count)
	}
	if users := server.Users(app); len(users) != 1 {
		t.Errorf("users %v", users)
	}
}

func TestReadersAndWritersTogether(t *testing.T) {
	server := start(t, sandbox.Config{})
	app := server.application("x", ownKey())
	admin := server.admin(app)
	var all sync.WaitGroup
	for worker := range 4 {
		all.Go(func() {
			for i := range 10 {
				name := fmt.Sprintf("user-%d-%d", worker, i)
				user := server.send("POST", "/v1/users", encode(t, map[string]string{"name": name}), admin)
				path := "/v1/users/" + user.at(t, "id").(string)
				server.send("PATCH", path, `{"display_name":"x"}`, admin)
				server.send("GET", "/v1/users?page_size=3", "", admin)
				server.send("PUT", "/v2/applications/"+app, `{"name":"y"}`, owner)
				server.send("GET", "/v2/applications", "", owner)
				server.send("DELETE", path, "", admin)
				server.Applications()
			}
		})
	}
	all.Wait()
	equal(t, len(server.Users(app)), 0, "left")
}

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

		// It is the same service as today's.
		today := server.want(200, "GET", "/v1/users/"+id, "", admin)
		if name, image := today.at(t, "display_name"), today.at(t, "image_url"); name != "Bob" || image != "https://example.com/b.png" {
			t.Errorf("today %s", today.text)
		}
		if got := server.want(200, "DELETE", path, "", admin).text; strings.TrimSpace(got) != "{}" {
			t.Errorf("deleted: %s", got)
		}
		server.want(404, "GET", "/v1/users/"+id, "", admin)

		// A user without a name gets one.
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

// The pair in the query is how "nexmo setup" asks.
func TestTheBalanceTakesItsPairFromTheHeaderAndTheQuery(t *testing.T) {
	server := start(t, sandbox.Config{APIKey: "mine", APISecret: "also mine"})
	const path, pair = "/account/get-balance", "?api_key=mine&api_secret=also+mine"
	for _, got := range []answer{
		server.want(200, "GET", path+pair, ""),
		server.want(200, "GET", path, "", func(r *http.Request) { r.SetBasicAuth("mine", "also mine") }),
	} {
		equal(t, strings.TrimSpace(got.text), `{"value":10.171275,"autoReload":false}`, "body")
	}
	server.want(401, "GET", path, "", owner)
	server.want(401, "GET", path+pair, "", owner)
	server.want(401, "GET", path+pair+"x", "")
	server.want(401, "GET", "/v2/applications"+pair, "")
	equal(t, server.want(405, "POST", path, "{}", owner).header.Get("Allow"), "GET, HEAD", "Allow")
}
