package source_test

import (
	"fmt"
	"strings"
	"testing"

	"credwiz/client"
	"credwiz/client/redact"
	"credwiz/steps/source"
)

func TestARosterIsReadWithTheLineThatIsWrong(t *testing.T) {
	for _, test := range []struct {
		name, text string
		want       []client.NewUser
		err        string
	}{
		{name: "names", text: "name\nalice\nbob\n", want: []client.NewUser{{Name: "alice"}, {Name: "bob"}}},
		{name: "display names, other columns, quotes", text: "id,Display_Name, name \r\n1,\"Ardent, Alice\",alice\r\n2,,bob\r\n",
			want: []client.NewUser{{Name: "alice", DisplayName: "Ardent, Alice"}, {Name: "bob"}}},
		{name: "a mark and empty lines", text: "\ufeffname,display_name\n\n,\nalice,Alice\n", want: []client.NewUser{{Name: "alice", DisplayName: "Alice"}}},
		{name: "empty", text: "", err: "it's empty"},
		{name: "no users", text: "name\n", err: "it lists no users"},
		{name: "no column", text: "user\nalice\n", err: "line 1: no column is named name"},
		{name: "no name", text: "name,display_name\nalice,A\n,B\n", err: "line 3: no name given"},
		{name: "twice", text: "name\nalice\nbob\nalice\n", err: "line 4: “alice” appears twice, and names must be unique"},
		{name: "an open quote", text: "name\nalice\n\"bob\ncarol\n\"dave\"\n", err: "line 3: a field in quotes isn't closed"},
		{name: "a quote inside", text: "name\nali\"ce\n", err: "line 2: a quote inside a field"},
		{name: "a comma without quotes", text: "name,display_name\nalice,Ardent, Alice\n", err: "line 2: more fields than line 1: put a field that contains commas in quotes"},
		{name: "hidden letters", text: "name\nali\u202ece\n", err: ""},
		{name: "an id", text: "name\nUSR-5a6c43df-0000-4000-8000-000000000003\n", err: "line 2: USR-"},
		{name: "too long", text: "name\n" + strings.Repeat("n", 300) + "\n", err: "line 2: "},
	} {
		t.Run(test.name, func(t *testing.T) {
			users, err := source.ParseRoster(test.text)
			switch {
			case test.want == nil && test.err == "":
				return // cleaned or refused; FuzzParseRoster has what holds
			case test.err != "":
				if err == nil || !strings.Contains(err.Error(), test.err) {
					t.Errorf("got %v", err)
				}
			case fmt.Sprint(users) != fmt.Sprint(test.want) || err != nil:
				t.Errorf("got %v, %v", users, err)
			}
		})
	}
}

func FuzzParseRoster(f *testing.F) {
	for _, seed := range []string{"name\nalice\n", "name,display_name\n\"a\"\"b\",c\n", "\ufeffname\r\n\x00", "name\n\u202ea\n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		users, err := source.ParseRoster(text)
		if err == nil && len(users) == 0 {
			t.Fatal("no users and no error")
		}
		names := map[string]bool{}
		for _, n := range users {
			if n.Name == "" || names[n.Name] || redact.Printable(n.Name) != n.Name || redact.Printable(n.DisplayName) != n.DisplayName {
				t.Fatalf("%q gives %+v", text, n)
			}
			names[n.Name] = true
		}
	})
}

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
		"Vorname;Nachname\nAlice;Ardent\n":          "line 1: no column is named name: start with the line name,display_name",
		"name,display_name\nalice,A\nbob;B\n":       "line 3: only one field: separate fields as in line 1, with commas",
		"name\tdisplay_name\nalice;A\n":             "with tabs",
		"name,Display Name,display_name\nalice,A,B": "line 1: two columns are named display_name",
	} {
		if users, err := source.ParseRoster(text); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: %v, %v", text, users, err)
		}
	}
	if users, err := source.ParseRoster("name,display_name\n\"Ardent, Alice\"\n"); err != nil || users[0].Name != "Ardent, Alice" {
		t.Errorf("a comma in quotes: %v, %v", users, err)
	}
}
