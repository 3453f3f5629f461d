package cleanup

import (
	"context"
	"time"

	"credwiz/client"
	"credwiz/steps"
	"credwiz/steps/words"
	"credwiz/steps/workdir"
)

const (
	// allUsers is what is known without the API.
	allUsers   = "with all its users"
	countPages = 10
	countTime  = 3 * time.Second // it's only to know more
)

// Count asks the API how many users who are not from this folder go with each application, and adds it to the plan.
// What can't be asked stays as it is.
func (r Remover) Count(ctx context.Context, plan Plan) {
	ctx, cancel := context.WithTimeout(ctx, countTime)
	defer cancel()
	for _, p := range plan.applications {
		item := &plan.Items[p.item]
		if item.Why != allUsers || p.key == nil {
			continue
		}
		switch n, more, err := r.others(ctx, p); {
		case err != nil:
		case more:
			item.Why = allUsers + ", over " + words.Grouped(n) + " of them not from this folder"
		case n > 0:
			item.Why = allUsers + ", " + words.Grouped(n) + " of them not from this folder"
		default:
			item.Why = ""
		}
	}
}

// others counts the application's users who are not from this folder; there may be more of them.
func (r Remover) others(ctx context.Context, p planItem) (n int, more bool, err error) {
	host, err := r.trustedHost(p.app)
	if err != nil {
		return 0, false, err
	}
	s := steps.Session{Place: workdir.Place{API: r.Dial(host), Folder: r.Folder}}
	s.Key.Private, s.Application.ID = p.key, p.app.ID
	admin, err := s.Admin(r.Env)
	if err != nil {
		return 0, false, err
	}
	here := map[string]bool{}
	for _, user := range p.app.Users {
		here[user.Name] = true
	}
	var page client.UserPage
	for range countPages {
		if page, err = s.Place.API.ListUsers(ctx, admin, page.Next, 100); err != nil {
			return 0, false, err
		}
		for _, user := range page.Users {
			if !here[user.Name] {
				n++
			}
		}
		if page.Next == "" {
			return n, false, nil
		}
	}
	return n, true, nil
}

// isSame compares items of two plans. The users of others may have changed, or not have been counted.
func isSame(a, b Item) bool {
	if a.Kind == ApplicationItem {
		a.Why = b.Why
	}
	return a == b
}
