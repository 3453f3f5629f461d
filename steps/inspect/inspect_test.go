package inspect_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"credwiz/client"
	"credwiz/client/jwt"
	"credwiz/client/redact"
	"credwiz/steps"
	"credwiz/steps/answer"
	"credwiz/steps/inspect"
	"credwiz/steps/resign"
	"credwiz/steps/task"
	"credwiz/steps/workdir"
)

func TestEachFaultOfATokenIsNamedWithAWayOutAndTheSandboxAgrees(t *testing.T) {
	r := newRun(t).doesAll("private.key")
	application := r.session.Application.ID
	for _, d := range diagnoses {
		t.Run(d.name, func(t *testing.T) {
			r := *r
			r.t = t
			token := forged(t, application, d.change...)
			offline, online := r.inspected(token)
			equal(t, "codes", codes(offline), d.want)
			if d.online == "" {
				d.online = d.want
			}
			equal(t, "codes with the API", codes(online), d.online)
			for _, i := range []inspect.Inspection{offline, online} {
				all := texts(t, i)
				if leaks(all) {
					t.Error("it gives away a secret")
				}
				if parts := strings.Split(token, "."); len(parts) == 3 && len(parts[2]) > 20 && strings.Contains(all, parts[2][:20]) {
					t.Error("it has the signature in it")
				}
			}
			for _, p := range offline.Problems {
				if !strings.HasSuffix(p.What, ".") || p.Do == "" || strings.HasSuffix(p.Do, ":") != (p.Command != "") {
					t.Errorf("it has no way out: %+v", p)
				}
			}
			err := r.account.logIn(t, token)
			var refused *client.LoginError
			if err != nil && !errors.As(err, &refused) {
				t.Fatal(err)
			}
			for _, p := range online.Problems {
				if strings.Contains(codes(online), "unknown-user") && strings.HasPrefix(p.Command, "credwiz token") {
					t.Errorf("%s is to be mended by %q, which signs for a user who is not there", p.Code, p.Command)
				}
			}
			bad := online.State == inspect.Rejected || online.State == inspect.NoToken
			if bad != (refused != nil) {
				t.Errorf("%q, and the sandbox says %v", online.Verdict, err)
			}
		})
	}
}

// TestTheProposedCommandReplacesTheToken follows it, as a person with a shell does.
func TestTheProposedCommandReplacesTheToken(t *testing.T) {
	r := newRun(t).doesAll("private.key")
	offline, _ := r.inspected(forged(t, r.session.Application.ID, claim("exp", at(-time.Minute))))
	equal(t, "command", offline.Problems[0].Command,
		"credwiz token --dir "+inShell(r.dir)+" --user alice")
	folder := r.folder()
	users := must(resign.FindUsers(folder, "", "alice"))
	session := must(resign.Sign(t.Context(), r.env, workdir.Place{Folder: folder}, users[0], answer.Answers{}, func(task.Event) {}))
	offline, online := r.inspected(session.Token.JWT.Reveal())
	for _, i := range []inspect.Inspection{offline, online} {
		equal(t, "state", i.State, inspect.Works)
		equal(t, "verdict", i.Verdict, "This token works until tomorrow at 12:00 (24 hours).")
	}
}

func TestWhatTheAPIAddsToAnInspection(t *testing.T) {
	r := newRun(t).doesAll("private.key")
	application := r.session.Application.ID
	sign := func(changes ...func(*forge)) string { return forged(t, application, changes...) }
	t.Run("the name of the user whose id it has", func(t *testing.T) {
		_, online := r.inspected(sign(claim("sub", r.session.User.ID)))
		equal(t, "codes", codes(online), "sub-is-id")
		wantAll(t, texts(t, online), "instead: “alice”", "--user alice")
	})
	t.Run("the key that the platform has and the application's name", func(t *testing.T) {
		_, online := r.inspected(sign())
		equal(t, "signature", online.Signature, inspect.SignatureCheck{State: inspect.Verified, With: "the application's public key"})
		wantAll(t, texts(t, online), application+" (My App)")
	})
	t.Run("its clock", func(t *testing.T) {
		r.account.ahead = -10 * time.Minute
		defer func() { r.account.ahead = 0 }()
		offline, online := r.inspected(sign())
		equal(t, "codes", codes(offline), "")
		equal(t, "codes with the API", codes(online), "not-yet-valid clock-skew")
		wantAll(t, texts(t, online), "10 minutes ahead of the API", "Set the clock")
	})
	// answers has the API give this capability and key for the application.
	answers := func(t *testing.T, capability string, key *jwt.Key) {
		r.account.on("GET /v2/applications/"+application, http.StatusOK,
			fmt.Sprintf(`{"id":%q,"name":"A","capabilities":{%q:{}},"keys":{"public_key":%q}}`, application, capability, key.PublicPEM()))
		t.Cleanup(r.account.heal)
	}
	t.Run("an application without rtc", func(t *testing.T) {
		answers(t, "voice", pairs[0]())
		_, online := r.inspected(sign())
		equal(t, "codes", codes(online), "no-rtc")
		equal(t, "state", online.State, inspect.Works)
		wantAll(t, online.Problems[0].What, "without rtc the Client SDK may not work")
		wantAll(t, online.Problems[0].Command, "--app-id "+application, "--add-capabilities")
	})
	t.Run("a key that was changed", func(t *testing.T) {
		answers(t, "rtc", pairs[1]())
		offline, online := r.inspected(sign())
		equal(t, "codes", codes(offline), "")
		equal(t, "codes with the API", codes(online), "wrong-key")
		wantAll(t, texts(t, online), "--key-file app.key")
	})
	t.Run("a user whose name differs in capitals", func(t *testing.T) {
		offline, online := r.inspected(sign(claim("sub", "ALICE")))
		equal(t, "command", offline.Problems[0].Command, "credwiz token --dir "+inShell(r.dir)+" --user alice")
		equal(t, "let in", offline.Problems[0].Refused, false)
		wantAll(t, online.Problems[0].What, "no user “ALICE”", "“alice”")
		wantAll(t, online.Problems[0].Command, "--app-id "+application, "--user alice --reuse-user")
	})
	t.Run("a user of whom the API does not say", func(t *testing.T) {
		r.account.on("GET /v1/users", http.StatusInternalServerError, "{}")
		defer r.account.heal()
		read := reading(sign())
		asked, err := r.evidence().Ask(t.Context(), r.env, must(r.env.Open(false)), credentials, answer.Answers{}, read)
		if err == nil {
			t.Fatal("an error of the API was taken for an answer")
		}
		online := inspect.Inspect(read, asked)
		equal(t, "codes", codes(online), "user-not-checked")
		wantNone(t, texts(t, online), "not here")
	})
	t.Run("a user whom only the key could ask for", func(t *testing.T) {
		other := runIn(t, r.account)
		_, online := other.inspected(sign())
		equal(t, "codes", codes(online), "user-not-checked")
		equal(t, "state", online.State, inspect.Works)
		_, online = other.inspected(sign(claim("exp", noon.Add(-time.Hour).Unix()), signedWith(pairs[1])))
		equal(t, "codes of a token that is signed with another key", codes(online), "expired wrong-key")
	})
	t.Run("no change", func(t *testing.T) {
		for call := range r.account.calls {
			if !strings.HasPrefix(call, "GET ") && call != "POST /v2/applications" && call != "POST /v1/users" {
				t.Errorf("it made %s", call)
			}
		}
		equal(t, "applications", r.account.calls["POST /v2/applications"], 1)
		equal(t, "users", r.account.calls["POST /v1/users"], 1)
	})
}

func TestWithoutAKeyNothingIsPromised(t *testing.T) {
	token := reading(forged(t, anotherID))
	i := inspect.Inspect(token, inspect.Evidence{Now: noon, NoKey: "it has none"})
	equal(t, "state", i.State, inspect.Unproven)
	equal(t, "signature", i.Signature, inspect.SignatureCheck{Why: "it has none"})
	wantAll(t, i.Verdict, "until today at 13:00 (1 hour) if its signature, which wasn't checked, is valid")
	key := must(inspect.PublicKey("app.pem", []byte(pairs[0]().PublicPEM())))
	i = inspect.Inspect(token, inspect.Evidence{Now: noon, Keys: []inspect.KnownKey{key}})
	equal(t, "signature", i.Signature, inspect.SignatureCheck{State: inspect.Verified, With: "app.pem"})
	if _, err := inspect.PublicKey("app.pem", []byte(pemOf(pairs[0]()))); err == nil {
		t.Error("a private key was taken for a public one")
	}
}

func TestAKeyOfUnknownOriginTellsNothingOfTheApplication(t *testing.T) {
	r := newRun(t)
	r.has(".env", "VONAGE_APPLICATION_ID="+anotherID+"\n")
	r.has("private.key", pemOf(pairs[0]()))
	e := r.evidence()
	const third = "0f2c8a5e-3c1b-4f5e-9d0a-6b7c8d9e0f1a"
	for application, want := range map[string]string{anotherID: "", third: "wrong-application"} {
		i := inspect.Inspect(reading(forged(t, application)), e)
		equal(t, "codes", codes(i), want)
	}
}

func TestTheFolderKnowsEachApplicationsKey(t *testing.T) {
	r := newRun(t).doesAll("private.key")
	t.Run("by the name that was noted", func(t *testing.T) {
		r := newRun(t)
		r.doesAll("my.key")
		offline, _ := r.inspected(r.session.Token.JWT.Reveal())
		equal(t, "signature", offline.Signature, inspect.SignatureCheck{State: inspect.Verified, With: "my.key"})
		offline, _ = r.inspected(forged(t, r.session.Application.ID, signedWith(pairs[2])))
		// The key's name comes from the journal.
		equal(t, "command", offline.Problems[0].Command, "credwiz token --dir "+inShell(r.dir)+" --user alice")
	})
	t.Run("a key that is asked for and is not there", func(t *testing.T) {
		var bad *workdir.KeyError
		if _, err := inspect.Gather(r.folder(), "nothing.key"); !errors.As(err, &bad) {
			t.Error(err)
		}
	})
	t.Run("a key that unusable", func(t *testing.T) {
		r := newRun(t)
		r.has("private.key", "no key")
		offline, _ := r.inspected(forged(t, anotherID))
		equal(t, "state", offline.State, inspect.Unproven)
		wantAll(t, offline.Signature.Why, "private.key isn't a private key in PEM")
	})
}

// FuzzInspect explains anything, by any clock. It does not panic, what it says can be printed and written as JSON, and
// who has no token is not told what it was.
func FuzzInspect(f *testing.F) {
	for _, claims := range []string{`{}`, `{"iat":1772625600,"exp":"1772629200","sub":"\u202e","acl":"{\"paths\":{\"/v1/\u001b\":{}}}"}`,
		`{"iat":0,"exp":99999999999,"application_id":"\n","sub":{},"acl":{"paths":{"/*/sessions/**":{"methods":[]},"\u0000":1}},"\u009b":["\u2028"]}`} {
		f.Add(part([]byte(`{"alg":"RS256","kid":"\u0007"}`))+"."+part([]byte(claims))+"."+part(make([]byte, 256)), int64(1_772_625_600), int64(0))
	}
	f.Add("-----BEGIN PRIVATE KEY-----", int64(0), int64(1))
	keys := []inspect.KnownKey{{Name: "private.key", Public: pairs[0]().PublicPEM(), ApplicationID: anotherID}}
	words := "" // of those inspections themselves
	for _, other := range []string{"", "-----BEGIN PRIVATE KEY-----", "ssh-rsa A", "hello", part([]byte("{}")) + ".a.b.c.d"} {
		i := inspect.Inspect(reading(other), inspect.Evidence{})
		result, _ := json.Marshal(i)
		words += i.Verdict + i.Problems[0].Do + string(result)
	}
	f.Fuzz(func(t *testing.T, text string, now, skew int64) {
		evidence := inspect.Evidence{Now: time.Unix(now%1e11, 0).UTC(), Skew: time.Duration(skew), Keys: keys, Home: anotherID}
		i := inspect.Inspect(reading(text), evidence)
		said := texts(t, i)
		if i.State == inspect.Works {
			t.Fatalf("%q works", text)
		}
		if i.State == inspect.NoToken && len(text) > 8 && strings.Contains(said, text) && !strings.Contains(words, text) {
			t.Fatalf("%q is repeated", text)
		}
		if (i.State == inspect.Rejected || i.State == inspect.NoToken) != (len(i.Problems) > 0 && i.Problems[0].Refused) {
			t.Fatalf("%+v", i)
		}
		if again := inspect.Inspect(reading(text), evidence); texts(t, again) != said {
			t.Fatal("it says something else the second time")
		}
	})
}

// A backend in JavaScript takes Date.now() for exp. The platform reads seconds, and takes the token until 24 hours after
// it was issued, long after the moment that was meant.
func TestAnEndInMillisecondsIsJudgedAsThePlatformReadsIt(t *testing.T) {
	t.Attr("fault", "field-B13")
	token := forged(t, anotherID, claim("iat", at(-2*time.Hour)), claim("exp", at(-time.Hour)*1000))
	key := must(inspect.PublicKey("app.pem", []byte(pairs[0]().PublicPEM())))
	i := inspect.Inspect(reading(token), inspect.Evidence{Now: noon, Keys: []inspect.KnownKey{key}})
	equal(t, "state", i.State, inspect.Works)
	equal(t, "verdict", i.Verdict, "This token works until tomorrow at 10:00 (22 hours).")
	equal(t, "what", i.Problems[0].What, "Its expiry (exp) is in milliseconds; it must be in seconds, so the token expires after 24 hours, not today at 11:00.")
}

// A token of the wizard has the API's time, and the user reads the time on a clock that is off.
func TestTheSessionsTokenIsExplainedOnTheUsersClock(t *testing.T) {
	a := newAccount(t)
	for ahead, issued := range map[time.Duration]string{5 * time.Minute: "12:00", -5 * time.Minute: "12:00", -time.Second: "11:59"} {
		a.ahead = ahead
		r := runIn(t, a).doesAll("private.key")
		i := inspect.OfSession(r.env, r.session)
		equal(t, "problems", codes(i), "")
		wantAll(t, i.Verdict, "tomorrow at "+issued)
		wantAll(t, texts(t, i), "today at "+issued)
		wantAll(t, steps.Receipt(r.env, r.session), "until tomorrow at "+issued)
		r.env.Now = func() time.Time { return noon.Add(25 * time.Hour) }
		i = inspect.OfSession(r.env, r.session)
		equal(t, "later", codes(i), "expired")
		equal(t, "what to do", i.Problems[0].Do+i.Problems[0].Command, "Sign a new one: press Esc, then n.")
	}
}

func TestTheSessionsTokenIsExplainedWithoutAFile(t *testing.T) {
	r := newRun(t).doesAll("private.key")
	noError(t, os.Remove(filepath.Join(r.dir, "private.key")))
	i := inspect.OfSession(r.env, r.session)
	equal(t, "state", i.State, inspect.Works)
	equal(t, "signature", i.Signature.State, inspect.Verified)
	equal(t, "problems", len(i.Problems), 0)
	r.session.Application.Capabilities, r.session.Application.PublicKey = nil, "" // as from home, which looks up nothing
	equal(t, "problems from home", len(inspect.OfSession(r.env, r.session).Problems), 0)
	if strings.Contains(i.Verdict, "sandbox") || redact.Printable(i.Verdict) != i.Verdict {
		t.Errorf("it says %q", i.Verdict)
	}
}
