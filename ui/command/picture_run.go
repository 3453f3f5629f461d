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

// PictureRun runs the program for pictures: the fixed system, the photographer's clock, and the same addresses
// whatever ports are free.
type PictureRun struct {
	now       func() time.Time
	addresses sync.Map // by an address on the stage: the real one
}

// PictureAPI is the address that a shared sandbox seems to have: that of credwiz sandbox.
const PictureAPI = "127.0.0.1:4010"

// NewPictureRun returns a run whose shared sandbox really listens at api.
func NewPictureRun(now func() time.Time, api string) *PictureRun {
	s := &PictureRun{now: now}
	s.addresses.Store(PictureAPI, api)
	return s
}

// Run is like the package's Run.
func (s *PictureRun) Run(ctx context.Context, args []string, in *os.File, out, errs io.Writer) int {
	c := newConsole(in, out, errs)
	c.now, c.pictures = s.now, s
	return c.run(ctx, args)
}

func (s *PictureRun) dial(ctx context.Context, network, address string) (net.Conn, error) {
	if at, ok := s.addresses.Load(address); ok {
		address, _ = at.(string)
	}
	return new(net.Dialer).DialContext(ctx, network, address)
}

func (s *PictureRun) system() system {
	w := fixedSystem()
	usual := w.addr
	w.now, w.serverNow, w.addr = s.now, s.now, freePort
	w.publicURL = func(at *url.URL) *url.URL {
		s.addresses.Store(usual, at.Host)
		return &url.URL{Scheme: at.Scheme, Host: usual}
	}
	return w
}
