package steps_test

import (
	"errors"
	"io/fs"
	"os"
	"syscall"
	"testing"

	"credwiz/steps"
)

func TestAReadOnlyFileSystemIsNamedAsSuch(t *testing.T) {
	t.Attr("fault", "field-C14")
	advice := steps.Advise(&steps.SaveError{Path: "creds/.env", Err: &fs.PathError{Op: "open", Path: ".env.x", Err: syscall.EROFS}})
	equal(t, "what", advice.What, "creds/.env could not be written: its file system is read-only.")
	wantAll(t, advice.Do, "--dir")
	wantNone(t, advice.What+advice.Do, "permission")
}

func TestAFileOfAnotherUserIsNamedWithItsOwnerWhateverItWasFor(t *testing.T) {
	t.Attr("fault", "field-C5")
	owner := &steps.OwnerError{Path: ".credwiz.json", Owner: "root", TakeBack: "sudo chown alice .credwiz.json .env", Err: os.ErrPermission}
	for _, err := range []error{
		&steps.JournalError{Path: ".credwiz.json", Err: owner}, &steps.SaveError{Path: ".credwiz.json", Err: owner},
		&steps.KeyError{Path: ".credwiz.json", Err: owner}, &steps.NotTheKeyError{Err: &steps.KeyError{Path: ".credwiz.json", Err: owner}},
	} {
		advice := steps.Advise(err)
		equal(t, "what", advice.What, ".credwiz.json belongs to root, and you may not use it.")
		wantAll(t, advice.Do, "sudo chown alice .credwiz.json .env")
		if !errors.Is(err, os.ErrPermission) {
			t.Errorf("%v is no lack of permission", err)
		}
	}
}
