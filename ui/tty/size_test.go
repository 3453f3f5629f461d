package tty

import (
	"os"
	"testing"

	"credwiz/ui/style"
)

func TestAnUnknownWindowHasTheUsualSize(t *testing.T) {
	t.Attr("fault", "field-C1")
	in, out, err := os.Pipe() // which has no size to ask for
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _, _ = in.Close(), out.Close() }()
	for _, test := range []struct{ otherwise, want style.Size }{
		{style.Size{}, style.Size{Columns: 80, Rows: 24}},
		{style.Size{Columns: 132}, style.Size{Columns: 132, Rows: 24}},
		{style.Size{Columns: 132, Rows: 50}, style.Size{Columns: 132, Rows: 50}},
	} {
		if got := WindowSize(out, test.otherwise); got != test.want {
			t.Errorf("%v else is %v, want %v", test.otherwise, got, test.want)
		}
	}
}
