package command

import (
	"net/url"
	"os"

	"credwiz/client"
	"credwiz/client/sandbox"
	"credwiz/steps/workdir"
)

// places opens the account's place and the sandbox's, when they are asked for: the first screen waits for neither.
type places struct {
	dir      string
	practice sandbox.Config
	account  *client.Client
	connect  func(*url.URL) *client.Client
	observer client.Observer
	world    world

	temporary string // the folder made for a demo
	server    *sandbox.Server
	opened    map[bool]workdir.Place
	folders   []*workdir.Dir
}

func (p *places) open(practice bool) (workdir.Place, error) {
	if place, ok := p.opened[practice]; ok {
		return place, nil
	}
	place := workdir.Place{API: p.account, Sandbox: practice}
	dir := p.dir
	if practice {
		var err error
		if place.API, err = p.sandbox(); err != nil {
			return workdir.Place{}, err
		}
		if dir == "" {
			if dir, err = p.world.dir(); err != nil {
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
	p.folders = append(p.folders, folder)
	if p.opened == nil {
		p.opened = map[bool]workdir.Place{}
	}
	p.opened[practice] = place
	return place, nil
}

// sandbox starts the server, once.
func (p *places) sandbox() (*client.Client, error) {
	if p.server == nil {
		server, err := p.world.practise(p.practice)
		if err != nil {
			return nil, err
		}
		p.server = server
	}
	host, err := client.ParseHost(p.server.URL())
	if err != nil {
		return nil, err
	}
	if p.world.seen != nil {
		host = p.world.seen(host)
	}
	return p.client(host), nil
}

func (p *places) client(host *url.URL) *client.Client {
	return p.connect(host).Observed(p.observer)
}

func (p *places) close() {
	for _, f := range p.folders {
		_ = f.Close()
	}
	if p.server != nil {
		_ = p.server.Close()
	}
	if p.temporary != "" {
		_ = os.Remove(p.temporary) // goes only if nothing was written
	}
}
