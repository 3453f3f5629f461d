package command

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"credwiz/client"
	"credwiz/client/redact"
	"credwiz/steps"
	"credwiz/steps/answer"
	"credwiz/steps/source"
	"credwiz/steps/workdir"
)

// roster returns the users of --users-from or of several --user; nil for a single user.
func (c console) roster(cmd *cobra.Command, o wizardOptions) ([]client.NewUser, error) {
	names, err := cmd.Flags().GetStringArray(answer.User)
	if err != nil {
		return nil, err
	}
	if o.usersFrom == "" {
		if len(names) < 2 {
			return nil, nil
		}
		users, err := answer.RosterOf(names)
		if err != nil {
			return nil, fmt.Errorf("--user: %w", err)
		}
		return users, nil
	}
	if len(names) > 0 || cmd.Flags().Changed(answer.DisplayName) {
		return nil, errors.New("--users-from contains the users and their display names: leave out --user and --display-name")
	}
	var text string
	switch {
	case o.usersFrom != "-":
		text, err = workdir.ReadFile(cmd.Context(), o.usersFrom, workdir.MaxRoster)
	case o.secretStdin || !o.noInput && !o.yes:
		return nil, errors.New("--users-from -: standard input has the users, so add --no-input and set VONAGE_API_SECRET")
	default:
		text, err = workdir.ReadStream(cmd.Context(), c.in, workdir.MaxRoster)
	}
	var users []client.NewUser
	if err == nil {
		users, err = source.ParseRoster(text)
	}
	if err != nil {
		return nil, fmt.Errorf("--users-from: %s: %w", redact.Printable(o.usersFrom), err)
	}
	return users, nil
}

func writeCSV(out io.Writer, r steps.Result) error {
	w := csv.NewWriter(out)
	_ = w.Write([]string{"name", "display_name", "id", "token", "expires_at", "error"}) // Flush returns errors
	for _, u := range r.Users {
		record := []string{u.Name, u.DisplayName, u.ID, "", "", ""}
		if u.Token != nil {
			record[3], record[4] = u.Token.JWT, u.Token.ExpiresAt.Format(time.RFC3339)
		}
		_ = w.Write(record)
	}
	for _, m := range r.Missed {
		_ = w.Write([]string{m.Name, "", "", "", "", m.Why})
	}
	w.Flush()
	return w.Error()
}
