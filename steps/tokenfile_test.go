package steps_test

import (
	"os"
	"strings"
	"testing"

	"credwiz/steps"
	"credwiz/steps/answer"
)

// keeps puts the token into a file, and returns its name.
func (r *run) keeps() string {
	r.t.Helper()
	session, path, err := steps.SaveToken(r.session)
	noError(r.t, err)
	r.session = session
	name, ok := strings.CutPrefix(path, r.path(""))
	if last := session.Files[len(session.Files)-1]; !ok || strings.TrimPrefix(name, string(os.PathSeparator)) != last.Name {
		r.t.Errorf("it is in %s, and told as %+v", path, last)
	}
	return strings.TrimPrefix(name, string(os.PathSeparator))
}

func TestATokenFileWithOtherTextIsKept(t *testing.T) {
	for _, text := range []string{"", "my notes\n", "eyJhbGciOiJIUzI1NiJ9.e30.c2ln\n", "alice: TOKEN", "alice\nTOKEN", "alice TOKEN"} {
		r := newRun(t).doesAll()
		before := strings.Replace(text, "TOKEN", r.session.Token.JWT.Reveal(), 1)
		r.has("token.txt", before)
		noError(t, os.Mkdir(r.path("token-2.txt"), 0o700))
		equal(t, "the file", r.keeps(), "token-3.txt")
		equal(t, "again", r.keeps(), "token-3.txt")
		equal(t, "token.txt", r.file("token.txt"), before)
		equal(t, "the token", r.file("token-3.txt"), r.session.Token.JWT.Reveal()+"\n")
		if before == text {
			r.leaves("token-2.txt token.txt")
		}
	}
}

func TestAnOldTokenIsReplacedInItsFile(t *testing.T) {
	r := newRun(t).doesAll()
	equal(t, "the file", r.keeps(), "token.txt")
	r.answer(answer.Expires, "1h")
	r.does("token")
	equal(t, "the same file", r.keeps(), "token.txt")
	equal(t, "the token", r.file("token.txt"), r.session.Token.JWT.Reveal()+"\n")
}

func TestCleanSparesATokenFileWithNotes(t *testing.T) {
	t.Attr("fault", "field-A1")
	t.Parallel()
	r := newRun(t).doesAll()
	notes := "alice: " + r.session.Token.JWT.Reveal() + "\n"
	r.has("token.txt", notes)
	r.cleared()
	equal(t, "the notes", r.file("token.txt"), notes)
}
