//go:build unix

package main

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

func stories() []func(*studio) error {
	return []func(*studio) error{
		firstJourney, callUnderWay, mistakes, patienceNeeded, secondDay, takenName, keyLost, leftRun, presenter,
		noNetwork, portal, clockOff, anotherHost, keyInTheWay, openKey, lineByLine, workshop, receipt, commands,
	}
}

// connects is for a demo, which suggests its key and secret. With those of account the step needs no key.
func (c *camera) connects() *camera {
	return c.sees("● Account").press("enter").sees("✓ Account")
}

func (c *camera) createsApplication() *camera {
	return c.sees("● Application").press("enter").sees("Application created")
}

func (c *camera) createsUser() *camera {
	return c.sees("● User").press("enter").sees("User created")
}

func (c *camera) signsToken() *camera {
	return c.sees("Valid for").press("enter").sees("enter finish")
}

func firstJourney(s *studio) error {
	return s.sits(demo(), func(c *camera) {
		c.sees("● Account").picture("api-key").press("?").sees("esc close").picture("explain").press("esc").press("enter")
		c.sees("Application name").picture("application").press("esc").sees("e change answers").picture("account")
		c.press("x").sees("> GET").picture("calls").press("esc").press("enter").sees("Application name").press("tab").sees("readable only by you").press("tab").sees("[ ] Voice").picture("more-options")
		c.press("enter").sees("Application created").sees("● User").picture("user").press("esc").sees("e rename").picture("application-ready").press("enter")
		c.sees("● User").press("enter").sees("Valid for").picture("expiry").press("esc").sees("e change").picture("user-ready").press("enter")
		c.signsToken().picture("ready").press("s").sees("[JavaScript]").picture("login-code").press("esc")
		c.press("i").sees("Signature").picture("token-explained").press("esc").press("r").sees("esc close").picture("qr-code").press("esc").press("c").sees("lipboard").picture("copied")
		c.press("esc").sees("e change").press("e").sees("enter change user").picture("change")
	})
}

func callUnderWay(s *studio) error {
	return s.sits(demo("--fault", "POST /v2/applications:hang"), func(c *camera) {
		c.connects().sees("Application name").press("enter")
		c.sees("POST /v2/applications").picture("creating")
	})
}

func mistakes(s *studio) error {
	return s.sits(demo(), func(c *camera) {
		c.sees("API key").writes("abcd1234").press("tab").writes("not the secret").sees("14 characters").picture("typing").press("enter").sees("401").picture("refused")
	})
}

func patienceNeeded(s *studio) error {
	return s.sits(demo("--fault", "GET /v2/applications:429+9s:2"), func(c *camera) {
		c.sees("API key").press("enter").sees("waiting").picture("waiting").press("esc").sees("Canceled").picture("stopped")
	})
}

func secondDay(s *studio) error {
	first := s.sits(account(), func(c *camera) {
		c.createsApplication().createsUser().signsToken()
	})
	if first != nil {
		return first
	}
	if err := s.has("Support chat", "Kiosk", "Kiosk (staging)", "Door bell", "Telehealth", "Fleet", "Chat demo"); err != nil {
		return err
	}
	return s.sits(account(), func(c *camera) {
		c.sees("New token for alice").picture("home").press("down").press("down").press("down").press("enter")
		c.sees("❯ + Create a new application").picture("applications")
		c.writes("kiosk").sees("kiosk").picture("applications-search").press("backspace").press("backspace").press("backspace")
		c.press("backspace").press("backspace").writes("my client").press("enter")
		c.sees("● User").sees("your last run").picture("users")
	})
}

func takenName(s *studio) error {
	begin := func(c *camera) {
		c.createsApplication().createsUser()
	}
	if err := s.sits(account(), begin); err != nil {
		return err
	}
	if err := forget(s.dir); err != nil {
		return err
	}
	return s.sits(account(), func(c *camera) {
		c.sees("+ Create a new").press("enter").sees("enter use the key").press("enter").sees("● User").writes("alice").sees("alice").press("enter").sees("ames are unique").picture("name-taken")
	})
}

func keyLost(s *studio) error {
	if err := s.has("Support chat"); err != nil {
		return err
	}
	return s.sits(account(), func(c *camera) {
		c.sees("+ Create a new application").press("down")
		c.sees("Private key not found").press("tab").press("down").press("enter").sees("stop working at once").picture("key-lost")
	})
}

func leftRun(s *studio) error {
	err := s.sits(account(), func(c *camera) {
		c.createsApplication().sees("● User")
	})
	if err != nil {
		return err
	}
	return s.sits(account(), func(c *camera) { c.sees("You have an unfinished setup").picture("resume") })
}

func presenter(s *studio) error {
	return s.sits(demo("--mask", "--pause", "50ms"), func(c *camera) {
		c.sees("● Account").press("enter").sees("enter continue").picture("presenter-account").press("enter").createsApplication().sees("enter continue").picture("presenter-application").press("enter")
		c.createsUser().sees("enter continue").press("enter").signsToken().picture("presenter-ready")
	})
}

func forACamera(s *studio) error {
	return s.sits(demo("--expires", "1h"), func(c *camera) {
		c.connects().createsApplication().createsUser().sees("enter finish").press("r").sees("esc close").picture("qr-code")
	})
}

func noNetwork(s *studio) error {
	return s.sits([]string{"--api-host", "http://127.0.0.1:1", "--api-key", "abcd1234"}, func(c *camera) {
		c.sees("waiting").press("esc").sees("Canceled").press("enter").sees("try 4 of 4").sees("enter try").picture("no-network")
	})
}

func portal(s *studio) error {
	return s.sits(demo("--fault", "GET /v2/applications:html"), func(c *camera) {
		c.sees("● Account").press("enter").sees("enter try").picture("web-page")
	})
}

func clockOff(s *studio) error {
	return s.sits(demo("--skew", "15m"), func(c *camera) { c.sees("● Account").press("enter").sees("clock").sees("change").picture("clock") })
}

func anotherHost(s *studio) error {
	return s.sits([]string{"--api-host", "https://vonage.example.com", "--api-key", "abcd1234"}, func(c *camera) {
		c.sees("would get your API key").picture("another-host")
	})
}

func keyInTheWay(s *studio) error {
	if err := s.key(0o600); err != nil {
		return err
	}
	return s.sits(account(), func(c *camera) {
		c.sees("Application name").picture("key-exists")
	})
}

func openKey(s *studio) error {
	if err := s.key(0o644); err != nil {
		return err
	}
	return s.sits(account(), func(c *camera) {
		c.sees("Application name").press("enter")
		c.sees("mode 0644").picture("open-key")
	})
}

func lineByLine(s *studio) error {
	return s.sits(demo("--plain"), func(c *camera) {
		c.sees("like abcd1234").press("enter").sees("API secret").press("enter").sees("Application name [").press("enter")
		c.sees("Name [").press("enter").sees("Valid for").picture("plain")
	})
}

func workshop(s *studio) error {
	names := make([]string, 60)
	for i := range names {
		names[i] = fmt.Sprintf("guest%02d", i+1)
	}
	return s.sits(account(), func(c *camera) {
		c.createsApplication().sees("● User").writes(strings.Join(names, ", ")).sees("56 more").picture("several-users")
		s.holds.Store(true)
		c.press("enter").sees("0 of 60")
		for n := range 24 {
			c.do(func() error { return s.creates(100 * time.Millisecond) }).sees(fmt.Sprintf("%d of 60", n+1))
		}
		c.picture("several-users-progress")
		close(s.held)
		c.sees("Valid for").picture("several-users-ready").signsToken().picture("several-users-tokens")
	})
}

func receipt(s *studio) error {
	return s.sits(account(), func(c *camera) {
		c.createsApplication().createsUser().signsToken().press("enter").sees("delete what it created").picture("receipt")
	})
}

func commands(s *studio) error {
	err := s.sits(account(), func(c *camera) {
		c.createsApplication().createsUser().signsToken()
	})
	if err != nil {
		return err
	}
	return errors.Join(
		s.sits([]string{"status"}, func(c *camera) { c.sees("Files").picture("status") }),
		s.sits([]string{"inspect"}, func(c *camera) { c.sees("Token ID").picture("inspect") }),
		s.sits([]string{"clean"}, func(c *camera) { c.sees("[y/N]").picture("clean") }),
	)
}
