package steps_test

import (
	"fmt"
	"strings"
	"testing"

	"credwiz/client"
	"credwiz/steps/source"
)

func TestARosterOfASpreadsheetIsRead(t *testing.T) {
	t.Attr("fault", "field-C12")
	want := fmt.Sprint([]client.NewUser{{Name: "alice", DisplayName: "Ardent, Alice"}, {Name: "bob"}})
	for name, text := range map[string]string{
		"a title with a space":  "Name,Display Name\nalice,\"Ardent, Alice\"\nbob,\n",
		"capitals":              "NAME,DISPLAY_NAME\nalice,\"Ardent, Alice\"\nbob\n",
		"one word and a hyphen": "displayname,e-mail,Name\n\"Ardent, Alice\",x,alice\n,x,bob\n",
		"a hyphen":              "display-name,name\n\"Ardent, Alice\",alice\n,bob\n",
		"semicolons":            "Name;Display Name\r\nalice;Ardent, Alice\r\nbob;\r\n",
		"semicolons and quotes": "\"Display Name\";\"Name\"\n\"Ardent, Alice\";\"alice\"\n;bob\n",
		"tabs":                  "Display Name\tName\nArdent, Alice\talice\n\tbob\n",
		"line ends of old Macs": "name,display name\ralice,\"Ardent, Alice\"\rbob,\r",
		"a quoted name alone":   "name,display name\nalice,\"Ardent, Alice\"\n\"bob\"\n",
	} {
		if users, err := source.ParseRoster(text); err != nil || fmt.Sprint(users) != want {
			t.Errorf("%s: %v, %v", name, users, err)
		}
	}
	for text, says := range map[string]string{
		"Vorname;Nachname\nAlice;Ardent\n":          "line 1: no column is called name: the first line is name,display_name",
		"name,display_name\nalice,A\nbob;B\n":       "line 3: there is one field in it: separate the fields as in line 1, with commas",
		"name\tdisplay_name\nalice;A\n":             "with tabs",
		"name,Display Name,display_name\nalice,A,B": "line 1: two columns are called display_name",
	} {
		if users, err := source.ParseRoster(text); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: %v, %v", text, users, err)
		}
	}
	if users, err := source.ParseRoster("name,display_name\n\"Ardent, Alice\"\n"); err != nil || users[0].Name != "Ardent, Alice" {
		t.Errorf("a comma in quotes: %v, %v", users, err)
	}
}
