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

// toolFile is a settings file of another tool, into which results are merged.
type toolFile struct {
	Name, Purpose string
	kind          string // answer.WriteNexmo or answer.WriteVonage
	secrets       string // the secrets in the file, in words
	format        interface {
		Merge(old []byte, values []dotfile.Variable) ([]byte, error)
		Read(text []byte) map[string]string
		All(text []byte, name string) []string
		Without(old []byte, owner dotfile.Variable, names []string) ([]byte, error)
	}
	names []string // of the values that are written
	// owner, account and key name the value that tells whose the file is, the API key and the private key; empty if there is none.
	owner, account, key string
}

// toolFiles lists what credwiz writes besides .env, sorted by name.
func toolFiles() []toolFile {
	return []toolFile{
		{
			Name: workdir.NexmoAppFile, Purpose: "the application and its private key, for nexmo", secrets: "the private key",
			kind: answer.WriteNexmo, format: dotfile.Section("app_config"),
			names: []string{"app_id", "private_key"}, owner: "app_id", key: "private_key",
		},
		{
			Name: workdir.NexmorcFile, Purpose: "your API key and secret, for nexmo", secrets: "your API secret",
			kind: answer.WriteNexmo, format: dotfile.Section("credentials"),
			names: []string{"api_key", "api_secret"}, owner: "api_key", account: "api_key",
		},
		{
			Name: workdir.VonagercFile, Purpose: "your account, the application and its key, for vonage", secrets: "your API secret and the private key",
			kind: answer.WriteVonage, format: dotfile.Object{},
			names: []string{"api-key", "api-secret", "app-id", "private-key"}, owner: "app-id", account: "api-key", key: "private-key",
		},
	}
}

func toolFilesOf(kinds []string) []toolFile {
	return slices.DeleteFunc(toolFiles(), func(f toolFile) bool { return !slices.Contains(kinds, f.kind) })
}

// values returns what the file gets. These tools keep a private key as text, not as a path.
func (f toolFile) values(v Values) []dotfile.Variable {
	values := make([]dotfile.Variable, len(f.names))
	for i, name := range f.names {
		values[i].Name = name
		switch strings.ReplaceAll(name, "_", "-") {
		case "api-key":
			values[i].Value = v.Credentials.APIKey
		case "api-secret":
			values[i].Value = v.Credentials.APISecret.Reveal()
		case "app-id":
			values[i].Value = v.AppID
		case "private-key":
			text, _ := v.Key.Private.PEM() // a key that was read or made can be written
			values[i].Value = text.Reveal()
		}
	}
	return values
}

// ToolNames returns the names of the files of some kinds.
func ToolNames(kinds []string) []string {
	var names []string
	for _, f := range toolFilesOf(kinds) {
		names = append(names, f.Name)
	}
	return names
}

// PlannedFiles says which files the answers write, and with which secrets.
func PlannedFiles(a answer.Answers) string {
	var names []string
	if slices.Contains(a.Written(), answer.WriteEnv) {
		names = append(names, workdir.DotenvFile)
	}
	for _, f := range toolFilesOf(a.Written()) {
		names = append(names, f.Name+" (with "+f.secrets+")")
	}
	return strings.Join(names, ", ")
}

// WriteToolFiles merges the values into the files of other tools. It returns the written files, even with an error. Git
// must ignore them before.
func (v Values) WriteToolFiles(entry journal.Entry, kinds []string, w task.Runner) (written []workdir.File, err error) {
	for _, f := range toolFilesOf(kinds) {
		if old, err := entry.Folder.Read(f.Name); err == nil {
			if account := f.format.Read(old)[f.account]; account != "" && account != v.Credentials.APIKey {
				w.Warn("check "+f.Name, "it was for account "+account+", now replaced")
			}
		}
		err := w.Local("write "+f.Name, func() (string, error) {
			return "with " + f.secrets + ", readable only by you", v.mergeTool(entry, f)
		})
		if err != nil {
			return written, err
		}
		written = append(written, workdir.File{Name: f.Name, Path: entry.Folder.Path(f.Name), Purpose: f.Purpose})
	}
	return written, nil
}

// CheckToolFiles refuses files into which nothing can be merged, before anything is created.
func CheckToolFiles(folder *workdir.Dir, kinds []string, keyFile string) error {
	for _, file := range toolFilesOf(kinds) {
		if err := folder.CheckMergeable(file.Name); err != nil {
			return err
		}
		if _, _, err := file.merge(folder, nil, keyFile); err != nil {
			return err
		}
	}
	return nil
}

// mergeTool writes a file, after the journal has the names that it changes: credwiz clean removes those alone.
func (v Values) mergeTool(entry journal.Entry, file toolFile) error {
	values := file.values(v)
	old, merged, err := file.merge(entry.Folder, values, v.Key.Name)
	if err != nil {
		return err
	}
	before, changed := file.format.Read(old), []string{}
	for _, value := range values {
		if was, ok := before[value.Name]; !ok || was != value.Value {
			changed = append(changed, value.Name)
		}
	}
	if len(changed) > 0 {
		if err := entry.AddFile(Entries(file.Name, changed)); err != nil {
			return err
		}
	}
	// Even without a change: the mode may have been open to others.
	return entry.Folder.Replace(file.Name, merged, workdir.SecretMode)
}

// merge returns the file's old and new content. It refuses to drop a private key that is in no other file.
func (f toolFile) merge(folder *workdir.Dir, values []dotfile.Variable, keyFile string) (old, merged []byte, err error) {
	old, err = folder.Read(f.Name)
	if err == nil || errors.Is(err, fs.ErrNotExist) {
		merged, err = f.format.Merge(old, values)
	}
	if err == nil && f.key != "" {
		for _, text := range f.format.All(old, f.key) {
			err = cmp.Or(err, checkNotOnlyCopy(folder, text, keyFile))
		}
	}
	if err != nil {
		return nil, nil, &workdir.SaveError{Path: folder.Path(f.Name), Err: err}
	}
	return old, merged, nil
}

// checkNotOnlyCopy refuses a private key that no file has, even of a kind that credwiz cannot use.
func checkNotOnlyCopy(folder *workdir.Dir, text, keyFile string) error {
	key, err := jwt.ParseKey([]byte(text))
	if err != nil && !strings.Contains(text, "PRIVATE KEY") {
		return nil
	}
	isCopy := func(content []byte) bool {
		if err != nil {
			return bytes.Contains(content, bytes.TrimSpace([]byte(text)))
		}
		own, err := jwt.ParseKey(content)
		return err == nil && own.Fingerprint() == key.Fingerprint()
	}
	names := append([]string{keyFile}, keyNames(folder, workdir.DefaultKeyFile)...)
	if journal, err := journal.Read(folder); err == nil {
		for _, app := range journal.Applications {
			names = append(names, app.KeyFile)
		}
	}
	for _, name := range names {
		if name == "" {
			continue
		}
		if content, err := folder.Read(name); err == nil && isCopy(content) {
			return nil
		}
	}
	return workdir.ErrOnlyCopy
}

// strip removes what was written for a removed application; the rest is nil if nothing else is left.
func (f toolFile) strip(content []byte, r Removal) ([]byte, string) {
	names := slices.DeleteFunc(slices.Clone(f.names), func(name string) bool { return !r.put(f.Name, name) })
	for _, app := range r.Going {
		if !slices.Contains(app.Files, f.Name) {
			continue
		}
		owners := app.IDs()
		if f.owner == f.account {
			owners = []string{app.APIKey}
		}
		for _, owner := range owners {
			rest, err := f.format.Without(content, dotfile.Variable{Name: f.owner, Value: owner}, names)
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
	}
	return content, "its application isn't being deleted"
}
