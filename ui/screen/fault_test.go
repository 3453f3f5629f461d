package screen

import (
	"bytes"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"credwiz/client/redact"
	"credwiz/client/sandbox"
	"credwiz/steps"
	"credwiz/steps/answer"
	"credwiz/steps/workdir"
	"credwiz/ui/tty"
)

// secretly panics with a secret in its value, as a careless program does.
func secretly() { panic("the secret is " + sandbox.DefaultAPISecret) }

func TestAPanicAnywhereIsAReasonForLeaving(t *testing.T) {
	for where, provoke := range map[string]func(*person){
		"a step": func(p *person) {
			p.m.env.Open = func(bool) (workdir.Place, error) { secretly(); return workdir.Place{}, nil }
			p.press("enter").wait()
		},
		"Update": func(p *person) {
			p.m.script = append([]steps.Step{}, p.m.script...)
			p.m.script[0].Fields = func(steps.Env, steps.Session, answer.Answers) []answer.Field { secretly(); return nil }
			p.press("a")
		},
		"View": func(p *person) {
			p.m.script = append([]steps.Step{}, p.m.script...)
			p.m.script[0].Plan = func(steps.Env, steps.Session, answer.Answers) string { secretly(); return "" }
			p.press("abcd1234", "tab", "secret")
			for range 2 {
				if screen := p.m.View(); screen != "" {
					p.Errorf("drawn: %q", screen)
				}
			}
			p.start(p.m.guarded(p.m.awaitFault))
		},
		"a command": func(p *person) {
			p.m.env.Now = func() time.Time { secretly(); return noon }
			p.take(secondMsg{noon})
		},
		"a batch of commands": func(p *person) {
			p.start(p.m.guarded(tea.Batch(nil, func() tea.Msg { secretly(); return nil }, func() tea.Msg { return nil })))
		},
	} {
		t.Run(where, func(t *testing.T) {
			t.Attr("fault", "T3")
			t.Attr("fault", "S3")
			d := newDesk(t)
			var log bytes.Buffer
			d.env.Log, d.env.Redactor = slog.New(slog.NewJSONHandler(&log, nil)), &redact.Redactor{}
			d.env.Redactor.Hide(redact.NewSecret(sandbox.DefaultAPISecret))
			p := d.sit(80, 24)
			provoke(p)
			p.left()
			var fault *tty.FaultError
			if err := p.m.outcome(); !errors.As(err, &fault) || !strings.Contains(fault.Where, "credwiz/ui/screen.secretly, line ") {
				t.Errorf("the wizard ended with %v", err)
			}
			if said := p.m.outcome().Error(); strings.Contains(said, sandbox.DefaultAPISecret) || !strings.Contains(said, "type string") {
				t.Errorf("it says %q", said)
			}
			if told := log.String(); !strings.Contains(told, `"msg":"panic","value":"the secret is •••"`) ||
				!strings.Contains(told, "fault_test.go") || strings.Contains(told, sandbox.DefaultAPISecret) {
				t.Errorf("the log has\n%s", told)
			}
		})
	}
}

func TestTheRuntimesOwnWordsAreToldUnlessTheWizardIsLeavingAnyway(t *testing.T) {
	t.Attr("fault", "T3")
	d := newDesk(t)
	for want, leaving := range map[string]error{"index out of range [9] with length ": nil, tty.ErrInterrupted.Error(): tty.ErrInterrupted} {
		p := d.sit(80, 24)
		p.m.leaving, p.m.step = leaving, 9
		if err := p.press("a").left().m.outcome(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("the wizard ended with %v, want %s", err, want)
		}
	}
}

func TestACreateIsWaitedForWhateverEndsTheWizard(t *testing.T) {
	hup := errors.New("a signal")
	signaled := func(err error) bool { return errors.Is(err, hup) }
	ends := func(causes ...error) func(*person) {
		return func(p *person) {
			for _, cause := range causes {
				p.take(leaveMsg{cause})
			}
		}
	}
	panics := func(p *person) {
		p.m.faulty(tty.NewFault("View"))
		p.take(p.m.awaitFault())
	}
	for name, test := range map[string]struct {
		row  string
		ends func(*person)
		want func(error) bool
	}{
		"a panic":                                {"T3", panics, func(err error) bool { return errors.As(err, new(*tty.FaultError)) }},
		"a signal, then the end of the terminal": {"T4", ends(hup, tty.ErrTerminalGone), signaled},
		"the end of the terminal, then a signal": {"T4", ends(tty.ErrTerminalGone, hup), signaled},
	} {
		t.Run(name, func(t *testing.T) {
			t.Attr("fault", test.row)
			p := newDesk(t).sit(80, 24).connected()
			arrived, release := p.held(http.MethodPost)
			p.press("enter").waitFor(arrived).awaits("Create the app")
			test.ends(p)
			close(release)
			err := p.left().m.outcome()
			if !test.want(err) || !p.m.Session().Application.Exists {
				t.Errorf("the wizard ended with %v, and has %+v", err, p.m.Session().Application)
			}
		})
	}
}
