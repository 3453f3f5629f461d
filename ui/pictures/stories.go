//go:build unix

package main

// stories are the journeys that pictures are taken of. Each state of the wizard is in one of them.
func stories() []func(*studio) error {
	return []func(*studio) error{firstJourney, mistakes, patienceNeeded, secondDay, takenName, keyLost, leftRun, presenter}
}

func firstJourney(s *studio) error {
	return s.sits(demo(), func(c *camera) {
		c.sees("Connect your account").picture("api-key").press("?").sees("esc close").picture("explain").press("esc").press("enter")
		c.sees("enter continue").picture("account").press("x").sees("> GET").picture("calls").press("esc").press("enter")
		c.sees("Application name").picture("application").press("enter")
		c.sees("POST /v2/applications").picture("creating").sees("enter continue").picture("application-ready").press("enter")
		c.sees("User name").picture("user").press("enter").sees("enter continue").picture("user-ready").press("enter")
		c.sees("Valid for").picture("expiry").press("enter")
		c.sees("Ready to log in").picture("ready").press("s").sees("Log in with JavaScript").picture("login-code").press("esc")
		c.press("q").sees("esc close").picture("qr-code").press("esc").press("c").sees("lipboard").picture("copied")
		c.press("esc").sees("Your user is ready").press("e").sees("Change the user").picture("change")
	})
}

func mistakes(s *studio) error {
	return s.sits(demo(), func(c *camera) {
		c.sees("API key").press("tab").writes("not the secret").picture("typing").press("enter").sees("401").picture("refused")
	})
}

func patienceNeeded(s *studio) error {
	return s.sits(demo("--fault", "GET /v2/applications:429+9s:2"), func(c *camera) {
		c.sees("API key").press("enter").sees("waiting").picture("waiting").press("esc").sees("Stopped").picture("stopped")
	})
}

func secondDay(s *studio) error {
	first := s.sits(s.real(), func(c *camera) {
		c.sees("Connect").press("enter").sees("enter continue").press("enter").sees("Application name").press("enter")
		c.sees("201").sees("enter continue").press("enter").sees("User name").press("enter").sees("201").sees("enter continue").press("enter").sees("Valid for").press("enter")
		c.sees("Ready to log in")
	})
	if first != nil {
		return first
	}
	if err := s.has("Support chat", "Kiosk", "Kiosk (staging)", "Door bell", "Telehealth", "Fleet", "Chat demo"); err != nil {
		return err
	}
	return s.sits(s.real(), func(c *camera) {
		c.sees("Connect").press("enter").sees("enter continue").press("enter").sees("Use an application").picture("applications")
		c.writes("kiosk").picture("applications-search").press("backspace").press("backspace").press("backspace")
		c.press("backspace").press("backspace").writes("my client").press("enter")
		c.sees("existed already").sees("enter continue").press("enter").sees("Use a user").picture("users")
	})
}

func takenName(s *studio) error {
	begin := func(c *camera) {
		c.sees("Connect").press("enter").sees("enter continue").press("enter").sees("Application name").press("enter")
		c.sees("201").sees("enter continue").press("enter").sees("User name").press("enter").sees("201").sees("enter continue")
	}
	if err := s.sits(s.real(), begin); err != nil {
		return err
	}
	if err := forget(s.dir); err != nil {
		return err
	}
	return s.sits(s.real(), func(c *camera) {
		c.sees("Connect").press("enter").sees("enter continue").press("enter").sees("a new one").press("down").press("enter")
		c.sees("existed already").sees("enter continue").press("enter").sees("a new one").press("enter").sees("names are unique").picture("name-taken")
	})
}

func keyLost(s *studio) error {
	if err := s.has("Support chat"); err != nil {
		return err
	}
	return s.sits(s.real(), func(c *camera) {
		c.sees("Connect").press("enter").sees("enter continue").press("enter").sees("a new one").press("down")
		c.sees("Its private key").press("tab").press("down").sees("stop working at once").picture("key-lost")
	})
}

func leftRun(s *studio) error {
	err := s.sits(s.real(), func(c *camera) {
		c.sees("Connect").press("enter").sees("enter continue").press("enter").sees("Application name").press("enter").sees("201").sees("enter continue")
	})
	if err != nil {
		return err
	}
	return s.sits(s.real(), func(c *camera) { c.sees("A run in this folder was left").picture("resume") })
}

func presenter(s *studio) error {
	return s.sits(demo("--mask", "--pause", "50ms"), func(c *camera) {
		c.sees("Connect").press("enter").sees("enter continue").picture("presenter-account").press("enter").sees("Application name").press("enter")
		c.sees("201").sees("enter continue").sees("enter continue").picture("presenter-application").press("enter").sees("User name").press("enter").sees("201").sees("enter continue")
		c.sees("enter continue").press("enter").sees("Valid for").press("enter").sees("Ready to log in").picture("presenter-ready")
	})
}
