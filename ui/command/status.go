package command

import (
	"cmp"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"credwiz/steps/status"
	"credwiz/ui/style"
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
			return c.print(asJSON, status, statusText(status, c.look(c.out)))
		},
	}
	f := cmd.Flags()
	f.StringVar(&dir, "dir", ".", "use the folder `DIR`")
	f.BoolVar(&asJSON, "json", false, "print the result as JSON")
	return cmd
}

func statusText(s status.Status, look style.Look) string {
	p := style.NewPage(look)
	shown := map[status.Problem]bool{}
	// item is a line of an application, with the command that sets it right below it.
	item := func(mark, app, about, label, value string) {
		p.Item(mark, label, value)
		for _, problem := range s.Problems {
			if problem.App == app && problem.About == about && !shown[problem] {
				shown[problem] = true
				p.Fix(style.ItemColumn, problem.Do, problem.Command)
			}
		}
	}
	for _, app := range s.Applications {
		p.Gap()
		p.Head(app.Name, cmp.Or(app.ID, "may not exist"))
		p.Fact("Account", appLocation(app))
		key := "private key"
		if app.Key.Path != "" {
			key = filepath.Base(app.Key.Path)
		}
		item(keyMark(app.Key), app.ID, app.Key.Path, key, app.Key.Says)
		listed, rest := splitUsers(app.Users)
		for _, user := range listed {
			says := user.Says
			if user.InDotenv {
				says += " · in .env"
			}
			item(userMark(user), app.ID, user.Name, user.Name, says)
		}
		if len(rest) > 0 {
			p.Fact(strconv.Itoa(len(rest))+" more users", countTokens(rest))
		}
	}
	p.Gap()
	var good []string
	for _, file := range s.Files {
		if file.Says == "" {
			good = append(good, file.Path)
		}
	}
	p.Head("Files", strings.Join(good, ", "))
	for _, file := range s.Files {
		if file.Says != "" {
			item(style.MarkFailed, "", file.Path, filepath.Base(file.Path), file.Says)
		}
	}
	for _, problem := range s.Problems {
		if !shown[problem] {
			p.Gap()
			p.Line(style.MarkFailed, problem.What)
			p.Fix(style.MarkWidth, problem.Do, problem.Command)
		}
	}
	return p.String()
}

func keyMark(key status.Key) string {
	if key.Good {
		return style.MarkDone
	}
	return style.MarkFailed
}

func userMark(user status.User) string {
	switch user.Token {
	case status.TokenWorks:
		return style.MarkDone
	case status.TokenEnding, status.NoTokenYet:
		return style.MarkWarned
	case status.TokenEnded, status.TokenRefused:
	}
	return style.MarkFailed
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
		{status.TokenEnded, "with one that has expired"}, {status.TokenRefused, "with one that is refused"}, {status.NoTokenYet, "without a token"},
	} {
		if n := counts[state.life]; n > 0 {
			parts = append(parts, strconv.Itoa(n)+" "+state.says)
		}
	}
	return strings.Join(parts, ", ")
}

func appLocation(app status.App) string {
	where := app.APIKey + " · " + strings.TrimPrefix(app.APIHost, "https://")
	switch {
	case app.Deleted:
		return "application deleted; its files are here"
	case app.Sandbox:
		return "the practice sandbox of a demo"
	case !app.Created:
		where += " · application existed before"
	}
	return where
}
