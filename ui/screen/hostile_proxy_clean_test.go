package screen

import (
	"bytes"
	"context"
	"net/url"
	"os"
	"testing"
	"time"

	"github.com/google/uuid"

	"credwiz/client"
	"credwiz/client/redact"
	"credwiz/client/sandbox"
	"credwiz/steps"
	"credwiz/steps/advice"
	"credwiz/steps/answer"
	"credwiz/steps/cleanup"
	"credwiz/steps/journal"
	"credwiz/ui/plain"
	"credwiz/ui/style"
)

// clears deletes what the folder's runs have made.
func (v *traveler) clears(slow bool) outcome {
	v.Helper()
	folder := v.folder()
	removal, err := cleanup.PlanFor(folder, cleanup.Scope{})
	if err != nil {
		v.Fatal(err)
	}
	credentials := map[journal.Account]client.Credentials{}
	for _, account := range removal.Accounts {
		credentials[account] = client.Credentials{APIKey: sandbox.DefaultAPIKey, APISecret: redact.NewSecret(sandbox.DefaultAPISecret)}
	}
	var said bytes.Buffer
	wait := func(ctx context.Context, _ time.Duration) error { return ctx.Err() }
	_, err = cleanup.Remover{
		Env: steps.Env{Now: noonAlways, NewID: uuid.NewString, Wait: wait}, Folder: folder,
		Credentials: credentials, Answers: answer.Answers{answer.TrustHost: answer.Yes}, Report: plain.Lines(&said, style.Look{}),
		Dial: func(*url.URL) *client.Client { return v.client(slow) },
	}.Remove(v.Context(), removal)
	if err != nil {
		advice := advice.For(err)
		said.WriteString(err.Error() + "\n" + advice.What + "\n" + advice.Do + "\n")
	}
	return outcome{err: err, said: said.String()}
}

// TestNothingThatAProxyAnswersMakesCleanLoseAKey changes one answer to a removal, each in many ways, and then removes the
// rest without a change.
func TestNothingThatAProxyAnswersMakesCleanLoseAKey(t *testing.T) {
	t.Attr("fault", "field-A1")
	var all []scene
	for _, call := range []string{toApplications, "DELETE /v1/users/ID", "DELETE /v2/applications/ID"} {
		for _, c := range changes() {
			if c.name == "204" && call != toApplications {
				continue // the API's own word for done: a lie looks the same
			}
			all = append(all, scene{"clean", call, 1, c})
		}
	}
	sampled(t, all, func(v *traveler, s scene) {
		if o := v.runs(false); o.err != nil {
			v.Fatal(o.err)
		}
		v.proxy.turns(s.call, s.nth, s.do)
		o := v.clears(s.slow)
		if !v.proxy.reached() {
			v.Fatalf("the call never came:\n%s", o.said)
		}
		v.keepsSecrets(o)
		v.staysSound()
		if left := len(v.proxy.api.Applications()); o.err == nil && left > 0 {
			v.Errorf("it claims to be done, and %d applications are left", left)
		}
		v.proxy.over.Lock()
		v.proxy.over.Unlock() //nolint:staticcheck // It only waits.
		v.proxy.turns("", 0, nil)
		if honest := v.clears(false); honest.err != nil {
			v.Fatalf("the next removal says %v, after\n%s", honest.err, o.said)
		}
		if files, err := os.ReadDir(v.dir); err != nil || len(files) > 0 || len(v.proxy.api.Applications()) > 0 {
			v.Errorf("left: %v, %+v", files, v.proxy.api.Applications())
		}
	})
}
