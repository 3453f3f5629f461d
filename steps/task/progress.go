package task

import (
	"fmt"
	"time"

	"credwiz/steps/words"
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
	text := words.Grouped(p.Done) + " of " + words.Grouped(p.Total)
	if p.Failed > 0 {
		text += ", " + words.Grouped(p.Failed) + " failed"
	}
	if p.Rest > 0 {
		return text + ", waiting " + words.InWords(p.Rest) + ": the API asks for it"
	}
	if p.Rate > 0 {
		text += fmt.Sprintf(", %.0f a second", p.Rate)
	}
	if p.Left >= time.Second {
		text += ", " + words.InWords(p.Left) + " left"
	}
	return text
}
