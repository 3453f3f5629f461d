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
	"credwiz/steps/cleanup"
	"credwiz/steps/workdir"
)

// system is what differs from run to run: clock, ids, keys, randomness. --fixed replaces it with a deterministic one.
type system struct {
	now    func() time.Time
	newID  func() string
	random func() float64 // nil takes the system's
	keys   func() (*jwt.Key, error)
	// The sandbox is another machine, with its own clock and ids; nil takes its defaults.
	serverNow   func() time.Time
	serverNewID func() string
	addr        string                  // where the sandbox listens, if that is free; empty is anywhere
	publicURL   func(*url.URL) *url.URL // the address that the sandbox seems to have, from its own; nil is the same
	dir         func() (string, error)
}

func (c console) system(fixed bool) system {
	switch {
	case c.pictures != nil:
		return c.pictures.system()
	case fixed:
		return fixedSystem()
	}
	return system{now: c.now, newID: uuid.NewString, keys: jwt.GenerateKey, dir: temporaryDir}
}

func temporaryDir() (string, error) {
	dir, err := os.MkdirTemp("", "credwiz-demo-")
	if err != nil {
		return "", &workdir.TemporaryError{Path: os.TempDir(), Err: err}
	}
	return dir, nil
}

func fixedSystem() system {
	noon := time.Date(2026, time.January, 2, 12, 0, 0, 0, time.UTC)
	stand := func() time.Time { return noon }
	var made atomic.Int64
	return system{
		now:    stand,
		newID:  sequentialIDs("credwiz"),
		random: func() float64 { return 0.5 },
		keys: func() (*jwt.Key, error) {
			return jwt.DeriveKey("credwiz demo " + strconv.FormatInt(made.Add(1), 10))
		},
		serverNow:   stand,
		serverNewID: sequentialIDs("sandbox"),
		addr:        "127.0.0.1:4019",
		dir:         fixedDir,
	}
}

// sequentialIDs makes UUIDs of a name and a count (version 5, RFC 9562).
func sequentialIDs(name string) func() string {
	var n atomic.Int64
	return func() string {
		return uuid.NewSHA1(uuid.NameSpaceURL, fmt.Appendf(nil, "%s/%d", name, n.Add(1))).String()
	}
}

// fixedDir returns the same folder each time, emptied of an earlier demo. It fails if the folder holds anything else.
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
	return dir, cleanup.EmptySandboxFolder(folder)
}

const freePort = "127.0.0.1:0"

// startSandbox takes any free port if the usual one is taken.
func (s system) startSandbox(config sandbox.Config) (*sandbox.Server, error) {
	config.Now, config.NewID = s.serverNow, s.serverNewID
	server, err := sandbox.Listen(cmp.Or(s.addr, freePort), config)
	if errors.Is(err, errno.AddressInUse) || errors.Is(err, errno.AddressReserved) {
		return sandbox.Listen(freePort, config)
	}
	return server, err
}
