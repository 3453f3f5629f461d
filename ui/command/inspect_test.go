//go:build unix

package command_test

import (
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"credwiz/client/jwt"
	"credwiz/client/sandbox"
	"credwiz/steps"
)

// inspected is a folder in which a token for alice was made, the token, and the API that knows them.
func inspected(t *testing.T) (dir, token string, server *sandbox.Server) {
	t.Helper()
	dir, server = t.TempDir(), startSandbox(t)
	made := decoded[steps.Result](t, runs(t, dir, "", account(), "--api-host", server.URL(), "--no-input", "--app-name", "My App", "--user", "alice", "--expires", "1h", "--json"))
	return dir, made.Users[0].Token.JWT, server
}

func TestAnOnlineInspectionAsksForTheSecretAndGivesNoVerdictWithout(t *testing.T) {
	t.Parallel()
	dir, _, _ := inspected(t)
	asked := func() *seat {
		p := sit(t, setting{cols: 100, args: []string{"inspect", "--dir", dir, "--online"}})
		p.sees("API secret of account " + sandbox.DefaultAPIKey).writes(sandbox.DefaultAPISecret).press("enter")
		return p.sees("Send your API key and secret to")
	}
	has(t, asked().press("y", "enter").ends(0).stdout.String(), "✓ This token works")
	for key, code := range map[string]int{"enter": 2, "ctrl+c": 130} {
		if said := asked().press(key).ends(code).stdout.String(); said != "" {
			t.Errorf("without an answer of the API, it says %s", said)
		}
	}
}

func TestATokenIsInspectedFromWhereverItIs(t *testing.T) {
	t.Parallel()
	dir, token, server := inspected(t)
	online := func(args ...string) []string {
		return append([]string{"inspect", "--online", "--api-host", server.URL()}, args...)
	}
	elsewhere := t.TempDir()
	write(t, elsewhere, "public.pem", server.Applications()[0].PublicKey)
	parts := strings.Split(token, ".")
	const works = "This token works until "
	stranger := base64.RawURLEncoding.EncodeToString([]byte(`{"application_id":"2b5d0f2e-0000-4000-8000-000000000000","sub":"alice"}`))
	for _, test := range []struct {
		name, dir, stdin string
		env              []string
		args             []string
		code             int
		says             []string // standard output, or standard error for a code over 1
	}{
		{name: "argument", dir: dir, args: []string{"inspect", token}, says: []string{works, "Read from       the command line", "matches private.key"}},
		{name: "standard input", dir: dir, stdin: token + "\n", args: []string{"inspect", "-"}, says: []string{works, "Read from       standard input"}},
		{name: "a pipe that is not named", dir: dir, stdin: token, args: []string{"inspect"}, says: []string{works, "standard input"}},
		{name: "a pipe that is empty", dir: dir, args: []string{"inspect"}, says: []string{works, "VONAGE_JWT in .env"}},
		{name: "another folder", dir: elsewhere, args: []string{"inspect", "--dir", dir}, says: []string{works, "VONAGE_JWT in " + filepath.Join(dir, ".env")}},
		{name: "no key", dir: elsewhere, stdin: token, args: []string{"inspect", "-"}, says: []string{"No problems found", "not checked: no key here"}},
		{name: "a public key", dir: elsewhere, stdin: token, args: []string{"inspect", "-", "--public-key", "public.pem"}, says: []string{works, "matches public.pem"}},
		{name: "online", dir: elsewhere, stdin: token, env: account(), args: online("-"), says: []string{works, "matches the application's public key", "(My App)"}},
		{name: "online, with the key", dir: dir, env: account(), args: online(), says: []string{works, "alice (the user exists)"}},
		{name: "online, the secret on standard input", dir: dir, stdin: sandbox.DefaultAPISecret + "\n", args: online("--api-key", sandbox.DefaultAPIKey, "--api-secret-stdin"),
			says: []string{works, "VONAGE_JWT in .env", "the application's public key"}},
		{name: "online, at the host that is noted", dir: dir, env: account(), args: []string{"inspect", "--online", "--trust-api-host"}, says: []string{works, "alice (the user exists)"}},
		{name: "online, of an application without a note", dir: dir, stdin: parts[0] + "." + stranger + "." + parts[2], env: account(), args: []string{"inspect", "--online", "--trust-api-host", "-"}, code: 1,
			says: []string{"The account has no application 2b5d0f2e"}},
		{name: "refused", dir: dir, stdin: "Bearer " + parts[0] + "." + parts[1] + ".", args: []string{"inspect", "-"}, code: 1,
			says: []string{"✗ It starts with the word Bearer", "the signature, is missing"}},
		{name: "not a token", dir: dir, stdin: "hello", args: []string{"inspect", "-"}, code: 1, says: []string{"This isn't a token"}},
		{name: "nothing", dir: dir, args: []string{"inspect", "-"}, code: 1, says: []string{"No token found."}},
		{name: "nothing anywhere", dir: elsewhere, args: []string{"inspect"}, code: 2, says: []string{"no VONAGE_JWT in .env", "credwiz inspect -"}},
		{name: "two tokens", dir: dir, args: []string{"inspect", "a", "b"}, code: 2, says: []string{"takes one token", "credwiz inspect --help"}},
		{name: "too much", dir: dir, stdin: strings.Repeat("a", 64<<10+1), args: []string{"inspect", "-"}, code: 2, says: []string{"over 64 KiB"}},
		{name: "no such folder", dir: dir, args: []string{"inspect", "--dir", "made"}, code: 2, says: []string{"folder"}},
		{name: "no such public key", dir: dir, args: []string{"inspect", "--public-key", "nothing.pem"}, code: 2, says: []string{"--public-key"}},
		{name: "a private key for a public one", dir: dir, args: []string{"inspect", "--public-key", "private.key"}, code: 2, says: []string{"--public-key", "private.key"}},
		{name: "no credentials", dir: dir, args: online(), code: 2, says: []string{"VONAGE_API_SECRET", "--api-secret-stdin"}},
		{name: "two keys, one of them the API's", dir: dir, args: []string{"inspect", "--online", "--public-key", "x"}, code: 2,
			says: []string{"--public-key and --online both name the key to check with: choose one"}},
		{name: "two keys, one of them private", dir: dir, args: []string{"inspect", "--key-file", "private.key", "--public-key", "x"}, code: 2,
			says: []string{"--public-key and --key-file both name the key to check with: choose one"}},
		{name: "a key without --online", dir: dir, args: []string{"inspect", "--api-key", "a"}, code: 2, says: []string{"--online"}},
		{name: "both on standard input", dir: dir, args: online("-", "--api-secret-stdin"), code: 2, says: []string{"VONAGE_API_SECRET"}},
		{name: "a wrong secret", dir: dir, stdin: "nonsense\n", args: online("--api-key", sandbox.DefaultAPIKey, "--api-secret-stdin"), code: 4, says: []string{"rejected this key and secret"}},
		{name: "a dead host", dir: dir, env: account(), args: []string{"inspect", "--online", "--api-host", deadHost}, code: 5, says: []string{"refused the connection"}},
		{name: "a host that is no URL", dir: dir, env: account(), args: []string{"inspect", "--online", "--api-host", "foo"}, code: 2, says: []string{"--api-host"}},
		{name: "a foreign host", dir: dir, env: account(), args: []string{"inspect", "--online", "--api-host", "https://example.com"}, code: 2, says: []string{"--trust-api-host"}},
		{name: "a key file that is not there", dir: dir, args: []string{"inspect", "--key-file", "nothing.key"}, code: 1, says: nil},
		{name: "a key file in another folder", dir: dir, args: []string{"inspect", "--key-file", "../x.key"}, code: 2,
			says: []string{"../x.key is outside the folder", "Copy the key into the folder, or use --public-key or --online."}},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := runs(t, test.dir, test.stdin, test.env, test.args...).ends(t, test.code)
			said := r.stdout
			if test.code > 1 {
				said = r.stderr
			}
			has(t, said, test.says...)
			if test.code == 2 && r.stdout != "" && test.name != "a foreign host" {
				t.Errorf("standard output has %q", r.stdout)
			}
			if test.code > 2 && !strings.Contains(r.stdout, works) {
				t.Errorf("what is known without the API is not told:\n%s", r.stdout)
			}
			for _, secret := range []string{parts[2][:20], sandbox.DefaultAPISecret, "PRIVATE KEY"} {
				if strings.Contains(r.stdout+r.stderr, secret) {
					t.Errorf("%.8s... is written", secret)
				}
			}
		})
	}
	entries, err := os.ReadDir(elsewhere)
	if err != nil || len(entries) != 1 {
		t.Errorf("it left %v: %v", entries, err)
	}
}

func TestAPastedKeyIsNotRepeated(t *testing.T) {
	t.Parallel()
	dir, _, _ := inspected(t)
	key := must(os.ReadFile(filepath.Join(dir, "private.key")))
	for _, args := range [][]string{{"inspect", "-"}, {"inspect", "-", "--json"}} {
		for _, text := range []string{string(key), strings.Join(strings.Split(string(key), "\n")[1:27], "\n")} {
			r := runs(t, dir, text, nil, args...)
			if r.code != 1 || !strings.Contains(r.stdout, "This is a private key, not a token.") {
				t.Errorf("code %d: %s", r.code, r.stdout)
			}
			for _, line := range strings.Split(string(key), "\n")[1:26] {
				if strings.Contains(r.stdout+r.stderr, line) {
					t.Fatal("it is repeated")
				}
			}
		}
	}
}

func TestAnInspectionInJSON(t *testing.T) {
	t.Parallel()
	dir, token, _ := inspected(t)
	parts := strings.Split(token, ".")
	flipped := "A"
	if parts[2][0] == 'A' {
		flipped = "B"
	}
	for _, test := range []struct {
		token, verdict, code, state string
		exit                        int
	}{
		{token, "works", "", "verified", 0},
		{parts[0] + "." + parts[1], "refused", "unsigned", "not checked", 1},
		{parts[0] + "." + parts[1] + "." + flipped + parts[2][1:], "refused", "wrong-key", "failed", 1},
		{"hello", "not-a-token", "not-a-token", "not checked", 1},
	} {
		r := runs(t, dir, test.token, nil, "inspect", "-", "--json")
		got := decoded[struct {
			Verdict, Summary, Source string
			Problems                 []struct{ Code, What, Do string }
			Header, Claims           map[string]any
			Expires                  *string `json:"expires_at"`
			Signature                struct{ State, With, Why string }
		}](t, r)
		if r.code != test.exit || got.Verdict != test.verdict || got.Signature.State != test.state || got.Source != "standard input" || got.Summary == "" {
			t.Errorf("code %d: %+v", r.code, got)
		}
		if test.code == "" && (len(got.Problems) != 0 || got.Claims["sub"] != "alice" || got.Header["alg"] != "RS256" || got.Expires == nil) ||
			test.code != "" && got.Problems[0].Code != test.code {
			t.Errorf("%+v", got)
		}
	}
}

func TestAtATerminalTheTokenOfTheFolderIsInspected(t *testing.T) {
	t.Parallel()
	dir, token, _ := inspected(t)
	p := sit(t, setting{args: []string{"inspect", "--dir", dir}, sameStdout: true, cols: 80, rows: 24})
	p.sees("This token works until", "VONAGE_JWT in", "matches private.key").ends(0)
	p = sit(t, setting{args: []string{"inspect"}, sameStdout: true})
	p.sees("no VONAGE_JWT in .env").ends(2)

	p = sit(t, setting{args: []string{"inspect", "-", "--dir", dir}, sameStdout: true})
	p.sees("Paste the token, then press enter and ctrl+d.").writes(token + "\r").press("ctrl+d")
	p.sees("This token works until", "standard input").ends(0)
	p = sit(t, setting{args: []string{"inspect", "-"}, sameStdout: true})
	p.sees("Paste the token").press("ctrl+c").ends(130)
}

// TestTheCommandThatIsProposedRenewsTheTokenOfTheFolder follows it, as a person does whose app reads .env.
func TestTheCommandThatIsProposedRenewsTheTokenOfTheFolder(t *testing.T) {
	t.Parallel()
	dir, token, server := inspected(t)
	key := must(jwt.ParseKey([]byte(read(t, dir, "private.key"))))
	ended, err := jwt.Sign(key, jwt.Request{
		ApplicationID: server.Applications()[0].ID, User: "alice", ACL: jwt.ACLClientSDK(), IssuedAt: time.Now().Add(-2 * time.Hour),
		Lifetime: time.Hour, ID: "705b6f50-8c21-41e8-9bcb-595326422d60",
	})
	if err != nil {
		t.Fatal(err)
	}
	write(t, dir, ".env", strings.Replace(read(t, dir, ".env"), token, ended.JWT.Reveal(), 1))
	proposed := func(stdin string, args ...string) []string {
		t.Helper()
		got := decoded[struct{ Problems []struct{ Command string } }](t, runs(t, dir, stdin, nil, append([]string{"inspect", "--json"}, args...)...))
		if len(got.Problems) != 1 {
			t.Fatalf("%+v", got)
		}
		return strings.Fields(got.Problems[0].Command)
	}
	if got := strings.Join(proposed(ended.JWT.Reveal(), "-"), " "); got != "credwiz token --user alice" {
		t.Errorf("a token from elsewhere is mended by %q", got)
	}
	runs(t, dir, "", nil, proposed("")[1:]...).ends(t, 0)
	if r := runs(t, dir, "", nil, "inspect"); r.code != 0 || !strings.Contains(r.stdout, "This token works until") {
		t.Errorf("code %d: %s%s", r.code, r.stdout, r.stderr)
	}
}
