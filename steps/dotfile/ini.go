package dotfile

import (
	"encoding/json"
	"slices"
	"strings"
)

// Section is a section of an INI file, as Node's package ini reads it, which nexmo-cli uses.
type Section string

type iniLine struct {
	text                 string // with its line ending
	section, name, value string // the name is empty if the line assigns nothing
}

func parseINI(text []byte) []iniLine {
	var lines []iniLine
	section := ""
	for raw := range strings.Lines(strings.TrimPrefix(string(text), ByteOrderMark)) {
		line := iniLine{text: raw, section: section}
		trimmed := strings.TrimSpace(raw)
		switch name, value, ok := strings.Cut(trimmed, "="); {
		case strings.HasPrefix(trimmed, "[") && strings.HasSuffix(trimmed, "]"):
			section = strings.TrimSpace(trimmed[1 : len(trimmed)-1])
			line.section = section
		case ok && !strings.HasPrefix(trimmed, ";") && !strings.HasPrefix(trimmed, "#"):
			line.name, line.value = strings.TrimSpace(name), unquoteINI(strings.TrimSpace(value))
		}
		lines = append(lines, line)
	}
	return lines
}

// HasSections reports whether a text is an INI file with sections.
func HasSections(text []byte) bool {
	return slices.ContainsFunc(parseINI(text), func(l iniLine) bool { return l.section != "" })
}

// Merge sets values in place, or appends them to the section. Every other line stays as it was.
func (s Section) Merge(old []byte, values []Variable) ([]byte, error) {
	lines := parseINI(old)
	end := -1 // after the section's last line with content
	var set []string
	for i, line := range lines {
		if line.section != string(s) {
			continue
		}
		if strings.TrimSpace(line.text) != "" {
			end = i + 1
		}
		at := slices.IndexFunc(values, func(v Variable) bool { return v.Name == line.name })
		if at >= 0 && (line.value != values[at].Value || slices.Contains(set, line.name)) {
			lines[i].text = assignINI(values[at])
		}
		set = append(set, line.name)
	}
	var missing []iniLine
	if end < 0 {
		end = len(lines)
		missing = append(missing, iniLine{text: "[" + string(s) + "]\n"})
	}
	for _, v := range values {
		if !slices.Contains(set, v.Name) {
			missing = append(missing, iniLine{text: assignINI(v)})
		}
	}
	if end > 0 && len(missing) > 0 && !strings.HasSuffix(lines[end-1].text, "\n") {
		lines[end-1].text += "\n"
	}
	return joinINI(slices.Insert(lines, end, missing...)), nil
}

func assignINI(v Variable) string { return v.Name + "=" + quoteINI(v.Value) + "\n" }

// Read returns the values of the section. The last of several lines for a name counts.
func (s Section) Read(text []byte) map[string]string {
	values := map[string]string{}
	for _, line := range parseINI(text) {
		if line.section == string(s) && line.name != "" {
			values[line.name] = line.value
		}
	}
	return values
}

// All returns every value of a name in the section.
func (s Section) All(text []byte, name string) []string {
	var values []string
	for _, line := range parseINI(text) {
		if line.section == string(s) && line.name == name {
			values = append(values, line.value)
		}
	}
	return values
}

// Without removes values from the section, and an empty section, if the section has the owner's value.
func (s Section) Without(old []byte, owner Variable, names []string) ([]byte, error) {
	if !slices.Contains(s.All(old, owner.Name), owner.Value) {
		return old, nil
	}
	lines := slices.DeleteFunc(parseINI(old), func(l iniLine) bool {
		return l.section == string(s) && l.name != "" && slices.Contains(names, l.name)
	})
	hasContent := func(l iniLine) bool {
		text := strings.TrimSpace(l.text)
		return l.section == string(s) && text != "" && !strings.HasPrefix(text, "[")
	}
	if !slices.ContainsFunc(lines, hasContent) {
		lines = slices.DeleteFunc(lines, func(l iniLine) bool { return l.section == string(s) })
	}
	return joinINI(lines), nil
}

func joinINI(lines []iniLine) []byte {
	var b strings.Builder
	for _, line := range lines {
		b.WriteString(line.text)
	}
	return []byte(b.String())
}

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
