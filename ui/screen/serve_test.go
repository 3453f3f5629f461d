package screen

import (
	"context"
	"errors"
	"testing"

	"credwiz/steps"
)

func TestTheLoginIsTriedInTheBrowserFromTheLastScreenAndHome(t *testing.T) {
	const address = "http://127.0.0.1:4011/"
	for name, sit := range map[string]func(d *desk) (p *person, key string){
		"the last screen": func(d *desk) (*person, string) { return d.sit(80, 24).ready(), "b" },
		"home": func(d *desk) (*person, string) {
			d.account().sit(80, 24).ready()
			d.setUp()
			p := d.sit(80, 24)
			p.m.tools.Serve = func(context.Context, steps.Session) (string, error) { return address, nil }
			p.m = p.m.goHome()
			return p.press("down").sees("❯ Try it in the browser"), "enter"
		},
	} {
		t.Run(name, func(t *testing.T) {
			p, key := sit(newDesk(t))
			var opened, application string
			p.m.tools.Serve = func(_ context.Context, s steps.Session) (string, error) {
				application = s.Application.ID
				return address, nil
			}
			p.m.tools.Browse = func(page string) error { opened = page; return nil }
			p.press(key).awaits("Opened " + address + " in your browser")
			if opened != address || application != p.api.Applications()[0].ID {
				t.Errorf("opened %q for the application %q", opened, application)
			}
			p.m.tools.Browse = func(string) error { return errors.New("no browser") }
			p.press(key).awaits("Open " + address + " in your browser")
		})
	}
}
