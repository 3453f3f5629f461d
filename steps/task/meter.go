package task

import "time"

// Meter reports the progress of a work of many parts, now and then.
type Meter struct {
	Progress // so far

	w           Runner
	event       Event
	began, told time.Time
}

// NewMeter reports the start of the work.
func NewMeter(w Runner, text string, total int) *Meter {
	now := w.Now()
	m := &Meter{Progress: Progress{Total: total}, w: w, event: Event{Text: text}, began: now, told: now}
	m.report(Started)
	return m
}

func (m *Meter) report(state State) {
	p := m.Progress // because it goes to another goroutine
	m.event.State, m.event.Progress = state, &p
	m.w.Report(m.event)
}

// Add counts parts.
func (m *Meter) Add(done, failed int) {
	const interval = 100 * time.Millisecond
	p, now := &m.Progress, m.w.Now()
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

// Pause reports that the API asks for a pause.
func (m *Meter) Pause(d time.Duration) {
	m.Rest = d
	m.report(Started)
}

// End reports the end of the work, or that it was stopped.
func (m *Meter) End(stopped bool) {
	m.Left, m.Rest = 0, 0
	m.event.Took, m.event.Note = m.w.Now().Sub(m.began), m.Text()
	switch {
	case stopped:
		m.report(Failed)
	case m.Failed > 0:
		m.report(Warned)
	default:
		m.report(Done)
	}
}
