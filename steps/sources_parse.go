package steps

import (
	"encoding/json"
	"errors"
	"strings"
)

// dotenvAnswers are the account's variables in a .env file.
func dotenvAnswers(text string) (map[string]string, error) {
	d, err := parseDotenv([]byte(text))
	if err != nil {
		return nil, err
	}
	for _, prefix := range []string{"VONAGE", "NEXMO"} {
		// A pair is taken from one family of names.
		if key := d.Value(prefix + "_API_KEY"); key != "" {
			return map[string]string{AnswerAPIKey: key, AnswerAPISecret: d.Value(prefix + "_API_SECRET")}, nil
		}
	}
	return map[string]string{}, nil
}

// nexmorcAnswers are the credentials in the configuration of nexmo-cli: an INI file with a section [credentials]. It is
// written by the package ini, whose quoted values are JSON, and which takes ; and # for comments unless they are escaped.
func nexmorcAnswers(text string) (map[string]string, error) {
	values := map[string]string{}
	section := ""
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "[") && strings.HasSuffix(line, "]") {
			section = strings.TrimSpace(line[1 : len(line)-1])
			continue
		}
		name, value, ok := strings.Cut(line, "=")
		if section != "credentials" || !ok || strings.HasPrefix(line, ";") || strings.HasPrefix(line, "#") {
			continue
		}
		values[strings.TrimSpace(name)] = unquoteINI(strings.TrimSpace(value))
	}
	if section == "" && strings.TrimSpace(text) != "" {
		return nil, errors.New("it is not the configuration of nexmo-cli")
	}
	return map[string]string{AnswerAPIKey: values["api_key"], AnswerAPISecret: values["api_secret"]}, nil
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

// vonageAnswers are the credentials in the configuration of vonage, which writes kebab-case with "auth set" and
// camelCase with "apps init", and reads both.
func vonageAnswers(text string) (map[string]string, error) {
	var values map[string]any
	if err := json.Unmarshal([]byte(text), &values); err != nil {
		// What the decoder says repeats a part of the file.
		return nil, errors.New("it is not the configuration of vonage, which is JSON")
	}
	first := func(names ...string) string {
		for _, name := range names {
			if value, ok := values[name].(string); ok && value != "" {
				return value
			}
		}
		return ""
	}
	return map[string]string{
		AnswerAPIKey: first("api-key", "apiKey"), AnswerAPISecret: first("api-secret", "apiSecret"),
	}, nil
}
