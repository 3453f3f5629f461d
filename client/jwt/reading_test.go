package jwt_test

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"credwiz/client/jwt"
	"credwiz/client/redact"
)

func read(text string) jwt.Reading { return jwt.Read(redact.NewSecret(text)) }

// checkReadsBack holds for every token that Sign makes: nothing is lost, and nothing is found to be wrong.
func checkReadsBack(t *testing.T, token jwt.Token, application, publicPEM string) {
	t.Helper()
	r := jwt.Read(token.JWT)
	if r.Shape != jwt.SignedToken || len(r.Wrappings) > 0 || r.Header.Err != nil || r.Claims.Err != nil || len(r.Claims.Twice) > 0 {
		t.Fatalf("it reads as %+v", r)
	}
	algorithm, _ := r.Header.Text("alg")
	id, _ := r.Claims.Text("application_id")
	user, _ := r.Claims.Text("sub")
	jti, _ := r.Claims.Text("jti")
	valid := func(text string) string { return strings.ToValidUTF8(text, "\ufffd") }
	if algorithm != "RS256" || valid(application) == application && id != application ||
		valid(token.Subject) == token.Subject && user != token.Subject || jti != token.ID {
		t.Fatalf("alg %q, application_id %q, sub %q, jti %q", algorithm, id, user, jti)
	}
	if got := r.Claims.Date("iat"); got.Form != jwt.WholeSeconds || !got.Time.Equal(token.IssuedAt) {
		t.Fatalf("issued %v, read as %+v", token.IssuedAt, got)
	}
	if got := r.Claims.Date("exp"); got.Form != jwt.WholeSeconds || !got.Time.Equal(token.ExpiresAt) {
		t.Fatalf("ends %v, read as %+v", token.ExpiresAt, got)
	}
	acl := r.Claims.ReadACL()
	if token.ACL.IsZero() != (acl.Form == jwt.NoACL) || acl.Err != nil || !acl.ACL.Equal(token.ACL) || len(acl.Grants) != len(token.ACL.Paths()) {
		t.Fatalf("the ACL reads as %+v", acl)
	}
	if err := r.VerifySignature(publicPEM); err != nil {
		t.Fatal(err)
	}
}

func TestASignedTokenReadsBack(t *testing.T) {
	for _, request := range []jwt.Request{userRequest(), adminRequest()} {
		checkReadsBack(t, signed(t, request), someID, publicPEM(t, &own().PublicKey))
	}
}

// FuzzReadToken reads anything as a token, and what Sign makes of anything.
func FuzzReadToken(f *testing.F) {
	good := signed(f, userRequest()).JWT.Reveal()
	for _, seed := range []string{"", good, good[:40], `"` + good + `"`, "Bearer " + good, "VONAGE_JWT='" + good + "'\n", good[:50] + "\r\n  " + good[50:],
		pkcs8(f, own()), "a.b.c", "..", "e30.e30.", "eyJhbGciOiJub25lIn0.eyJleHAiOiIxIiwiZXhwIjoxZTQwMCwiYWNsIjoie30ifQ.", "=.=.=", "\u202e.\xff",
		unsigned(`{}`, `{"iat":1e999999,"exp":-1,"nbf":"0000-01-01T00:00:00+14:00","acl":{"paths":[]}}`),
		unsigned(`[]`, `{"acl":"{\"paths\":{\"/**\":{\"methods\":[1]}}}"}`), unsigned(`{}`, strings.Repeat("[", 9000)+strings.Repeat("]", 9000))} {
		f.Add(seed, "alice", int64(1_772_625_600_000), int64(86_400_000))
	}
	f.Add("", "\u202e\x00\xff", int64(-1), int64(30_999))
	key, public := privateKey(f, own()), publicPEM(f, &own().PublicKey)
	f.Fuzz(func(t *testing.T, text, user string, issuedMS, lifeMS int64) {
		r := read(text)
		for _, part := range []jwt.Part{r.Header, r.Claims} {
			if part.Err != nil && (part.Err.Error() != redact.Printable(part.Err.Error()) || len(part.Members) > 0) {
				t.Fatalf("%q: %q, and %d members", text, part.Err, len(part.Members))
			}
			written, err := json.Marshal(part)
			if err != nil || !json.Valid(written) {
				t.Fatalf("%q is written as %s: %v", text, written, err)
			}
			for _, m := range part.Members {
				if _, err := json.Marshal(part.Date(m.Name).Time.UTC()); err != nil {
					t.Fatalf("%s is a time that cannot be written: %v", m.Value, err)
				}
			}
		}
		for _, g := range r.Claims.ReadACL().Grants {
			g.Allows("GET", "/v0.2/sessions")
		}
		// What a lenient reader takes, and a strict one does not, is not verified by either.
		if err := r.VerifySignature(public); err == nil && !strings.Contains(strings.Join(strings.Fields(text), ""), ".") {
			t.Fatalf("%q is verified", text)
		}
		issued, life := time.UnixMilli(max(issuedMS, -issuedMS)%4e12), time.Duration(lifeMS%1e9)*time.Millisecond
		if issued.Unix() < 0 || life < jwt.MinLifetime || life > jwt.MaxLifetime {
			return
		}
		token := must(jwt.Sign(key, jwt.Request{ApplicationID: text, User: user, IssuedAt: issued, Lifetime: life, ID: "1"}))
		checkReadsBack(t, token, text, public)
	})
}

func unsigned(header, claims string) string {
	return encode(header) + "." + encode(claims) + ".c2ln"
}

func TestWhatIsAroundATokenIsTakenAway(t *testing.T) {
	good := signed(t, userRequest()).JWT.Reveal()
	const q, b, n, br, o = jwt.Quotes, jwt.Bearer, jwt.Name, jwt.Breaks, jwt.OtherBase64
	for text, want := range map[string][]jwt.Wrapping{
		good:                                 nil,
		" \ufeff" + good + "\r\n":            nil,
		`"` + good + `"`:                     {q},
		"“" + good + "”":                     {q},
		"'" + good:                           {q},
		"bearer\t" + good:                    {b},
		"Authorization: Bearer " + good:      {b},
		`"Bearer ` + good + `"`:              {q, b},
		`export VONAGE_JWT="` + good + `"`:   {q, n},
		"token = " + good:                    {n},
		good[:30] + "\n" + good[30:]:         {br},
		good[:30] + "\u200b" + good[30:]:     {br},
		strings.Replace(good, ".", "==.", 1): {o},
	} {
		r := read(text)
		if !slices.Equal(r.Wrappings, want) || r.VerifySignature(publicPEM(t, &own().PublicKey)) != nil && !slices.Contains(want, o) {
			t.Errorf("%.20q...: %v, want %v", text, r.Wrappings, want)
		}
	}
}

func TestOtherTextIsNotAToken(t *testing.T) {
	body := strings.Split(pkcs8(t, own()), "\n")
	for text, want := range map[string]jwt.Shape{
		"":                                      jwt.EmptyText,
		"\u00a0":                                jwt.EmptyText,
		pkcs8(t, own()):                         jwt.PastedKey,
		pkcs1():                                 jwt.PastedKey,
		strings.Join(body[1:len(body)-2], "\n"): jwt.PastedKey,
		publicPEM(t, &own().PublicKey):          jwt.PastedPublic,
		encode(`{"alg":"RSA-OAEP"}`) + ".a.b.c.d": jwt.EncryptedToken,
		"www.vonage.com":                         jwt.NotAToken,
		"hello":                                  jwt.NotAToken,
		"a.b.c.d":                                jwt.NotAToken,
		encode(`{}`) + "." + encode(`{}`):        jwt.UnsignedToken,
		encode(`{}`) + "." + encode(`{}`) + ".":  jwt.UnsignedToken,
		encode(`{}`) + "." + encode(`{}`) + ".ä": jwt.BadSignature,
	} {
		equal(t, read(text).Shape, want, "%.30q", text)
	}
}

func TestDatesAreReadAsTheyAreMeant(t *testing.T) {
	noon := time.Unix(1_772_625_600, 0)
	for text, want := range map[string]jwt.Date{
		`1772625600`:             {Form: jwt.WholeSeconds, Time: noon},
		`1772625600.5`:           {Form: jwt.Fraction, Time: noon},
		`1.7726256e9`:            {Form: jwt.Fraction, Time: noon},
		`"1772625600"`:           {Form: jwt.TextDate, Time: noon},
		`"2026-03-04T12:00:00Z"`: {Form: jwt.TextDate, Time: noon},
		`"tomorrow"`:             {Form: jwt.TextDate},
		`1772625600000`:          {Form: jwt.Milliseconds, Time: noon},
		`1772625600000000`:       {Form: jwt.Microseconds, Time: noon},
		`1772625600000000000`:    {Form: jwt.Nanoseconds, Time: noon},
		`1772625600000.5`:        {Form: jwt.Fraction, Time: noon},
		`1e400`:                  {Form: jwt.OddDate},
		`-1`:                     {Form: jwt.OddDate},
		`true`:                   {Form: jwt.OddDate},
		`null`:                   {Form: jwt.OddDate},
	} {
		got := read(unsigned(`{}`, `{"exp":`+text+`}`)).Claims.Date("exp")
		if got.Form != want.Form || !got.Time.Equal(want.Time) {
			t.Errorf("%s: %+v, want %+v", text, got, want)
		}
	}
	equal(t, read(unsigned(`{}`, `{}`)).Claims.Date("exp").Form, jwt.NoDate, "the date")
}

func TestOfANameThatIsThereTwiceTheLastCounts(t *testing.T) {
	claims := read(unsigned(`{}`, `{"sub":"alice","a":1,"sub":"bob"}`)).Claims
	if sub, _ := claims.Text("sub"); sub != "bob" || !slices.Equal(claims.Twice, []string{"sub"}) {
		t.Errorf("%q, twice %v", sub, claims.Twice)
	}
}

func TestASignatureIsJudgedAlone(t *testing.T) {
	public := publicPEM(t, &own().PublicKey)
	good := signed(t, userRequest()).JWT.Reveal()
	parts := strings.Split(good, ".")
	for name, test := range map[string]struct {
		token, key string
		want       error
	}{
		"another key":        {good, publicPEM(t, &other().PublicKey), jwt.ErrWrongKey},
		"other claims":       {parts[0] + "." + encode(`{}`) + "." + parts[2], public, jwt.ErrWrongKey},
		"none":               {parts[0] + "." + parts[1], public, jwt.ErrNotCheckable},
		"another algorithm":  {encode(`{"alg":"HS256"}`) + "." + parts[1] + "." + parts[2], public, jwt.ErrNotCheckable},
		"a key that is none": {good, "key", jwt.ErrNotPEM},
	} {
		if err := read(test.token).VerifySignature(test.key); !errors.Is(err, test.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestWhatAnACLGrants(t *testing.T) {
	for _, test := range []struct {
		path, methods, asked string
		want                 bool
	}{
		{"/*/sessions/**", "", "/v0.2/sessions", true},
		{"/*/sessions/**", "", "/v0.2/sessions/1/2", true},
		{"/**", "", "/v0.2/sessions", true},
		{"/v1/sessions/**", "", "/v0.2/sessions", false},
		{"/*/sessions", "", "/v0.2/sessions/1", false},
		{"/*/sessions/**", `"methods":["GET"]`, "/v0.2/sessions", false},
		{"/*/sessions/**", `"methods":["POST",1]`, "/v0.2/sessions", true},
	} {
		acl := read(unsigned(`{}`, `{"acl":{"paths":{"`+test.path+`":{`+test.methods+`}}}}`)).Claims.ReadACL()
		if len(acl.Grants) != 1 || acl.Grants[0].Allows("POST", test.asked) != test.want {
			t.Errorf("%+v of %s", acl, test.asked)
		}
	}
}

func encode(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }
