package workdir

import (
	"bytes"
	"context"
	"encoding/binary"
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
	if exit, ok := errors.AsType[*exec.ExitError](err); ok && exit.ExitCode() == 1 { // none is
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

var errGitOutput = errors.New("git printed too much")

// bounded is a buffer of at most the size of an index.
type bounded struct{ text bytes.Buffer }

func (b *bounded) Write(text []byte) (int, error) {
	if b.text.Len()+len(text) > maxGitIndex {
		return 0, errGitOutput
	}
	return b.text.Write(text)
}

// readFiles works out from .gitignore files and the index what git would say. An unreadable .gitignore counts as
// empty.
func (t WorkTree) readFiles(names []string) GitView {
	inside, err := filepath.Rel(t.top, t.dir)
	if err != nil {
		return GitView{unsure: err}
	}
	inside = strings.TrimPrefix(filepath.ToSlash(inside)+"/", "./")
	view := GitView{ignored: map[string]bool{}}
	repository, common := t.repository()
	rules := []IgnoreFile{{Rules: ParseIgnored(readSmall(filepath.Join(common, "info", "exclude")))}}
	base := ""
	for _, folder := range strings.SplitAfter(inside, "/") { // the last is empty
		rules = append(rules, IgnoreFile{base, ParseIgnored(readSmall(filepath.Join(t.top, filepath.FromSlash(base), GitignoreFile)))})
		base += folder
	}
	for _, name := range names {
		view.ignored[name] = Ignores(rules, inside+name)
	}
	index, err := readPlain(filepath.Join(repository, "index"), maxGitIndex)
	switch {
	case errors.Is(err, os.ErrNotExist): // nothing was ever added
	case err != nil:
		view.unsure = err
	default:
		config := strings.ToLower(readSmall(filepath.Join(common, "config")))
		view.Tracked, view.unsure = trackedIn(index, inside, strings.Contains(config, "objectformat") && strings.Contains(config, "sha256"))
	}
	return view
}

func (t WorkTree) repository() (own, common string) {
	own = filepath.Join(t.top, ".git")
	if to, ok := strings.CutPrefix(readSmall(own), "gitdir:"); ok {
		own = from(t.top, to)
	}
	common = own
	if to := readSmall(filepath.Join(own, "commondir")); to != "" {
		common = from(own, to)
	}
	return own, common
}

func from(dir, path string) string {
	path = filepath.FromSlash(strings.TrimSpace(path))
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(dir, path)
}

func readSmall(path string) string {
	text, err := readPlain(path, MaxText)
	if err != nil {
		return ""
	}
	return string(text)
}

func readPlain(path string, limit int64) ([]byte, error) {
	folder, err := OpenExisting(filepath.Dir(path))
	if err != nil {
		return nil, Cause(err)
	}
	defer func() { _ = folder.Close() }()
	if info, err := folder.Lstat(filepath.Base(path)); err == nil && !info.Mode().IsRegular() {
		return nil, ErrNotRegular
	}
	return folder.ReadUpTo(filepath.Base(path), limit)
}

const maxGitIndex = 64 << 20

var errGitIndex = errors.New("git's index is damaged, split or sparse")

// trackedIn lists the tracked files of a folder from git's index, see gitformat-index(5).
func trackedIn(index []byte, folder string, sha256 bool) (map[string]bool, error) {
	const header, stat, extended = 12, 40, 0x4000
	hash := 20
	if sha256 {
		hash = 32
	}
	if len(index) < header+hash || string(index[:4]) != "DIRC" {
		return nil, errGitIndex
	}
	version, count := binary.BigEndian.Uint32(index[4:]), binary.BigEndian.Uint32(index[8:])
	rest := index[header : len(index)-hash] // the last is a checksum
	tracked := map[string]bool{}
	var path []byte
	for range count {
		fixed := stat + hash + 2
		if len(rest) < fixed {
			return nil, errGitIndex
		}
		if binary.BigEndian.Uint16(rest[fixed-2:])&extended != 0 {
			fixed += 2
		}
		name := rest[min(fixed, len(rest)):]
		if version == 4 { // names follow from those before
			cut, length := gitVarint(name)
			if length == 0 || cut > len(path) {
				return nil, errGitIndex
			}
			path, name, fixed = path[:len(path)-cut:len(path)-cut], name[length:], fixed+length
		} else {
			path = nil
		}
		end := bytes.IndexByte(name, 0)
		if end < 0 {
			return nil, errGitIndex
		}
		path = append(path, name[:end]...)
		size := fixed + end + 1
		if version != 4 {
			size = (fixed + end + 8) &^ 7
		}
		if size > len(rest) {
			return nil, errGitIndex
		}
		rest = rest[size:]
		if name, ok := strings.CutPrefix(string(path), folder); ok && !strings.Contains(name, "/") {
			tracked[name] = true
		}
	}
	return tracked, knowsExtensions(rest)
}

// knowsExtensions refuses an index with a mandatory extension.
func knowsExtensions(rest []byte) error {
	const header = 8
	for len(rest) >= header {
		size := binary.BigEndian.Uint32(rest[4:])
		if rest[0] < 'A' || rest[0] > 'Z' || uint64(size) > uint64(len(rest)-header) {
			return errGitIndex
		}
		rest = rest[header+int(size):]
	}
	return nil
}

// gitVarint reads a number of index version 4 and its length, which is 0 if there is none.
func gitVarint(text []byte) (value, length int) {
	const most = 4
	for i, c := range text[:min(most, len(text))] {
		if i > 0 {
			value++
		}
		if value = value<<7 + int(c&0x7f); c&0x80 == 0 {
			return value, i + 1
		}
	}
	return 0, 0
}
