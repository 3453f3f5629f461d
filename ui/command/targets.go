package command

import (
	"cmp"
	"context"
	"errors"
	"net/url"
	"os"

	"credwiz/client"
	"credwiz/client/sandbox"
	"credwiz/steps"
	"credwiz/steps/cleanup"
	"credwiz/steps/task"
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

func (t *targets) open(practice bool) (workdir.Place, error) {
	if place, ok := t.opened[practice]; ok {
		return place, nil
	}
	place := workdir.Place{API: t.account, Sandbox: practice}
	dir := t.dir
	if practice {
		var err error
		if place.API, err = t.sandbox(); err != nil {
			return workdir.Place{}, err
		}
		if dir == "" {
			newDir := t.system.dir
			if a := t.system.addr; a != "" && a != freePort && t.server.URL() != "http://"+a {
				newDir = temporaryDir // another run with --fixed has the usual address, and the usual folder
			}
			if dir, err = newDir(); err != nil {
				return workdir.Place{}, err
			}
			t.temporary = dir
		}
	}
	folder, err := workdir.Open(cmp.Or(dir, "."))
	if err != nil {
		return workdir.Place{}, err
	}
	place.Folder = folder
	if t.opened == nil {
		t.opened = map[bool]workdir.Place{}
	}
	t.opened[practice] = place
	return place, nil
}

func (t *targets) sandbox() (*client.Client, error) {
	if t.server == nil {
		server, err := t.system.startSandbox(t.config)
		if err != nil {
			return nil, err
		}
		t.server = server
	}
	host, err := client.ParseHost(t.server.URL())
	if err != nil {
		return nil, err
	}
	if t.system.publicURL != nil {
		host = t.system.publicURL(host)
	}
	return t.client(host), nil
}

func (t *targets) client(host *url.URL) *client.Client {
	return t.connect(host).Observed(t.observer)
}

// close also deletes a demo's folder. It returns the folder if that stays, because there is something else in it.
func (t *targets) close() (kept string) {
	for _, place := range t.opened {
		_ = place.Folder.Close()
	}
	if t.server != nil {
		_ = t.server.Close()
	}
	if t.temporary == "" {
		return ""
	}
	if err := t.emptyTemporary(); err != nil {
		return t.temporary
	}
	return ""
}

func (t *targets) emptyTemporary() error {
	folder, err := workdir.Open(t.temporary)
	if err != nil {
		return err
	}
	defer func() { _ = folder.Close() }()
	removal, err := cleanup.PlanFor(folder, cleanup.Scope{})
	if err == nil && removal.Covers(folder) {
		// Its application was the sandbox's: no call is made, and nothing is left to be interrupted.
		_, err = cleanup.Remover{Env: steps.Env{Now: t.system.now}, Folder: folder, Report: func(task.Event) {}}.Remove(context.Background(), removal)
	}
	return errors.Join(err, os.Remove(t.temporary)) // which goes only if it is empty
}
