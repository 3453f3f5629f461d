//go:build unix

package command_test

import (
	"regexp"
	"testing"
)

func TestADemoServesItsUserFromTheLastScreen(t *testing.T) {
	t.Parallel()
	p := sit(t, setting{cols: 80, rows: 24, args: demoWith()})
	p.connects().makesApplication().makesUser().signs().press("b").sees("in your browser")
	address := regexp.MustCompile(`http://127\.0\.0\.1:\d+/`).FindString(p.Screen())
	if status, text := posted(t, address, "alice"); status != 200 {
		t.Errorf("%d: %s", status, text)
	}
	p.press("enter").ends(0)
}
