// Package output has the files that results go into, and takes them out again.
package output

import (
	"bytes"
	"cmp"
	"errors"
	"io/fs"
	"slices"
	"strings"

	"credwiz/client/jwt"
	"credwiz/steps/answer"
	"credwiz/steps/dotfile"
	"credwiz/steps/journal"
	"credwiz/steps/task"
	"credwiz/steps/workdir"
)

// toolFile is a configuration file of another tool, into which what was made is merged.
type toolFile struct {
	Name, Purpose string
	// secrets says what the file has that nobody else may see.
	secrets string
	merge   func(old []byte, values []dotfile.Variable) ([]byte, error)
	// read returns the values in it, under the names that values has.
	read func(text []byte) map[string]string
	// all returns every value that stands under a name, also where it stands twice.
	all    func(text []byte, name string) []string
	values func(Values) []dotfile.Variable
	names  []string // of the values
	// account and key are the names of the API key and of the private key among the values; empty if there is none.
	account, key string
}

// toolFiles is the one table of what each kind of AnswerWrite writes beside .env.
func toolFiles() map[string][]toolFile {
	return map[string][]toolFile{
		answer.WriteNexmo: {
			{
				Name: workdir.NexmorcFile, Purpose: "your API key and secret, for nexmo", secrets: "your API secret",
				merge: dotfile.MergeSection("credentials"), read: dotfile.ReadSection("credentials"), all: dotfile.AllInSection("credentials"),
				names: []string{"api_key", "api_secret"}, account: "api_key",
				values: func(v Values) []dotfile.Variable {
					return []dotfile.Variable{{Name: "api_key", Value: v.Credentials.APIKey}, {Name: "api_secret", Value: v.Credentials.APISecret.Reveal()}}
				},
			},
			{
				Name: workdir.NexmoAppFile, Purpose: "the application and its private key, for nexmo", secrets: "the private key",
				merge: dotfile.MergeSection("app_config"), read: dotfile.ReadSection("app_config"), all: dotfile.AllInSection("app_config"),
				names: []string{"app_id", "private_key"}, key: "private_key",
				values: func(v Values) []dotfile.Variable {
					return []dotfile.Variable{{Name: "app_id", Value: v.AppID}, {Name: "private_key", Value: privatePEM(v.Key.Private)}}
				},
			},
		},
		answer.WriteVonage: {{
			Name: workdir.VonagercFile, Purpose: "your account, the application and its key, for vonage", secrets: "your API secret and the private key",
			merge: dotfile.MergeObject, read: dotfile.ReadObject, all: dotfile.AllInObject,
			names: []string{"api-key", "api-secret", "app-id", "private-key"}, account: "api-key", key: "private-key",
			values: func(v Values) []dotfile.Variable {
				return []dotfile.Variable{
					{Name: "api-key", Value: v.Credentials.APIKey}, {Name: "api-secret", Value: v.Credentials.APISecret.Reveal()},
					{Name: "app-id", Value: v.AppID}, {Name: "private-key", Value: privatePEM(v.Key.Private)},
				}
			},
		}},
	}
}

// privatePEM is a key as these tools keep it: its text, not its path.
func privatePEM(key *jwt.Key) string {
	text, err := key.PEM()
	if err != nil {
		return "" // a key that was read or made can be written
	}
	return text.Reveal()
}

// toolFilesOf are the files of some kinds, in the order of their names.
func toolFilesOf(kinds []string) []toolFile {
	var files []toolFile
	for _, kind := range kinds {
		files = append(files, toolFiles()[kind]...)
	}
	slices.SortFunc(files, func(a, b toolFile) int { return strings.Compare(a.Name, b.Name) })
	return files
}

// ToolNames are the names of those files.
func ToolNames(kinds []string) []string {
	var names []string
	for _, f := range toolFilesOf(kinds) {
		names = append(names, f.Name)
	}
	return names
}

// PlannedFiles says what the answers have written, and which secrets of the account are in that.
func PlannedFiles(a answer.Answers) string {
	var names []string
	if kinds := a.Written(); slices.Contains(kinds, answer.WriteEnv) {
		names = append(names, workdir.DotenvFile)
	}
	for _, f := range toolFilesOf(a.Written()) {
		names = append(names, f.Name+" (with "+f.secrets+")")
	}
	return strings.Join(names, ", ")
}

// WriteToolFiles merges what was made into the files of other tools, and returns those that it has written, also beside
// an error. They have secrets in them, so git has to know of them before.
func (v Values) WriteToolFiles(note journal.Entry, kinds []string, w task.Runner) (written []toolFile, err error) {
	for _, f := range toolFilesOf(kinds) {
		if old, err := note.Folder.Read(f.Name); err == nil {
			if account := f.read(old)[f.account]; account != "" && account != v.Credentials.APIKey {
				w.Warn("look at "+f.Name, "it was for the account "+account+", which is replaced there")
			}
		}
		err := w.Local("write "+f.Name, func() (string, error) {
			return "with " + f.secrets + ", only you can read it", v.mergeTool(note, f)
		})
		if err != nil {
			return written, err
		}
		written = append(written, f)
	}
	return written, nil
}

// CheckToolFiles refuses files of other tools into which nothing can be merged, before anything is made that would go there.
func CheckToolFiles(f *workdir.Dir, kinds []string, keyFile string) error {
	for _, file := range toolFilesOf(kinds) {
		if err := f.CheckMergeable(file.Name); err != nil {
			return err
		}
		if _, _, err := mergedTool(f, file, nil, keyFile); err != nil {
			return err
		}
	}
	return nil
}

// mergeTool merges values into a file. What it is going to change there is noted first, as for .env; what the file
// says already is not ours to clear away.
func (v Values) mergeTool(note journal.Entry, file toolFile) error {
	old, merged, err := mergedTool(note.Folder, file, file.values(v), v.Key.Name)
	if err != nil {
		return err
	}
	if changed := changedIn(file.read(old), file.values(v)); len(changed) > 0 {
		if err := note.AddFile(Entries(file.Name, changed)); err != nil {
			return err
		}
	}
	// Written again even if nothing changes: whatever it was before, only the user may read it now.
	return note.Folder.Replace(file.Name, merged, workdir.SecretMode)
}

// mergedTool is a file as it is, and with the values, among them the key in keyFile.
func mergedTool(f *workdir.Dir, file toolFile, values []dotfile.Variable, keyFile string) (old, merged []byte, err error) {
	old, err = f.Read(file.Name)
	if err == nil || errors.Is(err, fs.ErrNotExist) {
		merged, err = file.merge(old, values)
	}
	if err == nil && file.key != "" {
		for _, text := range file.all(old, file.key) {
			err = cmp.Or(err, checkNotOnlyCopy(f, text, keyFile))
		}
	}
	if err != nil {
		return nil, nil, &workdir.SaveError{Path: f.Path(file.Name), Err: err}
	}
	return old, merged, nil
}

// checkNotOnlyCopy refuses a private key of which there is no file, also one of a kind that credwiz cannot use. What is no key is no
// loss.
func checkNotOnlyCopy(f *workdir.Dir, text, keyFile string) error {
	key, err := jwt.ParseKey([]byte(text))
	is := func(content []byte) bool {
		own, err := jwt.ParseKey(content)
		return err == nil && own.Fingerprint() == key.Fingerprint()
	}
	switch {
	case err != nil && !strings.Contains(text, "PRIVATE KEY"):
		return nil
	case err != nil:
		is = func(content []byte) bool { return bytes.Contains(content, bytes.TrimSpace([]byte(text))) }
	}
	names := append([]string{keyFile}, keyNames(f, workdir.DefaultKeyFile)...)
	if journal, err := journal.Read(f); err == nil {
		for _, app := range journal.Applications {
			names = append(names, app.KeyFile)
		}
	}
	for _, name := range names {
		if name == "" {
			continue
		}
		if content, err := f.Read(name); err == nil && is(content) {
			return nil
		}
	}
	return workdir.ErrOnlyCopy
}

// ownToolFiles are those that were noted with an application when they were written, for credwiz clean.
func ownToolFiles(notes journal.Journal) []OwnFile {
	files := otherTokenFiles(notes)
	for _, f := range toolFilesOf([]string{answer.WriteNexmo, answer.WriteVonage}) {
		if slices.ContainsFunc(notes.Applications, func(app journal.Application) bool { return slices.Contains(app.Files, f.Name) }) {
			files = append(files, OwnFile{f.Name, f.without})
		}
	}
	return files
}

// without takes what was written for an application that goes out of the file; nothing, if the file is for another one by
// now.
func (f toolFile) without(content []byte, c Removal) ([]byte, string) {
	for _, app := range c.Going {
		if !slices.Contains(app.Files, f.Name) {
			continue
		}
		rest, err := f.clear(content, app, func(name string) bool { return c.put(f.Name, name) })
		switch {
		case err != nil:
			return content, err.Error()
		case bytes.Equal(rest, content):
			continue
		case len(bytes.TrimSpace(rest)) == 0:
			return nil, ""
		}
		return rest, ""
	}
	return content, "it is not for an application that goes"
}

// clear takes out of a file what was put there for an application; put tells of each name whether it was.
func (f toolFile) clear(content []byte, app journal.Application, put func(string) bool) ([]byte, error) {
	names := slices.DeleteFunc(slices.Clone(f.names), func(name string) bool { return !put(name) })
	switch f.Name {
	case workdir.NexmorcFile:
		return dotfile.WithoutSection(content, "credentials", dotfile.Variable{Name: "api_key", Value: app.APIKey}, names), nil
	case workdir.NexmoAppFile:
		return dotfile.WithoutSection(content, "app_config", dotfile.Variable{Name: "app_id", Value: app.ID}, names), nil
	}
	return dotfile.WithoutMembers(content, dotfile.Variable{Name: "app-id", Value: app.ID}, names)
}
