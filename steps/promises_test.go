package steps_test

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"credwiz/client/jwt"
	"credwiz/steps/answer"
	"credwiz/steps/task"
)

// bearer is the token that the last request of a call carried.
func (a *account) bearer(t testing.TB, call string) string {
	t.Helper()
	for _, r := range slices.Backward(a.requests()) {
		if _, rest, ok := strings.Cut(r.all, "Authorization: Bearer "); ok && r.call == call {
			token, _, _ := strings.Cut(rest, "\r\n")
			return token
		}
	}
	t.Fatalf("no %s carried a token", call)
	return ""
}

// at does one step, and something else when the step reports a piece of work.
func (r *run) at(id string, state task.State, text string, do func()) error {
	r.t.Helper()
	return r.atUntil(r.t.Context(), id, state, text, do)
}

func (r *run) atUntil(ctx context.Context, id string, state task.State, text string, do func()) error {
	r.t.Helper()
	seen := false
	session, err := stepNamed(r.t, id).Run(ctx, r.env, r.session, r.answers, func(e task.Event) {
		if e.State == state && e.Text == text {
			seen = true
			do()
		}
	})
	r.session = session
	if !seen {
		r.t.Fatalf("%q was not told: %v", text, err)
	}
	return err
}

func TestAKeyIsRecordedBeforeItIsSaved(t *testing.T) {
	t.Attr("fault", "F2")
	t.Parallel()
	r := newRun(t).does("connect")
	err := r.at("application", task.Started, "save the private key", func() {
		noted := r.journal().Applications
		if len(noted) != 1 || noted[0].Name != "My App" || noted[0].KeySHA != pairs[0]().Fingerprint() || !noted[0].KeyMade {
			t.Errorf("a kill now would leave %+v", noted)
		}
	})
	noError(t, err)
}

func TestAnExistingKeyIsRecordedBeforeItsApplicationIsCreated(t *testing.T) {
	t.Attr("fault", "F2")
	t.Parallel()
	r := newRun(t)
	r.usesTheKeyHere()
	r.does("connect")
	r.account.on(postApplication, func(w http.ResponseWriter, req *http.Request, api http.Handler) {
		noted := r.journal().Applications
		if len(noted) != 1 || noted[0].Name != "My App" || noted[0].KeySHA != pairs[2]().Fingerprint() {
			t.Errorf("a kill now would leave %+v", noted)
		}
		api.ServeHTTP(w, req)
	})
	r.does("application")
}

func TestAfterCtrlCNothingMoreIsCreated(t *testing.T) {
	t.Attr("fault", "T5")
	t.Parallel()
	r := newRun(t).does("connect")
	ctx, leave := context.WithCancel(t.Context())
	wantError(t, r.atUntil(ctx, "application", task.Done, "save the private key", leave), context.Canceled)
	equal(t, "requests for an application", r.account.count(postApplication), 0)
	r.does("application")
	wantError(t, r.tryUntil(ctx, "user"), context.Canceled)
	equal(t, "requests for a user", r.account.count(postUser), 0)
	r.does("user")
	equal(t, "users", len(r.account.users(t)), 1)
}

func TestAfterCtrlCNothingMoreIsChanged(t *testing.T) {
	t.Attr("fault", "T5")
	t.Parallel()
	r := newRun(t).does("connect", "application", "user")
	ctx, leave := context.WithCancel(t.Context())
	leave()
	r.answer(answer.User, "alicia")
	_, err := stepNamed(t, "user").Change(ctx, r.env, r.session, r.answers, func(task.Event) {})
	wantError(t, err, context.Canceled)
	equal(t, "the user's name", r.account.users(t)[0].Name, "alice")
}

func TestATokenThatItsApplicationWouldRefuseIsNotPrinted(t *testing.T) {
	t.Attr("fault", "N13")
	t.Parallel()
	r := newRun(t).does("connect", "application", "user")
	r.session.Application.PublicKey = pairs[2]().PublicPEM()
	wantError(t, r.try("token"), jwt.ErrWrongKey)
	equal(t, "there is no token", r.session.Token.JWT.IsZero(), true)
	equal(t, "there is a .env", slices.Contains(r.names(), ".env"), false)
}

func TestATokenThatCreatesUsersEndsAfterAQuarterOfAnHour(t *testing.T) {
	t.Attr("fault", "N13")
	t.Parallel()
	r := newRun(t).does("connect", "application", "user")
	var claims struct{ Iat, Exp int64 }
	noError(t, json.Unmarshal([]byte(claimsOf(t, r.account.bearer(t, postUser))), &claims))
	equal(t, "it is issued", time.Unix(claims.Iat, 0).UTC(), noon)
	equal(t, "it ends", time.Unix(claims.Exp, 0).UTC(), noon.Add(15*time.Minute))
}
