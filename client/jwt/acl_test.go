package jwt_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"credwiz/client/jwt"
	"credwiz/client/redact"
)

func aclText(t testing.TB, acl jwt.ACL) string {
	t.Helper()
	text, err := acl.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestNamedACLsMatchTheContract(t *testing.T) {
	for name, test := range map[string]struct {
		acl  jwt.ACL
		want string
	}{
		// The design's default: the ten paths of 2021 and today's rtc.
		"client SDK": {jwt.ACLClientSDK(), `{"paths":{"/*/users/**":{},"/*/conversations/**":{},"/*/sessions/**":{},` +
			`"/*/devices/**":{},"/*/image/**":{},"/*/media/**":{},"/*/applications/**":{},"/*/push/**":{},` +
			`"/*/knocking/**":{},"/*/legs/**":{},"/*/rtc/**":{}}}`},
		// The contract's "Seed" row, which is the tutorial.
		"tutorial": {jwt.ACLTutorial(), `{"paths":{"/v1/users/**":{},"/v1/conversations/**":{},"/v1/sessions/**":{},` +
			`"/v1/devices/**":{},"/v1/image/**":{},"/v3/media/**":{},"/v1/applications/**":{},"/v1/push/**":{},` +
			`"/v1/knocking/**":{}}}`},
	} {
		t.Run(name, func(t *testing.T) {
			equal(t, aclText(t, test.acl), test.want, "the ACL")
			parsed, err := jwt.ParseACL([]byte(test.want))
			if err != nil || !parsed.Equal(test.acl) || !slices.Equal(parsed.Paths(), test.acl.Paths()) {
				t.Errorf("its text is read as %v, %v", parsed.Paths(), err)
			}
		})
	}
}

func TestTheClientSDKACLHoldsAllThatTodaysDocumentationNames(t *testing.T) {
	has := jwt.ACLClientSDK().Paths()
	for _, part := range []string{"rtc", "users", "conversations", "sessions", "devices", "push", "knocking", "legs"} {
		if !slices.Contains(has, "/*/"+part+"/**") {
			t.Errorf("%s is missing", part)
		}
	}
}

func TestAnACLIsKeptAsWritten(t *testing.T) {
	for text, want := range map[string]string{
		`{"paths":{"/**":{}}}`: "/**",
		"{\n  \"paths\": {\n    \"/b\": {},\n    \"/a\": {}\n  }\n}":                                  "/b /a",
		`{"paths":{"/a":{"methods":["GET"]}}}`:                                                        "/a",
		`{"paths":{"/a":{"methods":[]}}}`:                                                             "/a",
		`{"paths":{"/a":{"methods":["GET","POST","PUT","DELETE","PATCH"],"filters":{}}}}`:             "/a",
		`{"paths":{"/a":{"filters":{"from":"447977271009","n":1.50,"deep":{"b":[1],"a":null}}}}}`:     "/a",
		`{"paths":{"/messages":{"filters":{"from":"447977271009"},"methods":["POST"]},"/z/*/**":{}}}`: "/messages /z/*/**",
		`{"paths":{"/é/日本":{},"/\u00e9\/x":{},"/<&>":{}}}`:                                            "/é/日本 /é/x /<&>",
		`{"paths":{"/":{}}}`: "/",
	} {
		t.Run(text, func(t *testing.T) {
			acl, err := jwt.ParseACL([]byte(text))
			if err != nil {
				t.Fatal(err)
			}
			equal(t, strings.Join(acl.Paths(), " "), want, "the paths")
			// No text of the table has a blank inside a value.
			equal(t, aclText(t, acl), strings.NewReplacer(" ", "", "\n", "").Replace(text), "kept")
			if acl.IsZero() {
				t.Error("it is no ACL")
			}
		})
	}
}

func TestAnACLThatLeavesTheGrammarIsRefusedWithTheReason(t *testing.T) {
	rule := func(rule string) string { return `{"paths":{"/a":` + rule + `}}` }
	path := func(path string) string { return `{"paths":{"` + path + `":{}}}` }
	for text, reason := range map[string]string{
		``:                                      "not JSON",
		`{`:                                     "not JSON",
		`paths`:                                 "not JSON",
		"\ufeff" + path("/a"):                   "not JSON",
		path("/\xff"):                           "isn't UTF-8",
		path("/a") + `x`:                        "extra text after the end",
		path("/a") + path("/a"):                 "extra text after the end",
		`[]`:                                    "must be an object",
		`"/**"`:                                 "must be an object",
		`null`:                                  "must be an object",
		`{}`:                                    `must have "paths"`,
		`{"Paths":{"/a":{}}}`:                   `must have "paths"`,
		`{"paths":{"/a":{}},"extra":1}`:         `only "paths"`,
		`{"paths":{"/a":{}},"paths":{"/b":{}}}`: `has "paths" twice`,
		`{"paths":{}}`:                          "none given",
		`{"paths":null}`:                        "must be an object",
		`{"paths":[]}`:                          "must be an object",
		`{"paths":"/**"}`:                       "must be an object",
		path(""):                                "a path must start with /",
		path("a"):                               "a path must start with /",
		path("*/users"):                         "a path must start with /",
		path(" /a"):                             "a path must start with /",
		path("/a b"):                            "contain no spaces",
		path("/a "):                             "contain no spaces",
		path(`/a\n`):                            "contain no spaces",
		path(`/a\t`):                            "contain no spaces",
		path(`/a\u000b`):                        "contain no spaces",
		path(`/a\u00a0`):                        "contain no spaces",
		path(`/a\u2028`):                        "contain no spaces",
		path(`/a\u3000`):                        "contain no spaces",
		path(`/a\ufeff`):                        "contain no spaces",
		`{"paths":{"/a":{},"/a":{}}}`:           `paths has "/a" twice`,
		`{"paths":{"/a":{},"/b":{},"\/a":{}}}`:  `paths has "/a" twice`,
		`{"paths":{"/a":{},"/\u0061":{}}}`:      `paths has "/a" twice`,
		rule(`null`):                            "its rule must be an object",
		rule(`true`):                            "its rule must be an object",
		rule(`["GET"]`):                         "its rule must be an object",
		rule(`"GET"`):                           "its rule must be an object",
		rule(`{"methods":null}`):                "methods must be a list",
		rule(`{"methods":"GET"}`):               "methods must be a list",
		rule(`{"methods":[1]}`):                 "methods must be a list",
		rule(`{"methods":["get"]}`):             `method "get": must be GET`,
		rule(`{"methods":["GET","HEAD"]}`):      `method "HEAD": must be GET`,
		rule(`{"methods":[""]}`):                `method "": must be GET`,
		rule(`{"filters":null}`):                "filters must be an object",
		rule(`{"filters":[]}`):                  "filters must be an object",
		rule(`{"filters":"from"}`):              "filters must be an object",
		rule(`{"method":["GET"]}`):              `unknown field "method"`,
		rule(`{"Methods":["GET"]}`):             `unknown field "Methods"`,
		rule(`{"methods":["GET"],"methods":["DELETE"]}`): `has "methods" twice`,
		rule(`{"filters":{},"filters":{"a":1}}`):         `has "filters" twice`,
		path(`/\u001b[31m\u202e\u0020`):                  "contain no spaces",
	} {
		t.Run(text, func(t *testing.T) {
			acl, err := jwt.ParseACL([]byte(text))
			if err == nil || !acl.IsZero() {
				t.Fatalf("it is taken as %s", aclText(t, acl))
			}
			said := err.Error()
			if !strings.HasPrefix(said, "ACL: ") || !strings.Contains(said, reason) {
				t.Errorf("said %q, without %q", said, reason)
			}
			if said != redact.Printable(said) {
				t.Errorf("it is not printable: %q", said)
			}
		})
	}
}

func TestThePathsOfAnACLCannotBeChanged(t *testing.T) {
	acl := jwt.ACLTutorial()
	acl.Paths()[0] = "/**"
	if acl.Paths()[0] != "/v1/users/**" || !acl.Equal(jwt.ACLTutorial()) {
		t.Errorf("got %v", acl.Paths())
	}
}

func TestACLsAreEqualWhenTheyAreWrittenAlike(t *testing.T) {
	parse := func(text string) jwt.ACL {
		return must(jwt.ParseACL([]byte(text)))
	}
	if !parse(`{"paths":{"/a":{}}}`).Equal(parse(` { "paths" : { "/a" : { } } } `)) {
		t.Error("blanks make a difference")
	}
	if !parse(`{"paths":{"/a/b":{},"/c":{"methods":["GET"]}}}`).Equal(parse(`{"paths":{"\/c":{"methods":["GET"]},"\/a\/b":{}}}`)) {
		t.Error("the order or the spelling makes a difference")
	}
	for _, other := range []string{`{"paths":{"/b":{}}}`, `{"paths":{"/a":{"methods":["GET"]}}}`} {
		if parse(`{"paths":{"/a":{}}}`).Equal(parse(other)) {
			t.Errorf("%s is the same", other)
		}
	}
}

func TestAnACLInsideJSONIsReadAndWritten(t *testing.T) {
	var read struct{ ACL, None jwt.ACL }
	const text = `{"ACL":{"paths":{"/b":{},"/a":{}}},"None":null}`
	if err := json.Unmarshal([]byte(`{"ACL":{"paths":{"/b":{}, "/a":{}}}}`), &read); err != nil {
		t.Fatal(err)
	}
	if got, err := json.Marshal(read); err != nil || string(got) != text {
		t.Errorf("written as %s, %v", got, err)
	}
	if !read.None.IsZero() || len(read.None.Paths()) != 0 {
		t.Errorf("none has %v", read.None.Paths())
	}
	if err := json.Unmarshal([]byte(`{"ACL":{"paths":{}}}`), &read); err == nil {
		t.Error("a bad ACL is read")
	}
}
