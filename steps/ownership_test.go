package steps_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"credwiz/client"
	"credwiz/client/redact"
	"credwiz/steps/answer"
)

// What credwiz clean may delete: what was made from this folder, and nothing that only has its key or its name.

// applications are the ids of the account's.
func (a *account) applications() []string {
	var ids []string
	for _, app := range a.Applications() {
		ids = append(ids, app.ID)
	}
	return ids
}

func TestAnApplicationOfOthersWithTheSameKeyStays(t *testing.T) {
	t.Attr("fault", "F10")
	t.Parallel()
	for name, gone := range map[string]bool{"beside ours": false, "after ours was deleted": true} {
		t.Run(name, func(t *testing.T) {
			r := newRun(t).doesAll()
			ours := r.session.Application.ID
			theirs := r.account.hasApplication(t, "theirs", r.session.Key.Private)
			again := r.again()
			if gone {
				creds := client.Credentials{APIKey: apiKey, APISecret: redact.NewSecret(apiSecret)}
				noError(t, r.session.Place.API.DeleteApplication(t.Context(), creds, ours))
				again.answer(answer.Key, answer.Yes)
			} else {
				again.answer(answer.AppID, theirs)
			}
			again.doesAll()
			equal(t, "the application", again.session.Application.ID, theirs)
			left := r.cleared()
			equal(t, "the applications", fmt.Sprint(r.account.applications()), fmt.Sprint([]string{theirs}))
			equal(t, "files", strings.Join(left, " "), "private.key")
		})
	}
}

func TestOfTwoApplicationsWithItsKeyTheNotedOneIsUsed(t *testing.T) {
	t.Parallel()
	r := newRun(t)
	r.has("private.key", pemOf(pairs[2]()))
	r.account.hasApplication(t, "another one", pairs[2]())
	ours := r.account.hasApplication(t, "My App", pairs[2]())
	r.answer(answer.AppID, ours)
	r.does("connect", "application")
	r = r.again()
	r.answer(answer.Key, answer.Yes)
	r.does("connect", "application")
	equal(t, "the application", r.session.Application.ID, ours)
}

func TestARefusedCreateClaimsNothing(t *testing.T) {
	t.Attr("fault", "N1")
	t.Parallel()
	refused := func(t *testing.T) *run {
		t.Helper()
		r := newRun(t).does("connect")
		r.failsBy("application", failing(http.StatusForbidden), postApplication)
		return r
	}
	t.Run("to an application that somebody gave the key by hand", func(t *testing.T) {
		r := refused(t)
		theirs := r.account.hasApplication(t, "theirs", r.session.Key.Private)
		r.leaves("private.key")
		equal(t, "the applications", fmt.Sprint(r.account.applications()), fmt.Sprint([]string{theirs}))
	})
	t.Run("nor for the next run", func(t *testing.T) {
		r := refused(t)
		theirs := r.account.hasApplication(t, "theirs", r.session.Key.Private)
		again := r.again()
		again.answer(answer.Key, answer.Yes)
		again.doesAll()
		equal(t, "the application", again.session.Application.ID, theirs)
		equal(t, "created", again.session.Application.Created, false)
		r.cleared()
		equal(t, "applications", len(r.account.Applications()), 1)
	})
	t.Run("and the key goes if nobody has it", func(t *testing.T) {
		r := refused(t)
		wantAll(t, r.status(noon).Problems[0].What, "wasn't created: the API rejected it")
		r.leaves("")
	})
	t.Run("and its key is not given to another application", func(t *testing.T) {
		r := refused(t)
		theirs := r.account.hasApplication(t, "theirs", pairs[2]())
		key := r.file("private.key")
		r.renews(theirs)
		r.does("application")
		equal(t, "the key's file", r.session.Key.Name, "private-2.key")
		equal(t, "the first key", r.file("private.key"), key)
		r.leaves("private-2.key")
		equal(t, "applications", len(r.account.Applications()), 1)
	})
	t.Run("and it is tried again with the same key", func(t *testing.T) {
		r := refused(t)
		r.doesAll()
		equal(t, "keys", strings.Count(strings.Join(r.names(), " "), ".key"), 1)
		r.leaves("")
		equal(t, "applications", len(r.account.Applications()), 0)
	})
}

func TestAnUnansweredCreateDoesNotClaimAnApplicationWithAnotherKey(t *testing.T) {
	t.Attr("fault", "N4")
	t.Parallel()
	r := newRun(t)
	r.has("mine.key", pemOf(pairs[2]()))
	theirs := r.account.hasApplication(t, "theirs", pairs[2]())
	r.does("connect")
	r.account.on(postApplication, dropped)
	r.account.on("GET /v2/applications", dropped)
	if err := r.try("application"); err == nil || !r.session.Application.Uncertain {
		t.Fatalf("got %v", err)
	}
	r.account.heal()
	r.answer(answer.KeyFile, "mine.key", answer.Key, answer.Yes)
	r.does("application")
	equal(t, "the application", r.session.Application.ID, theirs)
	equal(t, "created", r.session.Application.Created, false)
}

func TestARefusedKeyIsNotRecordedAsTheApplications(t *testing.T) {
	t.Attr("fault", "N1")
	t.Parallel()
	r := newRun(t).doesAll()
	id := r.session.Application.ID
	before := r.journal().Applications
	again := r.again().does("connect")
	again.renews(id)
	r.account.on("PUT /v2/applications/"+id, failing(http.StatusForbidden))
	again.fails("application")
	after := again.journal().Applications
	equal(t, "applications", len(after), len(before))
	equal(t, "the key", after[0].KeySHA, before[0].KeySHA)
	equal(t, "its file", after[0].KeyFile, "private.key")
	equal(t, "its users", len(after[0].Users), 1)
	r.account.heal()
	again.does("application")
	equal(t, "the key after all", again.journal().Applications[0].KeySHA, again.session.Key.Private.Fingerprint())
	equal(t, "key files", strings.Count(strings.Join(r.names(), " "), ".key"), 2)
	r.leaves("")
}
