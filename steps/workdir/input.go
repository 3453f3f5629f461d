package workdir

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"credwiz/client/redact"
	"credwiz/steps/advice"
	"credwiz/steps/dotfile"
)

// All input is read here: up to a limit, until the context ends, and only as text. An error is the bare cause: a
// *TooLargeError, a *dotfile.TextError, ErrNotRegular or the system's own.

// Input limits.
const (
	// MaxText limits keys, tokens and settings.
	MaxText   = 64 << 10
	MaxRoster = 8 << 20 // enough for 20,000 users with long names
	// MaxSecret limits one line.
	MaxSecret = 4 << 10
)

// TooLargeError is an input beyond its limit, in bytes.
type TooLargeError struct{ Limit int64 }

func (e *TooLargeError) Error() string {
	if e.Limit >= 1<<20 {
		return fmt.Sprintf("it is over %d MB", e.Limit>>20)
	}
	return fmt.Sprintf("it is over %d KiB", e.Limit>>10)
}

// ReadFile reads the text of a file or pipe.
func ReadFile(ctx context.Context, path string, limit int64) (string, error) {
	return readText(ctx, func() ([]byte, error) {
		path := filepath.Clean(path)
		if info, err := os.Stat(path); err == nil && info.IsDir() {
			return nil, ErrNotRegular
		}
		file, err := os.Open(path) // waits for the other end of a pipe
		if err != nil {
			return nil, err
		}
		defer func() { _ = file.Close() }()
		return readAll(file, limit)
	})
}

// ReadStream reads the text of a stream to its end.
func ReadStream(ctx context.Context, in io.Reader, limit int64) (string, error) {
	return readText(ctx, func() ([]byte, error) { return readAll(in, limit) })
}

// ReadLine reads the first line of a stream and does not wait for more.
func ReadLine(ctx context.Context, in io.Reader, limit int64) (string, error) {
	return ReadStream(ctx, &firstLineReader{in: in}, limit)
}

// readText does not wait for a read that never ends, from a terminal or a silent pipe.
func readText(ctx context.Context, read func() ([]byte, error)) (string, error) {
	type result struct {
		content []byte
		err     error
	}
	done := make(chan result, 1)
	go func() {
		content, err := read()
		done <- result{content, err}
	}()
	select {
	case <-ctx.Done():
		return "", context.Cause(ctx)
	case r := <-done:
		if r.err != nil {
			return "", Cause(r.err)
		}
		text, err := dotfile.DecodeText(r.content)
		return string(text), err
	}
}

// readAll refuses a file by its size before reading it.
func readAll(in io.Reader, limit int64) ([]byte, error) {
	var content bytes.Buffer
	if file, ok := in.(*os.File); ok {
		if info, err := file.Stat(); err == nil && info.Mode().IsRegular() { // else the room for it doubles on the way
			if info.Size() > limit {
				return nil, &TooLargeError{limit}
			}
			content.Grow(int(info.Size()) + bytes.MinRead)
		}
	}
	_, err := content.ReadFrom(io.LimitReader(in, limit+1))
	if err == nil && int64(content.Len()) > limit {
		return nil, &TooLargeError{limit}
	}
	return content.Bytes(), err
}

// firstLineReader ends after the first line break. It reads single bytes, to wait for nothing behind it.
type firstLineReader struct {
	in    io.Reader
	wide  bool // in UTF-16 with the low byte first: a byte follows
	began bool
	ended bool
}

func (f *firstLineReader) Read(p []byte) (int, error) {
	if f.ended || len(p) == 0 {
		return 0, io.EOF
	}
	n, err := f.in.Read(p[:1])
	if n == 0 {
		return n, err
	}
	f.wide = f.wide || !f.began && p[0] == 0xff
	f.began = true
	if p[0] == '\n' {
		f.ended = true
		if f.wide && len(p) > 1 {
			more, _ := io.ReadFull(f.in, p[1:2]) // decoding reports half a character
			return n + more, nil
		}
	}
	return n, err
}

// TemporaryError is a temporary folder that cannot be made.
type TemporaryError struct {
	Path string
	Err  error
}

func (e *TemporaryError) Error() string { return e.Path + ": " + Cause(e.Err).Error() }

func (e *TemporaryError) Unwrap() error { return e.Err }

// Advice says what to do.
func (e *TemporaryError) Advice() advice.Advice {
	return advice.Advice{
		What: "Couldn't create a temporary folder in " + redact.Printable(e.Error()) + ".",
		Do:   "Set TMPDIR (TMP on Windows) to a writable folder, or choose one with --dir.",
		Kind: advice.Other, Retry: true,
	}
}

// Exists reports whether a path exists.
func Exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}
