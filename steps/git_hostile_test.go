package steps_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestARepositoryRunsNothingWhenGitIsAskedAboutIt(t *testing.T) {
	t.Attr("fault", "field-A4")
	g := newRepository(t)
	ran := filepath.Join(t.TempDir(), "ran")
	script := filepath.Join(t.TempDir(), "script")
	write(t, script, "#!/bin/sh\necho \"$0 $*\" >> "+ran+"\n", 0o700)
	g.has(".env", "PORT=1\n")
	g.run("add", "-A")
	for _, key := range []string{
		"core.fsmonitor", "core.pager", "pager.ls-files", "core.editor", "core.sshCommand", "core.askPass", "alias.ls-files", "alias.check-ignore",
		"diff.external", "filter.x.clean", "filter.x.smudge", "credential.helper", "remote.origin.uploadpack",
	} {
		g.run("config", key, script)
	}
	hooks := must(filepath.Glob(filepath.Join(g.dir, ".git", "hooks", "*.sample")))
	for _, hook := range append(hooks, filepath.Join(g.dir, ".git", "hooks", "post-index-change")) {
		write(t, strings.TrimSuffix(hook, ".sample"), "#!/bin/sh\necho \"$0\" >> "+ran+"\n", 0o700)
	}
	t.Setenv("GIT_DIR", filepath.Join(newRepository(t).dir, ".git"))
	t.Setenv("GIT_EXTERNAL_DIFF", script)
	r := g.in(g.dir).does("connect", "application")
	wantAll(t, r.warned(), "keep .env out of git: git already tracks it")
	if text, err := os.ReadFile(ran); err == nil {
		t.Errorf("the repository ran:\n%s", text)
	}
}

func TestAGitThatHangsHoldsNothingUp(t *testing.T) {
	t.Attr("fault", "field-A4")
	g := newRepository(t)
	g.has(".env", "PORT=1\n")
	g.run("add", "-A")
	bin := t.TempDir()
	write(t, filepath.Join(bin, "git"), "#!/bin/sh\nsleep 20 &\nwait\n", 0o700)
	t.Setenv("PATH", bin+string(filepath.ListSeparator)+os.Getenv("PATH"))
	began := time.Now()
	r := g.in(g.dir).does("connect", "application")
	wantAll(t, r.warned(), "keep .env out of git: git already tracks it")
	if took := time.Since(began); took > 15*time.Second {
		t.Errorf("it took %v", took)
	}
}

func TestAGitInTheFolderIsNotRun(t *testing.T) {
	t.Attr("fault", "field-A4")
	g := newRepository(t)
	ran := filepath.Join(t.TempDir(), "ran")
	write(t, filepath.Join(g.dir, "git"), "#!/bin/sh\ntouch "+ran+"\n", 0o700)
	t.Chdir(g.dir)
	t.Setenv("PATH", "."+string(filepath.ListSeparator)+os.Getenv("PATH"))
	g.in(".").does("connect", "application")
	if _, err := os.Stat(ran); err == nil {
		t.Error("it was run")
	}
}
