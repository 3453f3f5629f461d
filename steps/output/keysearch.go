package output

import (
	"path/filepath"
	"slices"
	"strings"

	"credwiz/steps/workdir"
)

// maxKeyFiles bounds how many files are looked at for a key.
const maxKeyFiles = 64

// KeysByFingerprint finds the usable private keys of the folder by the names that keys have, and returns the name of one
// file for each. The usual name comes before the others.
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

// keyNames are the files of the folder that may be keys by their names, the usual one first.
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
	slices.SortStableFunc(names, func(a, b string) int {
		switch {
		case a == usual:
			return -1
		case b == usual:
			return 1
		}
		return 0
	})
	return names[:min(len(names), maxKeyFiles)]
}

// looksLikeKey goes by the names that Vonage's tools, openssl and ssh-keygen give. Hidden files are temporary ones.
func looksLikeKey(name string) bool {
	name = strings.ToLower(name)
	return !strings.HasPrefix(name, ".") && (slices.Contains([]string{".key", ".pem"}, filepath.Ext(name)) ||
		strings.HasPrefix(name, "private") || strings.HasPrefix(name, "id_rsa"))
}
