package snippet_test

import (
	"encoding/json"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"credwiz/client"
	"credwiz/client/jwt"
	"credwiz/client/redact"
	"credwiz/steps"
	"credwiz/steps/snippet"
)

// nasty are names that would end a literal, start a template or break a line, if they were not escaped.
var nasty = []string{
	"alice", `O'Brien "x" \`, "a\nb\r\tc", "${USER} $(id) #{x} \\(user)", "</script><!--", "\u2028\u2029", "\x1b]52;c;aGk=\a",
	"日本 Zoë 👩‍🚀 \U0001F4A9", `\u0041 \n`, "`", "*/ //", "%s %d", "\u202e", "",
}

// loggedInAs is a session with a token, as if a wizard had made it.
func loggedInAs(t *testing.T, name, region string) steps.Session {
	t.Helper()
	var s steps.Session
	s.Application.Application = client.Application{Name: "app of " + name, ID: "78d335fa-323d-0114-9c3d-d6f0d48968cf"}
	s.User.User = client.User{Name: name, Region: region}
	s.Token = must(jwt.Sign(theKey(), jwt.Request{User: name, IssuedAt: noon, Lifetime: jwt.MaxLifetime, ID: "1"}))
	return s
}

func codeOf(t *testing.T, s steps.Session, language string) snippet.Snippet {
	t.Helper()
	for _, snippet := range snippet.Snippets(s) {
		if snippet.Language == language {
			return snippet
		}
	}
	t.Fatalf("there is no %s", language)
	return snippet.Snippet{}
}

// literals are how the snippets give the user's name, by language, and how the language reads it.
var literals = map[string]struct {
	line *regexp.Regexp
	read func(literal string) (string, error)
}{
	"JavaScript":   {regexp.MustCompile(`(?m)^const user = (".*");$`), readJSON},
	"React Native": {regexp.MustCompile(`(?m)^const user = (".*");$`), readJSON},
	"Kotlin":       {regexp.MustCompile(`(?m)^const val USER = (".*")$`), readKotlin},
	"Swift":        {regexp.MustCompile(`(?m)^let user = (".*")$`), readSwift},
}

func readJSON(literal string) (text string, err error) {
	err = json.Unmarshal([]byte(literal), &text)
	return text, err
}

// In Kotlin's grammar (kotlinlang.org, "Characters"), the escapes are \t \b \n \r \' \" \\ \$ and \uXXXX. A $ that is
// not escaped before a letter or { is a template.
func readKotlin(literal string) (string, error) {
	if regexp.MustCompile(`(?:^|[^\\])(?:\\\\)*\$`).MatchString(literal) {
		return "", strconv.ErrSyntax
	}
	return strconv.Unquote(strings.ReplaceAll(literal, `\$`, `\x24`))
}

// In Swift's grammar (The Swift Programming Language, "Lexical Structure"), they are \0 \\ \t \n \r \" \' and \u{X}; \(
// begins an interpolation.
func readSwift(literal string) (string, error) {
	code := regexp.MustCompile(`\\(\\|u\{[0-9A-F]+\})`)
	return strconv.Unquote(code.ReplaceAllStringFunc(literal, func(escape string) string {
		if escape == `\\` {
			return escape
		}
		return `\u` + strings.Repeat("0", 8-len(escape)) + escape[3:len(escape)-1]
	}))
}

func TestNamesAreEscapedInEachLanguage(t *testing.T) {
	t.Parallel()
	for language, literal := range literals {
		for _, name := range nasty {
			code := codeOf(t, loggedInAs(t, name, ""), language).Code
			match := literal.line.FindStringSubmatch(code)
			if match == nil {
				t.Errorf("%s: %q is not in one line of\n%s", language, name, code)
				continue
			}
			got, err := literal.read(match[1])
			if err != nil || got != name {
				t.Errorf("%s: %q is written as %s, which is read as %q, %v", language, name, match[1], got, err)
			}
			comments := regexp.MustCompile(`(?m)^// .*$`).FindAllString(code, 2)
			if len(comments) != 2 || !strings.HasPrefix(code, comments[0]) || !strings.HasSuffix(comments[0], "The token works until 2026-03-05 12:00 UTC.") {
				t.Errorf("%s: the name breaks the comment:\n%s", language, code)
			}
			for line := range strings.Lines(code) {
				if line = strings.TrimSuffix(line, "\n"); redact.Printable(line) != line && !strings.ContainsAny(name, "\u2028\u202e") {
					t.Errorf("%s: %q is not safe to show", language, line)
				}
			}
		}
	}
}

func TestASnippetNamesTheUsersRegion(t *testing.T) {
	t.Parallel()
	for region, want := range map[string]map[string]string{
		"":                       {"JavaScript": "new VonageClient()", "Kotlin": "ClientConfigRegion.US", "Swift": "region: .US", "React Native": `(token, "US")`},
		"api-us-3.vonage.com":    {"JavaScript": "new VonageClient()", "Kotlin": "ClientConfigRegion.US", "Swift": "region: .US", "React Native": `(token, "US")`},
		"api-eu-4.vonage.com":    {"JavaScript": `new VonageClient({ region: "EU" })`, "Kotlin": "ClientConfigRegion.EU", "Swift": "region: .EU", "React Native": `(token, "EU")`},
		"api-ap-3.vonage.com":    {"JavaScript": `new VonageClient({ region: "AP" })`, "Kotlin": "ClientConfigRegion.AP", "Swift": "region: .AP", "React Native": `(token, "AP")`},
		"api-eu-4.vonage.com.x":  {"JavaScript": "new VonageClient()"},
		`api-eu-4"};evil();//.x`: {"JavaScript": "new VonageClient()"},
	} {
		s := loggedInAs(t, "alice", region)
		for language, text := range want {
			code := codeOf(t, s, language).Code
			wantAll(t, code, text, s.Token.JWT.Reveal())
			wantNone(t, code, "apiUrl")
		}
	}
}

func TestASnippetForAnotherAPIHasItsAddress(t *testing.T) {
	t.Parallel()
	s := loggedInAs(t, "alice", "")
	s.Place.API = clientOf("http://127.0.0.1:4010/api")
	for _, language := range []string{"JavaScript", "Swift"} {
		wantAll(t, codeOf(t, s, language).Code, `"http://127.0.0.1:4010/api"`, `"ws://127.0.0.1:4010/api"`)
	}
	s.Place.API = clientOf("https://gateway.example.com/api")
	for _, language := range []string{"JavaScript", "Kotlin", "Swift"} {
		code := codeOf(t, s, language).Code
		wantAll(t, code, `"https://gateway.example.com/api"`, `"wss://gateway.example.com/api"`)
		wantNone(t, code, "10.0.2.2")
	}
	s.Place.API = clientOf(client.DefaultHost)
	wantNone(t, codeOf(t, s, "JavaScript").Code, "apiUrl")
}

// In the Android emulator, 127.0.0.1 is the emulator itself.
func TestTheKotlinCallsThisComputerAsTheEmulatorDoes(t *testing.T) {
	t.Parallel()
	t.Attr("fault", "field-D4")
	s := loggedInAs(t, "alice", "")
	for _, host := range []string{"127.0.0.1", "localhost", "[::1]"} {
		s.Place.API = clientOf("http://" + host + ":4010/api")
		code := codeOf(t, s, "Kotlin").Code
		wantAll(t, code, `config.apiUrl = "http://10.0.2.2:4010/api"`, `config.websocketUrl = "ws://10.0.2.2:4010/api"`,
			"// 10.0.2.2 is this computer", "adb reverse tcp:4010 tcp:4010", `usesCleartextTraffic="true"`)
		wantNone(t, code, host+":4010")
	}
}

func TestWithoutATokenThereIsNoSnippet(t *testing.T) {
	t.Parallel()
	equal(t, "snippets", len(snippet.Snippets(steps.Session{})), 0)
}

func TestNodeUnderstandsTheJavaScript(t *testing.T) {
	t.Parallel()
	needs(t, "node")
	var modules []string
	for _, name := range nasty {
		s := loggedInAs(t, name, "api-eu-3.vonage.com")
		modules = append(modules, codeOf(t, s, "JavaScript").Code, codeOf(t, s, "React Native").Code)
	}
	// A module is parsed where it is made, and not run.
	const parse = `for (const text of process.argv.slice(1)) try { new (require('vm').SourceTextModule)(text) } catch (e) { throw e + text }`
	node := exec.CommandContext(t.Context(), "node", append([]string{"--experimental-vm-modules", "-e", parse}, modules...)...)
	if out, err := node.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
