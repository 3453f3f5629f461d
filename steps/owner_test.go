package steps_test

import (
	"errors"
	"os"
	"testing"

	"credwiz/steps/advice"
	"credwiz/steps/journal"
	"credwiz/steps/resign"
	"credwiz/steps/workdir"
)

func TestAFileOfAnotherUserIsNamedWithItsOwnerWhateverItWasFor(t *testing.T) {
	t.Attr("fault", "field-C5")
	owner := &workdir.OwnerError{Path: ".credwiz.json", Owner: "root", TakeBack: "sudo chown alice .credwiz.json .env", Err: os.ErrPermission}
	for _, err := range []error{
		&journal.Error{Path: ".credwiz.json", Err: owner}, &workdir.SaveError{Path: ".credwiz.json", Err: owner},
		&workdir.KeyError{Path: ".credwiz.json", Err: owner}, &resign.NotTheKeyError{Err: &workdir.KeyError{Path: ".credwiz.json", Err: owner}},
	} {
		advice := advice.For(err)
		equal(t, "what", advice.What, ".credwiz.json belongs to root, and you may not use it.")
		wantAll(t, advice.Do, "sudo chown alice .credwiz.json .env")
		if !errors.Is(err, os.ErrPermission) {
			t.Errorf("%v is no lack of permission", err)
		}
	}
}
