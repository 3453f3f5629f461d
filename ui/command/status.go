package command

import (
	"cmp"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"credwiz/steps/status"
)

func (c console) statusCommand() *cobra.Command {
	var dir string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "status",
		Short: "Show what this folder has",
		Long: `Show what credwiz created or used in this folder: applications, users, when
their tokens expire, whether the key matches, and what to do next. It works
offline and changes nothing.

Exit status: 0 if credwiz was used here, 1 if not.`,
		Args: noArguments,
		RunE: func(_ *cobra.Command, _ []string) error {
			folder, err := existingFolder(dir)
			if err != nil {
				return err
			}
			defer func() { _ = folder.Close() }()
			status, err := status.Of(folder, c.now())
			if err != nil {
				return c.fail(err)
			}
			if asJSON {
				return c.writeJSON(status)
			}
			_, err = io.WriteString(c.out, terminalLook().Words(statusText(status, c.width())))
			return err
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVar(&dir, "dir", ".", "use the folder `DIR`")
	f.BoolVar(&asJSON, "json", false, "print the result as JSON")
	return cmd
}

func statusText(s status.Status, width int) string {
	p := &page{width: width, fixesShown: map[string]bool{}}
	for _, app := range s.Applications {
		p.line(0, app.Name)
		p.fact("  ID", cmp.Or(app.ID, "not known: it may not exist"))
		p.fact("  At", appLocation(app))
		p.fact("  Key", withNote(app.Key.Path, app.Key.Says))
		listed, rest := splitUsers(app.Users)
		for _, user := range listed {
			says := user.Says
			if user.InDotenv {
				says += ", in .env"
			}
			p.fact("  User", withNote(user.Name, says))
		}
		if len(rest) > 0 {
			p.fact("  And", withNote(strconv.Itoa(len(rest))+" more users", countTokens(rest)))
		}
		p.text.WriteByte('\n')
	}
	names := make([]string, 0, len(s.Files))
	for _, file := range s.Files {
		names = append(names, withNote(file.Path, file.Says))
	}
	p.fact("Files", strings.Join(names, ", "))
	for i, act := range s.Problems {
		if i == 0 {
			p.line(0, "\nWhat to do")
		}
		p.line(2, act.What)
		p.fix(4, act.Do, act.Command)
	}
	return p.text.String()
}

const maxListedUsers = 8

// splitUsers returns the users to list, of many the current one first: that of .env, or else the last.
func splitUsers(users []status.User) (listed, rest []status.User) {
	if len(users) <= maxListedUsers {
		return users, nil
	}
	current := slices.IndexFunc(users, func(u status.User) bool { return u.InDotenv })
	if current < 0 {
		current = len(users) - 1
	}
	users = slices.Concat(users[current:current+1], users[:current], users[current+1:])
	return users[:maxListedUsers], users[maxListedUsers:]
}

func countTokens(users []status.User) string {
	counts := map[status.TokenLife]int{}
	for _, user := range users {
		counts[user.Token]++
	}
	var parts []string
	for _, state := range []struct {
		life status.TokenLife
		says string
	}{
		{status.TokenWorks, "with a token that works"}, {status.TokenEnding, "with one that ends soon"},
		{status.TokenEnded, "with one that has expired"}, {status.TokenRefused, "with one that failed the login test"}, {status.NoTokenYet, "without"},
	} {
		if n := counts[state.life]; n > 0 {
			parts = append(parts, strconv.Itoa(n)+" "+state.says)
		}
	}
	return strings.Join(parts, ", ")
}

func appLocation(app status.App) string {
	where := app.APIHost + ", account " + app.APIKey
	switch {
	case app.Deleted:
		return "deleted; its files are here"
	case app.Sandbox:
		return "a practice sandbox, which is gone"
	case !app.Created:
		where += ", not created here"
	}
	return where
}

func withNote(name, state string) string {
	if state == "" {
		return name
	}
	return name + " (" + state + ")"
}
