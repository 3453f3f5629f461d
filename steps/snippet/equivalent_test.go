package snippet_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"credwiz/client"
	"credwiz/client/jwt"
	"credwiz/client/redact"
	"credwiz/steps/snippet"
)

// awkward is a name with everything in it that a shell could take for something else.
const awkward = `O'Brien "x" $HOME $(id) ` + "`id` \\ ! * ~ & 👩‍🚀 日本"

// sh has a shell do it, with the account's variables set as a user would.
func sh(t *testing.T, dir, script string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "sh", "-euc", script)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "VONAGE_API_KEY="+apiKey, "VONAGE_API_SECRET="+apiSecret, "NO_PROXY=127.0.0.1")
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v\n%s\n%s\nin\n%s", err, out.String(), errs.String(), script)
	}
	return out.String()
}

func TestTheCurlCommandsDoWhatTheWizardDid(t *testing.T) {
	needs(t, "curl")
	needs(t, "openssl")
	for name, names := range map[string]struct{ app, user, display string }{
		"plain":   {"My App", "alice", ""},
		"awkward": {awkward, "u " + awkward, "d " + awkward},
		"dashes":  {"--force", "-x", "@file"},
	} {
		t.Run(name, func(t *testing.T) {
			w := works(t, names.app, names.user, names.display)
			made := w.server.Applications()[0]
			owner := w.session.Application.ID

			listed := sh(t, w.dir, w.equivalent("check the key and secret").Shell)
			var list struct {
				Total int `json:"total_items"`
			}
			if err := json.Unmarshal([]byte(listed), &list); err != nil || list.Total != 1 {
				t.Errorf("listed %d applications (%v): %s", list.Total, err, listed)
			}

			var created struct {
				ID, Name string
				Keys     map[string]string
			}
			answer := sh(t, w.dir, w.equivalent("create the application").Shell)
			noError(t, json.Unmarshal([]byte(answer), &created))
			again := w.server.Applications()[1]
			again.ID, again.Users = made.ID, made.Users
			if !jsonEqual(again, made) || created.Name != names.app {
				t.Errorf("made %+v, and the wizard %+v", again, made)
			}
			if created.Keys["private_key"] != "" {
				t.Error("a private key came over the wire")
			}

			// The name is unique, so the wizard's user goes first.
			first := w.server.Users(owner)[0]
			w.deleteUser()
			e := w.equivalent("create the user")
			sh(t, w.dir, e.Setup+"\n"+e.Shell)
			users := w.server.Users(owner)
			if len(users) != 1 || users[0].Name != names.user || users[0].DisplayName != first.DisplayName {
				t.Errorf("made %+v, and the wizard %+v", users, first)
			}
		})
	}
}

func jsonEqual(a, b any) bool {
	return bytes.Equal(must(json.Marshal(a)), must(json.Marshal(b)))
}

func (w worked) deleteUser() {
	w.t.Helper()
	token := must(jwt.Sign(w.session.Key.Private, jwt.Request{
		ApplicationID: w.session.Application.ID, IssuedAt: time.Now(), Lifetime: time.Minute, ID: "00000000-0000-4000-8000-000000000001",
	}))
	noError(w.t, w.session.Place.API.DeleteUser(w.t.Context(), token.JWT, w.session.User.ID))
}

func TestATokenSignedByTheShellLogsIn(t *testing.T) {
	needs(t, "openssl")
	w := works(t, "My App", awkward, "")
	token := redact.NewSecret(sh(t, w.dir, snippet.SigningEquivalent(w.session).Shell+"\n"+`printf %s "$VONAGE_JWT"`))
	app := w.session.Application.Application
	noError(t, jwt.Verify(token, app.PublicKey, app.ID, time.Now()))
	login := must(w.session.Place.API.LogIn(t.Context(), token, ""))
	equal(t, "who logged in", login.UserName, awkward)
	var own, shell struct {
		IssuedAt  int64 `json:"iat"`
		ExpiresAt int64 `json:"exp"`
		ACL       any   `json:"acl"`
	}
	for text, into := range map[string]any{w.session.Token.JWT.Reveal(): &own, token.Reveal(): &shell} {
		noError(t, json.Unmarshal(must(base64.RawURLEncoding.DecodeString(strings.Split(text, ".")[1])), into))
	}
	equal(t, "its life", shell.ExpiresAt-shell.IssuedAt, own.ExpiresAt-own.IssuedAt)
	if !jsonEqual(own.ACL, shell.ACL) {
		t.Errorf("may reach %v, want %v", shell.ACL, own.ACL)
	}
}

func TestNoSecretIsInAnEquivalentOrOnTheWireThatIsShown(t *testing.T) {
	t.Parallel()
	w := works(t, awkward, awkward, "")
	all := []snippet.Equivalent{snippet.SigningEquivalent(w.session)}
	for _, wire := range w.wires {
		all = append(all, snippet.EquivalentOf(w.session, wire))
		if leaks(strings.Join(wire.Lines(), "\n")) {
			t.Errorf("%s shows a secret", wire.URL)
		}
		for _, line := range wire.Lines() {
			equal(t, "a safe line", redact.Printable(line), line)
		}
	}
	var purposes []string
	for _, e := range all {
		if leaks(strings.Join([]string{e.Purpose, e.Setup, e.Shell, e.Vonage, e.Note}, "\n")) {
			t.Errorf("%q gives away a secret", e.Purpose)
		}
		purposes = append(purposes, e.Purpose)
	}
	slices.Sort(purposes)
	equal(t, "the pieces of work", strings.Join(purposes, ", "), "create a user, create an application, list the applications, log in, sign a token")
}

// vonageFlags are the options of Vonage's command line, from github.com/Vonage/vonage-cli at 3.2.1, 7f059b0:
// src/commands/{apps,users,jwt}/*.js with src/credentialFlags.js, and the number of their positional arguments.
var vonageFlags = map[string]struct {
	arguments int
	flags     string
}{
	"apps list":    {0, "app-name capability api-key api-secret"},
	"apps init":    {0, "api-key api-secret force json yaml"},
	"apps show":    {1, "api-key api-secret json yaml"},
	"apps delete":  {1, "api-key api-secret force"},
	"users list":   {0, "page-size cursor sort name app-id private-key"},
	"users create": {0, "name display-name image-url custom-data ttl app-id private-key"},
	"users show":   {1, "app-id private-key"},
	"users delete": {1, "app-id private-key"},
	"jwt create":   {0, "exp ttl sub acl app-id private-key"},
}

func TestTheVonageCommandsHaveFlagsThatExist(t *testing.T) {
	t.Parallel()
	w := works(t, awkward, awkward, "Alice "+awkward)
	commands := map[string]string{"sign": snippet.SigningEquivalent(w.session).Vonage}
	for text, wire := range w.wires {
		commands[text] = snippet.EquivalentOf(w.session, wire).Vonage
	}
	delete(commands, "test the login") // it has none
	const id = "/USR-00000000-0000-4000-8000-000000000000"
	for _, call := range []string{
		"GET /v2/applications/78d335fa-323d-0114-9c3d-d6f0d48968cf", "DELETE /v2/applications/78d335fa-323d-0114-9c3d-d6f0d48968cf",
		"GET /v1/users", "GET /v1/users?name=a%27b", "GET /v1/users" + id, "DELETE /v1/users" + id,
	} {
		method, path, _ := strings.Cut(call, " ")
		commands[call] = snippet.EquivalentOf(w.session, client.Wire{Method: method, URL: w.server.URL() + path}).Vonage
	}
	option := regexp.MustCompile(`^--([a-z-]+)=(.*)$`)
	for what, command := range commands {
		t.Run(what, func(t *testing.T) {
			words := shellWords(t, command)
			if len(words) < 3 || words[0] != "vonage" {
				t.Fatalf("the command is %q", command)
			}
			known, ok := vonageFlags[words[1]+" "+words[2]]
			if !ok {
				t.Fatalf("vonage has no command %s %s", words[1], words[2])
			}
			arguments := 0
			for _, word := range words[3:] {
				match := option.FindStringSubmatch(strings.ReplaceAll(word, "\n", " "))
				switch {
				case match == nil:
					arguments++
				case !slices.Contains(strings.Fields(known.flags), match[1]):
					t.Errorf("%s %s has no --%s", words[1], words[2], match[1])
				}
			}
			equal(t, "arguments", arguments, known.arguments)
		})
	}
	wantAll(t, strings.Join(shellWords(t, commands["create the user"]), "\n"), "--name="+awkward, "--display-name=Alice "+awkward)
	wantAll(t, strings.Join(shellWords(t, commands["sign"]), "\n"), "--sub="+awkward, "--ttl=86400", `--acl={"paths":{`)
}

// No name has a line break that came through the wizard; an equivalent survives one all the same.
func TestALineBreakStaysInItsWord(t *testing.T) {
	t.Parallel()
	w := works(t, "My App", "alice", "")
	const name = "a\n'; echo $VONAGE_API_SECRET\n"
	body := must(json.Marshal(client.NewUser{Name: name, DisplayName: name}))
	wire := client.Wire{Method: "POST", URL: w.server.URL() + "/v1/users", Authorization: "Bearer", RequestBody: string(body)}
	words := shellWords(t, snippet.EquivalentOf(w.session, wire).Vonage)
	equal(t, "words", len(words), 7)
	equal(t, "the name", words[3], "--name="+name)
	equal(t, "the display name", words[4], "--display-name="+name)
}

// shellWords has a shell split a command as it would for the program.
func shellWords(t *testing.T, command string) []string {
	t.Helper()
	needs(t, "sh")
	out := sh(t, t.TempDir(), `vonage() { printf '%s\0' vonage "$@"; }`+"\n"+command)
	return strings.Split(strings.TrimSuffix(out, "\x00"), "\x00")
}
