// Package words puts durations, counts and command lines into words.
package words

import (
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"credwiz/client"
	"credwiz/client/jwt"
	"credwiz/client/redact"
)

// lifetimePart matches 2h, 30 min or 1.5 hours at the start.
var lifetimePart = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^([0-9]+(?:\.[0-9]+)?)\s*([a-z]*)\s*(?:,|and\b)?\s*`)
})

// ParseLifetime reads a token's lifetime: 90m, 2h30m, 24h, 1d, 15 minutes, 1.5 hours. It refuses what the platform
// would not honor.
func ParseLifetime(text string) (time.Duration, error) {
	rest := strings.ToLower(strings.TrimSpace(text))
	if strings.HasPrefix(rest, "-") {
		return 0, errors.New("must be positive. Try 90m or 2h30m")
	}
	if rest == "" {
		return 0, errUnclearLifetime
	}
	var total time.Duration
	for rest != "" {
		part := lifetimePart().FindStringSubmatch(rest)
		if part == nil {
			return 0, errUnclearLifetime
		}
		number, _ := strconv.ParseFloat(part[1], 64) // infinite if it is out of range
		unit, ok := lifetimeUnit(part[2])
		switch {
		case part[2] == "" && number == 0:
			unit = time.Second
		case part[2] == "":
			return 0, missingUnit(part[1], number)
		case !ok:
			return 0, errUnclearLifetime
		}
		if number > float64(jwt.MaxLifetime/unit)+1 {
			return 0, errTooLong
		}
		total += time.Duration(number * float64(unit))
		if total > jwt.MaxLifetime {
			return 0, errTooLong // before the sum overflows
		}
		rest = rest[len(part[0]):]
	}
	if total < jwt.MinLifetime {
		return 0, errTooShort
	}
	return total.Round(time.Second), nil
}

// missingUnit offers the units with which the number is not too long.
func missingUnit(text string, number float64) error {
	switch {
	case number <= jwt.MaxLifetime.Hours():
		return fmt.Errorf("add a unit: %[1]ss for seconds, %[1]sm for minutes or %[1]sh for hours", text)
	case number <= jwt.MaxLifetime.Minutes():
		return fmt.Errorf("add a unit: %[1]ss for seconds or %[1]sm for minutes", text)
	case number <= jwt.MaxLifetime.Seconds():
		return fmt.Errorf("add a unit: %ss for seconds", text)
	}
	return errTooLong
}

var (
	errUnclearLifetime = errors.New("not a valid duration. Try 90m or 2h30m")
	errTooLong         = errors.New("too long: tokens work for at most 24 hours")
	errTooShort        = errors.New("too short: tokens must last at least 30 seconds")
)

func lifetimeUnit(name string) (time.Duration, bool) {
	switch name {
	case "s", "sec", "secs", "second", "seconds":
		return time.Second, true
	case "m", "min", "mins", "minute", "minutes":
		return time.Minute, true
	case "h", "hr", "hrs", "hour", "hours":
		return time.Hour, true
	case "d", "day", "days":
		return 24 * time.Hour, true
	}
	return 0, false
}

// InWords writes a duration in its two largest units: "23 hours 59 minutes", "1 minute 5 seconds".
func InWords(d time.Duration) string {
	d = d.Truncate(time.Second)
	units := []struct {
		size time.Duration
		name string
	}{{time.Hour, "hour"}, {time.Minute, "minute"}, {time.Second, "second"}}
	for i, unit := range units {
		n := int(d / unit.size)
		if n == 0 {
			continue
		}
		words := Plural(n, unit.name)
		if i+1 < len(units) {
			next := units[i+1]
			if m := int(d % unit.size / next.size); m > 0 {
				words += " " + Plural(m, next.name)
			}
		}
		return words
	}
	return "0 seconds"
}

// Plural writes a small number of things: "1 hour", "23 hours".
func Plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}

// Moment writes a time as seen from now, in now's time zone: "today at 16:04", "tomorrow at 14:05".
func Moment(t, now time.Time) string {
	t = t.In(now.Location())
	day := func(t time.Time) time.Time {
		return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
	}
	days := int(day(t).Sub(day(now)).Hours() / 24)
	if name, near := map[int]string{-1: "yesterday", 0: "today", 1: "tomorrow"}[days]; near {
		return name + " at " + t.Format("15:04")
	}
	return t.Format("Mon, Jan 2, 2006 at 15:04")
}

// DescribeSkew compares the clocks: "2 minutes behind the API".
func DescribeSkew(skew time.Duration) string {
	if skew > 0 {
		return InWords(skew) + " behind the API"
	}
	return InWords(-skew) + " ahead of the API"
}

// Grouped writes a number with commas between thousands.
func Grouped(n int) string {
	if n < 1000 {
		return strconv.Itoa(n)
	}
	return fmt.Sprintf("%s,%03d", Grouped(n/1000), n%1000)
}

// Counted writes a number of things: "1 user", "1,000 users".
func Counted(n int, thing string) string {
	if n != 1 {
		thing += "s"
	}
	return Grouped(n) + " " + thing
}

// ShortList is how many choices fit at a glance.
const ShortList = 12

// Some names the first ones, as many as most, and counts the others.
func Some[T any](all []T, most int, name func(T) string) string {
	var names []string
	for _, one := range all[:min(len(all), most)] {
		names = append(names, name(one))
	}
	text := strings.Join(names, ", ")
	if more := len(all) - len(names); more > 0 {
		text += " and " + Grouped(more) + " more"
	}
	return text
}

// LowerFirst turns a sentence into a part of another.
func LowerFirst(text string) string { return strings.ToLower(text[:1]) + text[1:] }

// Target is the folder and the API of a proposed command line.
type Target struct {
	Dir  string // as the user gave it; empty or a dot for the current one
	Host string // the API's base URL; empty for the usual one
}

// Command returns a credwiz command line for a shell. The first word is the command, unless it is the wizard.
func (t Target) Command(words ...string) string {
	line := []string{"credwiz"}
	wizard := len(words) == 0 || strings.HasPrefix(words[0], "--")
	if !wizard {
		line, words = append(line, words[0]), words[1:]
	}
	if t.Dir != "" && filepath.Clean(t.Dir) != "." {
		line = append(line, "--dir", t.Dir)
	}
	// Other commands take the host from the folder, or need none.
	if wizard && t.Host != "" && t.Host != client.DefaultHost {
		line = append(line, "--api-host", t.Host)
	}
	return Command(append(line, words...)...)
}

var plainFlag = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^-(?:[A-Za-z]|-[a-z-]+)$`) })

// Command is a command line for a shell.
func Command(words ...string) string {
	quoted := make([]string, len(words))
	for i, word := range words {
		quoted[i] = word
		if !plainFlag().MatchString(word) {
			quoted[i] = InShell(word)
		}
	}
	return redact.Printable(strings.Join(quoted, " "))
}

var plainWord = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Za-z0-9_./:@%+,][A-Za-z0-9_./:@%+,=-]*$`) })

// InShell quotes a word for a shell only if it needs quotes.
func InShell(word string) string {
	if plainWord().MatchString(word) {
		return word
	}
	return ShellQuote(word)
}

// ShellQuote quotes a text as one word for every POSIX shell.
func ShellQuote(text string) string {
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}
