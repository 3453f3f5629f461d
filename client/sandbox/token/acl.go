package token

import (
	"slices"
	"strings"
)

// ACL is the paths that a token may reach, each with its methods, or nil for all.
// A token without the claim has a nil ACL.
//
// The grammar is the aclSchema.json of Vonage CLI 3. What the wildcards mean is
// inferred from their use: "*" is one segment of a path, "**" is any number of
// them. Filters, which look into messages, are not evaluated.
type ACL map[string][]string

// readACL reads the claim. One that breaks the grammar permits nothing.
func readACL(claim any) ACL {
	if claim == nil {
		return nil
	}
	permitted := ACL{}
	outer, _ := claim.(map[string]any)
	paths, _ := outer["paths"].(map[string]any)
	for path, rule := range paths {
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

// Permits reports whether a token with this acl may use a method on a path.
func (a ACL) Permits(method, path string) bool {
	for pattern, methods := range a {
		if (methods == nil || slices.Contains(methods, method)) &&
			matches(strings.Split(pattern, "/"), strings.Split(path, "/")) {
			return true
		}
	}
	return false
}

// matches backtracks only to the last "**", which is enough: a pattern full of
// them costs no more than its length times the path's.
func matches(pattern, path []string) bool {
	p, i, star, resume := 0, 0, -1, 0
	for i < len(path) {
		switch {
		case p < len(pattern) && pattern[p] == "**":
			star, resume, p = p, i, p+1
		case p < len(pattern) && (pattern[p] == "*" || pattern[p] == path[i]):
			p, i = p+1, i+1
		case star >= 0:
			resume++
			p, i = star+1, resume
		default:
			return false
		}
	}
	return !slices.ContainsFunc(pattern[p:], func(segment string) bool { return segment != "**" })
}
