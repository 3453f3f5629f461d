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

// TempPattern is the .gitignore line for all temporary files.
const TempPattern = "/.*" + tempSuffix

// AddToGitignore makes git ignore the files with secrets before they exist, and checks that it does. Failures are
// warnings. It returns the purpose of the folder's .gitignore, or "" if there is none.
func (d *Dir) AddToGitignore(w task.Runner, names ...string) (purpose string) {
	tree, ok := d.WorkTree()
	if !ok {
		return ""
	}
	var left Exposure
	err := w.Local("keep the secrets out of git", func() (note string, err error) {
		var added int
		names = append(names, d.copiesOf(names)...)
		added, left, err = d.Ignore(tree, append(names, DotenvFile, JournalFile)...)
		switch {
		case len(left.names()) > 0:
			note = "incomplete"
		case left.unsure != nil:
			note = "unless it already tracks them"
		case added == 0:
			note = "already ignored"
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
		return "lists the secret files, but git still sees " + strings.Join(names, ", ")
	case left.unsure != nil:
		return "lists the secret files for git"
	}
	return "keeps the secrets out of git"
}

// Ignore appends the names that git does not ignore yet to the folder's .gitignore. It returns the number of new
// lines and what git still sees. The last lines prevail.
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
	// credwiz clean recognizes its own lines by the journal's.
	lines := slices.Clone(missing)
	for line := range strings.Lines(text) {
		lines = append(lines, strings.TrimRight(line, " \r\n"))
	}
	if journal := "/" + JournalFile; !slices.Contains(lines, journal) {
		missing = append(missing, journal)
	}
	return len(missing), d.Replace(GitignoreFile, []byte(WithLines(text, missing...)), GitignoreMode)
}

// WithLines appends lines to a text.
func WithLines(text string, lines ...string) string {
	if text != "" && !strings.HasSuffix(text, "\n") {
		text += "\n"
	}
	return text + strings.Join(lines, "\n") + "\n"
}

// EscapeIgnored escapes a name so that git takes it literally.
func EscapeIgnored(name string) string {
	return strings.NewReplacer(`\`, `\\`, "*", `\*`, "?", `\?`, "[", `\[`, " ", `\ `).Replace(name)
}

// Exposure lists the secret files that git tracks or does not ignore.
type Exposure struct {
	tracked, Visible []string
	unsure           error // why it is unknown what git tracks; nil if it is not
}

// Any reports whether git may take a file.
func (e Exposure) Any() bool { return len(e.names()) > 0 || e.unsure != nil }

func (e Exposure) names() []string { return slices.Concat(e.tracked, e.Visible) }

// Exposure lists the exposed files among names. The journal has no secrets.
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

// Warn reports the exposed files and how to protect them.
func (e Exposure) Warn(w task.Runner, f *Dir) {
	for _, name := range e.tracked {
		w.Warn("keep "+name+" out of git", "git already tracks it, so your next commit would include its secrets. Run this first: "+f.untrack(name))
	}
	for _, name := range e.Visible {
		w.Warn("keep "+name+" out of git", "git doesn't ignore it, despite "+f.Path(GitignoreFile)+". Don't commit it.")
	}
	if e.unsure != nil {
		w.Warn("keep the secrets out of git", "couldn't check whether git already tracks them: "+e.unsure.Error()+". Check with git ls-files.")
	}
}

func (d *Dir) untrack(name string) string {
	git := []string{"git"}
	if d.Name() != "this folder" {
		git = append(git, "-C", d.path)
	}
	if strings.ContainsAny(name, `*?[\`) || strings.HasPrefix(name, "-") || strings.HasPrefix(name, ":") {
		name = ":(literal)" + name
	}
	return words.Command(append(git, "rm", "--cached", name)...)
}
