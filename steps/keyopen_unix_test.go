//go:build unix

package steps_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"credwiz/steps"
	"credwiz/steps/advice"
	"credwiz/steps/answer"
	"credwiz/steps/workdir"
)

// withKey is someone who wants to use the key in the folder, which has a mode.
func withKey(t testing.TB, mode fs.FileMode) *run {
	t.Helper()
	r := newRun(t)
	write(t, r.path("private.key"), pemOf(pairs[2]()), mode)
	r.answer(answer.Key, answer.Yes)
	return r.does("connect")
}

func TestAKeyThatOthersCanUseIsRefusedUntilTheUserDecides(t *testing.T) {
	t.Attr("fault", "F8")
	t.Parallel()
	for _, mode := range []fs.FileMode{0o644, 0o640, 0o604, 0o620, 0o602, 0o610, 0o444, 0o666} {
		for answer, after := range map[string]fs.FileMode{workdir.OpenKeyRepair: 0o600, workdir.OpenKeyUse: mode} {
			t.Run(fmt.Sprintf("%04o %s", mode, answer), func(t *testing.T) {
				r := withKey(t, mode)
				err := r.try("application")
				open := as[*workdir.OpenKeyError](t, err)
				if open.Path != r.path("private.key") || !open.Repairable() {
					t.Errorf("got %v", open)
				}
				wantAll(t, err.Error(), fmt.Sprintf("mode %04o", mode))
				equal(t, "there is a key to sign with", r.session.Key.Private != nil, false)
				equal(t, "requests after the first", len(r.account.requests()), 1)
				isFile(t, r.path("private.key"), pemOf(pairs[2]()), mode)

				offers := advice.For(err).Offers
				equal(t, "offers", len(offers), 2)
				for _, offer := range offers {
					if offer.Value == answer {
						r.answer(offer.Answer, offer.Value)
					}
				}
				r.does("application")
				isFile(t, r.path("private.key"), pemOf(pairs[2]()), after)
				if answer == workdir.OpenKeyRepair {
					wantAll(t, r.story(), "✓ make the private key private")
				} else {
					wantAll(t, r.warned(), "used as is", fmt.Sprintf("mode %04o", mode))
				}
				r.does("user", "token")
			})
		}
	}
}

func TestAPrivateKeyFileRaisesNoQuestion(t *testing.T) {
	t.Attr("fault", "F8")
	t.Parallel()
	for _, mode := range []fs.FileMode{0o600, 0o400, 0o700} {
		r := withKey(t, mode)
		r.answer(answer.OpenKey, workdir.OpenKeyRepair)
		r.does("application")
		wantNone(t, r.story(), "private the private key", "permissions")
		isFile(t, r.path("private.key"), pemOf(pairs[2]()), mode)
	}
}

func TestTheKeyOfAnExistingApplicationIsJudgedTheSame(t *testing.T) {
	t.Attr("fault", "F8")
	t.Parallel()
	for name, mine := range map[string]bool{"theirs": false, "of an earlier run": true} {
		t.Run(name, func(t *testing.T) {
			r := newRun(t)
			if mine {
				r = r.doesAll().again()
			} else {
				r.has("private.key", pemOf(pairs[2]()))
				r.answer(answer.AppID, r.account.hasApplication(t, "Theirs", pairs[2]()))
			}
			key := r.file("private.key")
			r.opens("private.key")
			as[*workdir.OpenKeyError](t, r.does("connect").try("application"))
			r.answer(answer.OpenKey, workdir.OpenKeyRepair)
			r.does("application", "user", "token")
			isFile(t, r.path("private.key"), key, 0o600)
		})
	}
}

func TestOnlyAKeyIsMadePrivateAndNoLinkIsFollowedOut(t *testing.T) {
	t.Attr("fault", "F8")
	t.Attr("fault", "F4")
	t.Parallel()
	for name, inside := range map[string]bool{"out of the folder": false, "to what is no key": true} {
		t.Run(name, func(t *testing.T) {
			r := withKey(t, 0o644)
			outside := filepath.Join(t.TempDir(), "outside.key")
			target := outside
			if inside {
				target = "notes.txt"
			}
			r.fails("application")
			// Before the user has answered, the file is exchanged for a link.
			write(t, outside, pemOf(pairs[1]()), 0o644)
			write(t, r.path("notes.txt"), "notes", 0o644)
			noError(t, os.Remove(r.path("private.key")))
			link(t, target, r.path("private.key"))
			r.answer(answer.OpenKey, workdir.OpenKeyRepair)
			as[*workdir.KeyError](t, r.try("application"))
			isFile(t, outside, pemOf(pairs[1]()), 0o644)
			isFile(t, r.path("notes.txt"), "notes", 0o644)
			equal(t, "requests for an application", r.account.count(postApplication), 0)
		})
	}
}

func TestAnotherUsersKeyIsRefusedAndCannotBeRepaired(t *testing.T) {
	t.Attr("fault", "F8")
	t.Attr("fault", "F1")
	t.Parallel()
	if os.Geteuid() != 0 {
		t.Skip("SKIPPED: only root can give a file to somebody else")
	}
	for _, mode := range []fs.FileMode{0o600, 0o644} {
		t.Run(fmt.Sprintf("%04o", mode), func(t *testing.T) {
			r := withKey(t, mode)
			noError(t, os.Chown(r.path("private.key"), 12345, 12345))
			r.answer(answer.OpenKey, workdir.OpenKeyRepair)
			err := r.try("application")
			open := as[*workdir.OpenKeyError](t, err)
			if !open.OtherOwner || open.Repairable() {
				t.Errorf("got %v", open)
			}
			wantAll(t, err.Error(), "belongs to another user")
			isFile(t, r.path("private.key"), pemOf(pairs[2]()), mode)
			equal(t, "requests for an application", r.account.count(postApplication), 0)

			offers := advice.For(err).Offers
			equal(t, "offers", len(offers), 1)
			r.answer(offers[0].Answer, offers[0].Value)
			r.does("application")
			wantAll(t, r.warned(), "belongs to another user")
			isFile(t, r.path("private.key"), pemOf(pairs[2]()), mode)
		})
	}
}

func TestTheAnswerAboutAnOpenKeyIsOneOfTwo(t *testing.T) {
	t.Attr("fault", "F8")
	t.Parallel()
	for value, good := range map[string]bool{"repair": true, "use": true, "yes": false, "": false} {
		known := enough()
		known[answer.OpenKey] = value
		var invalid *answer.InvalidAnswerError
		if err := steps.CheckKnown(unattended(t, known)); good != (err == nil) || !good && !errors.As(err, &invalid) {
			t.Errorf("%q: got %v", value, err)
		}
	}
}
