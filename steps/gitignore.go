package steps

import (
	"errors"
	"io/fs"
	"slices"
	"strings"
)

const gitignoreFile = ".gitignore"

const gitignoreMode = 0o644

// ignoredTemps is the line for the temporary files of every name: see tempName.
const ignoredTemps = "/.*" + tempSuffix

// keepFromGit has git ignore the files with secrets, in a work tree, before there is any, and checks that it does. What
// git takes all the same is worth a warning and no more. It returns what the folder's .gitignore is for now; nothing if
// there is none, or it could not be changed.
func (f *Folder) keepFromGit(w work, names ...string) (purpose string) {
	tree, ok := f.workTree()
	if !ok {
		return ""
	}
	var left exposure
	err := w.local("have git ignore the secret files", func() (note string, err error) {
		var added int
		names = append(names, f.copiesOf(names)...)
		added, left, err = f.ignore(tree, append(names, dotenvFile, journalFile)...)
		switch {
		case len(left.names()) > 0:
			note = "not all of them"
		case left.unsure != nil:
			note = "if it does not track them already"
		case added == 0:
			note = "it does already"
		default:
			note = "checked; " + counted(added, "line") + " added to " + gitignoreFile
		}
		return note, err
	})
	if err != nil {
		w.warn("keep the secrets out of git", "add them to "+gitignoreFile+" yourself: "+err.Error())
		return ""
	}
	left.warn(w, f)
	switch names := left.names(); {
	case !f.has(gitignoreFile): // one further up has it all
		return ""
	case len(names) > 0:
		return "lists the secret files; git still sees " + strings.Join(names, ", ")
	case left.unsure != nil:
		return "lists the secret files, for git"
	}
	return "keeps the secrets out of git"
}

// ignore adds the names that git does not ignore yet to the folder's .gitignore, and returns how many lines that took
// and what git takes all the same. The lines come last: there they prevail over every other line for this folder.
func (f *Folder) ignore(tree workTree, names ...string) (added int, left exposure, err error) {
	temp := tempName(names[0], strings.Repeat("A", tempLength))
	view := tree.look(append(slices.Clip(names), temp))
	var missing []string
	for _, name := range names {
		if !view.ignored[name] {
			missing = append(missing, "/"+escapeIgnored(name))
		}
	}
	if !view.ignored[temp] {
		missing = append(missing, ignoredTemps)
	}
	if added, err = f.addIgnored(missing); err != nil {
		return 0, left, err
	}
	if added > 0 {
		view = tree.look(names)
	}
	return added, view.exposes(names), nil
}

// addIgnored adds lines to the end of the folder's .gitignore.
func (f *Folder) addIgnored(missing []string) (int, error) {
	if len(missing) == 0 {
		return 0, nil
	}
	old, err := f.Read(gitignoreFile)
	if err == nil {
		err = checkText(old)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return 0, &SaveError{Path: f.Path(gitignoreFile), Err: err}
	}
	text := string(old)
	// By the journal's line, credwiz clean knows its own.
	if journal := "/" + journalFile; !slices.Contains(slices.Concat(missing, ignoredLines(text)), journal) {
		missing = append(missing, journal)
	}
	return len(missing), f.Replace(gitignoreFile, []byte(withLines(text, missing...)), gitignoreMode)
}

// withLines is a text with lines at its end.
func withLines(text string, lines ...string) string {
	if text != "" && !strings.HasSuffix(text, "\n") {
		text += "\n"
	}
	return text + strings.Join(lines, "\n") + "\n"
}

// ignoredLines are the lines of a .gitignore as git takes them.
func ignoredLines(text string) []string {
	var lines []string
	for line := range strings.Lines(text) {
		lines = append(lines, strings.TrimRight(line, " \r\n"))
	}
	return lines
}

// escapeIgnored writes a name so that git takes it literally.
func escapeIgnored(name string) string {
	return strings.NewReplacer(`\`, `\\`, "*", `\*`, "?", `\?`, "[", `\[`, " ", `\ `).Replace(name)
}

// exposure is what git takes of a folder's secret files: those that it tracks, which no .gitignore changes, and those
// that it does not ignore.
type exposure struct {
	tracked, visible []string
	unsure           error // why it is unknown what git tracks; nil if it is not
}

func (e exposure) any() bool { return len(e.names()) > 0 || e.unsure != nil }

func (e exposure) names() []string { return slices.Concat(e.tracked, e.visible) }

// exposes is what git takes of the names. The journal has no secret in it.
func (v gitView) exposes(names []string) exposure {
	e := exposure{unsure: v.unsure}
	for _, name := range names {
		switch {
		case name == journalFile || slices.Contains(e.names(), name):
		case v.tracked[name]:
			e.tracked = append(e.tracked, name)
		case !v.ignored[name]:
			e.visible = append(e.visible, name)
		}
	}
	return e
}

// warn tells what git takes, and how to stop that.
func (e exposure) warn(w work, f *Folder) {
	for _, name := range e.tracked {
		w.warn("keep "+name+" out of git", "git already tracks it, so your next commit would include its secrets. Run this first: "+f.untrack(name))
	}
	for _, name := range e.visible {
		w.warn("keep "+name+" out of git", "git does not ignore it, despite "+f.Path(gitignoreFile)+". Do not commit it.")
	}
	if e.unsure != nil {
		w.warn("keep the secrets out of git", "could not check whether git already tracks them: "+e.unsure.Error()+". Look with git ls-files.")
	}
}

// untrack is the command that takes a file out of git and leaves it in the folder.
func (f *Folder) untrack(name string) string {
	words := []string{"git"}
	if f.Name() != "this folder" {
		words = append(words, "-C", f.path)
	}
	if strings.ContainsAny(name, `*?[\`) || strings.HasPrefix(name, "-") || strings.HasPrefix(name, ":") {
		name = ":(literal)" + name
	}
	words = append(words, "rm", "--cached", name)
	return command(words...)
}
