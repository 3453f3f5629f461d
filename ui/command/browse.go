package command

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"runtime"
)

// browser returns nil where no browser can be seen: over SSH, and without a display.
func browser() func(address string) error {
	if os.Getenv("SSH_CONNECTION") != "" {
		return nil
	}
	var program []string
	switch runtime.GOOS {
	case "darwin":
		program = []string{"open"}
	case "windows":
		program = []string{"rundll32", "url.dll,FileProtocolHandler"}
	default:
		if os.Getenv("DISPLAY") == "" && os.Getenv("WAYLAND_DISPLAY") == "" && os.Getenv("WSL_DISTRO_NAME") == "" {
			return nil
		}
		for _, name := range []string{"xdg-open", "wslview"} {
			if _, err := exec.LookPath(name); err == nil {
				program = []string{name}
				break
			}
		}
	}
	if program == nil {
		return nil
	}
	return func(address string) error {
		open := exec.CommandContext(context.Background(), program[0], append(program[1:], address)...) //nolint:gosec // The programs are those above.
		if err := open.Start(); err != nil {
			return errors.New("no browser")
		}
		go func() { _ = open.Wait() }()
		return nil
	}
}
