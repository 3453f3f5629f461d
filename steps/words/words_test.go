package words_test

import (
	"strings"
	"testing"
	"time"

	"credwiz/client/jwt"
	"credwiz/steps/words"
)

// noon is when everything here happens.
var noon = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)

const (
	unclear  = "not a valid duration"
	tooLong  = "too long"
	tooShort = "too short"
	negative = "must be positive"
)

func TestParseLifetime(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]time.Duration{
		"15m": 15 * time.Minute, "90m": 90 * time.Minute, "2h30m": 150 * time.Minute, "1d": 24 * time.Hour, "24h": 24 * time.Hour,
		"1 hour": time.Hour, "1.5 hours": 90 * time.Minute, "15 minutes": 15 * time.Minute, "2 hours and 30 minutes": 150 * time.Minute,
		"1 hour, 5 min": 65 * time.Minute, "30s": 30 * time.Second, "90 secs": 90 * time.Second, "0.5d": 12 * time.Hour,
		" 2H ": 2 * time.Hour, "1h 30 m": 90 * time.Minute, "86400s": 24 * time.Hour, "1440 mins": 24 * time.Hour,
		"23h59m59s": 24*time.Hour - time.Second, "40.6s": 41 * time.Second, "2 hrs": 2 * time.Hour, "1 day": 24 * time.Hour,
	} {
		got, err := words.ParseLifetime(text)
		if err != nil || got != want {
			t.Errorf("%q: got %v, %v, want %v", text, got, err, want)
		}
	}
}

func TestParseLifetimeRefusesWithTheReason(t *testing.T) {
	t.Parallel()
	for text, reason := range map[string]string{
		"25h": tooLong, "24h0m1s": tooLong, "2d": tooLong, "1d1s": tooLong, "1440m 1s": tooLong,
		"99999999999999999999h": tooLong, strings.Repeat("9", 400) + "h": tooLong, "86401s": tooLong,
		strings.Repeat("25h", 103_000): tooLong, strings.Repeat("24h", 107_000): tooLong,
		"0": tooShort, "29s": tooShort, "0h": tooShort, "29.9s": tooShort, "0.001m": tooShort,
		"-1h": negative, "-5": negative,
		"": unclear, "  ": unclear, "banana": unclear, "h": unclear, "1x": unclear, "1h-2m": unclear, "1h+2m": unclear, ".5h": unclear,
		"1e3s": unclear, "1m banana": unclear, "an hour": unclear, "1handy": unclear, "१h": unclear, "1 fortnight": unclear,
		"10": "10s for seconds", "30": "30s for seconds", "1h30": "30s for seconds", "1,5 hours": "1s for seconds",
		"24": "or 24h for hours", "90": "90s for seconds or 90m for minutes", "1441": "add a unit: 1441s for seconds", "86401": tooLong,
	} {
		short := text[:min(len(text), 30)]
		got, err := words.ParseLifetime(text)
		if err == nil {
			t.Errorf("%q is accepted as %v", short, got)
			continue
		}
		if !strings.Contains(err.Error(), reason) {
			t.Errorf("%q: got %q, want %q", short, err, reason)
		}
	}
}

func FuzzParseLifetime(f *testing.F) {
	for _, text := range []string{
		"15m", "90m", "2h30m", "1d", "1 hour", "1.5 hours", "24h", "25h", "0", "-1h", "banana", "", "10", "1h-2m", "24h0m1s",
		"9999999999999999999999999999999h", "1 hour, and 5 min", "2562047h47m16.854775807s",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := words.ParseLifetime(text)
		switch {
		case err != nil && (got != 0 || err.Error() == ""):
			t.Errorf("%q: got %v beside %q", text, got, err)
		case err == nil && (got < jwt.MinLifetime || got > jwt.MaxLifetime || got%time.Second != 0):
			t.Errorf("%q is accepted as %v", text, got)
		}
	})
}

func TestInWords(t *testing.T) {
	t.Parallel()
	for d, want := range map[time.Duration]string{
		0:                           "0 seconds",
		999 * time.Millisecond:      "0 seconds",
		time.Second:                 "1 second",
		59 * time.Second:            "59 seconds",
		time.Minute:                 "1 minute",
		65 * time.Second:            "1 minute 5 seconds",
		time.Hour:                   "1 hour",
		time.Hour + time.Second:     "1 hour",
		90 * time.Minute:            "1 hour 30 minutes",
		24*time.Hour - time.Second:  "23 hours 59 minutes",
		24 * time.Hour:              "24 hours",
		61*time.Minute + 1999999999: "1 hour 1 minute",
	} {
		equal(t, d.String(), words.InWords(d), want)
	}
}

func TestMoment(t *testing.T) {
	t.Parallel()
	paris := time.FixedZone("CET", 3600)
	for _, test := range []struct {
		name   string
		t, now time.Time
		want   string
	}{
		{"today", noon.Add(4 * time.Hour), noon, "today at 16:00"},
		{"now", noon, noon, "today at 12:00"},
		{"the last minute of today", noon.Add(12*time.Hour - time.Minute), noon, "today at 23:59"},
		{"midnight", noon.Add(12 * time.Hour), noon, "tomorrow at 00:00"},
		{"in 24 hours", noon.Add(24*time.Hour + 5*time.Minute), noon, "tomorrow at 12:05"},
		{"yesterday", noon.Add(-13 * time.Hour), noon, "yesterday at 23:00"},
		{"another day", noon.Add(48 * time.Hour), noon, "Fri, Mar 6, 2026 at 12:00"},
		{"in the zone of now", noon, noon.In(paris), "today at 13:00"},
		{"tomorrow there already", noon.Add(11*time.Hour + 30*time.Minute), noon.In(paris), "tomorrow at 00:30"},
		{"over the end of the year", time.Date(2027, 1, 1, 1, 0, 0, 0, time.UTC), time.Date(2026, 12, 31, 23, 0, 0, 0, time.UTC), "tomorrow at 01:00"},
	} {
		equal(t, test.name, words.Moment(test.t, test.now), test.want)
	}
	// A day of 23 hours: the clocks go forward in the night.
	if berlin, err := time.LoadLocation("Europe/Berlin"); err == nil {
		evening := time.Date(2026, 3, 28, 23, 30, 0, 0, berlin)
		equal(t, "over a short night", words.Moment(evening.Add(23*time.Hour+15*time.Minute), evening), "tomorrow at 23:45")
		equal(t, "over a short night and a day", words.Moment(evening.Add(24*time.Hour), evening), "Mon, Mar 30, 2026 at 00:30")
	}
}

func equal[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}
