package journal

import (
	"errors"
	"strings"
	"testing"

	"credwiz/steps/workdir"
)

func TestAJournalThatCouldNotBeReadIsNotWritten(t *testing.T) {
	t.Parallel()
	folder, err := workdir.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = folder.Close() }()
	if err := Write(folder, Journal{Applications: []Application{{Name: "before"}}}); err != nil {
		t.Fatal(err)
	}
	if err := Write(folder, Journal{Applications: []Application{{Name: strings.Repeat("a", workdir.MaxJournal)}}}); !errors.Is(err, errJournalFull) {
		t.Errorf("the error is %v", err)
	}
	if journal, err := Read(folder); err != nil || journal.Applications[0].Name != "before" {
		t.Errorf("the journal is %v, %v", journal, err)
	}
}
