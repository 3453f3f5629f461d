package steps

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"credwiz/client/lazyregexp"
)

// outFolder is where the files of a roster go unless somebody says otherwise.
const outFolder = "users"

// ignoreAll is what git is told in the folder of a roster.
const ignoreAll = "*\n"

// userFiles is the line for git about the files of users, in a folder that has others too.
const userFiles = "/*.env\n"

// The variables in a user's file: what an app needs to log in. Neither the account nor the key is for whoever gets it.
const (
	userFileApplication = "VONAGE_APPLICATION_ID"
	userFileName        = "VONAGE_USER_NAME"
	userFileID          = "VONAGE_USER_ID"
	userFileJWT         = "VONAGE_JWT"
)

func (s Session) userVariables(m Member) []Variable {
	return []Variable{
		{userFileApplication, s.Application.Value.ID}, {userFileName, m.User.Value.Name},
		{userFileID, m.User.Value.ID}, {userFileJWT, m.Token.JWT.Reveal()},
	}
}

// writeRoster leaves a .env for each user of a roster.
func (s Session) writeRoster(env Env, w work) (Session, error) {
	if len(s.Roster) == 0 || env.Printed && env.Out == "" {
		return s, nil
	}
	path, shown := env.Out, env.Out
	if path == "" {
		path, shown = s.Place.Folder.Path(outFolder), outFolder
		// Before there is one, for credwiz clean.
		if err := s.noteFile(env, outFolder); err != nil {
			return s, err
		}
	}
	err := w.local("write "+shown, func() (string, error) {
		folder, err := OpenFolder(path)
		if err != nil {
			return "", err
		}
		defer func() { _ = folder.Close() }()
		// Git is told before there is a token.
		if err := folder.ignoreAllIn(); err != nil {
			return "", err
		}
		taken := map[string]bool{}
		for m := range s.membersOf(nil) {
			name, old, err := folder.fileFor(m.User.Value.Name, taken)
			if err != nil {
				return "", err
			}
			replace := folder.ReplaceSoon
			if withoutAssignments(old, userFileApplication, userFileName, userFileID, userFileJWT) != nil {
				replace = folder.Replace // somebody's own lines cannot be made again
			}
			if err := replace(name, mergeDotenv(old, s.userVariables(m)), secretMode); err != nil {
				return "", err
			}
		}
		return counted(len(taken), "file") + ", a .env for each user; git ignores them", nil
	})
	if err != nil {
		return s, err
	}
	return s.withFile(shown+string(filepath.Separator), "a .env with the token of each user"), nil
}

// ignoreAllIn has git ignore the folder's users. Where there is a .gitignore, it is somebody's own, and gets a line more.
func (f *Folder) ignoreAllIn() error {
	if !f.has(gitignoreFile) {
		return f.Create(gitignoreFile, []byte(ignoreAll))
	}
	old, err := f.Read(gitignoreFile)
	if err != nil {
		return &SaveError{Path: f.Path(gitignoreFile), Err: err}
	}
	if slices.Contains(strings.Split(string(old), "\n"), "*") {
		return nil
	}
	text := string(old)
	if !strings.HasSuffix(text, "\n") && text != "" {
		text += "\n"
	}
	if strings.Contains(text, userFiles) {
		return nil
	}
	return f.Replace(gitignoreFile, []byte(text+userFiles), gitignoreMode)
}

// fileFor is the name of a user's file, and what is in it by now. No two users have the same one, neither in this run,
// also where upper and lower case are alike, nor with one whose file an earlier run has left.
func (f *Folder) fileFor(user string, taken map[string]bool) (name string, old []byte, err error) {
	for n := 1; ; n++ {
		name = userFile(user, n)
		if taken[strings.ToLower(name)] {
			continue
		}
		old, err := f.Read(name)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return "", nil, &SaveError{Path: f.Path(name), Err: err}
		}
		if whose := dotenvVariables(string(old))[userFileName]; whose != "" && whose != user {
			continue
		}
		taken[strings.ToLower(name)] = true
		return name, old, nil
	}
}

var oddInFileName = lazyregexp.New(`[^\p{L}\p{M}\p{N}_-]+`)

// userFile is the nth name that a user's file may have.
func userFile(user string, n int) string {
	const longest = 120 // bytes, so that a file system takes it with what is put around it
	base := strings.Trim(oddInFileName().ReplaceAllString(user, "_"), "_")
	if base == "" {
		base = "user"
	}
	if len(base) > longest {
		base = strings.ToValidUTF8(base[:longest], "")
	}
	if n > 1 {
		base += "-" + strconv.Itoa(n)
	}
	return base + ".env"
}

// isUserFile reports whether a user's file may have a name.
func isUserFile(name, user string) bool {
	first := strings.TrimSuffix(userFile(user, 1), ".env")
	number, ok := strings.CutPrefix(strings.TrimSuffix(name, ".env"), first)
	_, err := strconv.ParseUint(strings.TrimPrefix(number, "-"), 10, 32)
	return ok && (number == "" || strings.HasPrefix(number, "-") && err == nil)
}

// outFile is a file in the folder of a roster that is cleared away, and what is left of it then; nil if nothing is.
type outFile struct {
	name string
	rest []byte
}

// outOf are the files of a roster in the folder that are of applications that go, and the .gitignore beside them if
// nothing else is left there.
func (f *Folder) outOf(journal Journal, c clearance) []outFile {
	if !journal.hasRoster() {
		return nil
	}
	entries, err := fs.ReadDir(f.root.FS(), outFolder)
	if err != nil {
		return nil
	}
	var ours []outFile
	left := 0
	for _, e := range entries {
		name := outFolder + "/" + e.Name()
		text, err := f.Read(name)
		switch {
		case err != nil:
			left++
		case e.Name() == gitignoreFile && string(text) == ignoreAll:
		case strings.HasSuffix(e.Name(), ".env") && c.isOfUser(e.Name(), text):
			rest := withoutAssignments(text, userFileApplication, userFileName, userFileID, userFileJWT)
			ours = append(ours, outFile{name, rest})
			if rest != nil {
				left++
			}
		default:
			left++
		}
	}
	if left == 0 && f.has(outFolder+"/"+gitignoreFile) {
		ours = append(ours, outFile{name: outFolder + "/" + gitignoreFile})
	}
	return ours
}

// hasRoster reports whether the files of a roster were written into the folder.
func (j Journal) hasRoster() bool {
	return slices.ContainsFunc(j.Applications, func(app NotedApp) bool { return slices.Contains(app.Files, outFolder) })
}

// isOfUser reports whether a file has the name and the content that writeRoster gives it for an application that goes.
func (c clearance) isOfUser(name string, text []byte) bool {
	variables := dotenvVariables(string(text))
	user := variables[userFileName]
	return user != "" && isOf(c.going, variables[userFileApplication]) && isUserFile(name, user)
}

// withoutAssignments is a .env without some variables; nil if nothing is left.
func withoutAssignments(text []byte, names ...string) []byte {
	var rest bytes.Buffer
	for _, entry := range splitDotenv(string(text)) {
		if match := assignment().FindStringSubmatch(entry); match == nil || !slices.Contains(names, match[1]) {
			rest.WriteString(entry)
		}
	}
	if len(bytes.TrimSpace(rest.Bytes())) == 0 {
		return nil
	}
	return rest.Bytes()
}

// plannedOut says what becomes of the files of a roster.
func plannedOut(files []outFile) string {
	kept := 0
	for _, file := range files {
		if file.rest != nil {
			kept++
		}
	}
	why := counted(len(files), "file") + " of the users"
	if kept > 0 {
		why += fmt.Sprintf("; other lines stay in %s of them", grouped(kept))
	}
	return why
}

// clearOut takes them away, and their folder if that is empty then.
func (f *Folder) clearOut(files []outFile) error {
	for _, file := range files {
		if file.rest != nil {
			if err := f.Replace(file.name, file.rest, secretMode); err != nil {
				return err
			}
			continue
		}
		if err := f.root.Remove(file.name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return &SaveError{Path: f.Path(file.name), Err: cause(err)}
		}
	}
	_ = f.root.Remove(outFolder) // stays if something is in it
	return nil
}

// sweepOut removes what killed runs left half written in the folder of a roster, as sweep does.
func (f *Folder) sweepOut(now time.Time) (removed int, err error) {
	entries, err := fs.ReadDir(f.root.FS(), outFolder)
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENOTDIR):
		return 0, nil
	case err != nil:
		return 0, fmt.Errorf("%s: %w", f.Path(outFolder), cause(err))
	}
	for _, e := range entries {
		of, ok := tempOf(e.Name())
		if !ok || of != strings.TrimPrefix(gitignoreFile, ".") && !strings.HasSuffix(of, ".env") {
			continue
		}
		// A user's file and a .gitignore are told apart by their modes only.
		names := []string{outFolder + "/" + of, outFolder + "/" + gitignoreFile}
		if temp := outFolder + "/" + e.Name(); f.isLeftover(temp, now, names) && f.root.Remove(temp) == nil {
			removed++
		}
	}
	return removed, nil
}
