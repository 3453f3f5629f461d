//go:build unix

package command_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"credwiz/client"
	"credwiz/client/redact"
	"credwiz/client/sandbox"
	"credwiz/steps/snippet"
)

const endpointUser = "Zoë O'Brien 日本"

// made is a folder that the wizard has been run in, against a sandbox that goes on.
func made(t *testing.T) (dir string, server *sandbox.Server) {
	t.Helper()
	dir, server = t.TempDir(), startSandbox(t)
	runs(t, dir, "", account(), "--api-host", server.URL(), "--no-input", "--app-name", "My App", "--user", endpointUser).ends(t, 0)
	return dir, server
}

// Each endpoint is started as its own comment says, from what credwiz code prints.
func TestATokenOfEachEndpointLogsIn(t *testing.T) {
	t.Parallel()
	dir, server := made(t)
	api := client.New(client.Options{Host: must(url.Parse(server.URL())), UserAgent: "credwiz/test"})
	for _, s := range snippet.Endpoints() {
		t.Run(s.Name(), func(t *testing.T) {
			installs(t, dir, s.Name())
			printed := runs(t, dir, "", nil, "code", s.Name()).ends(t, 0)
			write(t, dir, s.FileName, printed.stdout)
			e := starts(t, dir, printed.stdout)

			first, claims := e.token(t, dir)
			login, err := api.LogIn(t.Context(), redact.NewSecret(first), "")
			if err != nil || login.UserName != endpointUser {
				t.Errorf("logged in as %q, %v", login.UserName, err)
			}
			own := verifyToken(t, strings.TrimSpace(runs(t, dir, "", nil, "token").ends(t, 0).stdout), dir)
			for _, name := range []string{"iat", "exp", "jti"} {
				own[name] = claims[name]
			}
			if !reflect.DeepEqual(claims, own) {
				t.Errorf("it claims\n%v\nand a token of credwiz\n%v", claims, own)
			}
			if _, again := e.token(t, dir); again["jti"] == claims["jti"] {
				t.Error("two tokens have one jti")
			}
			for _, body := range []string{"", "nonsense", "null", "[]", `"user"`, "{}", `{"user": ""}`, `{"user": {}}`, `{"user": 5}`} {
				var said struct{ Error string }
				if status, text := e.posts(t, body); status != http.StatusBadRequest || json.Unmarshal(text, &said) != nil || said.Error == "" {
					t.Errorf("%s is answered with %d %s", body, status, text)
				}
			}
		})
	}
}

// installs gets what the endpoint's Install line names, from this machine.
func installs(t *testing.T, dir, language string) {
	t.Helper()
	lacks := func(what string) {
		t.Helper()
		if language != "node" && os.Getenv("CREDWIZ_ENDPOINTS") == "all" { // .ci/run has installed what they need
			t.Fatalf("the endpoint in %s cannot be tried: %s", language, what)
		}
		t.Skipf("SKIPPED: the endpoint in %s was NOT tried: %s", language, what)
	}
	has := func(program string, args ...string) {
		t.Helper()
		if out, err := exec.CommandContext(t.Context(), program, args...).CombinedOutput(); err != nil {
			lacks(fmt.Sprintf("%s %s: %v\n%s", program, strings.Join(args, " "), err, out))
		}
	}
	link := func(from, name string) {
		if _, err := os.Stat(from); err != nil {
			lacks(fmt.Sprintf("%s: %v", name, err))
		}
		noError(t, os.Symlink(from, filepath.Join(dir, name)))
	}
	switch language {
	case "node":
		link(os.Getenv("CREDWIZ_NODE_MODULES"), "node_modules") // .ci/node/run has it
	case "python":
		has(systemPath+"/python3", "-c", "import flask, jwt, cryptography")
	case "go":
		version := regexp.MustCompile(`github.com/golang-jwt/jwt/v5 v\S+`).FindString(read(t, "../..", "go.mod"))
		write(t, dir, "go.mod", "module backend\n\ngo 1.26\n\nrequire "+version+"\n")
		write(t, dir, "go.sum", read(t, "../..", "go.sum"))
	case "php":
		has("php", "-r", "exit(extension_loaded('openssl') ? 0 : 1);")
	case "java":
		has("javac", "-version")
		link("/usr/share/java/gson.jar", "gson.jar") // of Debian's libgoogle-gson-java
	case "ruby":
		has("ruby", "-e", "require 'jwt'; require 'webrick'")
	}
}

// systemPath has the Python that the system's packages are for.
const systemPath = "/usr/bin"

type endpoint struct{ url string }

func starts(t *testing.T, dir, code string) endpoint {
	t.Helper()
	line := regexp.MustCompile(`(?m)^(?://|#) Run: +(.*)$`).FindStringSubmatch(code)
	if line == nil {
		t.Fatalf("it does not say how it is run:\n%s", code)
	}
	port := ownPort(t)
	var said bytes.Buffer
	cmd := exec.CommandContext(t.Context(), "/bin/sh", "-c", line[1])
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, &said, &said
	cmd.Env = append(os.Environ(), "PORT="+port, "PATH="+systemPath+":"+os.Getenv("PATH"))
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // go run has the program as its child
	noError(t, cmd.Start())
	ended := make(chan struct{})
	go func() { _ = cmd.Wait(); close(ended) }()
	t.Cleanup(func() { _ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL); <-ended })
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	late := time.After(3 * patience) // a compiler may be at work
	for {
		select {
		case <-ended:
			t.Fatalf("it ended:\n%s\n%s", line[1], said.String())
		case <-late:
			t.Fatal("nothing listens")
		case <-tick.C:
			if conn, err := net.Dial("tcp", "127.0.0.1:"+port); err == nil {
				_ = conn.Close()
				return endpoint{"http://127.0.0.1:" + port + "/token"}
			}
		}
	}
}

// ownPort is a free port that no other test gets: those ask the system, which gives them higher ones.
func ownPort(t *testing.T) string {
	t.Helper()
	for {
		port := strconv.Itoa(20000 + rand.IntN(10000))
		if listener, err := net.Listen("tcp", "127.0.0.1:"+port); err == nil {
			noError(t, listener.Close())
			return port
		}
	}
}

func (e endpoint) posts(t *testing.T, body string) (status int, text []byte) {
	t.Helper()
	answer, err := http.Post(e.url, "application/json", strings.NewReader(body))
	noError(t, err)
	defer func() { _ = answer.Body.Close() }()
	var buffer bytes.Buffer
	_, err = buffer.ReadFrom(answer.Body)
	noError(t, err)
	return answer.StatusCode, buffer.Bytes()
}

// token asks for a token as an app does, and checks what stands beside it.
func (e endpoint) token(t *testing.T, dir string) (token string, claims map[string]any) {
	t.Helper()
	status, text := e.posts(t, string(must(json.Marshal(map[string]string{"user": endpointUser}))))
	var answer struct {
		Token     string
		ExpiresAt time.Time `json:"expires_at"`
	}
	if err := json.Unmarshal(text, &answer); status != http.StatusOK || err != nil {
		t.Fatalf("%d, %v: %s", status, err, text)
	}
	claims = verifyToken(t, answer.Token, dir)
	exp, iat := claims["exp"].(float64), claims["iat"].(float64)
	if exp-iat != 15*60 || answer.ExpiresAt.Unix() != int64(exp) {
		t.Errorf("it lives from %v to %v, and expires_at is %v", iat, exp, answer.ExpiresAt)
	}
	return answer.Token, claims
}

func TestCodeIsForTheFoldersUserAndHasNoSecret(t *testing.T) {
	t.Parallel()
	dir, server := made(t)
	for _, s := range snippet.Samples() {
		code := runs(t, t.TempDir(), "", nil, "code", s.Name(), "--dir", dir).ends(t, 0)
		if code.stderr != "" || strings.Contains(code.stdout, "eyJ") || strings.Contains(code.stdout, "PRIVATE KEY") {
			t.Errorf("%s says %q, and has a secret or too much:\n%s", s.Name(), code.stderr, code.stdout)
		}
		if s.Name() == "javascript" || s.Name() == "swift" || s.Name() == "react-native" {
			has(t, code.stdout, endpointUser+" in My App", "YOUR_TOKEN", `"`+server.URL()+`"`, `run credwiz token --user 'Zoë O'\''Brien 日本'.`)
		}
	}
}

func TestCodeWithoutAFolderIsForAlice(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	code := runs(t, dir, "", nil, "code", "React-Native").ends(t, 0)
	has(t, code.stdout, "// Logs in as alice in your application.", `const token = "YOUR_TOKEN";`, "run credwiz.")
	has(t, code.stderr, "this folder has no user yet, so alice and your application are placeholders", "credwiz")
	if said := runs(t, dir, "", nil, "code", "go").ends(t, 0).stderr; said != "" {
		t.Errorf("a token endpoint needs no user, and it says %s", said)
	}
	list := runs(t, dir, "", nil, "code", "--list").ends(t, 0)
	for line := range strings.Lines(list.stdout) {
		if len(line) > 80 {
			t.Errorf("wider than 80 columns: %s", line)
		}
	}
	for _, s := range snippet.Samples() {
		has(t, "\n"+list.stdout, "\n"+s.Name()+" ", s.FileName, s.Title)
		if s.Language == "Java" {
			has(t, runs(t, dir, "", nil, "__complete", "code", "ja").stdout, "java\t"+s.Title)
		}
	}
	for _, args := range [][]string{{"code"}, {"code", "cobol"}} {
		r := runs(t, dir, "", nil, args...).ends(t, 2, "javascript, kotlin, swift, react-native, node, python, go, php, java, or ruby")
		if r.stdout != "" {
			t.Errorf("%q prints %s", args, r.stdout)
		}
	}
	runs(t, dir, "", nil, "code", "go", "php").ends(t, 2, "takes one language")
	runs(t, dir, "", nil, "code", "--list", "go").ends(t, 2, "leave out")
	write(t, dir, ".credwiz.json", "nonsense")
	runs(t, dir, "", nil, "code", "go").ends(t, 1, ".credwiz.json")
}

func TestCodeAloneListsTheLanguagesAtATerminal(t *testing.T) {
	sit(t, setting{sameStdout: true, args: []string{"code"}}).sees("javascript", "Your backend", "ruby").ends(0)
	runs(t, t.TempDir(), "", nil, "code").ends(t, 2, "name a language")
}
