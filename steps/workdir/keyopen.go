package workdir

import (
	"fmt"
	"io/fs"
	"os"

	"credwiz/client/jwt"
	"credwiz/client/redact"
	"credwiz/steps/advice"
	"credwiz/steps/answer"
	"credwiz/steps/task"
)

// Like ssh, credwiz refuses a private key that others can read or change until its mode is repaired or the user
// insists. Systems without mode bits refuse nothing.

// Answers about a private key that others can read.
const (
	OpenKeyRepair = "repair"
	OpenKeyUse    = "use"
)

// CheckOpenKey refuses any other answer.
func CheckOpenKey(value string) error {
	if value != OpenKeyRepair && value != OpenKeyUse {
		return fmt.Errorf("it is either %s, which makes the key private, or %s, which takes it as it is", OpenKeyRepair, OpenKeyUse)
	}
	return nil
}

// OpenKeyError is a private key that others can use or own.
type OpenKeyError struct {
	Path         string
	Mode         fs.FileMode
	OtherOwner   bool // it belongs to another user, so that its mode cannot be changed
	ChmodIgnored bool // the file system keeps no permissions
}

func (e *OpenKeyError) Error() string {
	if e.OtherOwner {
		return e.Path + ": it belongs to another user"
	}
	return fmt.Sprintf("%s: others can use it (mode %04o)", e.Path, e.Mode.Perm())
}

// Repairable reports whether chmod may help.
func (e *OpenKeyError) Repairable() bool { return !e.OtherOwner && !e.ChmodIgnored }

// UseKey reads a private key to sign with. One that is open to others needs an answer first.
func (d *Dir) UseKey(name string, a answer.Answers, w task.Runner) (*jwt.Key, error) {
	file, err := d.OpenRegular(name)
	if err != nil {
		return nil, &KeyError{Path: d.Path(name), Err: d.WithOwner(name, err)}
	}
	defer func() { _ = file.Close() }()
	var key *jwt.Key
	err = w.Local("read the private key", func() (string, error) {
		key, err = d.parseKey(file, name)
		return d.Path(name), err
	})
	if err != nil {
		return nil, err
	}
	warnOfForm(key, d.Path(name), w)
	return key, d.closeToOthers(file, name, a, w)
}

// closeToOthers works on the open file, so that a link put in its place is not followed.
func (d *Dir) closeToOthers(file *os.File, name string, a answer.Answers, w task.Runner) error {
	info, err := file.Stat()
	if err != nil {
		return &KeyError{Path: d.Path(name), Err: Cause(err)}
	}
	open := &OpenKeyError{Path: d.Path(name), Mode: info.Mode(), OtherOwner: !IsOurs(info)}
	switch {
	case OthersPerm(info) == 0 && !open.OtherOwner:
		return nil
	case a[answer.OpenKey] == OpenKeyUse:
		w.Warn("look at the key's permissions", "used as it is, as you asked: "+open.Error())
		return nil
	case a[answer.OpenKey] != OpenKeyRepair || open.OtherOwner:
		return open
	}
	return w.Local("make the private key private", func() (string, error) {
		// Chmod is not asked whether it worked: some file systems accept it and do nothing.
		err := file.Chmod(SecretMode)
		if info, statErr := file.Stat(); statErr != nil || OthersPerm(info) != 0 {
			open.ChmodIgnored = true
			return "", open
		}
		if err != nil {
			return "", &KeyError{Path: open.Path, Err: Cause(err)}
		}
		return fmt.Sprintf("mode %04o, before %04o", SecretMode, open.Mode.Perm()), nil
	})
}

func access(mode fs.FileMode) string {
	const read, write = 0o044, 0o022
	switch {
	case mode&write == 0:
		return "read"
	case mode&read == 0:
		return "change"
	}
	return "read and change"
}

// Advice says what to do.
func (e *OpenKeyError) Advice() advice.Advice {
	path := redact.Printable(e.Path)
	a := advice.Advice{
		What: fmt.Sprintf("Others on this computer can %s %s (mode %04o): it is no longer private.", access(e.Mode), path, e.Mode.Perm()),
		Do:   "Make it private, or use it as it is: --open-key repair, --open-key use.",
		Kind: advice.Other, Field: answer.KeyFile, Retry: true,
		Offers: []advice.Offer{
			{Key: "p", Label: "make it private (chmod 600)", Answer: answer.OpenKey, Value: OpenKeyRepair},
			{Key: "i", Label: "use it as it is", Answer: answer.OpenKey, Value: OpenKeyUse},
		},
	}
	if e.Repairable() {
		return a
	}
	a.Offers = a.Offers[1:]
	a.Do = "Copy it to a folder whose permissions are kept, or use it as it is: --open-key use."
	if e.OtherOwner {
		a.What = path + " belongs to another user of this computer, who can read and change it; only they can make it private."
		a.Do = "Take a copy of your own and give that with --key-file, or use it as it is: --open-key use."
	}
	return a
}
