package steps_test

import (
	"cmp"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"credwiz/steps/cleanup"
)

func TestUsersFilesWithOtherContentStay(t *testing.T) {
	r := workshop(t, 2)
	noError(t, os.Mkdir(r.path("users"), 0o700))
	r.has("users/user1.env", "DATABASE_URL=postgres://here\n")
	r.doesAll()
	r.has("users/staging.env", r.file("users/user2.env"))
	r.cleared()
	equal(t, "files", strings.Join(namesIn(t, r.path("users")), " "), ".gitignore staging.env user1.env")
	equal(t, "the first", r.file("users/user1.env"), "DATABASE_URL=postgres://here\n")
}

func TestUsersFilesAreDeletedAfterAFailedOrKilledRun(t *testing.T) {
	t.Attr("fault", "F12")
	r := workshop(t, 3)
	noError(t, os.MkdirAll(r.path("users/user2.env"), 0o700))
	if err := r.does("connect", "application", "user").try("token"); err == nil {
		t.Fatal("it was written over a folder")
	}
	wantAll(t, r.file("users/user1.env"), "VONAGE_JWT=")
	noError(t, os.Remove(r.path("users/user2.env")))
	half := "users/.user3.env." + strings.Repeat("A", 26)
	r.has(half, "VONAGE_JWT=x")
	noError(t, os.Chtimes(r.path(half), noon.Add(-time.Hour), noon.Add(-time.Hour)))
	mine := "users/.user3.txt." + strings.Repeat("A", 26)
	r.has(mine, "mine")
	r.cleared()
	equal(t, "files", strings.Join(namesIn(t, r.path("users")), " "), filepath.Base(mine))
}

func TestFilesOfUsersInAnotherFolderGoIfItIsInThisOne(t *testing.T) {
	for _, test := range []struct {
		name, out string
		before    func(r *run)
		left      []string // in the folder, with what is below
	}{
		{name: "a folder below", out: "handout", left: []string{}},
		{name: "a folder far below", out: "a/b/handout", left: []string{"a", "a/b"}},
		{name: "the folder itself", out: ".", left: []string{}},
		{name: "a folder that was empty", out: "handout", before: func(*run) {}, left: []string{"handout"}},
		{name: "a folder that git ignored already", out: "handout", before: func(r *run) { r.has("handout/.gitignore", "*\n") },
			left: []string{"handout", "handout/.gitignore"}},
		{name: "a folder of which git ignored such files already", out: "handout", before: func(r *run) { r.has("handout/.gitignore", "/*.env\n") },
			left: []string{"handout", "handout/.gitignore"}},
		{name: "a folder with a .gitignore of its own", out: "handout", before: func(r *run) { r.has("handout/.gitignore", "!/x/*.env\n") },
			left: []string{"handout", "handout/.gitignore"}},
		{name: "a folder with other files", out: "handout", before: func(r *run) {
			r.has("handout/notes.txt", "mine")
			r.has("handout/user1.env", "DATABASE_URL=x\n")
		}, left: []string{"handout", "handout/.gitignore", "handout/notes.txt", "handout/user1.env"}},
		{name: "a folder with other files that are no .env", out: "handout", before: func(r *run) {
			r.has("handout/notes.txt", "mine")
		}, left: []string{"handout", "handout/notes.txt"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			r := workshop(t, 3)
			r.env.Out = r.path(test.out)
			if test.before != nil {
				noError(t, os.Mkdir(r.env.Out, 0o700))
				test.before(r)
			}
			r.doesAll()
			wantAll(t, r.file(test.out+"/user2.env"), "VONAGE_USER_NAME=user2\n", "VONAGE_JWT=ey")
			ignored := "/*.env\n"
			if test.before == nil && test.out != "." || strings.Contains(test.name, "was empty") || strings.Contains(test.name, "git ignored already") {
				ignored = "*\n"
			}
			wantAll(t, r.file(test.out+"/.gitignore"), ignored)
			r.cleared()
			left := []string{}
			err := fs.WalkDir(os.DirFS(r.dir), ".", func(path string, _ fs.DirEntry, err error) error {
				if path != "." {
					left = append(left, path)
				}
				return err
			})
			if err != nil || !slices.Equal(left, test.left) {
				t.Errorf("left: %q, %v; want %q", left, err, test.left)
			}
			if strings.Contains(test.name, "of its own") {
				equal(t, ".gitignore", r.file("handout/.gitignore"), "!/x/*.env\n")
			}
		})
	}
}

func TestFilesOfUsersOutsideOfTheFolderAreNamedAndLeft(t *testing.T) {
	for _, name := range []string{"", "handout"} { // handout is a link to there
		t.Run(cmp.Or(name, "by its path"), func(t *testing.T) {
			t.Parallel()
			r := workshop(t, 3)
			outside := t.TempDir()
			r.env.Out = outside
			if name != "" {
				r.env.Out = r.path(name)
				link(t, outside, r.env.Out)
			}
			r.doesAll()
			removal := r.removal()
			at := slices.IndexFunc(removal.Items, func(i cleanup.Item) bool { return i.Name == r.env.Out })
			if at < 0 || removal.Items[at].State != cleanup.Left || !strings.Contains(removal.Items[at].Why, "outside the folder") {
				t.Errorf("%s is not told as left: %+v", r.env.Out, removal.Items)
			}
			r.cleared()
			equal(t, "files", strings.Join(namesIn(t, outside), " "), ".gitignore user1.env user2.env user3.env")
		})
	}
}

func TestTheLinesForUsersFilesGoFromTheProjectsGitignore(t *testing.T) {
	for name, before := range map[string]string{"that was there": "node_modules\n", "that was not": ""} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := workshop(t, 2)
			r.inGit()
			if before != "" {
				r.has(".gitignore", before)
			}
			r.env.Out = r.path(".")
			r.doesAll()
			wantAll(t, r.file(".gitignore"), "/*.env\n", "/.credwiz.json\n")
			left := strings.Join(r.cleared(), " ")
			if before == "" {
				equal(t, "files", left, ".git")
				return
			}
			equal(t, "files", left, ".git .gitignore")
			equal(t, ".gitignore", r.file(".gitignore"), before)
		})
	}
}
