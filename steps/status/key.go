package status

import (
	"errors"
	"fmt"
	"io/fs"

	"credwiz/client/jwt"
	"credwiz/client/redact"
	"credwiz/steps/journal"
	"credwiz/steps/resign"
	"credwiz/steps/words"
	"credwiz/steps/workdir"
)

// key checks the application's key file. A missing key is no problem if the application is gone.
func (l *report) key(app journal.Application, gone bool) Key {
	if app.KeyFile == "" {
		return Key{Says: "not here: the application's key was replaced"}
	}
	path := redact.Printable(l.folder.Path(app.KeyFile))
	name := "“" + app.Name + "”"
	key, err := l.folder.ReadKey(app.KeyFile)
	info, statErr := l.folder.Stat(app.KeyFile)
	state := Key{Path: path}
	problem := func(what, do, command string) {
		if !gone {
			l.problem(what, do, command)
			l.about(app.ID, path)
		}
	}
	var owner *workdir.OwnerError
	switch {
	case errors.Is(err, fs.ErrNotExist):
		state.Says = "missing"
		do, command := resign.LostKey(l.folder, app)
		problem("The key of "+name+" is not in "+path+".", do, command)
	case errors.As(err, &owner):
		state.Says = "unusable: it belongs to " + redact.Printable(owner.Owner)
		l.otherOwner(owner)
	case err != nil:
		state.Says = "unusable"
		do, command := resign.LostKey(l.folder, app)
		if form := workdir.ConvertCommand(l.folder.Path(app.KeyFile), jwt.FormPEM, err); form != "" {
			do, command = "Convert a copy and sign with that (--key-file):", form
		}
		problem(err.Error()+".", do, command)
	case key.Fingerprint() != app.KeySHA:
		state.Says = "doesn't match the application"
		do, command := resign.LostKey(l.folder, app)
		problem(path+" is not the key of "+name+", so its tokens are refused.", do, command)
	case statErr == nil && !workdir.IsOurs(info):
		state.Says = "matches, but belongs to another user of this computer"
		problem(path+" belongs to another user of this computer.", "Make your own copy and use it with --key-file:",
			words.Command("cp", l.folder.Path(app.KeyFile), l.folder.Path(l.folder.FreeName(app.KeyFile))))
	case statErr == nil && workdir.OthersPerm(info) != 0:
		state.Says = fmt.Sprintf("matches, but others can read it (mode %04o)", info.Mode().Perm())
		problem("Others on this computer can read "+path+".", "Make it private:", l.makePrivate(app.KeyFile))
	default:
		state.Good, state.Says = true, "matches, readable only by you"
	}
	return state
}
