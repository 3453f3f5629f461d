package output

import (
	"path"
	"path/filepath"
	"slices"
	"strings"

	"credwiz/client/jwt"
	"credwiz/steps/dotfile"
	"credwiz/steps/workdir"
)

// vonageAppFile is the output of "vonage apps create".
const vonageAppFile = "vonage_app.json"

// EmbeddedKey is a private key in a settings file.
type EmbeddedKey struct {
	File string
	Key  *jwt.Key
}

// EmbeddedKeys finds the private keys in .env, where it points to, and in the files of Vonage's tools, by
// fingerprint. Unreadable files have none.
func EmbeddedKeys(f *workdir.Dir) map[string]EmbeddedKey {
	held := map[string]EmbeddedKey{}
	add := func(file string, key *jwt.Key) {
		if key == nil {
			return
		}
		if _, known := held[key.Fingerprint()]; !known {
			held[key.Fingerprint()] = EmbeddedKey{file, key}
		}
	}
	if d, err := readDotenv(f, workdir.DotenvFile); err == nil {
		for _, name := range d.Names() {
			value := d.Value(name)
			switch key := workdir.ParseEmbeddedKey(value); {
			case !strings.Contains(name, "PRIVATE_KEY"):
			case key != nil:
				add(workdir.DotenvFile, key)
			default:
				add(path.Clean(value), keyAt(f, value))
			}
		}
	}
	for _, tool := range toolFiles() {
		if text, err := f.Read(tool.Name); err == nil && tool.key != "" {
			for _, value := range tool.format.All(text, tool.key) {
				add(tool.Name, workdir.ParseEmbeddedKey(value))
			}
		}
	}
	if text, err := f.Read(vonageAppFile); err == nil {
		values := dotfile.Object{}.Read(text)
		add(vonageAppFile, workdir.ParseEmbeddedKey(values["private_key"]))
		add(vonageAppFile, workdir.ParseEmbeddedKey(values["private-key"]))
	}
	return held
}

const maxKeyFiles = 64

// KeysByFingerprint finds the usable key files of the folder, by fingerprint. The usual name is preferred.
func KeysByFingerprint(f *workdir.Dir, usual string) map[string]string {
	found := map[string]string{}
	for _, name := range keyNames(f, usual) {
		key, err := f.ReadKey(name)
		if err != nil {
			continue // another sort of file, or a key that cannot be used
		}
		if _, known := found[key.Fingerprint()]; !known {
			found[key.Fingerprint()] = name
		}
	}
	return found
}

func keyNames(f *workdir.Dir, usual string) []string {
	entries, err := f.Entries()
	if err != nil {
		return nil
	}
	names := make([]string, 0, len(entries))
	for _, e := range entries {
		if looksLikeKey(e.Name()) {
			names = append(names, e.Name())
		}
	}
	if at := slices.Index(names, usual); at > 0 {
		names = slices.Insert(slices.Delete(names, at, at+1), 0, usual)
	}
	return names[:min(len(names), maxKeyFiles)]
}

// looksLikeKey knows the names that Vonage's tools, openssl and ssh-keygen give. Hidden files are temporary.
func looksLikeKey(name string) bool {
	name = strings.ToLower(name)
	return !strings.HasPrefix(name, ".") && (slices.Contains([]string{".key", ".pem"}, filepath.Ext(name)) ||
		strings.HasPrefix(name, "private") || strings.HasPrefix(name, "id_rsa"))
}
