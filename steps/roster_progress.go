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

// meter reports the progress of a piece of work, now and then.
type meter struct {
	w           work
	event       Event
	progress    Progress
	began, told time.Time
}

func newMeter(w work, text string, total int) *meter {
	now := w.now()
	m := &meter{w: w, event: Event{Text: text}, progress: Progress{Total: total}, began: now, told: now}
	m.report(Started)
	return m
}

func (m *meter) report(state State) {
	p := m.progress // because it goes to another goroutine
	m.event.State, m.event.Progress = state, &p
	m.w.report(m.event)
}

// add counts what was done and what failed.
func (m *meter) add(done, failed int) {
	const interval = 100 * time.Millisecond
	p, now := &m.progress, m.w.now()
	p.Done, p.Failed, p.Rest = p.Done+done, p.Failed+failed, 0
	if took := now.Sub(m.began).Seconds(); took > 0 {
		p.Rate = float64(p.Done+p.Failed) / took
		p.Left = time.Duration(float64(p.Total-p.Done-p.Failed) / p.Rate * float64(time.Second))
	}
	if now.Sub(m.told) >= interval {
		m.told = now
		m.report(Started)
	}
}

// rest reports a pause that the API has asked for.
func (m *meter) rest(d time.Duration) {
	m.progress.Rest = d
	m.report(Started)
}

func (m *meter) end(stopped bool) {
	m.progress.Left, m.progress.Rest = 0, 0
	m.event.Took, m.event.Note = m.w.now().Sub(m.began), m.progress.Text()
	switch {
	case stopped:
		m.report(Failed)
	case m.progress.Failed > 0:
		m.report(Warned)
	default:
		m.report(Done)
	}
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
