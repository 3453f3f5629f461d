package steps

import (
	"time"

	"credwiz/steps/task"
)

// meter reports progress now and then.
type meter struct {
	w           task.Runner
	event       task.Event
	progress    task.Progress
	began, told time.Time
}

func newMeter(w task.Runner, text string, total int) *meter {
	now := w.Now()
	m := &meter{w: w, event: task.Event{Text: text}, progress: task.Progress{Total: total}, began: now, told: now}
	m.report(task.Started)
	return m
}

func (m *meter) report(state task.State) {
	p := m.progress // because it goes to another goroutine
	m.event.State, m.event.Progress = state, &p
	m.w.Report(m.event)
}

func (m *meter) add(done, failed int) {
	const interval = 100 * time.Millisecond
	p, now := &m.progress, m.w.Now()
	p.Done, p.Failed, p.Rest = p.Done+done, p.Failed+failed, 0
	if took := now.Sub(m.began).Seconds(); took > 0 {
		p.Rate = float64(p.Done+p.Failed) / took
		p.Left = time.Duration(float64(p.Total-p.Done-p.Failed) / p.Rate * float64(time.Second))
	}
	if now.Sub(m.told) >= interval {
		m.told = now
		m.report(task.Started)
	}
}

func (m *meter) rest(d time.Duration) {
	m.progress.Rest = d
	m.report(task.Started)
}

func (m *meter) end(stopped bool) {
	m.progress.Left, m.progress.Rest = 0, 0
	m.event.Took, m.event.Note = m.w.Now().Sub(m.began), m.progress.Text()
	switch {
	case stopped:
		m.report(task.Failed)
	case m.progress.Failed > 0:
		m.report(task.Warned)
	default:
		m.report(task.Done)
	}
}
