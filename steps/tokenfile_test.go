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
	if err != nil {
		r.t.Fatal(err)
	}
	r.session = session
	name, ok := strings.CutPrefix(path, r.path(""))
	if last := session.Files[len(session.Files)-1]; !ok || strings.TrimPrefix(name, string(os.PathSeparator)) != last.Name {
		r.t.Errorf("it is in %s, and told as %+v", path, last)
	}
	return strings.TrimPrefix(name, string(os.PathSeparator))
}

func TestATokenFileWithOtherTextIsKept(t *testing.T) {
	for _, text := range []string{"", "my notes\n", "eyJhbGciOiJIUzI1NiJ9.e30.c2ln\n"} {
		r := newRun(t).doesAll()
		r.has("token.txt", text)
		r.has("token-2.txt", "mine too")
		equal(t, "the file", r.keeps(), "token-3.txt")
		equal(t, "again", r.keeps(), "token-3.txt")
		equal(t, "token.txt", r.file("token.txt"), text)
		equal(t, "the token", r.file("token-3.txt"), r.session.Token.JWT.Reveal()+"\n")
		r.leaves("token-2.txt token.txt")
	}
}

func TestATokenFileWithNotesBesideTheTokenIsSpared(t *testing.T) {
	for _, before := range []string{"alice: ", "alice\n", "alice "} {
		r := newRun(t).doesAll()
		r.has("token.txt", before+r.session.Token.JWT.Reveal())
		equal(t, "the file", r.keeps(), "token-2.txt")
	}
}

func TestAnotherSortOfFileInTheNameOfTheTokensIsSpared(t *testing.T) {
	r := newRun(t).doesAll()
	noError(t, os.Mkdir(r.path("token.txt"), 0o700))
	equal(t, "the file", r.keeps(), "token-2.txt")
}

func TestAnOldTokenIsReplacedInItsFile(t *testing.T) {
	r := newRun(t).doesAll()
	equal(t, "the file", r.keeps(), "token.txt")
	r.answer(answer.Expires, "1h")
	r.does("token")
	equal(t, "the same file", r.keeps(), "token.txt")
	equal(t, "the token", r.file("token.txt"), r.session.Token.JWT.Reveal()+"\n")
}
