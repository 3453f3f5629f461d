package steps_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"credwiz/client/jwt"
	"credwiz/steps"
	"credwiz/steps/advice"
	"credwiz/steps/answer"
	"credwiz/steps/workdir"
)

func TestAKeyNeverReplacesAnything(t *testing.T) {
	t.Attr("fault", "F1")
	t.Parallel()
	puts := map[string]func(path string) error{
		"a file":            func(path string) error { return os.WriteFile(path, []byte("mine"), 0o600) },
		"a link to nothing": func(path string) error { return os.Symlink("nothing", path) },
		"a folder":          func(path string) error { return os.Mkdir(path, 0o750) },
	}
	if os.Geteuid() == 0 { // only root can give a file to another user
		puts["a file of another user"] = func(path string) error {
			return errors.Join(os.WriteFile(path, []byte("theirs"), 0o600), os.Chmod(path, 0o640), os.Chown(path, 12345, 12345))
		}
	}
	for name, put := range puts {
		for _, when := range []string{"from the start", "put there meanwhile"} {
			t.Run(name+" "+when, func(t *testing.T) {
				r := newRun(t)
				if when != "from the start" {
					r.does("connect")
				}
				noError(t, put(r.path("private.key")))
				before := snapshot(t, r.dir)
				if when == "from the start" {
					r.does("connect")
				}
				err := r.try("application")
				wantError(t, err, fs.ErrExist)
				equal(t, "the kind", advice.For(err).Kind, advice.WouldOverwrite)
				equal(t, "requests for an application", r.account.count(postApplication), 0)
				equal(t, "what was there", snapshot(t, r.dir), before)

				r.answer(answer.KeyFile, "other.key")
				r.does("application", "user", "token")
				equal(t, "what was there", snapshot(t, r.path("private.key")), strings.SplitN(before, "\n", 2)[1])
			})
		}
	}
}

func TestWithoutAPlaceForTheKeyNothingIsAskedFor(t *testing.T) {
	t.Attr("fault", "F5")
	t.Parallel()
	t.Run("the folder was removed meanwhile", func(t *testing.T) {
		r := newRun(t)
		r.dir = filepath.Join(r.dir, "inner")
		r.does("connect")
		noError(t, os.RemoveAll(r.dir))
		save := as[*workdir.SaveError](t, r.try("application"))
		if filepath.Dir(save.Path) != r.dir {
			t.Errorf("got %v", save)
		}
		equal(t, "requests for an application", r.account.count(postApplication), 0)
	})
	t.Run("a file is where the folder should be", func(t *testing.T) {
		r := newRun(t)
		r.has("taken", "mine")
		r.dir = filepath.Join(r.dir, "taken")
		equal(t, "the error's Path", as[*workdir.SaveError](t, r.try("connect")).Path, r.dir)
		equal(t, "requests", len(r.account.requests()), 0)
	})
	t.Run("the name is too long for the file system", func(t *testing.T) {
		r := newRun(t).does("connect")
		r.answer(answer.KeyFile, strings.Repeat("k", 300))
		as[*workdir.SaveError](t, r.try("application"))
		equal(t, "requests for an application", r.account.count(postApplication), 0)
		equal(t, "files", len(r.names()), 0)
	})
	t.Run("the folder may not be written", func(t *testing.T) {
		if os.Geteuid() == 0 {
			t.Skip("SKIPPED: root may write everywhere; run this test as another user")
		}
		r := newRun(t).does("connect")
		noError(t, os.Chmod(r.dir, 0o500))
		t.Cleanup(func() { _ = os.Chmod(r.dir, 0o700) })
		wantError(t, r.try("application"), fs.ErrPermission)
		equal(t, "requests for an application", r.account.count(postApplication), 0)
		equal(t, "files", len(r.names()), 0)

		noError(t, os.Chmod(r.dir, 0o700))
		r.does("application", "user", "token")
	})
}

func TestAFailedKeyGenerationStopsTheStep(t *testing.T) {
	t.Parallel()
	r := newRun(t).does("connect")
	broken := errors.New("no randomness")
	r.env.Keys = steps.NewKeySource(func() (*jwt.Key, error) { return nil, broken })
	wantError(t, r.try("application"), broken)
	equal(t, "requests for an application", r.account.count(postApplication), 0)
	equal(t, "files", len(r.names()), 0)
}

func TestUnusableKeysAreRecognized(t *testing.T) {
	t.Attr("fault", "F9")
	t.Parallel()
	block := func(kind string, der []byte) string {
		return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
	}
	small := must(rsa.GenerateKey(rand.Reader, 1024))
	curve := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	curveDER := must(x509.MarshalPKCS8PrivateKey(curve))
	good := pemOf(pairs[2]())
	decoded, _ := pem.Decode([]byte(good))
	whole := must(x509.ParsePKCS8PrivateKey(decoded.Bytes))
	older, ok := whole.(*rsa.PrivateKey)
	if !ok {
		t.Fatal("the shared key is not RSA")
	}

	for name, test := range map[string]struct {
		content string
		why     error // nil: it serves
	}{
		"PKCS#8":                {good, nil},
		"PKCS#8 with CRLF":      {strings.ReplaceAll(good, "\n", "\r\n"), nil},
		"PKCS#8 with a BOM":     {"\ufeff" + good, nil},
		"PKCS#1":                {block("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(older)), nil},
		"empty":                 {"", jwt.ErrNotPEM},
		"text":                  {"hello", jwt.ErrNotPEM},
		"cut short":             {good[:len(good)/2], jwt.ErrNotPEM},
		"damaged":               {block("PRIVATE KEY", decoded.Bytes[:200]), jwt.ErrBrokenKey},
		"encrypted":             {block("ENCRYPTED PRIVATE KEY", []byte("x")), jwt.ErrEncryptedKey},
		"public":                {pairs[2]().PublicPEM(), jwt.ErrPublicKey},
		"1024 bits":             {block("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(small)), jwt.ErrShortKey},
		"elliptic":              {block("PRIVATE KEY", curveDER), jwt.ErrNotRSA},
		"OpenSSH":               {block("OPENSSH PRIVATE KEY", []byte("x")), jwt.ErrOpenSSHKey},
		"longer than a key is":  {good + strings.Repeat("#", 64<<10), errAnything},
		"10 MB":                 {strings.Repeat("#\n", 5<<20), errAnything},
		"a folder":              {"", workdir.ErrNotRegular},
		"a link out of the dir": {"", workdir.ErrNotRegular},
		"a link to nothing":     {"", workdir.ErrNotRegular},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRun(t)
			switch name {
			case "a folder":
				noError(t, os.Mkdir(r.path("private.key"), 0o700))
			case "a link out of the dir":
				outside := filepath.Join(t.TempDir(), "outside.key")
				write(t, outside, good, 0o600)
				link(t, outside, r.path("private.key"))
			case "a link to nothing":
				link(t, "nothing", r.path("private.key"))
			default:
				r.has("private.key", test.content)
			}
			r.answer(answer.Key, answer.Yes)
			r.does("connect")
			found := r.session.Found
			equal(t, "the name that was found", found.Name, "private.key")
			equal(t, "the name that is free", found.Free, "private-2.key")
			if test.why == nil {
				equal(t, "its fingerprint", found.Fingerprint, pairs[2]().Fingerprint())
				r.does("application")
				equal(t, "the key", r.session.Key.Path, r.path("private.key"))
				equal(t, "the file", r.file("private.key"), test.content)
				return
			}
			err := r.try("application")
			equal(t, "the path", as[*workdir.KeyError](t, err).Path, r.path("private.key"))
			if !errors.Is(test.why, errAnything) && !errors.Is(err, test.why) {
				t.Errorf("got %v, want %v", err, test.why)
			}
			equal(t, "how often the error names the path", strings.Count(err.Error(), "private.key"), 1)
			if found.Err == nil || found.Fingerprint != "" {
				t.Errorf("the key that was found looks good: %+v", found)
			}
			equal(t, "requests for an application", r.account.count(postApplication), 0)
		})
	}
}

var errAnything = errors.New("any error")

func TestAKeyFileStaysInTheFolder(t *testing.T) {
	t.Attr("fault", "F4")
	t.Parallel()
	r := newRun(t)
	file := stepNamed(t, "application").Fields(r.env, r.session, answer.Answers{})[1]
	equal(t, "the field", file.Key, answer.KeyFile)
	for typed, says := range map[string]string{
		"private.key":         "",
		"my key.pem":          "",
		"../private.key":      "--dir",
		"/etc/private.key":    "--dir",
		"keys/private.key":    "--dir",
		"..":                  "--dir",
		".env":                "credwiz uses this name",
		".credwiz.json":       "credwiz uses this name",
		".gitignore":          "credwiz uses this name",
		"key\U0010FFFE":       "can't be displayed",
		"private\u202e.key":   "", // cleaned away
		"  private.key\r\n  ": "",
	} {
		value, err := file.Answer(typed)
		switch {
		case says == "" && (err != nil || strings.ContainsAny(value, "\u202e\r\n") || strings.TrimSpace(value) != value):
			t.Errorf("%q: got %q, %v", typed, value, err)
		case says != "" && (err == nil || !strings.Contains(err.Error(), says)):
			t.Errorf("%q: got %v, want %q", typed, err, says)
		}
	}
}

func TestAKeyNameFromAFlagIsLookedFor(t *testing.T) {
	t.Parallel()
	r := newRun(t)
	r.has("app.pem", pemOf(pairs[2]()))
	r.has("private.key", "something else")
	r.env.Known = map[string]answer.Known{answer.KeyFile: {Value: " app.pem ", Source: "--key-file"}}
	r.does("connect")
	equal(t, "found", r.session.Found.Name, "app.pem")
	equal(t, "free", r.session.Found.Free, "app-2.pem")

	r.env.Known[answer.KeyFile] = answer.Known{Value: "../app.pem", Source: "--key-file"}
	r.does("connect")
	equal(t, "found outside of the folder", r.session.Found.Name, "")
}
