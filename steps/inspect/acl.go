package inspect

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"

	"credwiz/client/jwt"
	"credwiz/steps/words"
)

// loginPath is where the Client SDK logs in and refreshes its session (found by running @vonage/client-sdk 2.3.1).
const loginPath = "/v0.2/sessions"

func (i *inspector) judgeACL() {
	i.acl = i.reading.Claims.ReadACL()
	fix := "Sign a new one with today's paths:"
	switch i.acl.Form {
	case jwt.NoACL:
		if i.user != "" || !i.isAdmin() {
			i.refuse("no-acl", "It has no ACL (acl), so its user can't access anything, not even the login.", fix, i.resign())
		}
		return
	case jwt.TextACL:
		i.refuse("acl-text", "Its ACL is a string; it must be an object.", fix, i.resign())
	case jwt.OddACL:
		i.refuse("acl-malformed", "Its ACL is not an object.", fix, i.resign())
		return
	case jwt.ObjectACL:
	}
	if i.acl.Empty {
		i.refuse("acl-empty", "Its ACL has no paths, so its user can't access anything, not even the login.", fix, i.resign())
		return
	}
	if i.acl.Err != nil {
		add := i.warn
		if len(i.acl.Grants) == 0 {
			add = i.refuse
		}
		add("acl-malformed", "Its ACL is invalid: "+strings.TrimPrefix(cut(i.acl.Err.Error()), "ACL: ")+".", fix, i.resign())
	}
	if len(i.acl.Grants) > 0 {
		i.judgePaths(fix)
	}
}

var versioned = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^/v[0-9][0-9.]*/`) })

func (i *inspector) judgePaths(fix string) {
	today := make([]jwt.Grant, 0, len(i.acl.Grants))
	var old []string
	for _, g := range i.acl.Grants {
		if versioned().MatchString(g.Path) {
			old = append(old, g.Path)
			g.Path = versioned().ReplaceAllLiteralString(g.Path, "/*/")
		}
		today = append(today, g)
	}
	allowed, add := allows(i.acl.Grants, http.MethodPost, loginPath), i.warn
	switch {
	case allowed:
	case allows(today, http.MethodPost, loginPath):
		add = i.refuse // fixing them would be enough
	default:
		i.refuse("acl-no-login", "Its ACL doesn't let its user log in: the path /*/sessions/** is missing.", fix, i.resign())
	}
	if len(old) > 0 {
		add("acl-old-paths", "Its ACL uses API versions that the Client SDK no longer uses, like "+cut(old[0])+
			". Start paths with /*/ instead.", fix, i.resign())
	}
	granted := today
	if allowed {
		granted = i.acl.Grants // old paths reach nothing
	}
	// What the features of the Client SDK need. Voice has the smallest list of Vonage's samples.
	for _, use := range []struct {
		code, what string
		areas      []string
	}{
		{"acl-no-voice", "Calls", []string{"conversations", "knocking", "legs", "rtc"}},
		{"acl-no-messages", "Messages", []string{"conversations"}},
		{"acl-no-push", "Push notifications", []string{"devices", "push"}},
	} {
		var missing []string
		for _, area := range use.areas {
			if !reaches(granted, area) {
				missing = append(missing, "/*/"+area+"/**")
			}
		}
		if len(missing) > 0 {
			i.warn(use.code, use.what+" won't work: its ACL is missing "+strings.Join(missing, " ")+".", "If you need that: "+words.LowerFirst(fix), i.resign())
		}
	}
}

func allows(grants []jwt.Grant, method, path string) bool {
	return slices.ContainsFunc(grants, func(g jwt.Grant) bool { return g.Allows(method, path) })
}

func pathsOf(grants []jwt.Grant) []string {
	paths := make([]string, len(grants))
	for i, g := range grants {
		paths[i] = g.Path
	}
	return paths
}

func reaches(grants []jwt.Grant, area string) bool {
	methods := []string{http.MethodPost, http.MethodGet, http.MethodPut, http.MethodPatch, http.MethodDelete}
	return slices.ContainsFunc(methods, func(method string) bool { return allows(grants, method, "/v0.2/"+area+"/1") })
}
