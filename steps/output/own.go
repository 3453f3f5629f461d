package output

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"time"

	"credwiz/client/jwt"
	"credwiz/client/redact"
	"credwiz/steps/dotfile"
	"credwiz/steps/journal"
	"credwiz/steps/task"
	"credwiz/steps/workdir"
)

// OwnFile is a file that credwiz writes, wholly or in part.
type OwnFile struct {
	Name string
	// Strip removes what credwiz wrote and returns the rest; nil deletes the file. It may say why the file stays
	// unchanged, or why some of what credwiz wrote stays.
	Strip func(content []byte, c Removal) (rest []byte, why string)
}

// Removal divides the applications for credwiz clean.
type Removal struct {
	Going, Staying []journal.Application
	Gone           func(name string) bool // whether a file is gone, or will be
}

// put reports whether credwiz put a name into a file. Older versions did not record names.
func (r Removal) put(file, name string) bool {
	noted := false
	for _, app := range slices.Concat(r.Going, r.Staying) {
		entries, ok := app.Wrote[file]
		if slices.Contains(entries, name) || !ok && slices.Contains(app.Files, file) {
			return true
		}
		noted = noted || ok
	}
	return !noted
}

// OwnFiles lists the files that credwiz writes in the order of their removal. The journal is last, because the next
// run needs it.
func OwnFiles(journal journal.Journal) []OwnFile {
	var files []OwnFile
	for _, name := range journal.KeyFiles() {
		files = append(files, OwnFile{name, withoutKey})
	}
	files = append(files, otherTokenFiles(journal)...)
	for _, f := range toolFiles() {
		if journal.HasFile(f.Name) {
			files = append(files, OwnFile{f.Name, f.strip})
		}
	}
	return append(files,
		OwnFile{workdir.DotenvFile, withoutVariables},
		OwnFile{workdir.TokenFile, withoutToken},
		OwnFile{workdir.GitignoreFile, withoutIgnored},
		OwnFile{workdir.JournalFile, withoutJournal},
	)
}

// withoutKey deletes a key that was made here, unless an application that stays has it.
func withoutKey(content []byte, r Removal) ([]byte, string) {
	key, err := jwt.ParseKey(content)
	if err != nil {
		return nil, "not the key that credwiz saved"
	}
	own := func(app journal.Application) bool { return app.KeySHA == key.Fingerprint() }
	notMadeHere := func(app journal.Application) bool { return own(app) && !app.Created }
	made := func(app journal.Application) bool { return own(app) && app.KeyMade }
	other := func(app journal.Application) bool {
		return slices.ContainsFunc(app.OtherKeys, func(k journal.Key) bool { return k.SHA == key.Fingerprint() })
	}
	switch {
	case slices.ContainsFunc(r.Staying, own), slices.ContainsFunc(r.Staying, other):
		return nil, "belongs to an application that stays"
	case slices.ContainsFunc(r.Going, notMadeHere):
		return nil, "the key of an application that existed before"
	case slices.ContainsFunc(r.Going, made), slices.ContainsFunc(r.Going, other) && !slices.ContainsFunc(r.Going, own):
		return nil, ""
	case slices.ContainsFunc(r.Going, own):
		return nil, "existed before"
	}
	return nil, "not the key that credwiz saved"
}

func ownVariables() []string {
	var names []string
	for _, v := range (Values{}).Dotenv() {
		names = append(names, v.Name)
	}
	return names
}

func ownEntries(file string) []string {
	if file == workdir.DotenvFile {
		return ownVariables()
	}
	for _, tool := range toolFiles() {
		if tool.Name == file {
			return tool.names
		}
	}
	return nil
}

func withoutVariables(content []byte, r Removal) ([]byte, string) {
	d, err := dotfile.ParseDotenv(content)
	if err != nil {
		return content, err.Error()
	}
	id := d.Value(DotenvAppID)
	if id == "" {
		id, _ = jwt.Read(redact.NewSecret(d.Value(DotenvJWT))).Claims.Text("application_id")
	}
	if !isOf(r.Going, id) {
		return content, "its application isn't being deleted"
	}
	for _, name := range ownVariables() {
		if r.put(workdir.DotenvFile, name) {
			d.Unset(name, false)
		}
	}
	d.Restore()
	return d.Bytes(), ""
}

func withoutToken(content []byte, r Removal) ([]byte, string) {
	reading := jwt.Read(redact.NewSecret(strings.TrimSpace(string(content))))
	id, _ := reading.Claims.Text("application_id")
	switch {
	case !isOf(r.Going, id):
		return content, "its application isn't being deleted"
	case len(reading.Wrappings) > 0:
		return content, "contains more than the token"
	}
	return nil, ""
}

func isOf(apps []journal.Application, id string) bool {
	return journal.Journal{Applications: apps}.Knew(id)
}

// withoutIgnored removes credwiz's lines: the contiguous block around the journal's line, which no other tool writes.
// Lines of files that stay, stay.
func withoutIgnored(content []byte, r Removal) ([]byte, string) {
	ours := map[string]string{workdir.TempPattern: workdir.JournalFile} // lines, and the files that they are of
	for _, f := range OwnFiles(journal.Journal{Applications: slices.Concat(r.Going, r.Staying)}) {
		ours["/"+workdir.EscapeIgnored(f.Name)] = f.Name
	}
	before := content
	if slices.Contains(journal.Journal{Applications: r.Going}.UsersFolders(), ".") && len(r.Staying) == 0 {
		put := func(name string) bool { return r.put("./", name) }
		switch {
		case put(outIgnore) && withoutUserLines(content, everyLine) == nil:
			return nil, ""
		case put(outLine):
			content = withoutUserLines(content, put)
		}
	}
	lines := slices.Collect(strings.Lines(string(content)))
	is := func(i int) bool { _, ok := ours[strings.TrimRight(lines[i], "\r\n")]; return ok }
	at := slices.IndexFunc(lines, func(line string) bool { return strings.TrimRight(line, "\r\n") == "/"+workdir.JournalFile })
	if at < 0 && !bytes.Equal(content, before) {
		return content, ""
	}
	if at < 0 {
		return content, "credwiz can't tell which lines it wrote"
	}
	from, to := at, at+1
	for from > 0 && is(from-1) {
		from--
	}
	for to < len(lines) && is(to) {
		to++
	}
	var rest strings.Builder
	var needed []string
	for i, line := range lines {
		own := strings.TrimRight(line, "\r\n")
		needs := i >= from && i < to && !r.Gone(ours[own])
		if needs && own != workdir.TempPattern {
			needed = append(needed, own)
		}
		if needs || i < from || i >= to {
			rest.WriteString(line)
		}
	}
	if strings.TrimSpace(rest.String()) == "" {
		return nil, ""
	}
	if len(needed) > 0 && len(r.Staying) == 0 {
		return []byte(rest.String()), strings.Join(needed, ", ") + " stays, so that git still ignores it; other lines of credwiz go"
	}
	return []byte(rest.String()), ""
}

func withoutJournal(content []byte, r Removal) ([]byte, string) {
	if len(r.Staying) > 0 {
		return content, "needed for what stays"
	}
	return nil, ""
}

// Entries returns the journal's record of names that are written into a file.
func Entries(file string, names []string) journal.Entries {
	return journal.Entries{File: file, Names: names, All: ownEntries(file)}
}

// SweepTemps removes the abandoned temporary files of all names that credwiz writes, of more names, and of users' files. A
// given time spares younger ones, which another run may be writing.
func SweepTemps(f *workdir.Dir, before time.Time, journal journal.Journal, w task.Runner, names ...string) {
	names = append(names, workdir.DefaultKeyFile)
	for _, tool := range toolFiles() { // the run may have been killed before the journal had one
		names = append(names, tool.Name)
	}
	for _, own := range OwnFiles(journal) {
		names = append(names, own.Name)
	}
	removed, err := sweep(f, before, func(string) []string { return names })
	err = workdir.Cause(err)
	for _, out := range journal.UsersFolders() {
		if err == nil {
			var more int
			more, err = sweepUsersFolder(f, out, before)
			removed += more
		}
	}
	const text = "clean up after an interrupted run"
	switch {
	case err != nil:
		w.Warn(text, f.Path("*")+" couldn't be listed: "+err.Error())
	case removed > 0:
		w.Tell(text, fmt.Sprintf("%d temporary files removed", removed))
	}
}

// sweep counts the files that it removes: those that are left over from one of their targets.
func sweep(f *workdir.Dir, before time.Time, targets func(temp string) []string) (removed int, err error) {
	found, err := f.Entries()
	if err != nil {
		return 0, err
	}
	for _, e := range found {
		if f.IsLeftover(e.Name(), before, targets(e.Name())) && f.Remove(e.Name()) == nil {
			removed++
		}
	}
	return removed, nil
}
