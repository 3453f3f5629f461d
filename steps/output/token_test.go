package output_test

import (
	"os"
	"testing"

	"credwiz/steps/output"
	"credwiz/steps/workdir"
)

func TestTheTokenOfADotenv(t *testing.T) {
	t.Attr("fault", "field-B1")
	wide := "\xff\xfe"
	for _, r := range "VONAGE_JWT=x.y.z\r\n" {
		wide += string([]byte{byte(r), 0})
	}
	folder, err := workdir.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = folder.Close() }()
	for text, want := range map[string]string{
		"VONAGE_JWT=a.b.c\n":                             "a.b.c",
		"A=1\r\nexport VONAGE_JWT = 'a.b.c' # mine\r\n":  "a.b.c",
		"VONAGE_JWT=\"a.b.c\"":                           "a.b.c",
		"VONAGE_JWT=a.b.c # the old one\nVONAGE_JWT=d\n": "d",
		"OTHER='\nVONAGE_JWT=no\n'\n":                    "",
		"VONAGE_JWT= # none\n":                           "",
		"\ufeffVONAGE_JWT=a\n":                           "a",
		wide:                                             "x.y.z",
		"# schl\xfcssel\nVONAGE_JWT=x.y.z\n":             "x.y.z",
		"VONAGE_JWT=x.\xfc.z\n":                          "",
	} {
		if err := os.WriteFile(folder.Path(".env"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := output.DotenvToken(folder).Reveal(); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
