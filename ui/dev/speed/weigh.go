//go:build linux

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"

	"credwiz/client/sandbox"
	"credwiz/ui/dev/terminal"
)

const mebibyte = 1 << 20

// weighPastes measures the processor time of a paste, until the next key.
func (l *lab) weighPastes() {
	for range pastes {
		for name, size := range map[string]int{"paste 1": mebibyte, "paste 4": 4 * mebibyte} {
			w := l.open(false, l.wizard, "--demo", "--latency", "0")
			// The key pair, whose cost varies, is made by then.
			w.sees("● Account", "Application name", "● User")
			before := w.processors()
			w.takes(size)
			l.add(name, w.processors()-before)
			w.leaves()
		}
	}
}

func (w *window) takes(size int) {
	const text = "key\rsecret\r\n"
	paste := ansi.BracketedPasteStart + strings.Repeat(text, size/len(text)) + ansi.BracketedPasteEnd
	w.lab.do(func() error { return w.Type(paste) })
	w.sees("characters were taken")
	w.press("X")
	w.sees("there is no room for more")
}

func (l *lab) weighJourney() {
	w := l.open(false, l.wizard, "--demo", "--latency", "0")
	w.sees("● Account", "Application name", "● User", "Valid for", "enter finish")
	for _, panel := range [][2]string{{"x", "List the applications"}, {"s", "[JavaScript]"}, {"r", "esc close"}, {"?", "esc close"}} {
		w.press(panel[0])
		w.sees(panel[1])
		w.press("esc")
		w.sees("enter finish")
	}
	bare := l.open(false, l.floor)
	bare.sees("● Account")
	for _, t := range []typist{{w, "memory"}, {bare, "least program's memory"}} {
		l.do(func() error {
			peak, err := t.PeakMemory()
			l.note(t.name, float64(peak)/mebibyte)
			return err
		})
	}
	bare.leaves()
	w.leaves()
}

// weighRoster polls peak memory, which is not available afterwards.
func (l *lab) weighRoster() {
	dir, url := l.folder(), l.account(0)
	l.do(func() error { return l.runRoster(dir, url) })
}

func (l *lab) runRoster(dir, url string) error {
	var users strings.Builder
	users.WriteString("name,display_name\n")
	for i := range rosterUsers {
		fmt.Fprintf(&users, "user%d,User %d\n", i, i)
	}
	roster := filepath.Join(dir, "roster.csv")
	if err := os.WriteFile(roster, []byte(users.String()), 0o600); err != nil {
		return err
	}
	run := l.command(dir, l.wizard, "--api-host", url, "--api-key", sandbox.DefaultAPIKey, "--dir", dir,
		"--no-input", "--app-name", "My App", "--users-from", roster, "--json")
	if err := run.Start(); err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() { ended <- run.Wait() }()
	again := time.NewTicker(5 * time.Millisecond)
	defer again.Stop()
	for peak := int64(0); ; {
		select {
		case <-again.C:
			if now, err := terminal.PeakMemory(run.Process.Pid); err == nil {
				peak = max(peak, now)
			}
		case err := <-ended:
			l.note("roster memory", float64(peak)/mebibyte)
			return err
		}
	}
}

func (l *lab) weighPrograms() {
	for name, program := range map[string]string{"size": l.wizard, "least program's size": l.floor} {
		l.do(func() error {
			info, err := os.Stat(program)
			if err == nil {
				l.note(name, float64(info.Size())/mebibyte)
			}
			return err
		})
	}
}
