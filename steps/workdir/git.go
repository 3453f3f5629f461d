package workdir

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// WorkTree is a git work tree and a folder in it.
type WorkTree struct {
	top string // has .git
	dir string // the folder, without symbolic links
}

// WorkTree finds the work tree of the folder. Git knows files by their real paths.
func (d *Dir) WorkTree() (WorkTree, bool) {
	dir, err := filepath.EvalSymlinks(d.Absolute())
	if err != nil {
		dir = d.Absolute()
	}
	for top := dir; ; top = filepath.Dir(top) {
		// .git is a file in a submodule or a linked work tree.
		if _, err := os.Lstat(filepath.Join(top, ".git")); err == nil {
			return WorkTree{top, dir}, true
		}
		if top == filepath.Dir(top) {
			return WorkTree{}, false
		}
	}
}

// GitView is how git sees the files of a folder.
type GitView struct {
	ignored map[string]bool // by the patterns, whether it is tracked or not
	Tracked map[string]bool
	unsure  error // why it is unknown what is tracked; nil if it is not
}

// View asks git about names in the folder. Without git it reads git's files.
func (t WorkTree) View(names []string) GitView {
	if view, err := t.askGit(names); err == nil {
		return view
	}
	return t.readFiles(names)
}

const gitPatience = 3 * time.Second

func (t WorkTree) askGit(names []string) (GitView, error) {
	ctx, cancel := context.WithTimeout(context.Background(), gitPatience)
	defer cancel()
	tracked, err := t.git(ctx, nil, "ls-files", "-z", "--", ":(glob)*")
	if err != nil {
		return GitView{}, err
	}
	ignored, err := t.git(ctx, names, "check-ignore", "-z", "--stdin", "--no-index")
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() == 1 { // none is
		err = nil
	}
	return GitView{ignored: ignored, Tracked: tracked}, err
}

// git runs git in the folder and returns the names that it prints. The repository is untrusted: no program from its
// configuration runs, nothing is fetched, and the environment has no secrets.
func (t WorkTree) git(ctx context.Context, names []string, args ...string) (map[string]bool, error) {
	safe := []string{
		"--no-pager", "--no-optional-locks", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=" + os.DevNull, "-c", "safe.bareRepository=explicit",
	}
	cmd := exec.CommandContext(ctx, "git", append(safe, args...)...) //nolint:gosec // The arguments are those above.
	cmd.Dir, cmd.WaitDelay = t.dir, time.Second
	cmd.Env = []string{"LC_ALL=C", "GIT_TERMINAL_PROMPT=0", "GIT_NO_LAZY_FETCH=1", "GIT_ALLOW_PROTOCOL=none"}
	for _, name := range []string{
		"PATH", "HOME", "XDG_CONFIG_HOME", "SUDO_UID", // where git and the user's settings are, and whose repository it may be
		"SYSTEMROOT", "USERPROFILE", "HOMEDRIVE", "HOMEPATH", "PROGRAMDATA", // on Windows
	} {
		if value, ok := os.LookupEnv(name); ok {
			cmd.Env = append(cmd.Env, name+"="+value)
		}
	}
	var in strings.Builder
	for _, name := range names {
		in.WriteString("./" + name + "\x00") // so that :(name) means nothing but itself
	}
	cmd.Stdin = strings.NewReader(in.String())
	var out bounded
	cmd.Stdout = &out
	err := cmd.Run()
	printed := map[string]bool{}
	for name := range strings.SplitSeq(out.text.String(), "\x00") {
		printed[strings.TrimPrefix(name, "./")] = true
	}
	return printed, err
}

var errGitOutput = errors.New("git prints too much")

// bounded is a buffer of at most the size of an index.
type bounded struct{ text bytes.Buffer }

func (b *bounded) Write(text []byte) (int, error) {
	if b.text.Len()+len(text) > maxGitIndex {
		return 0, errGitOutput
	}
	return b.text.Write(text)
}
