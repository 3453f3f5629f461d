package steps

import (
	"bytes"
	"slices"
	"strings"

	"credwiz/client/jwt"
	"credwiz/client/redact"
)

// ownFile is a file that credwiz writes into a folder, wholly or in part.
type ownFile struct {
	name string
	// without returns what is left of it without what credwiz wrote: nothing means that it is deleted. If it is to be left
	// as it is, why says so; without either, there is nothing of credwiz' in it.
	without func(content []byte, c clearance) (rest []byte, why string)
}

// clearance is what is cleared away, for the files that tell of it.
type clearance struct {
	going, staying []NotedApp
	removed        func(name string) bool // whether a file is gone, or will be
}

// put reports whether credwiz put a name into a file, for whichever application. An older one noted no names.
func (c clearance) put(file, name string) bool {
	noted := false
	for _, app := range slices.Concat(c.going, c.staying) {
		entries, ok := app.Wrote[file]
		if slices.Contains(entries, name) || !ok && slices.Contains(app.Files, file) {
			return true
		}
		noted = noted || ok
	}
	return !noted
}

// ownFiles is the one list of the files that credwiz writes, in the order in which they are cleared away. The journal is
// the last: until then it is what the next run goes on by.
func ownFiles(journal Journal) []ownFile {
	var files []ownFile
	for _, name := range journal.keyFiles() {
		files = append(files, ownFile{name, withoutKey})
	}
	files = append(files, ownToolFiles(journal)...)
	return append(files,
		ownFile{dotenvFile, withoutVariables},
		ownFile{tokenFile, withoutToken},
		ownFile{gitignoreFile, withoutIgnored},
		ownFile{journalFile, withoutJournal},
	)
}

// keyFiles are the files of the keys that are noted.
func (j Journal) keyFiles() []string {
	var names []string
	add := func(name string) {
		if name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	for _, app := range j.Applications {
		add(app.KeyFile)
		for _, key := range app.OtherKeys {
			add(key.File)
		}
	}
	return names
}

// withoutKey deletes a key only if it was noted and made here, and no application has it that stays.
func withoutKey(content []byte, c clearance) ([]byte, string) {
	key, err := jwt.ParseKey(content)
	if err != nil {
		return nil, "it is not the key that was noted"
	}
	own := func(app NotedApp) bool { return app.KeySHA == key.Fingerprint() }
	notMadeHere := func(app NotedApp) bool { return own(app) && !app.Created }
	made := func(app NotedApp) bool { return own(app) && app.KeyMade }
	other := func(app NotedApp) bool {
		return slices.ContainsFunc(app.OtherKeys, func(k NotedKey) bool { return k.SHA == key.Fingerprint() })
	}
	switch {
	case slices.ContainsFunc(c.staying, own), slices.ContainsFunc(c.staying, other):
		return nil, "it is the key of an application that stays"
	case slices.ContainsFunc(c.going, notMadeHere):
		return nil, "its application was not made here, and stays"
	case slices.ContainsFunc(c.going, made), slices.ContainsFunc(c.going, other) && !slices.ContainsFunc(c.going, own):
		return nil, ""
	case slices.ContainsFunc(c.going, own):
		return nil, "it was here before"
	}
	return nil, "it is not the key that was noted"
}

// ownVariables are those that credwiz sets in a .env.
func ownVariables() []string {
	var names []string
	for _, v := range (Values{}).dotenv() {
		names = append(names, v.Name)
	}
	return names
}

// ownEntries are the names of all that credwiz writes into a file that others write too.
func ownEntries(file string) []string {
	if file == dotenvFile {
		return ownVariables()
	}
	for _, tool := range toolFilesOf([]string{writeNexmo, writeVonage}) {
		if tool.name == file {
			return tool.names
		}
	}
	return nil
}

// withoutVariables takes the variables out of a .env that is for an application that goes, and gives back what they took
// the place of.
func withoutVariables(content []byte, c clearance) ([]byte, string) {
	d, err := parseDotenv(content)
	if err != nil {
		return content, err.Error()
	}
	id := d.Value(dotenvAppID)
	if id == "" {
		id, _ = jwt.Read(redact.NewSecret(d.Value(dotenvJWT))).Claims.Text("application_id")
	}
	if !isOf(c.going, id) {
		return content, "it is not for an application that goes"
	}
	for _, name := range ownVariables() {
		if c.put(dotenvFile, name) {
			d.Unset(name, false)
		}
	}
	d.Restore()
	return d.Bytes(), ""
}

func withoutToken(content []byte, c clearance) ([]byte, string) {
	id, _ := jwt.Read(redact.NewSecret(string(content))).Claims.Text("application_id")
	if !isOf(c.going, id) {
		return content, "it is not a token for an application that goes"
	}
	return nil, ""
}

func isOf(apps []NotedApp, id string) bool {
	return id != "" && slices.ContainsFunc(apps, func(app NotedApp) bool { return app.ID == id })
}

// withoutIgnored takes out the lines that credwiz added, if that can be told: they stand together, and the one of the
// journal, which nobody else would write, is among them. The line of a file that stays, stays.
func withoutIgnored(content []byte, c clearance) ([]byte, string) {
	ours := map[string]string{ignoredTemps: journalFile} // lines, and the files that they are of
	for _, f := range ownFiles(Journal{Applications: slices.Concat(c.going, c.staying)}) {
		ours["/"+escapeIgnored(f.name)] = f.name
	}
	before := content
	if slices.Contains(Journal{Applications: c.going}.outs(), ".") && len(c.staying) == 0 {
		// The users' files were in this folder.
		put := func(name string) bool { return c.put("./", name) }
		switch {
		case put(outIgnore) && withoutUserLines(content, everyLine) == nil:
			return nil, ""
		case put(outLine):
			content = withoutUserLines(content, put)
		}
	}
	lines := slices.Collect(strings.Lines(string(content)))
	is := func(i int) bool { _, ok := ours[strings.TrimRight(lines[i], "\r\n")]; return ok }
	at := slices.IndexFunc(lines, func(line string) bool { return strings.TrimRight(line, "\r\n") == "/"+journalFile })
	if at < 0 && !bytes.Equal(content, before) {
		return content, ""
	}
	if at < 0 {
		return content, "nobody can tell which of its lines are of credwiz"
	}
	from, to := at, at+1
	for from > 0 && is(from-1) {
		from--
	}
	for to < len(lines) && is(to) {
		to++
	}
	var rest strings.Builder
	for i, line := range lines {
		if i < from || i >= to || !c.removed(ours[strings.TrimRight(line, "\r\n")]) {
			rest.WriteString(line)
		}
	}
	if strings.TrimSpace(rest.String()) == "" {
		return nil, ""
	}
	return []byte(rest.String()), ""
}

func withoutJournal(content []byte, c clearance) ([]byte, string) {
	if len(c.staying) > 0 {
		return content, "it tells of what stays"
	}
	return nil, ""
}
