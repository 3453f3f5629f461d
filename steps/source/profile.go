package source

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"

	"credwiz/client"
	"credwiz/client/redact"
	"credwiz/steps/answer"
	"credwiz/steps/workdir"
)

// Profile has answers that are shared in a file, in TOML or JSON, so it never has a secret. Flags and the environment
// override it.
type Profile struct {
	APIHost string // empty if the profile names none
	Known   map[string]answer.Known
}

// profileEntries maps the names in a profile to questions. It has no entry for the files to write: some contain a
// secret of the user, who alone may want that.
//
//nolint:gochecknoglobals // A table, which nothing changes.
var profileEntries = map[string]string{
	"api_host":     "",
	"api_key":      answer.APIKey,
	"app_name":     answer.AppName,
	"app_id":       answer.AppID,
	"event_url":    answer.EventURL,
	"capability":   answer.Capability,
	"webhook_url":  answer.Webhooks,
	"key_file":     answer.KeyFile,
	"user":         answer.User,
	"display_name": answer.DisplayName,
	"expires":      answer.Expires,
	"acl":          answer.ACL,
}

// ProfileError is a profile that cannot be used. It never repeats a value.
type ProfileError struct {
	Path  string
	Entry string // empty if it is about the whole file
	Err   error
}

func (e *ProfileError) Error() string {
	if e.Entry == "" {
		return fmt.Sprintf("--profile %s: %v", e.Path, e.Err)
	}
	return fmt.Sprintf("--profile %s: %s: %v", e.Path, e.Entry, e.Err)
}

func (e *ProfileError) Unwrap() error { return e.Err }

// ErrSecretInProfile is a secret in a profile.
var ErrSecretInProfile = errors.New("profiles get shared, so they must not contain secrets: remove it")

// ReadProfile reads the profile at path. Its errors are *ProfileError.
func ReadProfile(ctx context.Context, path string) (Profile, error) {
	text, err := workdir.ReadFile(ctx, path, workdir.MaxText)
	if err != nil {
		return Profile{}, &ProfileError{Path: path, Err: err}
	}
	entries, err := parseProfile(path, []byte(text))
	if err != nil {
		return Profile{}, &ProfileError{Path: path, Err: err}
	}
	if name := secretEntry(entries); name != "" {
		return Profile{}, &ProfileError{Path: path, Entry: name, Err: ErrSecretInProfile}
	}
	profile := Profile{Known: map[string]answer.Known{}}
	for _, name := range slices.Sorted(maps.Keys(entries)) {
		value, err := profileValue(name, entries[name])
		if err != nil {
			return Profile{}, &ProfileError{Path: path, Entry: name, Err: err}
		}
		if key := profileEntries[name]; key != "" {
			profile.Known[key] = answer.Known{Value: value, Source: filepath.Base(path), Entry: name}
			continue
		}
		profile.APIHost = value
	}
	if profile.Known[answer.AppName].Value != "" && profile.Known[answer.AppID].Value != "" {
		err := errors.New("it uses an existing application, and app_name creates one: choose one")
		return Profile{}, &ProfileError{Path: path, Entry: "app_id", Err: err}
	}
	return profile, nil
}

// parseProfile chooses the format by name or content. A parser's message could repeat a part of the file, so only the
// line is reported.
func parseProfile(path string, text []byte) (map[string]any, error) {
	entries := map[string]any{}
	isJSON := bytes.HasPrefix(bytes.TrimSpace(text), []byte("{"))
	if extension := strings.ToLower(filepath.Ext(path)); extension == ".json" || extension != ".toml" && isJSON {
		err := json.Unmarshal(text, &entries)
		if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
			line := 1 + bytes.Count(text[:min(int(syntax.Offset), len(text))], []byte("\n"))
			return nil, fmt.Errorf("not valid JSON at line %d", line)
		}
		if err != nil {
			return nil, errors.New("not a JSON object")
		}
		return entries, nil
	}
	_, err := toml.Decode(string(text), &entries)
	if syntax, ok := errors.AsType[toml.ParseError](err); ok {
		return nil, fmt.Errorf("not valid TOML at line %d", syntax.Position.Line)
	}
	if err != nil {
		return nil, errors.New("not valid TOML")
	}
	return entries, nil
}

func secretEntry(entries map[string]any) string {
	for _, name := range slices.Sorted(maps.Keys(entries)) {
		if redact.IsSecretName(name) || holdsSecret(entries[name]) {
			return name
		}
	}
	return ""
}

func holdsSecret(value any) bool {
	switch value := value.(type) {
	case string:
		return redact.LooksSecret(value)
	case map[string]any:
		return secretEntry(value) != ""
	case []map[string]any:
		return slices.ContainsFunc(value, func(v map[string]any) bool { return holdsSecret(v) })
	case []any:
		return slices.ContainsFunc(value, holdsSecret)
	}
	return false
}

func profileValue(name string, value any) (string, error) {
	if _, ok := profileEntries[name]; !ok {
		return "", fmt.Errorf("unknown entry; %s", nearest(name, slices.Sorted(maps.Keys(profileEntries))))
	}
	if table, ok := value.(map[string]any); ok && name == "acl" {
		text, err := json.Marshal(table)
		return string(text), err
	}
	if list, ok := value.([]any); ok && (name == "user" || name == "capability") {
		var err error
		if value, err = profileList(list); err != nil {
			return "", err
		}
	}
	text, ok := value.(string)
	switch {
	case !ok && name == "acl":
		return "", errors.New("must be a string or a table")
	case !ok:
		return "", errors.New("must be a string")
	case strings.TrimSpace(text) == "":
		return "", errors.New("it's empty: leave it out to be asked")
	case name != "acl" && answer.CheckSeen(text) != nil:
		return "", answer.CheckSeen(text)
	case name == "api_host":
		if _, err := client.ParseHost(text); err != nil {
			return "", err
		}
	}
	return text, nil
}

func profileList(list []any) (string, error) {
	texts := make([]string, 0, len(list))
	for _, item := range list {
		text, ok := item.(string)
		if !ok || strings.Contains(text, ",") {
			return "", errors.New("must be a list of strings without commas")
		}
		texts = append(texts, text)
	}
	return strings.Join(texts, ", "), nil
}

func nearest(typed string, words []string) string {
	best, distance := "", len(typed)
	for _, word := range words {
		if d := editDistance(strings.ToLower(typed), word); d < distance {
			best, distance = word, d
		}
	}
	if best != "" && distance <= (len(typed)+1)/2 {
		return "did you mean " + best + "?"
	}
	return "choose from " + strings.Join(words, ", ")
}

// editDistance is the Levenshtein distance.
func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			diagonal, row[j+1] = row[j+1], min(row[j+1]+1, row[j]+1, diagonal+cost)
		}
	}
	return row[len(b)]
}
