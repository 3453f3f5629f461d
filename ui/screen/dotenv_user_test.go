package screen

import (
	"testing"
)

func TestThatDotenvBecomesAnotherUsersIsSaidBeforeAndAfter(t *testing.T) {
	t.Attr("fault", "field-B10")
	p := newDesk(t).sit(80, 40).ready().doesNotSee("is for alice")
	p.press("n").doesNotSee(".env is for").press("enter").wait().doesNotSee("it was for")
	p.press("u").press("bob", "enter").wait().press("enter").awaits(".env is for alice now, and will be for bob.")
	p.press("enter").wait().sees("Ready to log in", "look at .env", "it was for alice, and is for bob now")
}
