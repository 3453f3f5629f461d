package sandbox

import (
	"slices"
	"strings"
)

// acl is the paths that a token may reach, each with its methods: nil stands for
// all. A nil acl is that of a token which has none.
//
// The grammar is the aclSchema.json of Vonage CLI 3. What the wildcards mean is
// inferred from their use, as it is defined nowhere: "*" is one segment of a
// path, "**" is any number of them. Filters, which look into messages, are not
// evaluated.
type acl map[string][]string

// readACL reads the claim. One that breaks the grammar permits nothing.
func readACL(claim any) acl {
	if claim == nil {
		return nil
	}
	permitted := acl{}
	outer, _ := claim.(map[string]any)
	for path, rule := range object(outer, "paths") {
		rule, ok := rule.(map[string]any)
		if !ok {
			continue
		}
		var methods []string
		if listed, has := rule["methods"]; has {
			methods = []string{}
			list, _ := listed.([]any)
			for _, method := range list {
				if method, ok := method.(string); ok {
					methods = append(methods, method)
				}
			}
		}
		permitted[path] = methods
	}
	return permitted
}

// permits reports whether a token with this acl may use a method on a path.
func (a acl) permits(method, path string) bool {
	for pattern, methods := range a {
		if (methods == nil || slices.Contains(methods, method)) &&
			matches(strings.Split(pattern, "/"), strings.Split(path, "/")) {
			return true
		}
	}
	return false
}

// matches goes back to no "**" but the last one, which is enough, so that a
// pattern full of them costs no more than its length times the path's.
func matches(pattern, path []string) bool {
	p, i := 0, 0
	star, resume := -1, 0
	for i < len(path) {
		switch {
		case p < len(pattern) && pattern[p] == "**":
			star, resume = p, i
			p++
		case p < len(pattern) && (pattern[p] == "*" || pattern[p] == path[i]):
			p++
			i++
		case star >= 0:
			resume++
			p, i = star+1, resume
		default:
			return false
		}
	}
	for p < len(pattern) && pattern[p] == "**" {
		p++
	}
	return p == len(pattern)
}
