package workdir

import (
	"bytes"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"strings"
)

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
	root, err := os.OpenRoot(filepath.Dir(path))
	if err != nil {
		return nil, Cause(err)
	}
	defer func() { _ = root.Close() }()
	folder := &Dir{root: root, path: filepath.Dir(path)}
	if info, err := root.Lstat(filepath.Base(path)); err == nil && !info.Mode().IsRegular() {
		return nil, ErrNotRegular
	}
	return folder.ReadUpTo(filepath.Base(path), limit)
}

const maxGitIndex = 64 << 20

var errGitIndex = errors.New("git's index is damaged, or split or sparse, which only git reads")

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
