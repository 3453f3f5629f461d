package steps_test

import (
	"errors"
	"os"
	"strings"
	"testing"

	"credwiz/client/jwt"
	"credwiz/steps/answer"
	"credwiz/steps/workdir"
)

func TestNoEnvironmentFileNamesAKeyThatDidNotSign(t *testing.T) {
	t.Attr("fault", "F10")
	t.Parallel()
	for name, test := range map[string]struct {
		put string
		why error // nil: it is a good key, but another one
	}{
		"another key": {pemOf(pairs[2]()), nil},
		"no key":      {"scribble", jwt.ErrNotPEM},
		"nothing":     {"", jwt.ErrNotPEM},
	} {
		for _, id := range []string{"user", "token"} {
			t.Run(name+" before the step "+id, func(t *testing.T) {
				r := newRun(t).does("connect", "application")
				if id == "token" {
					r.does("user")
				}
				key, users := r.file("private.key"), r.account.count(postUser)
				r.has("private.key", test.put)
				err := r.try(id)
				changed := as[*workdir.KeyChangedError](t, err)
				if changed.Path != r.path("private.key") || test.why != nil && !errors.Is(err, test.why) {
					t.Errorf("got %v", changed)
				}
				equal(t, "how often the error names the path", strings.Count(err.Error(), "private.key"), 1)
				equal(t, "requests for a user", r.account.count(postUser), users)
				wantMissing(t, r.path(".env"))
				equal(t, "there is a token", !r.session.Token.JWT.IsZero(), false)
				equal(t, "what is in the key's place", r.file("private.key"), test.put)

				// The way out that the advice tells.
				noError(t, os.Rename(r.path("private.key"), r.path("moved")))
				r.does(id)
				equal(t, "the key is back", r.file("private.key"), key)
				equal(t, "what was moved away", r.file("moved"), test.put)
			})
		}
	}
}

func TestAKeyFileThatWentAwayIsSavedAgain(t *testing.T) {
	t.Attr("fault", "F2")
	t.Parallel()
	for _, id := range []string{"application", "user", "token"} {
		t.Run("before the step "+id, func(t *testing.T) {
			r := newRun(t).does("connect")
			if id == "application" {
				r.failsBy("application", failing(400), postApplication)
			} else {
				r.does("application")
			}
			if id == "token" {
				r.does("user")
			}
			key := r.file("private.key")
			noError(t, os.Remove(r.path("private.key")))
			r.does(id)
			wantAll(t, r.story(), "✓ save the private key again")
			isFile(t, r.path("private.key"), key, 0o600)
		})
	}
}

func TestAfterARefusalAnotherKeyInItsPlaceGetsNoApplication(t *testing.T) {
	t.Attr("fault", "F2")
	t.Parallel()
	for name, before := range map[string]string{"of a key that was made": "", "of a key that was here": pemOf(pairs[1]())} {
		t.Run(name, func(t *testing.T) {
			r := newRun(t)
			if before != "" {
				r.has("private.key", before)
				r.answer(answer.Key, answer.Yes)
			}
			r.does("connect")
			r.failsBy("application", failing(400), postApplication)
			r.has("private.key", pemOf(pairs[2]()))
			as[*workdir.KeyChangedError](t, r.try("application"))
			equal(t, "applications", len(r.account.Applications()), 0)
		})
	}
}
