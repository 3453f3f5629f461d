package steps_test

import (
	"net/http"
	"strings"
	"testing"

	"credwiz/steps"
	"credwiz/steps/advice"
	"credwiz/steps/answer"
	"credwiz/steps/cleanup"
	"credwiz/steps/task"
)

// removal is what clearing the folder away comes to.
func (r *run) removal() cleanup.Plan {
	r.t.Helper()
	return must(cleanup.PlanFor(r.folder(), cleanup.Scope{}))
}

// cleared clears the folder away, and returns what is left in it.
func (r *run) cleared() []string {
	r.t.Helper()
	items := must(r.clears())
	for _, item := range items {
		if item.State == cleanup.ToDelete {
			r.t.Errorf("not deleted: %+v", item)
		}
	}
	return r.names()
}

// leaves clears the folder away, and compares what is left.
func (r *run) leaves(names string) {
	r.t.Helper()
	equal(r.t, "files left", strings.Join(r.cleared(), " "), names)
}

func TestAKeyThatWasHereBeforeStays(t *testing.T) {
	r := newRun(t)
	r.usesTheKeyHere()
	r.doesAll()
	r.leaves("private.key")
	equal(t, "the file", r.file("private.key"), pemOf(pairs[2]()))
	equal(t, "applications", len(r.account.Applications()), 0)
}

func TestAKeyCreatedByOneRunIsDeletedAfterAnotherUsedIt(t *testing.T) {
	r := newRun(t).doesAll()
	r = r.again()
	r.answer(answer.Key, answer.Yes, answer.User, "bob")
	r.doesAll()
	r.leaves("")
}

func TestCleanDeletesOnlyWhatItShowed(t *testing.T) {
	r := newRun(t).doesAll()
	folder := r.folder()
	shown := must(cleanup.PlanFor(folder, cleanup.Scope{}))
	r.answer(answer.User, "bob")
	r.does("user", "token")
	_, err := cleanup.Remover{Env: r.env, Folder: folder, Report: func(task.Event) {}}.Remove(t.Context(), shown)
	wantAll(t, advice.For(err).What, "since you confirmed", "This run deleted nothing")
	equal(t, "users", len(r.account.users(t)), 2)
}

func TestAnotherAccountIsLeftAlone(t *testing.T) {
	r := newRun(t).doesAll()
	removal, err := cleanup.PlanFor(r.folder(), cleanup.Scope{APIKey: "zzzz9999"})
	if err != nil || !removal.Empty() || len(removal.Accounts) != 0 {
		t.Errorf("%+v, %v", removal, err)
	}
}

func TestClearingAwayTakesTheLinesForGitAndTheTokenFileAlong(t *testing.T) {
	r := newRun(t)
	r.has(".git", "gitdir: elsewhere")
	r.has(".gitignore", "node_modules\n")
	r.doesAll()
	if _, _, err := steps.SaveToken(r.session); err != nil {
		t.Fatal(err)
	}
	r.leaves(".git .gitignore")
	equal(t, "the file", r.file(".gitignore"), "node_modules\n")
}

func TestALineForGitStaysWithItsFile(t *testing.T) {
	r := newRun(t)
	r.has(".git", "gitdir: elsewhere")
	r.has(".env", "OTHER=1\n")
	r.doesAll()
	why := ""
	for _, item := range r.removal().Items {
		if strings.HasSuffix(item.Name, ".gitignore") {
			why = item.Why
		}
	}
	equal(t, "why", why, "/.env stays, so that git still ignores it; other lines of credwiz go")
	r.leaves(".env .git .gitignore")
	equal(t, "the file", r.file(".gitignore"), "/.env\n")
}

func TestUsersOfAKeyThatTheAPIRefusesGoWithTheirApplication(t *testing.T) {
	r := newRun(t).doesAll()
	r.account.on("DELETE /v1/users/"+r.session.User.ID, failing(http.StatusUnauthorized))
	r.leaves("")
	equal(t, "applications", len(r.account.Applications()), 0)
}

func TestAnUnansweredApplicationIsFoundAndDeleted(t *testing.T) {
	r := newRun(t).does("connect")
	r.account.on(postApplication, doneThenDropped)
	r.failsBy("application", dropped, "GET /v2/applications")
	equal(t, "applications before", len(r.account.Applications()), 1)
	r.leaves("")
	equal(t, "applications", len(r.account.Applications()), 0)
}
