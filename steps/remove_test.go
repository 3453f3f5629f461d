package steps_test

import (
	"net/http"
	"slices"
	"testing"

	"credwiz/steps"
	"credwiz/steps/advice"
	"credwiz/steps/answer"
	"credwiz/steps/cleanup"
	"credwiz/steps/task"
	"credwiz/steps/workdir"
)

// removal is what clearing the folder away comes to.
func (r *run) removal() cleanup.Plan {
	r.t.Helper()
	folder, err := workdir.Open(r.dir)
	if err != nil {
		r.t.Fatal(err)
	}
	defer func() { _ = folder.Close() }()
	removal, err := cleanup.PlanFor(folder, cleanup.Scope{})
	if err != nil {
		r.t.Fatal(err)
	}
	return removal
}

// cleared clears the folder away, and returns what is left in it.
func (r *run) cleared() []string {
	r.t.Helper()
	items, err := r.clears()
	if err != nil {
		r.t.Fatal(err)
	}
	for _, item := range items {
		if item.State == cleanup.ToDelete {
			r.t.Errorf("not deleted: %+v", item)
		}
	}
	return r.names()
}

func TestAKeyThatWasHereBeforeStays(t *testing.T) {
	r := newRun(t)
	r.has("private.key", pemOf(pairs[2]()))
	r.answer(answer.Key, answer.Yes)
	r.doesAll()
	if left := r.cleared(); !slices.Equal(left, []string{"private.key"}) || r.file("private.key") != pemOf(pairs[2]()) {
		t.Errorf("left: %q", left)
	}
	if n := len(r.account.Applications()); n != 0 {
		t.Errorf("there are %d applications", n)
	}
}

func TestAKeyThatARunMadeGoesAlsoAfterAnotherRunUsedIt(t *testing.T) {
	r := newRun(t).doesAll()
	r = r.again()
	r.answer(answer.Key, answer.Yes)
	r.answer(answer.User, "bob")
	r.doesAll()
	if left := r.cleared(); len(left) != 0 {
		t.Errorf("left: %q", left)
	}
}

func TestWhatWasMadeAfterItWasShownIsNotDeleted(t *testing.T) {
	r := newRun(t).doesAll()
	folder, err := workdir.Open(r.dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = folder.Close() })
	shown, err := cleanup.PlanFor(folder, cleanup.Scope{})
	if err != nil {
		t.Fatal(err)
	}
	r.answer(answer.User, "bob")
	r.does("user", "token")
	_, err = cleanup.Remover{Env: r.env, Folder: folder, Report: func(task.Event) {}}.Remove(t.Context(), shown)
	wantAll(t, advice.For(err).What, "meanwhile", "Nothing was deleted")
	if n := len(r.account.users(t)); n != 2 {
		t.Errorf("there are %d users", n)
	}
}

func TestAnAccountThatIsNotMeantIsLeft(t *testing.T) {
	r := newRun(t).doesAll()
	folder, err := workdir.Open(r.dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = folder.Close() })
	removal, err := cleanup.PlanFor(folder, cleanup.Scope{APIKey: "zzzz9999"})
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
	if left := r.cleared(); !slices.Equal(left, []string{".git", ".gitignore"}) || r.file(".gitignore") != "node_modules\n" {
		t.Errorf("left: %q", left)
	}
}

func TestUsersOfAKeyThatTheAPIRefusesGoWithTheirApplication(t *testing.T) {
	r := newRun(t).doesAll()
	r.account.on("DELETE /v1/users/"+r.session.User.ID, failing(http.StatusUnauthorized))
	if left := r.cleared(); len(left) != 0 {
		t.Errorf("left: %q", left)
	}
	equal(t, "applications", len(r.account.Applications()), 0)
}

func TestAnApplicationWhoseAnswerNeverCameIsLookedForAndDeleted(t *testing.T) {
	r := newRun(t).does("connect")
	r.account.on(postApplication, doneThenDropped)
	r.account.on("GET /v2/applications", dropped)
	if err := r.try("application"); err == nil {
		t.Fatal("it was taken for made")
	}
	r.account.heal()
	equal(t, "applications before", len(r.account.Applications()), 1)
	if left := r.cleared(); len(left) != 0 {
		t.Errorf("left: %q", left)
	}
	equal(t, "applications", len(r.account.Applications()), 0)
}
