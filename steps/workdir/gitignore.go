package workdir

import (
	"errors"
	"io/fs"
	"slices"
	"strings"

	"credwiz/steps/dotfile"
	"credwiz/steps/task"
	"credwiz/steps/words"
)

// GitignoreMode is the mode of a .gitignore, which has no secrets.
const GitignoreMode = 0o644

// TempPattern is the line for the temporary files of every name: see tempName.
const TempPattern = "/.*" + tempSuffix

// AddToGitignore has git ignore the files with secrets, in a work tree, before there is any, and checks that it does. What
// git takes all the same is worth a warning and no more. It returns what the folder's .gitignore is for now; nothing if
// there is none, or it could not be changed.
func (d *Dir) AddToGitignore(w task.Runner, names ...string) (purpose string) {
	tree, ok := d.WorkTree()
	if !ok {
		return ""
	}
	var left Exposure
	err := w.Local("have git ignore the secret files", func() (note string, err error) {
		var added int
		names = append(names, d.copiesOf(names)...)
		added, left, err = d.Ignore(tree, append(names, DotenvFile, JournalFile)...)
		switch {
		case len(left.names()) > 0:
			note = "not all of them"
		case left.unsure != nil:
			note = "if it does not track them already"
		case added == 0:
			note = "it does already"
		default:
			note = "checked; " + words.Counted(added, "line") + " added to " + GitignoreFile
		}
		return note, err
	})
	if err != nil {
		w.Warn("keep the secrets out of git", "add them to "+GitignoreFile+" yourself: "+err.Error())
		return ""
	}
	left.Warn(w, d)
	switch names := left.names(); {
	case !d.Has(GitignoreFile): // one further up has it all
		return ""
	case len(names) > 0:
		return "lists the secret files; git still sees " + strings.Join(names, ", ")
	case left.unsure != nil:
		return "lists the secret files, for git"
	}
	return "keeps the secrets out of git"
}

// Ignore adds the names that git does not ignore yet to the folder's .gitignore, and returns how many lines that took
// and what git takes all the same. The lines come last: there they prevail over every other line for this folder.
func (d *Dir) Ignore(tree WorkTree, names ...string) (added int, left Exposure, err error) {
	temp := TempName(names[0], strings.Repeat("A", TempLength))
	view := tree.View(append(slices.Clip(names), temp))
	var missing []string
	for _, name := range names {
		if !view.ignored[name] {
			missing = append(missing, "/"+EscapeIgnored(name))
		}
	}
	if !view.ignored[temp] {
		missing = append(missing, TempPattern)
	}
	if added, err = d.addIgnored(missing); err != nil {
		return 0, left, err
	}
	if added > 0 {
		view = tree.View(names)
	}
	return added, view.Exposure(names), nil
}

// addIgnored adds lines to the end of the folder's .gitignore.
func (d *Dir) addIgnored(missing []string) (int, error) {
	if len(missing) == 0 {
		return 0, nil
	}
	old, err := d.Read(GitignoreFile)
	if err == nil {
		err = dotfile.CheckText(old)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return 0, &SaveError{Path: d.Path(GitignoreFile), Err: err}
	}
	text := string(old)
	// By the journal's line, credwiz clean knows its own.
	if journal := "/" + JournalFile; !slices.Contains(slices.Concat(missing, ignoredLines(text)), journal) {
		missing = append(missing, journal)
	}
	return len(missing), d.Replace(GitignoreFile, []byte(WithLines(text, missing...)), GitignoreMode)
}

// WithLines is a text with lines at its end.
func WithLines(text string, lines ...string) string {
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

// EscapeIgnored writes a name so that git takes it literally.
func EscapeIgnored(name string) string {
	return strings.NewReplacer(`\`, `\\`, "*", `\*`, "?", `\?`, "[", `\[`, " ", `\ `).Replace(name)
}

// Exposure is what git takes of a folder's secret files: those that it tracks, which no .gitignore changes, and those
// that it does not ignore.
type Exposure struct {
	tracked, Visible []string
	unsure           error // why it is unknown what git tracks; nil if it is not
}

// Any reports whether git takes anything, as far as is known.
func (e Exposure) Any() bool { return len(e.names()) > 0 || e.unsure != nil }

func (e Exposure) names() []string { return slices.Concat(e.tracked, e.Visible) }

// Exposure is what git takes of the names. The journal has no secret in it.
func (v GitView) Exposure(names []string) Exposure {
	e := Exposure{unsure: v.unsure}
	for _, name := range names {
		switch {
		case name == JournalFile || slices.Contains(e.names(), name):
		case v.Tracked[name]:
			e.tracked = append(e.tracked, name)
		case !v.ignored[name]:
			e.Visible = append(e.Visible, name)
		}
	}
	return e
}

// Warn tells what git takes, and how to stop that.
func (e Exposure) Warn(w task.Runner, f *Dir) {
	for _, name := range e.tracked {
		w.Warn("keep "+name+" out of git", "git already tracks it, so your next commit would include its secrets. Run this first: "+f.untrack(name))
	}
	for _, name := range e.Visible {
		w.Warn("keep "+name+" out of git", "git does not ignore it, despite "+f.Path(GitignoreFile)+". Do not commit it.")
	}
	if e.unsure != nil {
		w.Warn("keep the secrets out of git", "could not check whether git already tracks them: "+e.unsure.Error()+". Look with git ls-files.")
	}
}

// untrack is the command that takes a file out of git and leaves it in the folder.
func (d *Dir) untrack(name string) string {
	words1 := []string{"git"}
	if d.Name() != "this folder" {
		words1 = append(words1, "-C", d.path)
	}
	if strings.ContainsAny(name, `*?[\`) || strings.HasPrefix(name, "-") || strings.HasPrefix(name, ":") {
		name = ":(literal)" + name
	}
	words1 = append(words1, "rm", "--cached", name)
	return words.Command(words1...)
}
