package sandbox

import (
	"fmt"

	"credwiz/client/guard"
)

// Server is a Sandbox that listens on an address until Close. Start and Listen make one.
type Server struct {
	*Sandbox
	*guard.Server
}

// Listen serves a new sandbox on an address, such as "127.0.0.1:4020", until
// Close. Port 0 is a free one. The host may be a name; with none the sandbox
// listens on all addresses of the machine.
func Listen(addr string, cfg Config) (*Server, error) {
	sandbox := New(cfg)
	server, err := sandbox.guard.Listen(addr, sandbox)
	if err != nil {
		return nil, fmt.Errorf("sandbox: %w", err)
	}
	return &Server{sandbox, server}, nil
}

// Start serves a new sandbox on a free port of 127.0.0.1 until Close.
func Start(cfg Config) (*Server, error) {
	return Listen("127.0.0.1:0", cfg)
}
