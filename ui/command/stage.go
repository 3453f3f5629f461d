package command

import (
	"context"
	"io"
	"net"
	"net/url"
	"os"
	"sync"
	"time"
)

// Stage is where the program runs for pictures: in the world of --fixed, by a clock that the photographer sets. Addresses on
// it are the usual ones, whatever ports are free on this machine.
type Stage struct {
	now     func() time.Time
	listens sync.Map // by an address on the stage: the real one
}

// StageAPI is where a sandbox for every run on a stage seems to be: the address of credwiz sandbox.
const StageAPI = "127.0.0.1:4010"

// NewStage has a sandbox at the address api.
func NewStage(now func() time.Time, api string) *Stage {
	s := &Stage{now: now}
	s.listens.Store(StageAPI, api)
	return s
}

// Run is the command's Run on this stage.
func (s *Stage) Run(ctx context.Context, args []string, in *os.File, out, errs io.Writer) int {
	c := newConsole(in, out, errs)
	c.now, c.stage = s.now, s
	return c.run(ctx, args)
}

func (s *Stage) dial(ctx context.Context, network, address string) (net.Conn, error) {
	if at, ok := s.listens.Load(address); ok {
		address, _ = at.(string)
	}
	return new(net.Dialer).DialContext(ctx, network, address)
}

// world is the fixed one, with the sandbox of a demo on any port that is free.
func (s *Stage) world() world {
	w := fixedWorld()
	usual := w.addr
	w.now, w.serverNow, w.addr = s.now, s.now, anyPort
	w.seen = func(at *url.URL) *url.URL {
		s.listens.Store(usual, at.Host)
		return &url.URL{Scheme: at.Scheme, Host: usual}
	}
	return w
}
