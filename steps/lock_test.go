package steps_test

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"sync"
	"testing"

	"credwiz/client/jwt"
	"credwiz/steps"
	"credwiz/steps/answer"
	"credwiz/steps/journal"
)

const together = 8

// atOnce runs steps of several starts of credwiz at the same time, and returns the error of each.
func atOnce(runs []*run, ids ...string) []error {
	errs := make([]error, len(runs))
	start := make(chan struct{})
	var wg sync.WaitGroup
	for i, r := range runs {
		wg.Go(func() {
			<-start
			for _, id := range ids {
				if errs[i] = r.try(id); errs[i] != nil {
					return
				}
			}
		})
	}
	close(start)
	wg.Wait()
	return errs
}

// keysOfEach are made before the race, because making one would keep the others waiting.
var keysOfEach = sync.OnceValue(func() []*jwt.Key {
	keys := make([]*jwt.Key, together)
	for i := range keys {
		keys[i] = newPair()
	}
	return keys
})

// startsIn are several starts of credwiz in one folder that have all looked into it while it was empty.
func startsIn(first *run) []*run {
	first.t.Helper()
	if testing.Short() {
		first.t.Skip("SKIPPED: -short leaves out races of several wizards")
	}
	runs := make([]*run, 0, together)
	for _, key := range keysOfEach() {
		r := first.again().does("connect")
		r.env.Keys = steps.NewKeySource(func() (*jwt.Key, error) { return key, nil })
		runs = append(runs, r)
	}
	return runs
}

func TestOfManyWizardsInOneFolderOneCreatesTheApplicationAndTheOthersUseIt(t *testing.T) {
	t.Attr("fault", "F7")
	t.Parallel()
	first := newRun(t)
	runs := startsIn(first)
	for i, r := range runs {
		r.answer(answer.User, fmt.Sprintf("user-%d", i%(together/2))) // two of each name
	}
	noError(t, errors.Join(atOnce(runs, "application", "user", "token")...))
	applications := first.account.Applications()
	equal(t, "applications", len(applications), 1)
	equal(t, "requests for an application", first.account.count(postApplication), 1)
	equal(t, "users", len(first.account.users(t)), together/2)
	made := 0
	for _, r := range runs {
		equal(t, "the application", r.session.Application.ID, applications[0].ID)
		if r.session.Application.Created {
			made++
		}
	}
	equal(t, "how many made it", made, 1)

	key := must(jwt.ParseKey([]byte(first.file("private.key"))))
	fingerprint := must(jwt.Fingerprint(applications[0].PublicKey))
	equal(t, "the key in the folder", key.Fingerprint(), fingerprint)
	noted := first.journal().Applications
	if len(noted) != 1 || noted[0].ID != applications[0].ID || len(noted[0].Users) != together/2 {
		t.Fatalf("the journal has %+v", noted)
	}
	for _, u := range noted[0].Users {
		if u.ID == "" || u.TokenID == "" {
			t.Errorf("a user lost its note: %+v", u)
		}
	}
	equal(t, "tokens in .env", strings.Count(first.file(".env"), "VONAGE_JWT="), 1)
	equal(t, "files", strings.Join(first.names(), " "), ".credwiz.json .env private.key")
}

func TestManyWizardsWithKeysOfTheirOwnLoseNoNote(t *testing.T) {
	t.Attr("fault", "F7")
	t.Parallel()
	first := newRun(t)
	runs := startsIn(first)
	for i, r := range runs {
		r.answer(answer.KeyFile, fmt.Sprintf("%d.key", i), answer.AppName, fmt.Sprintf("App %d", i))
	}
	noError(t, errors.Join(atOnce(runs, "application", "user", "token")...))
	noted := map[string]journal.Application{}
	for _, app := range first.journal().Applications {
		noted[app.ID] = app
	}
	equal(t, "applications noted", len(noted), together)
	for _, r := range runs {
		key := must(jwt.ParseKey([]byte(first.file(r.session.Key.Name))))
		app := noted[r.session.Application.ID]
		equal(t, "the key of "+app.Name, app.KeySHA, key.Fingerprint())
		equal(t, "users of "+app.Name, len(app.Users), 1)
	}
}

func TestOfManyWizardsWithOneKeyNameAndDifferentAnswersOneWins(t *testing.T) {
	t.Attr("fault", "F7")
	t.Attr("fault", "F1")
	t.Parallel()
	first := newRun(t)
	runs := startsIn(first)
	for i, r := range runs {
		r.answer(answer.AppName, fmt.Sprintf("App %d", i))
	}
	var winner *run
	for i, err := range atOnce(runs, "application") {
		switch {
		case err == nil && winner == nil:
			winner = runs[i]
		case !errors.Is(err, fs.ErrExist):
			t.Errorf("number %d: got %v", i, err)
		}
	}
	if winner == nil {
		t.Fatal("nobody won")
	}
	applications := first.account.Applications()
	equal(t, "applications", len(applications), 1)
	equal(t, "the application is the winner's", winner.session.Application.ID, applications[0].ID)
	key := must(jwt.ParseKey([]byte(first.file("private.key"))))
	equal(t, "the key is the winner's", key.Fingerprint(), winner.session.Key.Private.Fingerprint())
}
