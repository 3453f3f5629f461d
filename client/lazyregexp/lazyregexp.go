// Package lazyregexp holds regular expressions that are compiled when they are first used.
//
// Two dozen of them compiled before main began were a tenth of the time that credwiz --version takes.
package lazyregexp

import (
	"regexp"
	"sync"
)

// New returns the expression, which the first call compiles. It panics, like regexp.MustCompile, if it is none.
func New(expression string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expression) })
}
