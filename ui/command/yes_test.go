//go:build unix

package command_test

import (
	"testing"

	"credwiz/client"
	"credwiz/client/jwt"
	"credwiz/client/redact"
	"credwiz/client/sandbox"
)

func TestYesTakesEverySuggestion(t *testing.T) {
	t.Parallel()
	for name, args := range map[string][]string{"": nil, "line by line": {"--plain"}, "with --no-input": {"--no-input"}} {
		t.Run("without a terminal "+name, func(t *testing.T) {
			t.Parallel()
			r := runs(t, t.TempDir(), "", nil, demoWith(append([]string{"--yes", "--json"}, args...)...)...).ends(t, 0, "Name                  alice")
			result := decoded[struct {
				Application struct{ Name string }
				Users       []struct{ Name string }
			}](t, r)
			if result.Application.Name != "My Client SDK app" || len(result.Users) != 1 || result.Users[0].Name != "alice" {
				t.Errorf("%+v", result)
			}
		})
	}
	t.Run("at a terminal", func(t *testing.T) {
		t.Parallel()
		p := sit(t, setting{args: demoWith("--yes")}).ends(0)
		p.tookAtMost(effort{})
		has(t, p.stdout.String(), "✓ alice can log in")
	})
	t.Run("again in the folder", func(t *testing.T) {
		t.Parallel()
		s := newScene(t)
		for range 2 {
			s.sit("--yes").ends(0)
		}
		if apps := s.api.Applications(); len(apps) != 1 || apps[0].Users != 1 {
			t.Errorf("made: %+v", apps)
		}
	})
	t.Run("but for what has none", func(t *testing.T) {
		t.Parallel()
		runs(t, t.TempDir(), "", nil, "--yes", "--api-host", deadHost).ends(t, 2, "Missing answers", "--yes", "--api-key", "VONAGE_API_SECRET")
	})
}

func TestYesDoesNothingDangerous(t *testing.T) {
	t.Parallel()
	t.Run("a host from a file gets no secret", func(t *testing.T) {
		t.Parallel()
		url, calls := listener(t)
		dir := t.TempDir()
		write(t, dir, "profile.toml", `api_host = "`+url+`"`)
		runs(t, dir, "", account(), "--yes", "--profile", "profile.toml").ends(t, 2, "Nothing was sent.")
		if calls.Load() != 0 {
			t.Error("it was called")
		}
	})
	for name, test := range map[string]struct {
		args     []string
		code     int
		replaced bool
	}{"a lost key": {nil, 2, false}, "a lost key that a flag replaces": {[]string{"--renew-key"}, 0, true}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newScene(t)
			key := must(jwt.GenerateKey())
			creds := client.Credentials{APIKey: sandbox.DefaultAPIKey, APISecret: redact.NewSecret(sandbox.DefaultAPISecret)}
			app := must(client.New(client.Options{Host: must(client.ParseHost(s.url))}).CreateApplication(t.Context(), creds,
				client.NewApplication{Name: "Theirs", PublicKey: key.PublicPEM()}))
			write(t, s.dir, ".env", "VONAGE_APPLICATION_ID="+app.ID+"\n")
			args := append([]string{"--yes", "--api-host", s.url, "--dir", s.dir, "--app-id", app.ID}, test.args...)
			r := runs(t, t.TempDir(), "", account(), args...)
			if (r.code == 0) != (test.code == 0) {
				t.Errorf("code %d:\n%s", r.code, r.stderr)
			}
			if now := must(jwt.Fingerprint(s.api.Applications()[0].PublicKey)); (now != key.Fingerprint()) != test.replaced {
				t.Errorf("whether its key was replaced is not %v:\n%s", test.replaced, r.stderr)
			}
		})
	}
}

func TestStepWaitsForEnterLineByLine(t *testing.T) {
	t.Parallel()
	for _, flag := range []string{"--step", "--mask"} {
		t.Run(flag, func(t *testing.T) {
			t.Parallel()
			p := sit(t, setting{args: demoWith("--plain", flag), cols: 100, rows: 60, sameStdout: true})
			p.sees("API key [").press("enter").sees("API secret [").press("enter").sees("Press Enter to continue.").press("enter")
			p.sees("Application name [").press("ctrl+c").ends(130)
		})
	}
	runs(t, t.TempDir(), "", nil, demoWith("--yes", "--step")...).ends(t, 2, "--yes and --step can't be used together")
}
