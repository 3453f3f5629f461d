package screen

import (
	"os"
	"testing"

	"credwiz/ui/style"
	"credwiz/ui/tty"
)

func TestAWindowThatCannotBeAskedHasTheUsualSize(t *testing.T) {
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
		if got := tty.WindowSize(out, test.otherwise); got != test.want {
			t.Errorf("%v else is %v, want %v", test.otherwise, got, test.want)
		}
	}
}

func TestNothingIsAnsweredThatCannotBeSeen(t *testing.T) {
	t.Attr("fault", "field-C1")
	p := newDesk(t).sit(minWidth-1, minHeight).sees("Please make the")
	p.press("enter", "wxyz", "enter", "enter")
	p.take(sized(80, 24))
	p.sees("Connect your account").doesNotSee("wxyz")
	if len(p.calls) > 0 {
		t.Errorf("calls were made: %v", p.calls)
	}
	p.take(sized(minWidth-1, minHeight))
	p.press("ctrl+c").left()
}
