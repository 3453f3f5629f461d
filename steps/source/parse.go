package source

import (
	"encoding/json"
	"errors"
	"strings"

	"credwiz/steps/answer"
	"credwiz/steps/dotfile"
)

func dotenvAnswers(text string) (map[string]string, error) {
	d, err := dotfile.ParseDotenv([]byte(text))
	if err != nil {
		return nil, err
	}
	for _, prefix := range []string{"VONAGE", "NEXMO"} {
		// Key and secret come from one family of names.
		if key := d.Value(prefix + "_API_KEY"); key != "" {
			return map[string]string{answer.APIKey: key, answer.APISecret: d.Value(prefix + "_API_SECRET")}, nil
		}
	}
	return map[string]string{}, nil
}

func nexmorcAnswers(text string) (map[string]string, error) {
	if strings.TrimSpace(text) != "" && !dotfile.HasSections([]byte(text)) {
		return nil, errors.New("it is not the configuration of nexmo-cli")
	}
	values := dotfile.Section("credentials").Read([]byte(text))
	return map[string]string{answer.APIKey: values["api_key"], answer.APISecret: values["api_secret"]}, nil
}

// vonageAnswers reads the account in vonage's JSON file, which has kebab-case from "auth set" and camelCase from
// "apps init".
func vonageAnswers(text string) (map[string]string, error) {
	var values map[string]any
	if err := json.Unmarshal([]byte(text), &values); err != nil {
		// The decoder's error would repeat a part of the file.
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
		answer.APIKey: first("api-key", "apiKey"), answer.APISecret: first("api-secret", "apiSecret"),
	}, nil
}
