//go:build unix

package steps_test

import (
	"encoding/base64"
	"encoding/pem"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"credwiz/client/jwt"
	"credwiz/steps/advice"
	"credwiz/steps/answer"
)

// converted performs the command of an advice in the run's folder, and returns the key that it makes.
func (r *run) converted(command, file string) *jwt.Key {
	r.t.Helper()
	for _, tool := range []string{"openssl", "ssh-keygen", "puttygen"} {
		if strings.Contains(command, tool) {
			needs(r.t, tool)
		}
	}
	shell := exec.CommandContext(r.t.Context(), "sh", "-c", command)
	shell.Dir = r.dir
	if out, err := shell.CombinedOutput(); err != nil {
		r.t.Fatalf("%s: %v\n%s", command, err, out)
	}
	key, err := jwt.ParseKey([]byte(r.file(filepath.Base(file))))
	if err != nil {
		r.t.Fatalf("%s: %v", command, err)
	}
	return key
}

func TestAKeyInAnotherFormIsUsedWithTheCommandThatMakesItPEM(t *testing.T) {
	t.Attr("fault", "field-C8")
	text := pemOf(pairs[2]())
	block, _ := pem.Decode([]byte(text))
	wide := "\xff\xfe"
	for _, c := range text {
		wide += string([]byte{byte(c), 0})
	}
	for name, content := range map[string]string{
		"escaped": strings.ReplaceAll(text, "\n", `\n`),
		"quoted":  `"` + text + `"`,
		"a line":  "KEY='" + strings.ReplaceAll(text, "\n", " ") + "'\n",
		"label":   string(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: block.Bytes})),
		"base64":  base64.StdEncoding.EncodeToString([]byte(text)),
		"bare":    base64.StdEncoding.EncodeToString(block.Bytes),
		"DER":     string(block.Bytes),
		"UTF-16":  wide,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRun(t)
			r.has("private.key", content)
			r.answer(answer.Key, answer.Yes)
			r.does("connect", "application")
			equal(t, "the file", r.file("private.key"), content)
			_, command, told := strings.Cut(r.warned(), "To convert it to PEM: ")
			if !told {
				t.Fatalf("it warned of %q", r.warned())
			}
			key := r.converted(command, "private.pem")
			if info, err := os.Stat(r.path("private.pem")); err != nil || info.Mode().Perm() != 0o600 {
				t.Errorf("%s leaves %v, %v", command, info, err)
			}
			if key.Fingerprint() != pairs[2]().Fingerprint() || key.Form() != jwt.FormPEM {
				t.Errorf("%s makes %q, or another key", command, key.Form())
			}
		})
	}
}

func TestAKeyOfOpenSSHIsConvertedByTheCommandOfTheAdvice(t *testing.T) {
	t.Attr("fault", "field-C8")
	r := newRun(t)
	needs(t, "ssh-keygen")
	if out, err := exec.CommandContext(t.Context(), "ssh-keygen", "-q", "-t", "rsa", "-b", "2048", "-N", "", "-f", r.path("private.key")).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	r.answer(answer.Key, answer.Yes)
	r.does("connect")
	advice := advice.For(r.try("application"))
	wantAll(t, advice.What, "private.key is in OpenSSH format")
	_, command, _ := strings.Cut(advice.Do, "--key-file: ")
	key := r.converted(strings.TrimSuffix(command, "."), "private.pem")
	equal(t, "its form", key.Form(), jwt.FormPEM)
}

func TestGitTakesNoCopyOfAKeyThatAnAdviceMakes(t *testing.T) {
	t.Attr("fault", "field-A5")
	g := newRepository(t)
	block, _ := pem.Decode([]byte(pemOf(pairs[2]())))
	g.has("app/private.key", base64.StdEncoding.EncodeToString(block.Bytes))
	r := g.in(filepath.Join(g.dir, "app"))
	r.answer(answer.Key, answer.Yes)
	r.does("connect", "application")
	_, command, _ := strings.Cut(r.warned(), "To convert it to PEM: ")
	if r.converted(command, "private.pem").Fingerprint() != pairs[2]().Fingerprint() {
		t.Errorf("%s makes another key", command)
	}
	wantTaken(t, g, "app/.gitignore")
}
