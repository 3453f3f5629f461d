//go:build unix

package command_test

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"credwiz/client/sandbox"
)

func TestTheFirstJourney(t *testing.T) {
	t.Attr("fault", "B6")
	t.Parallel()
	p := sit(t, setting{args: demoWith("--dir", ".")})
	for _, texts := range [][]string{
		{"Connect your account"}, {"Your account is connected", "200 OK", "enter continue"},
		{"Create an application", "Application name"}, {"Application ready", "201 Created", "enter continue"},
		{"Create a user", "User name"}, {"Your user is ready", "USR-", "enter continue"},
		{"Sign a token", "Valid for"}, {"Ready to log in", "Time left", ".env"},
	} {
		p.sees(texts...)
		has(t, p.Screen(), "practice sandbox")
		p.press("enter")
	}
	p.ends(0)
	receipt := p.stdout.String()
	if strings.ContainsRune(receipt, '\x1b') {
		t.Error("the receipt has an escape byte")
	}
	has(t, receipt, "✓ alice can log in to My Client SDK app until", "Practice sandbox: nothing here is real", "private.key", ".env")
	_, token, _ := strings.Cut(receipt, "\nToken\n")
	verifyToken(t, token, p.dir)
	for _, name := range []string{"private.key", ".env", ".credwiz.json"} {
		info, err := os.Stat(filepath.Join(p.dir, name))
		if err != nil || info.Mode() != 0o600 {
			t.Errorf("%s: %v %v", name, info, err)
		}
	}
	has(t, read(t, p.dir, ".credwiz.json"), `"practice": true`)
	if bytes.Contains(p.Raw(), []byte(sandbox.DefaultAPISecret)) {
		t.Error("the secret was on the terminal")
	}
}

// verifyToken checks a token against the key file, with nothing but the standard library.
func verifyToken(t *testing.T, token, dir string) map[string]any {
	t.Helper()
	text := must(os.ReadFile(filepath.Join(dir, "private.key")))
	block, _ := pem.Decode(text)
	parsed := must(x509.ParsePKCS8PrivateKey(block.Bytes))
	key, ok := parsed.(*rsa.PrivateKey)
	if !ok {
		t.Fatalf("the key is a %T", parsed)
	}
	parts := strings.Split(strings.TrimSpace(token), ".")
	if len(parts) != 3 {
		t.Fatalf("not a token: %q", token)
	}
	signature := must(base64.RawURLEncoding.DecodeString(parts[2]))
	sum := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	if err := rsa.VerifyPKCS1v15(&key.PublicKey, crypto.SHA256, sum[:], signature); err != nil {
		t.Error(err)
	}
	payload := must(base64.RawURLEncoding.DecodeString(parts[1]))
	var claims map[string]any
	noError(t, json.Unmarshal(payload, &claims))
	return claims
}

func TestASilentTerminalCausesNoDelay(t *testing.T) {
	t.Attr("fault", "T10")
	t.Parallel()
	for name, args := range map[string][]string{"--version": {"--version"}, "--help": {"--help"}, "the wizard": demo} {
		t.Run(name, func(t *testing.T) {
			// Standard output must be the terminal: Bubble Tea asks nothing of a pipe.
			p := sit(t, setting{args: args, silent: true, sameStdout: true})
			question := "\x1b]"
			if name == "the wizard" {
				question += "11"
				p.sees("Connect your account").press("ctrl+c").ends(130)
			} else {
				p.ends(0)
			}
			if bytes.Contains(p.Raw(), []byte(question)) || bytes.Contains(p.Raw(), []byte("\x1b[6n")) {
				t.Errorf("the terminal was asked: %q", p.Raw())
			}
		})
	}
}

func TestNoColour(t *testing.T) {
	t.Attr("fault", "T9")
	t.Parallel()
	p := sit(t, setting{args: demo, env: []string{"NO_COLOR=1"}})
	p.sees("Connect your account").press("enter").sees("200 OK").press("ctrl+c").ends(130)
	for _, code := range []string{"\x1b[3", "\x1b[1;3", "\x1b[9", "38;5", "48;5"} {
		if bytes.Contains(p.Raw(), []byte(code)) {
			t.Errorf("the terminal got %q", code)
		}
	}
}
