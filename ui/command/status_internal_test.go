package command

import (
	"fmt"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/golden"

	"credwiz/steps/status"
	"credwiz/ui/style"
)

func TestWhatAStatusLooksLike(t *testing.T) {
	workshop := status.App{
		ID: "ba1a6aa3-8ac6-487d-ac5c-be469e77ddb7", Name: "Workshop", Created: true, APIHost: "https://api.nexmo.com", APIKey: "abcd1234",
		Key: status.Key{Path: "private.key", Good: true, Says: "matches, readable only by you"},
	}
	lives := []status.TokenLife{status.TokenWorks, status.TokenWorks, status.TokenEnding, status.TokenEnded, status.NoTokenYet}
	for i := range 30 {
		workshop.Users = append(workshop.Users, status.User{
			Name: fmt.Sprintf("guest%02d", i+1), Token: lives[i%len(lives)], Says: "expires today at 17:12, in 5 hours 12 minutes",
		})
	}
	status := status.Status{
		Applications: []status.App{workshop, {
			ID: "0b9a6aa3-8ac6-487d-ac5c-be469e77ddb8", Name: "My Client SDK app", APIHost: "https://api.nexmo.com", APIKey: "abcd1234",
			Key:   status.Key{Path: "old.key", Says: "missing"},
			Users: []status.User{{Name: "alice", Token: status.TokenEnded, Says: "expired yesterday at 12:00"}},
		}},
		Files: []status.File{{Path: "private.key"}, {Path: ".env", Says: "others can use it (mode 0644)"}, {Path: "users/"}},
		Problems: []status.Problem{
			{What: "The key of “My Client SDK app” is not in old.key.", Do: "Copy it back, or if it's lost, replace it:", Command: "credwiz --app-id 0b9a6aa3-8ac6-487d-ac5c-be469e77ddb8 --renew-key"},
			{What: "Others on this computer can read .env.", Do: "Make it private:", Command: "chmod 600 .env"},
		},
	}
	for _, width := range []int{80, 40} {
		t.Run(fmt.Sprint(width), func(t *testing.T) {
			text := statusText(status, style.Look{NoColor: true, Columns: width})
			for line := range strings.Lines(text) {
				// A command is never broken: it is there to be copied.
				if ansi.StringWidth(strings.TrimSuffix(line, "\n")) > width && !strings.HasPrefix(strings.TrimSpace(line), "credwiz ") {
					t.Errorf("it is wider than %d: %q", width, line)
				}
			}
			golden.RequireEqual(t, text)
		})
	}
}

func TestAStatusNamesTheUserOfDotenv(t *testing.T) {
	t.Attr("fault", "field-B10")
	app := status.App{Name: "Workshop"}
	for i := range 30 {
		app.Users = append(app.Users, status.User{Name: fmt.Sprintf("guest%02d", i+1), InDotenv: i == 20, Says: "works"})
	}
	text := statusText(status.Status{Applications: []status.App{app}}, style.Look{NoColor: true, Columns: 80})
	if !strings.Contains(text, "guest21         works · in .env") || !strings.Contains(text, "22 more users") || strings.Count(text, "guest") != maxListedUsers {
		t.Error(text)
	}
}
