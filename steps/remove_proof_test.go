package steps_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"credwiz/client"
	"credwiz/client/redact"
	"credwiz/steps/advice"
	"credwiz/steps/answer"
	"credwiz/steps/cleanup"
	"credwiz/steps/journal"
	"credwiz/steps/task"
)

// clears clears the folder away as far as that goes.
func (r *run) clears() ([]cleanup.Item, error) {
	r.t.Helper()
	folder := r.folder()
	removal := must(cleanup.PlanFor(folder, cleanup.Scope{}))
	credentials := map[journal.Account]client.Credentials{}
	for _, account := range removal.Accounts {
		credentials[account] = client.Credentials{APIKey: apiKey, APISecret: redact.NewSecret(apiSecret)}
	}
	return cleanup.Remover{
		Env: r.env, Folder: folder, Credentials: credentials, Report: func(e task.Event) { r.events = append(r.events, e) },
		Answers: answer.Answers{answer.TrustHost: answer.Yes},
		Dial:    func(host *url.URL) *client.Client { return clientOf(r.t, host.String(), nil) },
	}.Remove(r.t.Context(), removal)
}

const notFoundHere = `{"type":"https://developer.nexmo.com/api-errors#not-found","title":"Not Found"}`

// weakEvidence are answers to a deletion that do not say that it was done.
var weakEvidence = map[string]fault{
	"200 in plain text":   answering(http.StatusOK, "text/plain", "Blocked by policy"),
	"200 and a page":      answering(http.StatusOK, "text/html", "<html>Please log in</html>"),
	"200 in JSON":         answering(http.StatusOK, "application/json", "{}"),
	"202":                 answering(http.StatusAccepted, "application/json", ""),
	"404 in plain text":   answering(http.StatusNotFound, "text/plain", "404 page not found"),
	"404 in foreign JSON": answering(http.StatusNotFound, "application/json", `{"message":"no Route matched"}`),
	"410":                 answering(http.StatusGone, "application/json", notFoundHere),
	"403":                 failing(http.StatusForbidden),
	"500":                 failing(http.StatusInternalServerError),
	"dropped":             dropped,
}

func TestAnUnprovenDeletionKeepsTheKey(t *testing.T) {
	t.Attr("fault", "field-A1")
	t.Parallel()
	for _, thing := range []string{"application", "user"} {
		for name, fault := range weakEvidence {
			t.Run(thing+", "+name, func(t *testing.T) {
				r := newRun(t).doesAll()
				before := r.names()
				r.account.on(map[string]string{
					"application": "DELETE /v2/applications/" + r.session.Application.ID,
					"user":        "DELETE /v1/users/" + r.session.User.ID,
				}[thing], fault)
				items, err := r.clears()
				stays := as[*cleanup.NotDeletedError](t, err)
				if !stays.Found {
					t.Errorf("got %v", stays)
				}
				wantAll(t, advice.For(err).What, "The "+thing+" ", "wasn't deleted: it still exists")
				wantAll(t, advice.For(err).Do, "Run credwiz clean again")
				equal(t, "the folder", strings.Join(r.names(), " "), strings.Join(before, " "))
				for _, item := range items {
					if string(item.Kind) == thing && item.State != cleanup.ToDelete {
						t.Errorf("it is told as %s", item.State)
					}
				}
				r.account.heal()
				r.cleared()
				equal(t, "applications in the end", len(r.account.Applications()), 0)
				equal(t, "files in the end", len(r.names()), 0)
			})
		}
	}
}

func TestWhatALookUpNoLongerFindsIsDeleted(t *testing.T) {
	t.Attr("fault", "field-A1")
	t.Parallel()
	for name, fault := range weakEvidence {
		t.Run(name, func(t *testing.T) {
			r := newRun(t).doesAll()
			r.account.on("DELETE /v2/applications/"+r.session.Application.ID, times(1, doneThen(fault)))
			r.leaves("")
		})
	}
}

func TestAnUnconfirmedDeletionKeepsTheKey(t *testing.T) {
	t.Attr("fault", "field-A1")
	t.Parallel()
	r := newRun(t).doesAll()
	path := "/v2/applications/" + r.session.Application.ID
	r.account.on("DELETE "+path, weakEvidence["404 in plain text"])
	r.account.on("GET "+path, weakEvidence["404 in plain text"])
	_, err := r.clears()
	wantAll(t, advice.For(err).What, "There's no proof that the application My App was deleted")
	equal(t, "the key is there", slices.Contains(r.names(), "private.key"), true)
}

// A create was answered with a wrong id, and that was noted: what the API does not know under it exists under another.
func TestAnApplicationThatWasNotedUnderAWrongIDKeepsItsKey(t *testing.T) {
	t.Attr("fault", "field-A1")
	t.Parallel()
	r := newRun(t).does("connect")
	r.account.on(postApplication, func(w http.ResponseWriter, q *http.Request, api http.Handler) {
		answer := httptest.NewRecorder()
		api.ServeHTTP(answer, q)
		id := r.account.Applications()[0].ID
		w.WriteHeader(answer.Code)
		_, _ = w.Write(bytes.ReplaceAll(answer.Body.Bytes(), []byte(id), []byte(numbered(7))))
	})
	r.does("application")
	_, err := r.clears()
	wantAll(t, advice.For(err).What, "The account has another application with its key: My App ("+r.account.Applications()[0].ID)
	wantAll(t, advice.For(err).Do, "Its key is kept", "dashboard")
	equal(t, "the key is there", slices.Contains(r.names(), "private.key"), true)
}

// That the user or application does not exist decides what is made next: a proxy's 404 must not decide it.
func TestA404ThatIsNotTheAPIsProvesNothing(t *testing.T) {
	t.Attr("fault", "field-A1")
	t.Parallel()
	r := newRun(t).doesAll()
	r.account.on("GET /v1/users", weakEvidence["404 in plain text"])
	again := r.again().does("connect", "application")
	again.fails("user")
	equal(t, "requests for a user", r.account.count(postUser), 1)
	r.account.heal()
	first := r.session.Application.ID
	r.deletes(first)
	r.account.on("GET /v2/applications/"+first, weakEvidence["404 in plain text"])
	again = r.again().does("connect")
	again.fails("application")
	equal(t, "requests for an application", r.account.count(postApplication), 1)
}
