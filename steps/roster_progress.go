package steps

import (
	"fmt"
	"strconv"
	"time"
)

// Progress is how far work on many things is.
type Progress struct {
	Done, Failed, Total int
	Rate                float64       // a second; 0 while it is not known
	Left                time.Duration // until all is done, at that rate; 0 while it is not known
	Rest                time.Duration // that the API has asked for; 0 if it has not
}

// Text says it in words: "240 of 1,000, 310 a second, 3 seconds left".
func (p Progress) Text() string {
	text := grouped(p.Done) + " of " + grouped(p.Total)
	if p.Failed > 0 {
		text += ", " + grouped(p.Failed) + " failed"
	}
	if p.Rest > 0 {
		return text + ", waiting " + InWords(p.Rest) + ": the API asks for it"
	}
	if p.Rate > 0 {
		text += fmt.Sprintf(", %.0f a second", p.Rate)
	}
	if p.Left >= time.Second {
		text += ", " + InWords(p.Left) + " left"
	}
	return text
}

// grouped writes a number with commas between thousands.
func grouped(n int) string {
	if n < 1000 {
		return strconv.Itoa(n)
	}
	return fmt.Sprintf("%s,%03d", grouped(n/1000), n%1000)
}

// counted is a number of things: "1 user", "1,000 users".
func counted(n int, thing string) string {
	if n != 1 {
		thing += "s"
	}
	return grouped(n) + " " + thing
}
