package command

import (
	"net"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestTheSandboxEndsWithTheWizard(t *testing.T) {
	t.Attr("fault", "B7")
	before := goleak.IgnoreCurrent()
	p := &targets{dir: t.TempDir(), connect: console{now: time.Now}.client}
	place := must(p.open(true))
	address := strings.TrimPrefix(place.API.Host().String(), "http://")
	conn := must(net.Dial("tcp", address))
	p.close()
	_ = conn.Close()
	if conn, err := net.Dial("tcp", address); err == nil {
		_ = conn.Close()
		t.Error("it still listens")
	}
	goleak.VerifyNone(t, before)
}
