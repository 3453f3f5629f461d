package output

import (
	"path"
	"strings"

	"credwiz/client/jwt"
	"credwiz/steps/answer"
	"credwiz/steps/dotfile"
	"credwiz/steps/workdir"
)

// vonageAppFile is what "vonage apps create" leaves.
const vonageAppFile = "vonage_app.json"

// EmbeddedKey is a private key that has no file of its own in the folder, and where it is.
type EmbeddedKey struct {
	File string
	Key  *jwt.Key
}

// EmbeddedKeys are the private keys in files of settings, by their fingerprints: in .env or where that points to, and in those
// of Vonage's tools.
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
	// What cannot be read holds nothing.
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
	for _, tool := range toolFilesOf([]string{answer.WriteNexmo, answer.WriteVonage}) {
		if text, err := f.Read(tool.Name); err == nil && tool.key != "" {
			for _, value := range tool.all(text, tool.key) {
				add(tool.Name, workdir.ParseEmbeddedKey(value))
			}
		}
	}
	if text, err := f.Read(vonageAppFile); err == nil {
		values := dotfile.ReadObject(text)
		add(vonageAppFile, workdir.ParseEmbeddedKey(values["private_key"]))
		add(vonageAppFile, workdir.ParseEmbeddedKey(values["private-key"]))
	}
	return held
}
