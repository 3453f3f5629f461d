package steps_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"credwiz/steps"
	"credwiz/steps/answer"
)

// repository is a git repository of its own, which git itself judges.
type repository struct {
	t        *testing.T
	git, dir string
}

func newRepository(t *testing.T, init ...string) repository {
	t.Helper()
	needs(t, "git")
	git := must(exec.LookPath("git"))
	dir := must(filepath.EvalSymlinks(t.TempDir()))
	g := repository{t, git, dir}
	g.run(append([]string{"init", "-q"}, init...)...)
	return g
}

// run is git in the repository, with no settings but the repository's own.
func (g repository) run(args ...string) string {
	g.t.Helper()
	cmd := exec.CommandContext(g.t.Context(), g.git, args...)
	cmd.Dir = g.dir
	cmd.Env = []string{"GIT_CONFIG_NOSYSTEM=1", "HOME=" + g.dir + "/nowhere", "PATH=" + filepath.Dir(g.git)}
	out, err := cmd.CombinedOutput()
	if err != nil {
		g.t.Fatalf("git %s: %v: %s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

// takes are the files that git add -A takes, and those that it tracked before.
func (g repository) takes() []string {
	g.t.Helper()
	g.run("add", "-A")
	return strings.Fields(g.run("ls-files"))
}

func (g repository) has(name, content string) {
	g.t.Helper()
	path := filepath.Join(g.dir, name)
	noError(g.t, os.MkdirAll(filepath.Dir(path), 0o700))
	noError(g.t, os.WriteFile(path, []byte(content), 0o600))
}

// withAndWithoutGit does a test where git can be asked, and where it is not installed.
func withAndWithoutGit(t *testing.T, test func(t *testing.T)) {
	t.Helper()
	t.Run("git is asked", test)
	t.Run("git is not installed", func(t *testing.T) {
		needs(t, "git")
		withoutGit = func(t *testing.T) { t.Setenv("PATH", t.TempDir()) }
		defer func() { withoutGit = func(*testing.T) {} }()
		test(t)
	})
}

// withoutGit hides git from credwiz; the test has found it before.
var withoutGit = func(*testing.T) {}

// in is a run in a folder of the repository, after which its files are what git may take.
func (g repository) in(dir string) *run {
	g.t.Helper()
	withoutGit(g.t)
	return runIn(g.t, newAccount(g.t), dir)
}

func wantTaken(t *testing.T, g repository, want ...string) {
	t.Helper()
	equal(t, "what git takes", fmt.Sprint(g.takes()), fmt.Sprint(want))
}

func TestInAFolderThatIsReachedThroughALinkGitTakesNoSecret(t *testing.T) {
	t.Attr("fault", "field-A3")
	withAndWithoutGit(t, func(t *testing.T) {
		for _, way := range []string{"--dir", "the current folder"} {
			t.Run(way, func(t *testing.T) {
				g := newRepository(t)
				g.has("app/main.js", "")
				dir := filepath.Join(t.TempDir(), "app")
				link(t, filepath.Join(g.dir, "app"), dir)
				if way != "--dir" {
					t.Chdir(dir)
					dir = "."
				}
				r := g.in(dir).doesAll()
				wantTaken(t, g, "app/.gitignore", "app/main.js")
				equal(t, "warnings", r.warned(), "")
			})
		}
	})
}

func TestALinkInARepositoryToAFolderOutsideNeedsNoIgnoreFile(t *testing.T) {
	t.Attr("fault", "field-A3")
	g := newRepository(t)
	outside := t.TempDir()
	link(t, outside, filepath.Join(g.dir, "app"))
	g.in(filepath.Join(g.dir, "app")).doesAll()
	wantTaken(t, g, "app")
	equal(t, "files", strings.Join(namesIn(t, outside), " "), ".credwiz.json .env private.key")
}

func TestBeforeASecretGoesIntoAFileThatGitTracksTheFileAndTheCommandAreNamed(t *testing.T) {
	t.Attr("fault", "field-A4")
	withAndWithoutGit(t, func(t *testing.T) {
		for _, name := range []string{".env", ".vonagerc", ".nexmo-app"} {
			t.Run(name, func(t *testing.T) {
				g := newRepository(t)
				g.has(name, map[string]string{".env": "PORT=1\n", ".vonagerc": "{}", ".nexmo-app": "[other]\n"}[name])
				g.has(".gitignore", "/.env\n*rc\n")
				g.run("add", "-f", name)
				g.run("-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-qm", "first")
				r := g.in(g.dir)
				r.answer(answer.Write, "env,vonage,nexmo")
				r.does("connect", "application")
				story := r.story()
				command := "git -C " + inShell(r.dir) + " rm --cached " + name
				wantAll(t, r.warned(), "keep "+name+" out of git: git already tracks it", command)
				if warned, saved := strings.Index(story, "! keep "+name), strings.Index(story, "save the private key"); warned < 0 || warned > saved {
					t.Errorf("the warning does not come before the key:\n%s", story)
				}
				wantNone(t, r.told(), "already ignored", "checked; ")
				for _, file := range r.session.Files {
					if file.Name == ".gitignore" {
						wantAll(t, file.Purpose, "git still sees "+name)
					}
				}
				r.does("user", "token")
				g.run("-C", r.dir, "rm", "--cached", name)
				wantTaken(t, g, ".gitignore")
			})
		}
	})
}

func TestATrackedFileIsNamedByItsPathFromHere(t *testing.T) {
	t.Attr("fault", "field-A4")
	g := newRepository(t)
	g.has("app/.env", "PORT=1\n")
	g.has("app/key[1].pem", "")
	g.run("add", "-A")
	g.run("-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-qm", "first")
	noError(t, os.Remove(filepath.Join(g.dir, "app", "key[1].pem")))
	t.Chdir(filepath.Join(g.dir, "app"))
	r := g.in(".")
	r.answer(answer.KeyFile, "key[1].pem")
	r.does("connect", "application")
	wantAll(t, r.warned(), "first: git rm --cached .env", "first: git rm --cached ':(literal)key[1].pem'")
	g.run("rm", "--cached", ":(literal)app/key[1].pem", "app/.env")
	wantTaken(t, g, "app/.gitignore")
}

func TestALaterLineThatTakesTheKeyBackInIsOvercome(t *testing.T) {
	t.Attr("fault", "field-A5")
	withAndWithoutGit(t, func(t *testing.T) {
		for name, test := range map[string]struct{ top, own string }{
			"here":         {"", "private.key\n.env\n!*.key\n"},
			"further up":   {"*.key\n.env\n.credwiz.json\n!private.key\n", ""},
			"all of it":    {"", "*\n!*.*\n"},
			"after ours":   {"", "/private.key\n/.env\n/.credwiz.json\n/.*.credwiz\n!/private.key\n"},
			"a whole path": {"*\n!app/\n!app/**\n", ""},
		} {
			t.Run(name, func(t *testing.T) {
				g := newRepository(t)
				g.has("app/main.js", "")
				if test.top != "" {
					g.has(".gitignore", test.top)
				}
				if test.own != "" {
					g.has("app/.gitignore", test.own)
				}
				r := g.in(filepath.Join(g.dir, "app")).doesAll()
				equal(t, "warnings", r.warned(), "")
				for _, taken := range g.takes() {
					if base := filepath.Base(taken); base != ".gitignore" && base != "main.js" {
						t.Errorf("git takes %s:\n%s", taken, r.file(".gitignore"))
					}
				}
			})
		}
	})
}

func TestWhatAFolderFurtherUpIgnoresNeedsNoOtherFile(t *testing.T) {
	t.Attr("fault", "field-A5")
	withAndWithoutGit(t, func(t *testing.T) {
		g := newRepository(t)
		g.has(".gitignore", "/app/\n")
		r := g.in(filepath.Join(g.dir, "app")).doesAll()
		equal(t, "files", strings.Join(r.names(), " "), ".credwiz.json .env private.key")
		wantTaken(t, g, ".gitignore")
	})
}

func TestGitTakesNoTemporaryFileOfAKilledRunAndAllOthers(t *testing.T) {
	t.Attr("fault", "field-A6")
	withAndWithoutGit(t, func(t *testing.T) {
		g := newRepository(t)
		r := g.in(g.dir)
		r.answer(answer.Write, "env,vonage,nexmo")
		r.doesAll()
		for _, name := range []string{"private.key", ".env", ".credwiz.json", ".vonagerc", ".nexmorc", ".nexmo-app", "token.txt"} {
			g.has(tempName(name), "half")
		}
		g.has(".env.example", "PORT=\n")
		g.has(".eslintrc.json", "{}\n")
		wantTaken(t, g, ".env.example", ".eslintrc.json", ".gitignore")
	})
}

func TestGitTakesNoFileOfAUserAndNoTemporaryOne(t *testing.T) {
	t.Attr("fault", "field-A6")
	withAndWithoutGit(t, func(t *testing.T) {
		for out, before := range map[string]string{"users": "", "handout": "!*.env\n", "other": "/*.env\n!user2*\n"} {
			t.Run(out, func(t *testing.T) {
				g := newRepository(t)
				if before != "" {
					g.has(out+"/.gitignore", before)
				}
				r := g.in(g.dir).with(2)
				r.env.Out = filepath.Join(g.dir, out)
				r.doesAll()
				g.has(out+"/"+tempName("user1.env"), "half")
				equal(t, "warnings", r.warned(), "")
				wantAll(t, r.told(), "ignored by git")
				for _, taken := range g.takes() {
					if filepath.Base(taken) != ".gitignore" {
						t.Errorf("git takes %s", taken)
					}
				}
			})
		}
	})
}

func TestATrackedUsersFileIsReportedBeforeItIsWritten(t *testing.T) {
	t.Attr("fault", "field-A4")
	withAndWithoutGit(t, func(t *testing.T) {
		g := newRepository(t)
		g.has("users/user2.env", "PORT=1\n")
		g.run("add", "-A")
		r := g.in(g.dir).with(2).doesAll()
		wantAll(t, r.warned(), "git -C "+inShell(filepath.Join(g.dir, "users"))+" rm --cached user2.env")
		wantNone(t, r.told(), "ignored by git")
		if story := r.story(); strings.Index(story, "! keep user2.env") > strings.Index(story, "… write users") {
			t.Errorf("the warning comes too late:\n%s", story)
		}
	})
}

func TestTheTokenAloneDoesNotGoIntoAFileThatGitTracks(t *testing.T) {
	t.Attr("fault", "field-A4")
	withAndWithoutGit(t, func(t *testing.T) {
		g := newRepository(t)
		r := g.in(g.dir).doesAll()
		g.has("token.txt", r.session.Token.JWT.Reveal())
		g.run("add", "-f", "token.txt")
		_, path, err := steps.SaveToken(r.session)
		if err != nil || filepath.Base(path) != "token-2.txt" {
			t.Errorf("it is in %s: %v", path, err)
		}
		wantTaken(t, g, ".gitignore", "token.txt")
	})
}

func TestTheIndexIsReadWhateverItsKind(t *testing.T) {
	t.Attr("fault", "field-A4")
	for name, test := range map[string]struct {
		init   []string
		change [][]string
		unsure bool
	}{
		"version 2":        {},
		"version 3":        {change: [][]string{{"add", "-N", "app/.a"}}},
		"version 4":        {change: [][]string{{"update-index", "--index-version", "4"}}},
		"SHA-256":          {init: []string{"--object-format=sha256"}},
		"with a cache":     {change: [][]string{{"write-tree"}, {"update-index", "--force-untracked-cache"}}},
		"split":            {change: [][]string{{"update-index", "--split-index"}}, unsure: true},
		"in a linked tree": {},
	} {
		t.Run(name, func(t *testing.T) {
			g := newRepository(t, test.init...)
			for _, file := range []string{"app/.env", "app/.envrc", "app/sub/private.key", "a", "z/long/name/of/a/folder/file.txt"} {
				g.has(file, "")
			}
			g.run("add", "-A")
			g.has("app/.a", "")
			for _, change := range test.change {
				g.run(change...)
			}
			if name == "in a linked tree" {
				g.run("-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-qm", "first")
				other := filepath.Join(t.TempDir(), "linked")
				g.run("worktree", "add", "-q", other)
				g.dir = other
			}
			t.Setenv("PATH", t.TempDir())
			r := g.in(filepath.Join(g.dir, "app")).does("connect", "application")
			if test.unsure {
				wantAll(t, r.warned(), "couldn't check", "git ls-files")
				return
			}
			wantAll(t, r.warned(), "keep .env out of git: git already tracks it")
			wantNone(t, r.warned(), "private.key")
		})
	}
}

func TestGitKnowsWhatOnlyTheUsersSettingsIgnore(t *testing.T) {
	t.Attr("fault", "field-A5")
	g := newRepository(t)
	g.has("app/main.js", "")
	home := t.TempDir()
	write(t, filepath.Join(home, "everywhere"), "*.key\n.*\n", 0o600)
	write(t, filepath.Join(home, ".gitconfig"), "[core]\nexcludesFile = "+filepath.ToSlash(filepath.Join(home, "everywhere"))+"\n", 0o600)
	t.Setenv("HOME", home)
	t.Setenv("XDG_CONFIG_HOME", home)
	r := g.in(filepath.Join(g.dir, "app")).doesAll()
	wantAll(t, strings.Join(r.names(), " "), "private.key")
	wantNone(t, strings.Join(r.names(), " "), ".gitignore")
}
