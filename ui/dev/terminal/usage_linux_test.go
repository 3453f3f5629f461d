package terminal_test

import (
	"testing"
	"time"
)

func TestWhatAProgramTakesIsCountedWhileItRuns(t *testing.T) {
	// What this process has had must not count as the program's.
	const large = 64 << 20
	own := make([]byte, large)
	for i := range own {
		own[i] = 1
	}
	p := shell(t, "echo ready; read x; i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done; echo done; read x")
	p.sees("ready")
	before := must(p.Processors())
	p.does(p.Press("enter"))
	p.sees("done")
	after, err := p.Processors()
	if err != nil || after-before < time.Millisecond {
		t.Errorf("20,000 rounds took %v on processors: %v", after-before, err)
	}
	if peak, err := p.PeakMemory(); err != nil || peak < 64<<10 || peak > large/2 {
		t.Errorf("a shell has had %d bytes: %v", peak, err)
	}
	if own[large-1] != 1 {
		t.Error("the memory is gone")
	}
}
