package jwt

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Date is a claim that should be a time: a whole number of seconds since 1970.
type Date struct {
	Form DateForm
	Time time.Time // what is meant; the zero Time if that is unclear
}

// DateForm is how a time is written.
type DateForm int

// The forms. Only WholeSeconds is right.
const (
	NoDate DateForm = iota
	WholeSeconds
	Fraction     // with a part of a second
	TextDate     // in quotes
	Milliseconds // since 1970, as JavaScript counts; a whole number, like the next two
	Microseconds
	Nanoseconds
	OddDate // something else, whose Time is zero
)

// The first numbers that are taken for a finer unit than seconds. As seconds, the first one is in the year 5138; as
// milliseconds, in 1973. The others have the same distance from each other.
const (
	firstMillisecond = 1e11
	firstMicrosecond = 1e14
	firstNanosecond  = 1e17
)

// Date returns a claim as a time.
func (p Part) Date(name string) Date {
	value, ok := p.Lookup(name)
	switch {
	case value == nil:
		return Date{}
	case !ok:
		return Date{Form: OddDate} // null
	}
	if text, ok := p.Text(name); ok {
		text = strings.TrimSpace(text)
		if t, err := time.Parse(time.RFC3339, text); err == nil && t.Unix() >= 0 && t.Unix() < firstMillisecond {
			return Date{TextDate, t}
		}
		if d := dateOf(text); d.Form != OddDate {
			return Date{TextDate, d.Time}
		}
		return Date{Form: TextDate}
	}
	return dateOf(string(value))
}

func dateOf(number string) Date {
	n, err := strconv.ParseFloat(number, 64)
	if err != nil || math.IsNaN(n) || n < 0 || n >= math.MaxInt64 {
		return Date{Form: OddDate}
	}
	var d Date
	switch whole := int64(math.Floor(n)); {
	case n < firstMillisecond:
		d = Date{WholeSeconds, time.Unix(whole, 0)}
	case n < firstMicrosecond:
		d = Date{Milliseconds, time.UnixMilli(whole)}
	case n < firstNanosecond:
		d = Date{Microseconds, time.UnixMicro(whole)}
	default:
		d = Date{Nanoseconds, time.Unix(0, whole)}
	}
	if _, err := strconv.ParseInt(number, 10, 64); err != nil { // 1.0 and 1e9 too: readers of whole numbers refuse them
		d.Form = Fraction
	}
	return d
}

// ACLReading is the claim acl as far as it can be read.
type ACLReading struct {
	Form   ACLForm
	Err    error   // where it leaves the grammar; nil if it does not
	ACL    ACL     // if it does not
	Empty  bool    // whether it has no paths, as opposed to some that are wrong
	Grants []Grant // what can be understood of its paths
}

// ACLForm is how an ACL is written.
type ACLForm int

// The forms. Only ObjectACL is right.
const (
	NoACL ACLForm = iota
	ObjectACL
	TextACL // JSON in a text, as a shell or a program makes it that quotes it once too often
	OddACL  // something else
)

// Grant is a path of an ACL and the methods that it allows.
type Grant struct {
	Path    string
	Methods []string // nil: all
}

// ReadACL reads the claim acl of a token.
func (p Part) ReadACL() ACLReading {
	value, ok := p.Lookup("acl")
	if !ok {
		return ACLReading{}
	}
	form := ObjectACL
	if text, ok := p.Text("acl"); ok {
		form, value = TextACL, json.RawMessage(text)
	}
	whole := readPart(value)
	if whole.Err != nil {
		return ACLReading{Form: OddACL, Err: fmt.Errorf("ACL: %w", ErrNotObject)}
	}
	r := ACLReading{Form: form}
	r.ACL, r.Err = ParseACL(value)
	paths, _ := whole.Lookup("paths")
	rules := readPart(paths)
	r.Empty = len(whole.Members) == 0 || rules.Err == nil && len(rules.Members) == 0
	for _, rule := range rules.Members {
		if g, ok := grantOf(rule); ok {
			r.Grants = append(r.Grants, g)
		}
	}
	return r
}

func grantOf(rule Member) (Grant, bool) {
	fields := readPart(rule.Value)
	if fields.Err != nil {
		return Grant{}, false
	}
	g := Grant{Path: rule.Name}
	methods, ok := fields.Lookup("methods")
	if !ok {
		return g, true
	}
	var listed []any
	if json.Unmarshal(methods, &listed) != nil {
		return Grant{}, false
	}
	g.Methods = []string{}
	for _, method := range listed {
		if method, ok := method.(string); ok {
			g.Methods = append(g.Methods, method)
		}
	}
	return g, true
}

// Allows reports whether the grant is for a method and a path, of which * stands for any one segment and ** for any number
// of them. No source documents the wildcards; every sample uses them so.
func (g Grant) Allows(method, path string) bool {
	return (g.Methods == nil || slices.Contains(g.Methods, method)) &&
		matchesPath(strings.Split(g.Path, "/"), strings.Split(path, "/"))
}

// matchesPath backtracks only to the last **, which is enough: a path full of them costs no more than the product of
// both lengths.
func matchesPath(pattern, path []string) bool {
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
	return !slices.ContainsFunc(pattern[p:], func(s string) bool { return s != "**" })
}
