package output

import (
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"credwiz/client"
	"credwiz/client/redact"
	"credwiz/steps/dotfile"
	"credwiz/steps/journal"
	"credwiz/steps/task"
	"credwiz/steps/words"
	"credwiz/steps/workdir"
)

// ignoreAll is the .gitignore of a folder that only has users' files.
const ignoreAll = "*\n"

func userLines() []string { return []string{outLine, workdir.TempPattern} }

func everyLine(string) bool { return true }

// UserToken is a user with its token.
type UserToken struct {
	User client.User
	JWT  redact.Secret
}

// variables are what an app needs to log in; neither the account nor the key.
func (u UserToken) variables(appID string) []dotfile.Variable {
	return []dotfile.Variable{{Name: DotenvAppID, Value: appID}, {Name: DotenvUserName, Value: u.User.Name}, {Name: DotenvUserID, Value: u.User.ID}, {Name: DotenvJWT, Value: u.JWT.Reveal()}}
}

func withoutUser(d dotfile.Dotenv) []byte {
	for _, v := range (UserToken{}).variables("") {
		d.Unset(v.Name, false)
	}
	return d.Bytes()
}

// WriteUsers writes a .env for each user into the folder at path, which screens call shown.
func WriteUsers(note journal.Entry, path, shown string, users []UserToken, w task.Runner) error {
	names := make([]string, len(users))
	for i, user := range users {
		names[i] = userFile(user.User.Name, 1)
	}
	if err := recordUsersFolder(note, path, names); err != nil {
		return err
	}
	folder, left, unready := ignoringFolder(path, names)
	if unready == nil {
		defer func() { _ = folder.Close() }()
		left.Warn(w, folder)
	}
	return w.Local("write "+shown, func() (string, error) {
		if unready != nil {
			return "", unready
		}
		taken := map[string]bool{}
		for _, user := range users {
			if err := writeUser(folder, user, note.App.ID, taken); err != nil {
				return "", err
			}
		}
		text := words.Counted(len(taken), "file") + ", a .env for each user"
		if !left.Any() {
			text += "; ignored by git"
		}
		return text, nil
	})
}

func writeUser(f *workdir.Dir, user UserToken, appID string, taken map[string]bool) error {
	name, old, err := fileFor(f, user.User.Name, taken)
	if err != nil {
		return err
	}
	replace := f.ReplaceUnsynced
	if withoutUser(old) != nil {
		replace = f.Replace // lines of others cannot be made again
	}
	variables := user.variables(appID)
	if err := CheckSpelling(variables...); err != nil {
		return err
	}
	for _, v := range variables {
		old.Set(v.Name, v.Value, false)
	}
	return replace(name, old.Bytes(), workdir.SecretMode)
}

func ignoringFolder(path string, names []string) (*workdir.Dir, workdir.Exposure, error) {
	folder, err := workdir.Open(path)
	if err != nil {
		return nil, workdir.Exposure{}, err
	}
	if err := ignoreUsers(folder, names); err != nil {
		return nil, workdir.Exposure{}, errors.Join(err, folder.Close())
	}
	if tree, ok := folder.WorkTree(); ok {
		return folder, tree.View(names).Exposure(names), nil
	}
	return folder, workdir.Exposure{}, nil
}

// ignoreUsers makes git ignore users' files: everything in an otherwise empty folder, or by lines added to the
// .gitignore there.
func ignoreUsers(f *workdir.Dir, names []string) error {
	if !f.Has(workdir.GitignoreFile) {
		text := workdir.WithLines("", userLines()...)
		if others, err := f.Entries(); err == nil && len(others) == 0 {
			text = ignoreAll
		}
		return f.Create(workdir.GitignoreFile, []byte(text))
	}
	old, err := f.Read(workdir.GitignoreFile)
	if err != nil {
		return &workdir.SaveError{Path: f.Path(workdir.GitignoreFile), Err: err}
	}
	if lacks := lacksForUsers(string(old), names); len(lacks) > 0 {
		return f.Replace(workdir.GitignoreFile, []byte(workdir.WithLines(string(old), lacks...)), workdir.GitignoreMode)
	}
	return nil
}

func lacksForUsers(text string, names []string) []string {
	rules := []workdir.IgnoreFile{{Rules: workdir.ParseIgnored(text)}}
	var lacks []string
	if slices.ContainsFunc(append([]string{"user.env"}, names...), func(name string) bool { return !workdir.Ignores(rules, name) }) {
		lacks = append(lacks, outLine)
	}
	if !workdir.Ignores(rules, workdir.TempName("user.env", strings.Repeat("A", workdir.TempLength))) {
		lacks = append(lacks, workdir.TempPattern)
	}
	return lacks
}

// fileFor returns the name and content of a user's file. No two users share one, even where case is ignored, nor with
// a file of an earlier run.
func fileFor(f *workdir.Dir, user string, taken map[string]bool) (name string, old dotfile.Dotenv, err error) {
	for n := 1; ; n++ {
		name = userFile(user, n)
		if taken[strings.ToLower(name)] {
			continue
		}
		old, err := readDotenv(f, name)
		if err != nil {
			return "", dotfile.Dotenv{}, err
		}
		if whose := old.Value(DotenvUserName); whose != "" && whose != user {
			continue
		}
		taken[strings.ToLower(name)] = true
		return name, old, nil
	}
}

var oddInFileName = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`[^\p{L}\p{M}\p{N}_-]+`) })

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
