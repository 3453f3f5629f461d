package dotfile

import (
	"encoding/json"
	"slices"
	"strings"
)

// IniLine is a line of an INI file, as the package ini of Node reads it, which nexmo-cli uses.
type IniLine struct {
	text          string // with its line ending
	Section, name string // the name is empty if it assigns nothing
	value         string
}

// SplitINI reads the lines of an INI file.
func SplitINI(text string) []IniLine {
	var lines []IniLine
	section := ""
	for raw := range strings.Lines(text) {
		line := IniLine{text: raw, Section: section}
		trimmed := strings.TrimSpace(raw)
		switch name, value, ok := strings.Cut(trimmed, "="); {
		case strings.HasPrefix(trimmed, "[") && strings.HasSuffix(trimmed, "]"):
			section = strings.TrimSpace(trimmed[1 : len(trimmed)-1])
			line.Section = section
		case ok && !strings.HasPrefix(trimmed, ";") && !strings.HasPrefix(trimmed, "#"):
			line.name, line.value = strings.TrimSpace(name), unquoteINI(strings.TrimSpace(value))
		}
		lines = append(lines, line)
	}
	return lines
}

// MergeSection sets values in a section of an INI file: in their place where they are there already, at the section's end
// where they are not. Every other line stays as it was.
func MergeSection(section string) func([]byte, []Variable) ([]byte, error) {
	return func(old []byte, values []Variable) ([]byte, error) {
		lines := SplitINI(strings.TrimPrefix(string(old), "\ufeff"))
		end := -1 // behind the section's last line that says something
		var set []string
		for i, line := range lines {
			if line.Section != section {
				continue
			}
			if strings.TrimSpace(line.text) != "" {
				end = i + 1
			}
			at := slices.IndexFunc(values, func(v Variable) bool { return v.Name == line.name })
			if at < 0 || line.value == values[at].Value && !slices.Contains(set, line.name) {
				set = append(set, line.name)
				continue
			}
			set = append(set, line.name)
			lines[i].text = values[at].Name + "=" + quoteINI(values[at].Value) + "\n"
		}
		var missing []IniLine
		if end < 0 {
			end = len(lines)
			missing = append(missing, IniLine{text: "[" + section + "]\n"})
		}
		for _, v := range values {
			if !slices.Contains(set, v.Name) {
				missing = append(missing, IniLine{text: v.Name + "=" + quoteINI(v.Value) + "\n"})
			}
		}
		if end > 0 && len(missing) > 0 && !strings.HasSuffix(lines[end-1].text, "\n") {
			lines[end-1].text += "\n"
		}
		return joinINI(slices.Insert(lines, end, missing...)), nil
	}
}

// ReadSection returns the values of a section of an INI file.
func ReadSection(section string) func([]byte) map[string]string {
	return func(text []byte) map[string]string {
		values := map[string]string{}
		for _, line := range SplitINI(strings.TrimPrefix(string(text), "\ufeff")) {
			if line.Section == section && line.name != "" {
				values[line.name] = line.value
			}
		}
		return values
	}
}

// AllInSection returns every value of a name in a section, of which readSection has the last.
func AllInSection(section string) func([]byte, string) []string {
	return func(text []byte, name string) []string {
		var values []string
		for _, line := range SplitINI(strings.TrimPrefix(string(text), "\ufeff")) {
			if line.Section == section && line.name == name {
				values = append(values, line.value)
			}
		}
		return values
	}
}

// WithoutSection takes values out of a section, if it is about the one that is given; the section too, if nothing is left
// in it.
func WithoutSection(old []byte, section string, about Variable, names []string) []byte {
	lines := SplitINI(string(old))
	if !slices.ContainsFunc(lines, func(l IniLine) bool {
		return l.Section == section && l.name == about.Name && l.value == about.Value
	}) {
		return old
	}
	lines = slices.DeleteFunc(lines, func(l IniLine) bool {
		return l.Section == section && l.name != "" && slices.Contains(names, l.name)
	})
	says := func(l IniLine) bool {
		text := strings.TrimSpace(l.text)
		return l.Section == section && text != "" && !strings.HasPrefix(text, "[")
	}
	if !slices.ContainsFunc(lines, says) {
		lines = slices.DeleteFunc(lines, func(l IniLine) bool { return l.Section == section })
	}
	return joinINI(lines)
}

func joinINI(lines []IniLine) []byte {
	var b strings.Builder
	for _, line := range lines {
		b.WriteString(line.text)
	}
	return []byte(b.String())
}

// quoteINI writes a value as the package ini does: as JSON where it could be taken for something else, and with comment
// signs escaped.
func quoteINI(value string) string {
	odd := strings.ContainsAny(value, "=\r\n\\") || strings.HasPrefix(value, "[") || strings.TrimSpace(value) != value ||
		strings.HasPrefix(value, `"`) || strings.HasPrefix(value, "'")
	if odd {
		text, err := json.Marshal(value)
		if err == nil {
			return string(text)
		}
	}
	return strings.NewReplacer(";", `\;`, "#", `\#`).Replace(value)
}

// unquoteINI reads a value as the package ini does: quoted values are JSON, and ; and # begin comments unless they are
// escaped.
func unquoteINI(value string) string {
	if n := len(value); n > 1 && value[0] == '\'' && value[n-1] == '\'' {
		value = value[1 : n-1]
	}
	var text string
	if strings.HasPrefix(value, `"`) && json.Unmarshal([]byte(value), &text) == nil {
		return text
	}
	var b strings.Builder
	escaped := false
	for _, r := range value {
		switch {
		case escaped && !strings.ContainsRune(`\;#`, r):
			b.WriteString(`\` + string(r))
		case escaped:
			b.WriteRune(r)
		case r == '\\':
			escaped = true
			continue
		case r == ';' || r == '#':
			return strings.TrimSpace(b.String())
		default:
			b.WriteRune(r)
		}
		escaped = false
	}
	if escaped {
		b.WriteByte('\\')
	}
	return strings.TrimSpace(b.String())
}
