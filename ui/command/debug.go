package command

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"credwiz/client"
	"credwiz/client/redact"
	"credwiz/steps/workdir"
)

// The log of --debug may be sent to others: no header, query, body or environment, and everything passes the
// redactor.

// logFirstMessage identifies a file as a log of credwiz.
const logFirstMessage = "credwiz begins"

type runLog struct {
	*slog.Logger
	close func()
}

func (c console) openLog(name string) (runLog, error) {
	switch name {
	case "":
		return runLog{slog.New(slog.DiscardHandler), func() {}}, nil
	case "-":
		return runLog{}, errors.New("--debug: choose a file, because standard output and standard error are in use")
	}
	file, err := openLogFile(name)
	if err != nil {
		return runLog{}, fmt.Errorf("--debug: %s: %w", name, workdir.Cause(err))
	}
	w := c.redactor.Writer(file)
	log := newLog(w)
	log.Info(logFirstMessage, "version", version(), "os", runtime.GOOS, "arch", runtime.GOARCH, "term", redact.Printable(os.Getenv("TERM")),
		"stdin_terminal", isTerminal(c.in), "stdout_terminal", isTerminal(c.out), "stderr_terminal", isTerminal(c.err))
	return runLog{log, func() { _ = errors.Join(w.Close(), file.Close()) }}, nil
}

var (
	errNotALog   = errors.New("it exists and isn't a credwiz log: choose another name")
	errLogIsOpen = errors.New("others can read or change it: choose another name")
)

// openLogFile creates a private file, or reopens one of an earlier run. It follows no link and touches no other file:
// a wrong name must not overwrite a key.
func openLogFile(name string) (*os.File, error) {
	const own fs.FileMode = 0o600
	name = filepath.Clean(name)
	before, err := os.Lstat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY|os.O_APPEND, own)
	}
	switch {
	case err != nil:
		return nil, err
	case !before.Mode().IsRegular():
		return nil, errNotALog
	}
	file, err := os.OpenFile(name, os.O_RDWR|os.O_APPEND, own)
	if err != nil {
		return nil, err
	}
	if err := checkLog(file, before); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return file, nil
}

func checkLog(file *os.File, before fs.FileInfo) error {
	const first = 4 << 10
	info, err := file.Stat()
	if err != nil {
		return err
	}
	var record struct {
		Message string `json:"msg"`
	}
	line, err := bufio.NewReader(io.LimitReader(file, first)).ReadBytes('\n')
	switch {
	// The file was replaced after the Lstat.
	case !os.SameFile(before, info):
		return errNotALog
	case err != nil || json.Unmarshal(line, &record) != nil || record.Message != logFirstMessage:
		return errNotALog
	case !isPrivate(info):
		return errLogIsOpen
	}
	return nil
}

func logCalls(log *slog.Logger) client.Observer {
	return client.Observer{Finished: func(x client.Exchange) {
		told := log.With("method", x.Method, "path", x.Path, "status", x.Status, "took_ms", x.Took.Milliseconds(),
			"skew_s", int(x.Skew/time.Second))
		if x.Err != nil {
			told.Error("call failed", "error", x.Err.Error())
			return
		}
		told.Info("call")
	}}
}
