//go:build unix

package terminal_test

import (
	"context"
	"strings"
	"testing"
	"time"
)

func TestRepaintTellsHowLongAKeyTook(t *testing.T) {
	const slow = 50 * time.Millisecond
	began := time.Now()
	p := shell(t, "stty raw -echo; printf ready; head -c 1 >/dev/null; sleep 0.05; printf seen; cat >/dev/null")
	p.sees("ready")
	if heard := p.Heard(); heard.Before(began) || heard.After(time.Now()) {
		t.Errorf("the output came %v, and it was begun %v", heard, began)
	}
	if took, err := p.Repaint(p.ctx, "a"); err != nil || took < slow {
		t.Errorf("it took %v, want more than %v: %v", took, slow, err)
	}
	ctx, cancel := context.WithTimeout(p.ctx, slow)
	defer cancel()
	if _, err := p.Repaint(ctx, "a"); err == nil || !strings.Contains(err.Error(), "repainted nothing") {
		t.Errorf("a key that nothing came of: %v", err)
	}
}
