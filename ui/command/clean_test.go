//go:build unix

package command_test

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"credwiz/client/sandbox"
)

func names(t *testing.T, dir string) []string {
	t.Helper()
	var all []string
	for _, e := range must(os.ReadDir(dir)) {
		all = append(all, e.Name())
	}
	return all
}

func TestCleanDeletesOnlyWhatCredwizCreated(t *testing.T) {
	t.Parallel()
	dir, _, server := inspected(t)
	withBob(t, dir, server)
	write(t, dir, "notes.txt", "mine")
	write(t, dir, ".env", "# mine\nOTHER=1\n"+read(t, dir, ".env"))
	shown := runs(t, dir, "", nil, "clean", "--dry-run").ends(t, 0)
	has(t, shown.stdout, "Would delete", "user            alice · USR-", "user            bob · USR-", "My App · ", "private.key", ".env (only what credwiz wrote; the rest stays)", ".credwiz.json")
	if len(server.Applications()) != 1 || len(names(t, dir)) != 4 {
		t.Fatal("looking has deleted something")
	}
	result := decoded[struct {
		Complete bool
		Items    []struct{ Kind, Name, State string }
	}](t, runs(t, dir, "", account(), "clean", "--yes", "--trust-api-host", "--json").ends(t, 0))
	if !result.Complete {
		t.Error("it is not complete")
	}
	var kinds []string
	for _, item := range result.Items {
		kinds = append(kinds, item.Kind)
		if item.State != "deleted" {
			t.Errorf("%+v", item)
		}
	}
	if want := []string{"user", "user", "application", "file", "file", "file"}; !slices.Equal(kinds, want) {
		t.Errorf("deleted %q, want %q", kinds, want)
	}
	if len(server.Applications()) != 0 {
		t.Error("the application is there")
	}
	if got, want := names(t, dir), []string{".env", "notes.txt"}; !slices.Equal(got, want) || read(t, dir, ".env") != "# mine\nOTHER=1\n" {
		t.Errorf("the folder has %q, and .env:\n%s", got, read(t, dir, ".env"))
	}
	if r := runs(t, dir, "", nil, "clean"); r.code != 0 || !strings.Contains(r.stdout, "Nothing to delete") {
		t.Errorf("code %d: %s%s", r.code, r.stdout, r.stderr)
	}
}

func TestCleanLeavesWhatWasOnlyUsed(t *testing.T) {
	t.Parallel()
	made, _, server := inspected(t)
	app := server.Applications()[0].ID
	// Another folder uses the same application, key and user.
	dir := t.TempDir()
	write(t, dir, "private.key", read(t, made, "private.key"))
	runs(t, dir, "", account(), "--api-host", server.URL(), "--no-input", "--app-id", app, "--user", "alice", "--reuse-user").ends(t, 0)
	r := runs(t, dir, "", nil, "clean", "--yes", "--trust-api-host") // without credentials: nothing in the account goes
	r.ends(t, 0)
	has(t, r.stdout, "alice", "My App", "existed before", "private.key (the key of an application that existed before)")
	if got := names(t, dir); !slices.Equal(got, []string{"private.key"}) {
		t.Errorf("the folder has %q", got)
	}
	if apps := server.Applications(); len(apps) != 1 || apps[0].Users != 1 {
		t.Errorf("the account has %+v", apps)
	}
}

// guestOf is another folder with the key of the only application, in which bob was created.
func guestOf(t *testing.T, owner string, server *sandbox.Server) string {
	t.Helper()
	dir := t.TempDir()
	write(t, dir, "private.key", read(t, owner, "private.key"))
	runs(t, dir, "", account(), "--api-host", server.URL(), "--no-input", "--app-id", server.Applications()[0].ID, "--user", "bob").ends(t, 0)
	return dir
}

func TestCleanFinishesForAGuestOfADeletedApplication(t *testing.T) {
	t.Parallel()
	owner, _, server := inspected(t)
	guest := guestOf(t, owner, server)
	runs(t, owner, "", account(), "clean", "--yes", "--trust-api-host").ends(t, 0)
	host := strings.TrimPrefix(server.URL(), "http://")
	unsure := runs(t, guest, "", nil, "clean", "--yes", "--trust-api-host").ends(t, 1, "✗ Not everything was deleted", "credwiz clean")
	has(t, unsure.stdout, "Nothing was deleted.", host+" rejected its key. To check whether its application still exists, set VONAGE_API_KEY and VONAGE_API_SECRET")
	if result := decoded[struct{ Complete bool }](t, runs(t, guest, "", nil, "clean", "--yes", "--trust-api-host", "--json").ends(t, 1)); result.Complete {
		t.Error("it is complete")
	}
	sure := runs(t, guest, sandbox.DefaultAPISecret+"\n", nil, "clean", "--yes", "--trust-api-host", "--api-secret-stdin").ends(t, 0, "Looked up the application", "404 Not Found")
	has(t, sure.stdout, "✓ user            bob", "(already gone)", "Kept:", "My App", "(existed before, and is gone)", "private.key (the key of an application that existed before)")
	if got := names(t, guest); !slices.Equal(got, []string{"private.key"}) {
		t.Errorf("the folder has %q", got)
	}
}

func TestCleanFinishesForAGuestWhoLostTheKey(t *testing.T) {
	t.Parallel()
	owner, _, server := inspected(t)
	guest := guestOf(t, owner, server)
	remove(t, guest, "private.key")
	const copyBack = "its key isn't here: copy the key back, then run credwiz clean again"
	clean := []string{"clean", "--yes", "--trust-api-host"}
	stuck := runs(t, guest, "", nil, clean...).ends(t, 1, "✗ Not everything was deleted", "credwiz clean")
	has(t, stuck.stdout, "Nothing was deleted.", "bob", copyBack)
	if result := decoded[struct{ Complete bool }](t, runs(t, guest, "", nil, append(clean, "--json")...).ends(t, 1)); result.Complete {
		t.Error("it is complete")
	}
	has(t, runs(t, guest, "", nil, "clean", "--dry-run").ends(t, 0).stdout, "Nothing to delete", copyBack)
	has(t, runs(t, guest, "", account(), clean...).ends(t, 1, "200 OK").stdout, copyBack) // the application exists
	runs(t, owner, "", account(), clean...).ends(t, 0)
	gone := runs(t, guest, "", account(), clean...).ends(t, 0, "Looked up the application", "404 Not Found")
	has(t, gone.stdout, "✓ user            bob", "(already gone)", "(existed before, and is gone)")
	if got := names(t, guest); len(got) > 0 {
		t.Errorf("the folder has %q", got)
	}
}

func TestCleanAsksAGuestBeforeTheSecretIsSent(t *testing.T) {
	t.Parallel()
	owner, _, server := inspected(t)
	guest := guestOf(t, owner, server)
	p := sit(t, setting{args: []string{"clean", "--dir", guest}}) // deletes the user with a token
	p.sees("Delete these 3 items permanently?").press("ctrl+c").ends(130)
	p = sit(t, setting{args: []string{"clean", "--dir", guest}, env: account()}) // it looks an application up with them
	p.sees("Send your API key and secret to").press("enter").sees("Nothing was sent.").ends(2)
	if strings.Contains(p.Screen(), "--api-host") {
		t.Errorf("clean has no such flag:\n%s", p.Screen())
	}
	runs(t, guest, "", account(), "--api-host", server.URL(), "--no-input", "--fresh", "--app-name", "Other", "--user", "carol").ends(t, 0)
	p = sit(t, setting{args: []string{"clean", "--dir", guest}}) // and deletes this one
	p.sees("Send your API key and secret to").press("ctrl+c").ends(130)
}

func TestCleanSaysThatUsersOfOthersGoToo(t *testing.T) {
	t.Parallel()
	owner, _, server := inspected(t)
	has(t, runs(t, owner, "", nil, "clean", "--dry-run").ends(t, 0).stdout, "(with all its users)")
	has(t, runs(t, owner, "", nil, "clean", "--dry-run", "--trust-api-host").ends(t, 0).stdout, "My App · "+server.Applications()[0].ID+"\n")
	guestOf(t, owner, server)
	has(t, runs(t, owner, "", nil, "clean", "--dry-run", "--trust-api-host").ends(t, 0).stdout, "(with all its users, 1 of them not from this folder)")
	p := sit(t, setting{env: account(), args: []string{"clean", "--dir", owner}})
	p.sees("Send your API key and secret").press("y", "enter")
	p.sees("1 of them not from this folder)").press("y", "enter").ends(0)
	if len(server.Applications()) != 0 {
		t.Error("the application is there")
	}
}

func TestCleanThatFailsNamesTheHostAndWhatWasDeleted(t *testing.T) {
	t.Parallel()
	dir, _, server := inspected(t)
	host := strings.TrimPrefix(server.URL(), "http://")
	again := []string{"Nothing was deleted.", "To continue: credwiz clean."}
	args := []string{"clean", "--yes", "--trust-api-host"}
	runs(t, dir, "nonsense\n", nil, append(args, "--api-secret-stdin")...).
		ends(t, 4, append(again, host+" rejected this key and secret.", "and that both are for "+host+".")...)
	noError(t, server.Close())
	runs(t, dir, "", account(), args...).ends(t, 5, append(again, host+" refused the connection.", "Check the API host")...)
}

func TestCleanDeletesAFolderThatCredwizMade(t *testing.T) {
	t.Parallel()
	dir, server := t.TempDir(), startSandbox(t)
	for _, test := range []struct {
		before, after []string // names in the folder try; nil if there is none
	}{{nil, nil}, {[]string{}, []string{}}, {[]string{"notes.txt"}, []string{"notes.txt"}}} {
		try := filepath.Join(dir, "try")
		if test.before != nil {
			_ = os.Mkdir(try, 0o700)
		}
		for _, name := range test.before {
			write(t, try, name, "mine")
		}
		runs(t, dir, "", account(), "--dir", "try", "--api-host", server.URL(), "--no-input", "--app-name", "My App", "--user", "alice").ends(t, 0)
		has(t, runs(t, dir, "", nil, "status", "--dir", "try").ends(t, 0).stdout, "  ✓ private.key     matches")
		runs(t, dir, "", account(), "clean", "--dir", "try", "--yes", "--trust-api-host").ends(t, 0)
		switch _, err := os.Stat(try); {
		case test.after == nil && !errors.Is(err, os.ErrNotExist):
			t.Error("the folder is there")
		case test.after != nil && !slices.Equal(append([]string{}, names(t, try)...), test.after):
			t.Errorf("the folder has %q, want %q", names(t, try), test.after)
		}
	}
}

func TestCleanAfterTheSandboxRestarted(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	runs(t, s.dir, "", account(), "--api-host", s.url, "--no-input", "--app-name", "My App", "--user", "alice").ends(t, 0)
	s.restarts()
	r := runs(t, s.dir, "", account(), "clean", "--yes", "--trust-api-host").ends(t, 0, "✓ Application My App was already gone")
	if n := strings.Count(r.stdout, "(already gone)"); n != 2 {
		t.Errorf("%d are already gone:\n%s", n, r.stdout)
	}
}

func TestCleanThatCannotAskDeletesNothing(t *testing.T) {
	t.Parallel()
	dir, _, server := inspected(t)
	before := names(t, dir)
	secret := "missing API secret of account " + sandbox.DefaultAPIKey
	for name, test := range map[string]struct {
		stdin string
		env   []string
		args  string
		code  int
		says  string
	}{
		"no terminal":                      {"y\n", account(), "", 2, "--yes"},
		"to delete, and only to look":      {"", account(), "--yes --trust-api-host --dry-run", 2, "--yes and --dry-run can't be used together"},
		"the secret is on standard input":  {sandbox.DefaultAPISecret + "\n", nil, "--api-secret-stdin", 2, "--api-secret-stdin can't ask"},
		"a wrong secret on standard input": {"nonsense\n", nil, "--yes --trust-api-host --api-secret-stdin", 4, ""},
		"no secret":                        {"", nil, "--yes --trust-api-host", 2, secret},
	} {
		t.Run(name, func(t *testing.T) {
			runs(t, dir, test.stdin, test.env, append([]string{"clean"}, strings.Fields(test.args)...)...).ends(t, test.code, test.says)
			if len(server.Applications()) != 1 || !slices.Equal(names(t, dir), before) {
				t.Error("something was deleted")
			}
		})
	}
}

func TestCleanAsksFirst(t *testing.T) {
	t.Parallel()
	for key, code := range map[string]int{"enter": 1, "n": 1, "ctrl+c": 130} {
		t.Run(key, func(t *testing.T) {
			dir, _, server := inspected(t)
			p := sit(t, setting{args: []string{"clean", "--dir", dir}, env: account()})
			p.sees("Send your API key and secret", "[y/N]").press("y", "enter")
			p.sees("Delete, in this order:", "alice · USR-", "Delete these").press(key)
			if key == "n" {
				p.press("o", "enter")
			}
			p.sees("Nothing was deleted").ends(code)
			if len(server.Applications()) != 1 || len(names(t, dir)) != 3 {
				t.Error("something was deleted")
			}
		})
	}
	for asks, args := range map[string][]string{
		"API secret of account " + sandbox.DefaultAPIKey: nil, "Hidden as you type": {"--api-secret-stdin"},
	} {
		t.Run("yes, and "+asks, func(t *testing.T) {
			dir, _, server := inspected(t)
			p := sit(t, setting{args: append([]string{"clean", "--dir", dir, "--trust-api-host"}, args...)})
			p.sees("[y/N]").writes("y").press("enter").sees(asks).writes(sandbox.DefaultAPISecret).press("enter").ends(0)
			if !strings.Contains(p.stdout.String(), "Deleted:") || len(server.Applications()) != 0 || len(names(t, dir)) != 0 {
				t.Errorf("not all of it is deleted:\n%s", p.stdout)
			}
			if strings.Contains(string(p.Raw()), sandbox.DefaultAPISecret) {
				t.Error("the secret was shown")
			}
		})
	}
}

func TestCleanAcceptsWhatIsAlreadyGone(t *testing.T) {
	t.Parallel()
	for name, lose := range map[string]func(t *testing.T, dir string, server *sandbox.Server){
		"the key": func(t *testing.T, dir string, _ *sandbox.Server) { remove(t, dir, "private.key") },
		".env":    func(t *testing.T, dir string, _ *sandbox.Server) { remove(t, dir, ".env") },
		"the application": func(t *testing.T, dir string, server *sandbox.Server) {
			app := server.Applications()[0].ID
			request := must(http.NewRequestWithContext(t.Context(), http.MethodDelete, server.URL()+"/v2/applications/"+app, nil))
			request.SetBasicAuth(sandbox.DefaultAPIKey, sandbox.DefaultAPISecret)
			response, err := http.DefaultClient.Do(request)
			if err != nil || response.StatusCode != http.StatusNoContent {
				t.Fatal(err, response)
			}
			_ = response.Body.Close()
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir, _, server := inspected(t)
			lose(t, dir, server)
			runs(t, dir, "", account(), "clean", "--yes", "--trust-api-host").ends(t, 0)
			if len(server.Applications()) != 0 || len(names(t, dir)) != 0 {
				t.Errorf("left: %q, %+v", names(t, dir), server.Applications())
			}
		})
	}
}

func remove(t *testing.T, dir, name string) {
	t.Helper()
	noError(t, os.Remove(filepath.Join(dir, name)))
}

// Each run is killed before or after a request, and the next one continues, until one survives.
func TestACleanThatIsKilledIsGoneOnWith(t *testing.T) {
	t.Parallel()
	const requests = 4 // look, user, user, application
	for request := range requests {
		for _, applied := range []bool{false, true} {
			t.Run(fmt.Sprintf("request %d applied %v", request+1, applied), func(t *testing.T) {
				t.Parallel()
				s := newScene(t)
				for _, more := range [][]string{{"--user", "alice"}, {"--user", "bob", "--reuse-key"}} {
					args := append([]string{"--api-host", s.url, "--no-input", "--app-name", "Mine", "--no-login"}, more...)
					runs(t, s.dir, "", account(), args...).ends(t, 0)
				}
				clean := exec.CommandContext(t.Context(), built(t), "clean", "--yes", "--trust-api-host", "--dir", s.dir)
				clean.Env = account()
				started := make(chan struct{})
				s.begins(func(at moment) bool {
					if at != (moment{request, applied}) {
						return false
					}
					<-started
					_ = clean.Process.Kill()
					return true
				})
				noError(t, clean.Start())
				close(started)
				if err := clean.Wait(); err == nil {
					t.Fatal("it was not killed")
				}
				s.begins(nil)
				runs(t, s.dir, "", account(), "clean", "--yes", "--trust-api-host").ends(t, 0)
				if apps := s.api.Applications(); len(apps) != 0 || len(names(t, s.dir)) != 0 {
					t.Errorf("left: %q, %+v", names(t, s.dir), apps)
				}
			})
		}
	}
}

func TestCleanNamesTheApplicationOfEachUserIfThereAreSeveral(t *testing.T) {
	t.Parallel()
	dir, _, server := inspected(t)
	runs(t, dir, "", account(), "--api-host", server.URL(), "--no-input", "--fresh", "--app-name", "Other", "--user", "carol").ends(t, 0)
	write(t, dir, ".env", "# mine\n"+read(t, dir, ".env"))
	shown := runs(t, dir, "", nil, "clean", "--dry-run").ends(t, 0)
	has(t, shown.stdout, "alice in “My App” · USR-", "carol in “Other” · USR-")
	r := runs(t, dir, "", account(), "clean", "--yes", "--trust-api-host").ends(t, 0)
	has(t, r.stderr, "✓ .env updated", "without what credwiz wrote; the rest stays")
}
