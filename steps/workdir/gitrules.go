package workdir

import (
	"regexp"
	"slices"
	"strings"
)

// What git ignores, where git itself is missing: see gitignore(5), and wildmatch.c and dir.c of git.

// IgnoreFile is a .gitignore.
type IgnoreFile struct {
	base  string // its folder in the work tree, with a slash at the end; empty at the top
	Rules []IgnoreRule
}

// IgnoreRule is a line of a .gitignore.
type IgnoreRule struct {
	back    bool // takes files back in: !*.key
	folders bool // matches folders only: build/
	path    *regexp.Regexp
}

// Ignores reports whether a path is ignored, by itself or with a parent folder.
func Ignores(files []IgnoreFile, path string) bool {
	for at := range path {
		if path[at] == '/' && lastMatch(files, path[:at], true) {
			return true
		}
	}
	return lastMatch(files, path, false)
}

func lastMatch(files []IgnoreFile, path string, folder bool) bool {
	for _, file := range slices.Backward(files) {
		below, ok := strings.CutPrefix(path, file.base)
		for _, rule := range slices.Backward(file.Rules) {
			if ok && (folder || !rule.folders) && rule.path.MatchString(below) {
				return !rule.back
			}
		}
	}
	return false
}

// ParseIgnored reads the lines of a .gitignore.
func ParseIgnored(text string) []IgnoreRule {
	var rules []IgnoreRule
	for line := range strings.Lines(strings.TrimPrefix(text, "\ufeff")) {
		line = strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r")
		if trimmed := strings.TrimRight(line, " "); trimmed != line {
			if strings.HasSuffix(trimmed, `\`) {
				trimmed += " " // it was escaped
			}
			line = trimmed
		}
		if line == "" || line[0] == '#' {
			continue
		}
		var rule IgnoreRule
		line, rule.back = strings.CutPrefix(line, "!")
		line, rule.folders = strings.CutSuffix(line, "/")
		anywhere := !strings.Contains(line, "/")
		pattern := globPattern(strings.TrimPrefix(line, "/"))
		if anywhere {
			pattern = "(?:.*/)?" + pattern
		}
		// On case-insensitive file systems a negated rule matches more. Ignoring more does no harm.
		flags := "(?s)"
		if rule.back {
			flags = "(?si)"
		}
		var err error
		if rule.path, err = regexp.Compile(flags + "^" + pattern + "$"); err == nil {
			rules = append(rules, rule)
		}
	}
	return rules
}

// globPattern converts a .gitignore pattern to a regular expression. A broken pattern gives a broken one.
func globPattern(glob string) string {
	var b strings.Builder
	for i := 0; i < len(glob); i++ {
		rest := glob[i:]
		begins := i == 0 || glob[i-1] == '/'
		switch {
		case begins && strings.HasPrefix(rest, "**/"):
			b.WriteString("(?:.*/)?")
			i += len("**/") - 1
		case begins && rest == "**":
			b.WriteString(".+")
			i++
		case rest[0] == '*':
			b.WriteString("[^/]*")
		case rest[0] == '?':
			b.WriteString("[^/]")
		case rest[0] == '[':
			class, length := globClass(rest)
			b.WriteString(class)
			i += length - 1
		case rest[0] == '\\' && len(rest) > 1:
			i++
			b.WriteString(regexp.QuoteMeta(glob[i : i+1]))
		case rest[0] == '\\':
			return "(" // nothing to escape: git matches nothing with it
		default:
			b.WriteString(regexp.QuoteMeta(rest[:1]))
		}
	}
	return b.String()
}

func globClass(glob string) (class string, length int) {
	var b strings.Builder
	b.WriteByte('[')
	i := 1
	if i < len(glob) && (glob[i] == '!' || glob[i] == '^') {
		b.WriteString("^/")
		i++
	}
	for first := i; i < len(glob); i++ {
		switch end := strings.Index(glob[i:], ":]"); {
		case glob[i] == ']' && i > first:
			b.WriteByte(']')
			return b.String(), i + 1
		case strings.HasPrefix(glob[i:], "[:") && end > 0:
			b.WriteString(glob[i : i+end+2])
			i += end + 1
		case glob[i] == '-':
			b.WriteByte('-')
		case glob[i] == '\\' && i+1 < len(glob):
			i++
			b.WriteString(regexp.QuoteMeta(glob[i : i+1]))
		default:
			if strings.ContainsRune(`[]^&~`, rune(glob[i])) {
				b.WriteByte('\\')
			}
			b.WriteByte(glob[i])
		}
	}
	return "(", len(glob) // never closed
}
