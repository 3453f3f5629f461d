package inspect_test

import (
	"slices"
	"strings"
	"testing"

	"credwiz/steps/advice"
	"credwiz/steps/inspect"
	"credwiz/steps/resign"
	"credwiz/steps/status"
)

// proposedIn are the command lines among texts.
func proposedIn(texts ...string) []string {
	return slices.DeleteFunc(texts, func(text string) bool { return !strings.HasPrefix(text, "credwiz") })
}

// Another API and another folder than the usual ones: a command that loses either works on something else.
func TestProposedCommandsKeepTheFolderAndTheAPI(t *testing.T) {
	t.Attr("fault", "field-C9")
	for _, host := range []string{"http://[::1]:4010", "http://127.0.0.1:4010"} {
		quoted := host
		if strings.Contains(host, "[") {
			quoted = "'" + host + "'" // once
		}
		r := newRun(t)
		r.has(".credwiz.json", `{"version":1,"applications":[{"id":"`+anotherID+`","name":"Mine","created":true,"api_host":"`+host+
			`","api_key":"`+apiKey+`","private_key_path":"private.key","public_key_sha256":"00","users":[{"name":"alice","id":""}]}]}`)
		folder := r.folder()
		status := must(status.Of(folder, noon))
		var commands []string
		for _, act := range status.Problems {
			commands = append(commands, act.Command)
		}
		for _, asked := range []string{"", host} {
			e := r.evidence()
			e.APIHost = asked
			for _, p := range inspect.Inspect(reading(forged(t, anotherID, claim("exp", at(-1)))), e).Problems {
				commands = append(commands, p.Command)
			}
		}
		_, err := resign.FindUsers(folder, "", "zoe")
		wantAll(t, advice.For(err).Do, "credwiz --dir "+inShell(r.dir)+" --api-host "+quoted+" to continue", "credwiz status --dir "+inShell(r.dir))
		commands = proposedIn(commands...)
		if len(commands) < 3 {
			t.Fatalf("proposed: %q", commands)
		}
		for _, command := range commands {
			if !strings.Contains(command, "--dir "+inShell(r.dir)) || !strings.Contains(command, "--api-host "+quoted+" ") {
				t.Errorf("%s loses the folder or the API %s", command, host)
			}
		}
	}
	unknown := inspect.Inspect(reading(forged(t, anotherID, claim("exp", at(-1)))), inspect.Evidence{Now: noon, APIHost: "http://[::1]:4010"})
	equal(t, "command for an unknown token", unknown.Problems[0].Command,
		"credwiz --api-host 'http://[::1]:4010' --app-id "+anotherID+" --user alice --reuse-user")
}
