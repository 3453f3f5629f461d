package journal

import (
	"errors"
	"os"
	"runtime"
	"strings"
	"testing"

	"credwiz/steps/advice"
	"credwiz/steps/workdir"
)

func TestAnUnreadableJournalIsNotWritten(t *testing.T) {
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

func TestAnEnormousJournalIsRefusedUnread(t *testing.T) {
	t.Attr("fault", "field-C13")
	folder, err := workdir.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = folder.Close() }()
	text := `{"version": 1, "applications": [` + strings.Repeat(" ", 62<<20) + "]}"
	if err := os.WriteFile(folder.Path(".credwiz.json"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err = Read(folder)
	runtime.ReadMemStats(&after)
	if got := advice.For(err).What; !strings.Contains(got, ".credwiz.json: it is over 16 MB") {
		t.Errorf("the advice is %q", got)
	}
	if took := after.TotalAlloc - before.TotalAlloc; took > 1<<20 {
		t.Errorf("it took %d bytes", took)
	}
}
