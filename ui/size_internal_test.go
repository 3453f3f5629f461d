package ui

import (
	"os"
	"testing"
)

func TestAWindowThatCannotBeAskedHasTheUsualSize(t *testing.T) {
	t.Attr("fault", "field-C1")
	in, out, err := os.Pipe() // which has no size to ask for
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _, _ = in.Close(), out.Close() }()
	for _, test := range []struct{ otherwise, want Size }{
		{Size{}, Size{80, 24}},
		{Size{Columns: 132}, Size{132, 24}},
		{Size{132, 50}, Size{132, 50}},
	} {
		if got := WindowSize(out, test.otherwise); got != test.want {
			t.Errorf("%v else is %v, want %v", test.otherwise, got, test.want)
		}
	}
}

func TestNothingIsAnsweredThatCannotBeSeen(t *testing.T) {
	t.Attr("fault", "field-C1")
	p := newDesk(t).sit(t, minWidth-1, minHeight, Look{}).sees("Please make the")
	p.press("enter", "wxyz", "enter", "enter")
	p.take(sized(80, 24))
	p.sees("Connect your account").doesNotSee("wxyz")
	if len(p.calls) > 0 {
		t.Errorf("calls were made: %v", p.calls)
	}
	p.take(sized(minWidth-1, minHeight))
	p.press("ctrl+c").left()
}
