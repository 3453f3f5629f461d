package steps

import (
	"bytes"
	"cmp"
	"errors"
	"io/fs"
	"slices"
	"strings"

	"credwiz/client/jwt"
)

// The configuration files of Vonage's own tools.
const (
	nexmorcFile  = ".nexmorc"   // nexmo-cli: the account
	nexmoAppFile = ".nexmo-app" // nexmo-cli: the application
	vonagercFile = ".vonagerc"  // vonage: both
)

// toolFile is a configuration file of another tool, into which what was made is merged.
type toolFile struct {
	name, purpose string
	// secrets says what the file has that nobody else may see.
	secrets string
	merge   func(old []byte, values []Variable) ([]byte, error)
	// read returns the values in it, under the names that values has.
	read func(text []byte) map[string]string
	// all returns every value that stands under a name, also where it stands twice.
	all    func(text []byte, name string) []string
	values func(Values) []Variable
	names  []string // of the values
	// account and key are the names of the API key and of the private key among the values; empty if there is none.
	account, key string
}

// toolFiles is the one table of what each kind of AnswerWrite writes beside .env.
func toolFiles() map[string][]toolFile {
	return map[string][]toolFile{
		writeNexmo: {
			{
				name: nexmorcFile, purpose: "your API key and secret, for nexmo", secrets: "your API secret",
				merge: mergeSection("credentials"), read: readSection("credentials"), all: allInSection("credentials"),
				names: []string{"api_key", "api_secret"}, account: "api_key",
				values: func(v Values) []Variable {
					return []Variable{{"api_key", v.Credentials.APIKey}, {"api_secret", v.Credentials.APISecret.Reveal()}}
				},
			},
			{
				name: nexmoAppFile, purpose: "the application and its private key, for nexmo", secrets: "the private key",
				merge: mergeSection("app_config"), read: readSection("app_config"), all: allInSection("app_config"),
				names: []string{"app_id", "private_key"}, key: "private_key",
				values: func(v Values) []Variable {
					return []Variable{{"app_id", v.AppID}, {"private_key", privatePEM(v.Key.Private)}}
				},
			},
		},
		writeVonage: {{
			name: vonagercFile, purpose: "your account, the application and its key, for vonage", secrets: "your API secret and the private key",
			merge: mergeObject, read: readObject, all: allInObject,
			names: []string{"api-key", "api-secret", "app-id", "private-key"}, account: "api-key", key: "private-key",
			values: func(v Values) []Variable {
				return []Variable{
					{"api-key", v.Credentials.APIKey}, {"api-secret", v.Credentials.APISecret.Reveal()},
					{"app-id", v.AppID}, {"private-key", privatePEM(v.Key.Private)},
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
	slices.SortFunc(files, func(a, b toolFile) int { return strings.Compare(a.name, b.name) })
	return files
}

// toolNames are the names of those files.
func toolNames(kinds []string) []string {
	var names []string
	for _, f := range toolFilesOf(kinds) {
		names = append(names, f.name)
	}
	return names
}

// plannedFiles says what the answers have written, and which secrets of the account are in that.
func plannedFiles(a Answers) string {
	var names []string
	if kinds := a.written(); slices.Contains(kinds, writeEnv) {
		names = append(names, dotenvFile)
	}
	for _, f := range toolFilesOf(a.written()) {
		names = append(names, f.name+" (with "+f.secrets+")")
	}
	return strings.Join(names, ", ")
}

// writeToolFiles merges what was made into the files of other tools, and returns those that it has written, also beside
// an error. They have secrets in them, so git has to know of them before.
func (v Values) writeToolFiles(note Entry, kinds []string, w work) (written []toolFile, err error) {
	for _, f := range toolFilesOf(kinds) {
		if old, err := note.Folder.Read(f.name); err == nil {
			if account := f.read(old)[f.account]; account != "" && account != v.Credentials.APIKey {
				w.warn("look at "+f.name, "it was for the account "+account+", which is replaced there")
			}
		}
		err := w.local("write "+f.name, func() (string, error) {
			return "with " + f.secrets + ", only you can read it", v.mergeTool(note, f)
		})
		if err != nil {
			return written, err
		}
		written = append(written, f)
	}
	return written, nil
}

// checkTools refuses files of other tools into which nothing can be merged, before anything is made that would go there.
func (f *Folder) checkTools(kinds []string, keyFile string) error {
	for _, file := range toolFilesOf(kinds) {
		if err := f.checkMergeable(file.name); err != nil {
			return err
		}
		if _, _, err := f.mergedTool(file, nil, keyFile); err != nil {
			return err
		}
	}
	return nil
}

// mergeTool merges values into a file. What it is going to change there is noted first, as for .env; what the file
// says already is not ours to clear away.
func (v Values) mergeTool(note Entry, file toolFile) error {
	old, merged, err := note.Folder.mergedTool(file, file.values(v), v.Key.Name)
	if err != nil {
		return err
	}
	if changed := changedIn(file.read(old), file.values(v)); len(changed) > 0 {
		if err := note.noteFile(wroteInto(file.name, changed)); err != nil {
			return err
		}
	}
	// Written again even if nothing changes: whatever it was before, only the user may read it now.
	return note.Folder.Replace(file.name, merged, secretMode)
}

// mergedTool is a file as it is, and with the values, among them the key in keyFile.
func (f *Folder) mergedTool(file toolFile, values []Variable, keyFile string) (old, merged []byte, err error) {
	old, err = f.Read(file.name)
	if err == nil || errors.Is(err, fs.ErrNotExist) {
		merged, err = file.merge(old, values)
	}
	if err == nil && file.key != "" {
		for _, text := range file.all(old, file.key) {
			err = cmp.Or(err, f.hasAlso(text, keyFile))
		}
	}
	if err != nil {
		return nil, nil, &SaveError{Path: f.Path(file.name), Err: err}
	}
	return old, merged, nil
}

// ErrOnlyCopy is a private key that would be replaced and is in no other file of the folder.
var ErrOnlyCopy = errors.New("it holds a private key that is in no other file here, and credwiz never replaces a key")

// hasAlso refuses a private key of which there is no file, also one of a kind that credwiz cannot use. What is no key is no
// loss.
func (f *Folder) hasAlso(text, keyFile string) error {
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
	names := append([]string{keyFile}, f.keyNames(defaultKeyFile)...)
	if journal, err := f.readJournal(); err == nil {
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
	return ErrOnlyCopy
}

// ownToolFiles are those that were noted with an application when they were written, for credwiz clean.
func ownToolFiles(journal Journal) []ownFile {
	files := otherTokenFiles(journal)
	for _, f := range toolFilesOf([]string{writeNexmo, writeVonage}) {
		if slices.ContainsFunc(journal.Applications, func(app NotedApp) bool { return slices.Contains(app.Files, f.name) }) {
			files = append(files, ownFile{f.name, f.without})
		}
	}
	return files
}

// without takes what was written for an application that goes out of the file; nothing, if the file is for another one by
// now.
func (f toolFile) without(content []byte, c clearance) ([]byte, string) {
	for _, app := range c.going {
		if !slices.Contains(app.Files, f.name) {
			continue
		}
		rest, err := f.clear(content, app, func(name string) bool { return c.put(f.name, name) })
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
func (f toolFile) clear(content []byte, app NotedApp, put func(string) bool) ([]byte, error) {
	names := slices.DeleteFunc(slices.Clone(f.names), func(name string) bool { return !put(name) })
	switch f.name {
	case nexmorcFile:
		return withoutSection(content, "credentials", Variable{"api_key", app.APIKey}, names), nil
	case nexmoAppFile:
		return withoutSection(content, "app_config", Variable{"app_id", app.ID}, names), nil
	}
	return withoutMembers(content, Variable{"app-id", app.ID}, names)
}
