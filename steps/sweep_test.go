package steps_test

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"credwiz/steps/answer"
)

const random = "ABCDEFGHIJKLMNOPQRSTUVW234" // what rand.Text gives

// left puts a file into the folder as a run that was killed would have left it.
func (r *run) left(name string, mode os.FileMode, age time.Duration) {
	r.t.Helper()
	write(r.t, r.path(name), "half", mode)
	then := noon.Add(-age)
	noError(r.t, os.Chtimes(r.path(name), then, then))
}

func TestWhatKilledRunsLeftIsRemoved(t *testing.T) {
	t.Attr("fault", "F12")
	t.Parallel()
	r := newRun(t).does("connect")
	gone := []string{".private.key." + random, ".env." + random, ".credwiz.json." + random, ".other.key." + random,
		".nexmorc." + random, ".vonagerc." + random, ".token.txt." + random}
	for _, name := range gone {
		r.left(name, 0o600, 61*time.Second)
	}
	// Killed before its mode was set, with a umask that takes everything.
	r.left(".private.key."+strings.Repeat("7", 26), 0, time.Hour)
	r.left(".gitignore."+random, 0o644, time.Hour)
	r.answer(answer.KeyFile, "other.key")
	r.does("application")
	wantAll(t, r.story(), "✓ clean up after an interrupted run")
	equal(t, "files", strings.Join(r.names(), " "), ".credwiz.json other.key")

	r.does("application")
	wantNone(t, r.story(), "clear up")
}

func TestTheTemporaryNameOfAKeyThatWasPublishedIsRemovedAndTheKeyStays(t *testing.T) {
	t.Attr("fault", "F12")
	t.Parallel()
	r := newRun(t).does("connect", "application")
	// Killed between the link to the key's name and the removal of the other.
	if err := os.Link(r.path("private.key"), r.path(".private.key."+random)); err != nil {
		t.Skip("SKIPPED: this file system has no links:", err)
	}
	then := noon.Add(-time.Hour)
	noError(t, os.Chtimes(r.path("private.key"), then, then))
	key := r.file("private.key")
	r = r.again().does("connect", "application")
	equal(t, "files", strings.Join(r.names(), " "), ".credwiz.json private.key")
	equal(t, "the key", r.file("private.key"), key)
}

func TestNothingElseIsSweptAway(t *testing.T) {
	t.Attr("fault", "F12")
	t.Parallel()
	r := newRun(t).does("connect")
	stays := []string{
		".private.key." + random[1:],       // shorter
		".private.key." + random + "A",     // longer
		".private.key." + random[1:] + "1", // not of the alphabet
		".private.key." + strings.ToLower(random),
		"private.key." + random, // not hidden
		".private.key" + random, // no dot
		".their.key." + random,  // a name that is not ours
		".x.private.key." + random,
		"." + random,
		".private.key.bak",
		random,
	}
	for _, name := range stays {
		r.left(name, 0o600, time.Hour)
	}
	young, future, linked, folder := ".private.key."+strings.Repeat("A", 26), ".private.key."+strings.Repeat("B", 26),
		".private.key."+strings.Repeat("E", 26), ".private.key."+strings.Repeat("F", 26)
	r.left(young, 0o600, time.Minute)
	r.left(future, 0o600, -time.Hour)
	r.left("target", 0o600, time.Hour)
	link(t, "target", r.path(linked))
	noError(t, os.Mkdir(r.path(folder), 0o600))
	then := noon.Add(-time.Hour)
	noError(t, os.Chtimes(r.path(folder), then, then))
	noError(t, os.Mkdir(r.path("inner"), 0o700))
	r.left("inner/.private.key."+random, 0o600, time.Hour)
	r.does("application")
	names := r.names()
	for _, name := range append(stays, young, future, linked, folder, "target", "inner") {
		if !slices.Contains(names, name) {
			t.Errorf("%s was removed", name)
		}
	}
	equal(t, "files in a folder inside", len(namesIn(t, r.path("inner"))), 1)
	wantNone(t, r.story(), "clear up")
}

func TestWhatKilledRunsLeftOfTheUsersFilesIsCountedToo(t *testing.T) {
	t.Attr("fault", "F12")
	t.Parallel()
	r := workshop(t, 2).doesAll()
	for name, age := range map[string]time.Duration{
		".env." + random: time.Hour, "users/.user1.env." + random: time.Hour, "users/.user2.env." + random: time.Minute,
		"users/.gitignore." + random: time.Hour, "users/." + random: time.Hour,
	} {
		r.left(name, 0o600, age)
	}
	r = r.again().does("connect", "application")
	var notes []string
	for _, e := range r.events {
		notes = append(notes, e.Note)
	}
	wantAll(t, strings.Join(notes, "\n"), "3 temporary files removed")
	equal(t, "files", strings.Join(namesIn(t, r.path("users")), " "),
		"."+random+" .gitignore .user2.env."+random+" user1.env user2.env")
}

func TestCleanRemovesTemporaryFilesOfAnyAge(t *testing.T) {
	t.Attr("fault", "field-A6")
	t.Parallel()
	r := workshop(t, 2).doesAll()
	for name, age := range map[string]time.Duration{
		tempName("private.key"): time.Second, tempName(".env"): 0, tempName(".vonagerc"): -time.Hour,
		tempName("users/user1.env"): time.Second, ".credwiz.json." + random: time.Second,
	} {
		r.left(name, 0o600, age)
	}
	r.leaves("")
}
