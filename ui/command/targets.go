package command

import (
	"net/url"
	"os"

	"credwiz/client"
	"credwiz/client/sandbox"
	"credwiz/steps/workdir"
)

// targets opens the account and the sandbox when they are first needed, so that the first screen waits for neither.
type targets struct {
	dir      string
	config   sandbox.Config
	account  *client.Client
	connect  func(*url.URL) *client.Client
	observer client.Observer
	system   system

	temporary string // the folder made for a demo
	server    *sandbox.Server
	opened    map[bool]workdir.Place
}

func (p *targets) open(practice bool) (workdir.Place, error) {
	if place, ok := p.opened[practice]; ok {
		return place, nil
	}
	place := workdir.Place{API: p.account, Practice: practice}
	dir := p.dir
	if practice {
		var err error
		if place.API, err = p.sandbox(); err != nil {
			return workdir.Place{}, err
		}
		if dir == "" {
			if dir, err = p.system.dir(); err != nil {
				return workdir.Place{}, err
			}
			p.temporary = dir
		}
	}
	if dir == "" {
		dir = "."
	}
	folder, err := workdir.Open(dir)
	if err != nil {
		return workdir.Place{}, err
	}
	place.Folder = folder
	if p.opened == nil {
		p.opened = map[bool]workdir.Place{}
	}
	p.opened[practice] = place
	return place, nil
}

func (p *targets) sandbox() (*client.Client, error) {
	if p.server == nil {
		server, err := p.system.startSandbox(p.config)
		if err != nil {
			return nil, err
		}
		p.server = server
	}
	host, err := client.ParseHost(p.server.URL())
	if err != nil {
		return nil, err
	}
	if p.system.publicURL != nil {
		host = p.system.publicURL(host)
	}
	return p.client(host), nil
}

func (p *targets) client(host *url.URL) *client.Client {
	return p.connect(host).Observed(p.observer)
}

func (p *targets) close() {
	for _, place := range p.opened {
		_ = place.Folder.Close()
	}
	if p.server != nil {
		_ = p.server.Close()
	}
	if p.temporary != "" {
		_ = os.Remove(p.temporary) // goes only if nothing was written
	}
}
