package steps

import (
	"encoding/json"
	"errors"
	"strings"
)

// dotenvAnswers are the account's variables in a .env file.
func dotenvAnswers(text string) (map[string]string, error) {
	variables := dotenvVariables(text)
	for _, prefix := range []string{"VONAGE", "NEXMO"} {
		// A pair is taken from one family of names.
		if key := variables[prefix+"_API_KEY"]; key != "" {
			return map[string]string{AnswerAPIKey: key, AnswerAPISecret: variables[prefix+"_API_SECRET"]}, nil
		}
	}
	return map[string]string{}, nil
}

// dotenvVariables returns the variables of a .env file. The last of several lines for one name counts, as it does for the
// dotenv libraries.
func dotenvVariables(text string) map[string]string {
	variables := map[string]string{}
	for _, entry := range splitDotenv(strings.ReplaceAll(text, "\r\n", "\n")) {
		match := assignment().FindStringSubmatch(entry)
		if match == nil {
			continue
		}
		value := strings.TrimRight(entry[len(match[0]):], "\n")
		if strings.HasPrefix(value, "#") && match[2] != "" {
			value = "" // the blanks belong to a comment
		}
		variables[match[1]] = unquoteDotenv(value)
	}
	return variables
}

func unquoteDotenv(value string) string {
	n := quotedLength(value)
	if n == 0 {
		return strings.TrimSpace(trailingComment().ReplaceAllString(value, ""))
	}
	quoted := value[1 : n-1]
	if value[0] == '\'' {
		return quoted
	}
	return dotenvEscapes.Replace(quoted)
}

//nolint:gochecknoglobals // A table, which nothing changes.
var dotenvEscapes = strings.NewReplacer(`\n`, "\n", `\r`, "\r", `\\`, `\`, `\"`, `"`, `\$`, "$", "\\`", "`")

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
