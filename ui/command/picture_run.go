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
	addresses sync.Map // the real address by the usual one
}

// PictureAPI is the address that a shared sandbox seems to have: that of credwiz sandbox.
const PictureAPI = "127.0.0.1:4010"

// NewPictureRun returns a run whose shared sandbox really listens at api.
func NewPictureRun(now func() time.Time, api string) *PictureRun {
	p := &PictureRun{now: now}
	p.addresses.Store(PictureAPI, api)
	return p
}

// Run is like the package's Run.
func (p *PictureRun) Run(ctx context.Context, args []string, in *os.File, out, errs io.Writer) int {
	c := newConsole(in, out, errs)
	c.now, c.pictures = p.now, p
	return c.run(ctx, args)
}

func (p *PictureRun) dial(ctx context.Context, network, address string) (net.Conn, error) {
	if at, ok := p.addresses.Load(address); ok {
		address, _ = at.(string)
	}
	return new(net.Dialer).DialContext(ctx, network, address)
}

func (p *PictureRun) system() system {
	s := fixedSystem()
	usual := s.addr
	s.now, s.serverNow, s.addr = p.now, p.now, freePort
	s.publicURL = func(at *url.URL) *url.URL {
		p.addresses.Store(usual, at.Host)
		return &url.URL{Scheme: at.Scheme, Host: usual}
	}
	return s
}
