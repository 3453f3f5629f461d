package steps_test

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func namesIn(t testing.TB, dir string) []string {
	t.Helper()
	entries := must(os.ReadDir(dir))
	names := make([]string, 0, len(entries))
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

var tokenForm = regexp.MustCompile(`eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.`)

// secretsIn names the secrets that a text gives away: the API secret, a private key, its admin and user tokens.
func secretsIn(text string) []string {
	const innermost = 8 // from here on, the lines of the PEM hold nothing of the public half
	var found []string
	for _, secret := range []string{apiSecret, url.QueryEscape(apiSecret), base64.StdEncoding.EncodeToString([]byte(apiKey + ":" + apiSecret))} {
		if strings.Contains(text, secret) {
			found = append(found, "the API secret")
		}
	}
	for _, pair := range pairs {
		for _, line := range strings.Split(pemOf(pair()), "\n")[innermost:24] {
			if strings.Contains(text, line) {
				found = append(found, "a private key")
				break
			}
		}
	}
	if strings.Contains(text, "PRIVATE KEY") {
		found = append(found, "a private key's header")
	}
	if tokenForm.MatchString(text) {
		found = append(found, "a token")
	}
	return found
}

func wantAll(t testing.TB, text string, wanted ...string) {
	t.Helper()
	for _, want := range wanted {
		if !strings.Contains(text, want) {
			t.Errorf("missing %q in:\n%s", want, tokenForm.ReplaceAllString(text, "TOKEN."))
		}
	}
}

func wantNone(t testing.TB, text string, unwanted ...string) {
	t.Helper()
	for _, not := range unwanted {
		if strings.Contains(text, not) {
			t.Errorf("%q must not be in:\n%s", not, tokenForm.ReplaceAllString(text, "TOKEN."))
		}
	}
}

// must is for what fails only if the machine does.
func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func noError(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wantError(t testing.TB, got, want error) {
	t.Helper()
	if !errors.Is(got, want) {
		t.Fatalf("got %v, want %v", got, want)
	}
}

// as is the error of type E that another one wraps.
func as[E error](t testing.TB, err error) E {
	t.Helper()
	found, ok := errors.AsType[E](err)
	if !ok {
		t.Fatalf("got %v, want a %T", err, found)
	}
	return found
}

func equal[T comparable](t testing.TB, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

// claimsOf are the claims of a token, unverified.
func claimsOf(t testing.TB, token string) string {
	t.Helper()
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		t.Fatalf("a token has three parts, this %d", len(parts))
	}
	return string(must(base64.RawURLEncoding.DecodeString(parts[1])))
}

// tempName is the name of a temporary file that a killed run leaves.
func tempName(name string) string {
	dir, base := filepath.Split(name)
	return dir + "." + strings.TrimPrefix(base, ".") + "." + strings.Repeat("A", 26) + ".credwiz"
}

// needs skips a test that cannot be done without another program, where that is not installed, and says so. As such tests
// are the slow ones, -short leaves them out.
func needs(t testing.TB, program string) {
	t.Helper()
	if testing.Short() {
		t.Skipf("SKIPPED: -short leaves out what runs %s", program)
	}
	if _, err := exec.LookPath(program); err != nil {
		t.Skipf("SKIPPED: %s is not installed, so what this test proves is not proven here", program)
	}
}

// inShell is a path as a shell takes it: where temporary files are may have a blank in its name.
func inShell(path string) string {
	if regexp.MustCompile(`^[\w%+,./:=@-]+$`).MatchString(path) {
		return path
	}
	return "'" + strings.ReplaceAll(path, "'", `'\''`) + "'"
}

func wantMissing(t testing.TB, path string) {
	t.Helper()
	if _, err := os.Lstat(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("there is %s: %v", path, err)
	}
}

func write(t testing.TB, path, content string, mode fs.FileMode) {
	t.Helper()
	noError(t, os.WriteFile(path, []byte(content), 0o600))
	noError(t, os.Chmod(path, mode))
}

func link(t testing.TB, target, path string) {
	t.Helper()
	if err := os.Symlink(target, path); err != nil {
		t.Skip("SKIPPED: this system makes no symbolic links:", err)
	}
}

func isFile(t testing.TB, path, content string, mode fs.FileMode) {
	t.Helper()
	equal(t, "the mode of "+path, must(os.Lstat(path)).Mode(), mode)
	got, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrPermission) {
		t.Fatal(err)
	}
	if err == nil {
		equal(t, "the content of "+path, string(got), content)
	}
}

func isLink(t testing.TB, path, target string) {
	t.Helper()
	got, err := os.Readlink(path)
	if err != nil {
		t.Errorf("the link is gone: %v", err)
	}
	equal(t, "where the link goes", got, target)
}

// snapshot tells all that is at a path: names, modes, times, contents.
func snapshot(t testing.TB, path string) string {
	t.Helper()
	var b strings.Builder
	noError(t, filepath.WalkDir(path, func(at string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			fmt.Fprintln(&b, at, must(entry.Info()).Mode())
			return nil
		}
		info := must(entry.Info())
		var content []byte
		if info.Mode().IsRegular() {
			content, _ = os.ReadFile(at)
		}
		target, _ := os.Readlink(at)
		fmt.Fprintf(&b, "%s %v %v %q %q\n", at, info.Mode(), info.ModTime(), content, target)
		return nil
	}))
	return b.String()
}
