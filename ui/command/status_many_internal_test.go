package command

import (
	"fmt"
	"strings"
	"testing"

	"credwiz/steps/status"
)

func TestTheUserOfDotenvIsAmongThoseThatAStatusNames(t *testing.T) {
	t.Attr("fault", "field-B10")
	app := status.App{Name: "Workshop"}
	for i := range 30 {
		app.Users = append(app.Users, status.User{Name: fmt.Sprintf("guest%02d", i+1), InDotenv: i == 20, Says: "works"})
	}
	text := statusText(status.Status{Applications: []status.App{app}}, 80)
	if !strings.Contains(text, "guest21 (works, in .env)") || !strings.Contains(text, "22 more users") || strings.Count(text, "guest") != maxListedUsers {
		t.Error(text)
	}
}
