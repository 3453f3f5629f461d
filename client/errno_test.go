package client_test

import (
	"errors"
	"net"
	"net/http"
	"testing"

	"credwiz/client"
	"credwiz/client/errno"
)

// The numbers come from the system itself here, so this holds on Windows as well.
func TestTheSystemsOwnNumbersAreKnown(t *testing.T) {
	t.Attr("fault", "field-C16")
	reset := serveURL(t, func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			panic(err)
		}
		_ = conn.(*net.TCPConn).SetLinger(0) // closing sends a reset
		_ = conn.Close()
	})
	for name, test := range map[string]struct {
		url          string
		number       error
		read, create bool // whether it is sent again
	}{
		"refused": {refusedURL(t), errno.Refused, true, true},
		"reset":   {reset, errno.Reset, true, false},
	} {
		t.Run(name, func(t *testing.T) {
			err := createApplication(t.Context(), at(t, test.url))
			if !errors.Is(err, test.number) {
				t.Fatalf("got %v", err)
			}
			for creates, want := range map[bool]bool{false: test.read, true: test.create} {
				if _, again := (client.Attempt{Err: err, Tries: 1, Creates: creates}).Next(half); again != want {
					t.Errorf("creates %t: sent again %t", creates, again)
				}
			}
		})
	}
}
