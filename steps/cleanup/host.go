package cleanup

import (
	"fmt"
	"net/url"
	"slices"

	"credwiz/client"
	"credwiz/steps/journal"
	"credwiz/steps/task"
	"credwiz/steps/workdir"
)

// The hosts that a removal calls come from the journal, so they are checked as any host from a file is.

// touches reports whether something of the application may be deleted at its API.
func (c planItem) touches() bool { return c.stays == "" && c.remote() }

// calls reports whether a call to the application's API is made, with the account's credentials or a token of its key.
func (r *run) calls(c planItem) bool {
	return c.touches() && (c.needsAccount() || slices.ContainsFunc(c.users, func(at int) bool { return r.items[at].State == ToDelete }))
}

func (r *run) host(app journal.Application) (*url.URL, error) {
	host, err := client.ParseHost(app.APIHost)
	if err != nil {
		return nil, &journal.Error{Path: r.Folder.Path(workdir.JournalFile), Err: fmt.Errorf("API host: %w", err)}
	}
	return host, nil
}

func (r *run) checkHosts(all []planItem) error {
	for _, c := range all {
		if err := r.checkHost(c); err != nil {
			return err
		}
	}
	return nil
}

func (r *run) checkHost(c planItem) error {
	if !r.calls(c) {
		return nil
	}
	host, err := r.host(c.app)
	if err != nil {
		return err
	}
	return task.HostOrigin{File: r.Folder.Path(workdir.JournalFile), APIKey: c.app.APIKey}.Check(host, c.app.APIKey, r.Answers)
}
