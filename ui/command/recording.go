package command

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"credwiz/client/errno"
	"credwiz/client/jwt"
	"credwiz/client/sandbox"
	"credwiz/steps"
	"credwiz/steps/workdir"
)

// world is what differs from run to run: clock, ids, keys and chance. A demo with --fixed has the same one every time, so that
// recordings come out alike.
type world struct {
	now    func() time.Time
	newID  func() string
	random func() float64 // nil takes the system's
	keys   func() (*jwt.Key, error)
	// The sandbox is another machine, with a clock and ids of its own; nil takes its defaults.
	serverNow   func() time.Time
	serverNewID func() string
	addr        string                  // where the sandbox listens, if that is free; empty is anywhere
	seen        func(*url.URL) *url.URL // the address that the sandbox seems to have, from its own; nil is the same
	dir         func() (string, error)
}

// world is that of a run.
func (c console) world(fixed bool) world {
	switch {
	case c.stage != nil:
		return c.stage.world()
	case fixed:
		return fixedWorld()
	}
	return realWorld(c.now)
}

func realWorld(now func() time.Time) world {
	return world{
		now: now, newID: uuid.NewString, keys: jwt.GenerateKey,
		dir: temporaryDir,
	}
}

func temporaryDir() (string, error) {
	dir, err := os.MkdirTemp("", "credwiz-demo-")
	if err != nil {
		return "", &workdir.TemporaryError{Path: os.TempDir(), Err: err}
	}
	return dir, nil
}

// fixedWorld stands still at noon.
func fixedWorld() world {
	noon := time.Date(2026, time.January, 2, 12, 0, 0, 0, time.UTC)
	stand := func() time.Time { return noon }
	var made atomic.Int64
	return world{
		now:    stand,
		newID:  numbered("credwiz"),
		random: func() float64 { return 0.5 },
		keys: func() (*jwt.Key, error) {
			return jwt.DeriveKey("credwiz demo " + strconv.FormatInt(made.Add(1), 10))
		},
		serverNow:   stand,
		serverNewID: numbered("sandbox"),
		addr:        "127.0.0.1:4019",
		dir:         fixedDir,
	}
}

// numbered makes UUIDs of a name and a count (version 5, RFC 9562).
func numbered(name string) func() string {
	var n atomic.Int64
	return func() string {
		return uuid.NewSHA1(uuid.NameSpaceURL, fmt.Appendf(nil, "%s/%d", name, n.Add(1))).String()
	}
}

// fixedDir is an empty folder with the same name each time. What an earlier demo left in it is removed; anything else
// is somebody's, and then it is an error.
func fixedDir() (string, error) {
	dir := filepath.Join(os.TempDir(), "credwiz-demo")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", &workdir.TemporaryError{Path: os.TempDir(), Err: err}
	}
	folder, err := workdir.Open(dir)
	if err != nil {
		return "", err
	}
	defer func() { _ = folder.Close() }()
	return dir, steps.EmptySandboxFolder(folder)
}

const anyPort = "127.0.0.1:0"

// practise starts the sandbox of this world. Another port than the usual one is better than none.
func (w world) practise(config sandbox.Config) (*sandbox.Server, error) {
	config.Now, config.NewID = w.serverNow, w.serverNewID
	server, err := sandbox.Listen(cmp.Or(w.addr, anyPort), config)
	if errors.Is(err, errno.AddressInUse) || errors.Is(err, errno.AddressReserved) {
		return sandbox.Listen(anyPort, config)
	}
	return server, err
}
