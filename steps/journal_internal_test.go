package steps

import (
	"errors"
	"strings"
	"testing"
)

func TestAJournalThatCouldNotBeReadIsNotWritten(t *testing.T) {
	t.Parallel()
	folder, err := OpenFolder(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = folder.Close() }()
	if err := folder.writeJournal(Journal{Applications: []NotedApp{{Name: "before"}}}); err != nil {
		t.Fatal(err)
	}
	if err := folder.writeJournal(Journal{Applications: []NotedApp{{Name: strings.Repeat("a", maxJournal)}}}); !errors.Is(err, errJournalFull) {
		t.Errorf("the error is %v", err)
	}
	if journal, err := folder.readJournal(); err != nil || journal.Applications[0].Name != "before" {
		t.Errorf("the journal is %v, %v", journal, err)
	}
}
