//go:build linux

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"

	"credwiz/ui/dev/terminal"
)

const mebibyte = 1 << 20

// weighPastes measures the processor time of a paste, until the next key.
func (l *lab) weighPastes() error {
	for range pastes {
		for name, size := range map[string]int{"paste 1": mebibyte, "paste 4": 4 * mebibyte} {
			w, err := l.open(false, l.wizard, "--demo", "--latency", "0")
			if err != nil {
				return err
			}
			// The key pair, whose cost varies, is made by then.
			if err := w.sees("Connect your account", "enter continue", "Application name", "enter continue", "User name"); err != nil {
				return err
			}
			cost, err := w.cost(func() error { return w.takes(size) })
			if err != nil {
				return err
			}
			l.add(name, cost)
			if err := w.leaves(); err != nil {
				return err
			}
		}
	}
	return nil
}

func (w window) takes(size int) error {
	const text = "key\rsecret\r\n"
	paste := ansi.BracketedPasteStart + strings.Repeat(text, size/len(text)) + ansi.BracketedPasteEnd
	for _, part := range [][2]string{{paste, "characters were taken"}, {"X", "there is no room for more"}} {
		if err := w.Type(part[0]); err != nil {
			return err
		}
		if err := w.sees(part[1]); err != nil {
			return err
		}
	}
	return nil
}

func (w window) cost(do func() error) (time.Duration, error) {
	before, err := w.Processors()
	if err != nil {
		return 0, err
	}
	if err := do(); err != nil {
		return 0, err
	}
	after, err := w.Processors()
	return after - before, err
}

// weighJourney measures peak memory, with the largest screens.
func (l *lab) weighJourney() error {
	w, err := l.open(false, l.wizard, "--demo", "--latency", "0")
	if err != nil {
		return err
	}
	if err := w.sees("Connect your account", "enter continue", "Application name", "enter continue",
		"User name", "enter continue", "Valid for", "Ready to log in"); err != nil {
		return err
	}
	for _, panel := range [][2]string{{"x", "openssl"}, {"s", "Log in with JavaScript"}, {"r", "esc close"}, {"?", "esc close"}} {
		if err := w.Press(panel[0]); err != nil {
			return err
		}
		if err := w.sees(panel[1]); err != nil {
			return err
		}
		if err := w.Press("esc"); err != nil {
			return err
		}
		if err := w.sees("Time left"); err != nil {
			return err
		}
	}
	bare, err := l.open(false, l.floor)
	if err != nil {
		return err
	}
	if err := bare.sees("Connect your account"); err != nil {
		return err
	}
	for name, t := range map[string]*terminal.Terminal{"memory": w.Terminal, "least program's memory": bare.Terminal} {
		peak, err := t.PeakMemory()
		if err != nil {
			return err
		}
		l.note(name, float64(peak)/mebibyte)
	}
	if err := bare.leaves(); err != nil {
		return err
	}
	return w.leaves()
}

// weighRoster polls peak memory, which is not available afterwards.
func (l *lab) weighRoster() error {
	owner, err := newAccount(l.ctx, 0)
	if err != nil {
		return err
	}
	defer owner.close()
	dir, err := l.folder()
	if err != nil {
		return err
	}
	var users strings.Builder
	users.WriteString("name,display_name\n")
	for i := range rosterUsers {
		fmt.Fprintf(&users, "user%d,User %d\n", i, i)
	}
	roster := filepath.Join(dir, "roster.csv")
	if err := os.WriteFile(roster, []byte(users.String()), 0o600); err != nil {
		return err
	}
	run := l.command(dir, l.wizard, "--api-host", owner.url, "--api-key", owner.key, "--dir", dir,
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

func (l *lab) weighPrograms() error {
	for name, program := range map[string]string{"size": l.wizard, "least program's size": l.floor} {
		info, err := os.Stat(program)
		if err != nil {
			return err
		}
		l.note(name, float64(info.Size())/mebibyte)
	}
	return nil
}
