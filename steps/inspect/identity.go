package inspect

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"

	"credwiz/client/redact"
	"credwiz/steps"
	"credwiz/steps/advice"
	"credwiz/steps/answer"
	"credwiz/steps/journal"
	"credwiz/steps/resign"
	"credwiz/steps/words"
	"credwiz/steps/workdir"
)

// judgeSignature tries the known keys. A key of another application counts only if it signed the token.
func (i *inspector) judgeSignature() {
	if i.signature.Why != "" {
		return
	}
	keys := i.evidence.Keys
	if len(keys) == 0 {
		i.signature.Why = i.evidence.NoKey
		return
	}
	if slices.ContainsFunc(keys, func(k KnownKey) bool { return k.ApplicationID == i.application }) {
		// Another one that is here may be its old key.
		keys = slices.DeleteFunc(slices.Clone(keys), func(k KnownKey) bool { return k.ApplicationID == "" })
	}
	own := slices.DeleteFunc(slices.Clone(keys), func(k KnownKey) bool {
		return k.ApplicationID != "" && k.ApplicationID != i.application
	})
	if final := slices.IndexFunc(own, func(k KnownKey) bool { return k.Final }); final >= 0 {
		own = own[final : final+1]
		keys = own
	}
	if k, ok := i.signedBy(own); ok {
		i.signature, i.signer = SignatureCheck{State: Verified, With: k.Name}, k.ApplicationID
		return
	}
	if k, ok := i.signedBy(keys); ok {
		i.signature = SignatureCheck{State: Verified, With: k.Name}
		if !isUUID(i.application) {
			return // which is reported separately
		}
		i.refuse("wrong-application", "It's for application "+cut(i.application)+", but signed with "+k.Name+
			", the key for application "+k.ApplicationID+".", "Use the application that the key belongs to: "+words.LowerFirst(signNew),
			i.resignFor(k.ApplicationID, i.user))
		return
	}
	if len(own) == 0 {
		i.signature.Why = "its application's key isn't here"
		return
	}
	i.wrongKey(own[0])
}

func (i *inspector) wrongKey(with KnownKey) {
	i.signature = SignatureCheck{State: Mismatched, With: with.Name}
	what := "It isn't signed with " + with.Name + ", or was changed after signing."
	if with.Final {
		what = "It isn't signed with its application's current key, or was changed after signing."
	}
	if k, ok := i.rightKey(); ok {
		i.refuse("wrong-key", what, "Sign a new one with "+k.Name+", the right key:", i.resign())
		return
	}
	i.refuse("wrong-key", what, "Copy its application's private key into the folder, for example as app.key, and sign with that:",
		i.command(i.application, i.user, "app.key"))
}

func (i *inspector) rightKey() (KnownKey, bool) {
	for _, k := range i.evidence.Keys {
		if k.private != nil && k.ApplicationID != "" && k.ApplicationID == i.application {
			return k, true
		}
	}
	return KnownKey{}, false
}

func (i *inspector) signedBy(keys []KnownKey) (KnownKey, bool) {
	for _, k := range keys {
		if i.reading.VerifySignature(k.Public) == nil {
			return k, true
		}
	}
	return KnownKey{}, false
}

func (i *inspector) judgeApplication() {
	asked, home := i.evidence.Application, i.evidence.Home
	switch {
	case i.application == "":
		i.refuse("no-application", "It doesn't name an application (application_id).", signNew, i.resign())
	case !isUUID(i.application):
		i.refuse("application-malformed", "Its application_id isn't an application ID (a UUID).", signNew, i.resign())
	case slices.ContainsFunc(i.problems, func(p Problem) bool { return p.Code == "wrong-application" }):
	case asked.Asked && !asked.Exists:
		what, do := "The account has no application "+i.application+".", "If another account owns it, check with the API key of that one. "
		if home == i.application { // which then had it
			what += " It was deleted, or a sandbox that had it was restarted."
			do += "Or choose or create another application:"
		} else {
			do += "Or sign a new token for this folder's application:"
		}
		i.refuse("wrong-application", what, do, i.resignElsewhere())
	case !asked.Asked && home != "" && home != i.application && i.signer != i.application:
		i.warn("wrong-application", "It's for application "+i.application+", but this folder is for "+cut(home)+".",
			"If your app logs in to the folder's application, sign a new token for it:", i.resignFor(home, i.user))
	}
	if refused := i.refusedLogin(); journal.MayBeGone(refused) && !asked.Asked {
		command := i.target(i.application).Command("--app-id", i.application) // which looks it up
		if i.evidence.OfDotenv {
			command = words.Target{Dir: i.evidence.Dir}.Command("inspect", "--online")
		}
		i.refuse("login-refused", "Its login test failed: "+refused+".", i.evidence.noted[i.application].WhyRejected()+" To find out which:", command)
	}
	if asked.LacksRTC {
		i.warn("no-rtc", "Its application has no rtc capability: "+steps.NoRTC+".", "Add it:", i.wizardFor(i.application, i.user)+" --add-capabilities")
	}
	if i.evidence.Sandbox && !i.evidence.Session {
		i.warn("practice", "It"+journal.PracticeOnly+".", "For your own account, run credwiz without --demo. To serve this one:",
			words.Target{Dir: i.evidence.Dir}.Command("serve"))
	}
}

// refusedLogin is what the folder's record says of this very token, or of all tokens of its application.
func (i *inspector) refusedLogin() string {
	id, _ := i.reading.Claims.Text("jti")
	for _, user := range i.evidence.noted[i.application].Users {
		if id != "" && user.TokenID == id || user.Name == i.user && journal.MayBeGone(user.Refused) {
			return user.Refused
		}
	}
	return ""
}

func isUUID(text string) bool { return steps.CheckAppID(text) == nil }

func (i *inspector) isAdmin() bool {
	_, hasUser := i.reading.Claims.Lookup("sub")
	_, hasACL := i.reading.Claims.Lookup("acl")
	return !hasUser && !hasACL
}

func (i *inspector) judgeUser() {
	asked := i.evidence.User
	now, known := i.evidence.noted[i.application].Named(i.user)
	value, _ := i.reading.Claims.Lookup("sub")
	switch {
	case i.isAdmin():
		i.refuse("admin-token", "It's an admin token for backend calls, such as the Users API. It has no user (sub), so it can't log in.",
			"Sign one for a user:", i.resign())
	case i.user == "" && value != nil && !emptyText(value):
		i.refuse("no-sub", "Its user (sub) isn't a string.", signNew, i.resign())
	case i.user == "":
		i.refuse("no-sub", "It doesn't name a user (sub).", signNew, i.resign())
	case answer.IsUserID(i.user) && asked.Name != "":
		i.refuse("sub-is-id", "Its user (sub) is a user ID. Use the user's name instead: “"+cut(asked.Name)+"”.",
			signNew, i.resignFor(i.application, asked.Name))
	case answer.IsUserID(i.user):
		i.refuse("sub-is-id", "Its user (sub) is a user ID. Use the user's name instead.",
			"Sign a new one for the name:", i.resignFor(i.application, ""))
	case known && now.Name != i.user && !asked.Exists:
		i.refuse("unknown-user", "Its user “"+cut(i.user)+"” was renamed to “"+cut(now.Name)+"”.", signNew, i.resignFor(i.application, now.Name))
	case asked.Asked && !asked.Exists:
		i.judgeUnknown()
	case i.similarUser() != "":
		i.warn("user-alike", "Its user is “"+cut(i.user)+"”, but this folder has “"+cut(i.similarUser())+"”, a different name to Vonage.",
			"If you meant that user, sign a new one:", i.resignFor(i.application, i.similarUser()))
	case i.evidence.Application.Exists && !asked.Asked && i.signature.State == Verified:
		if _, ok := i.rightKey(); ok {
			i.warn("user-not-checked", "Couldn't check whether the user “"+cut(i.user)+"” exists: the API gave no answer.", "Try again later.", "")
			return
		}
		i.warn("user-not-checked", "Couldn't check whether the user “"+cut(i.user)+"” exists: that takes the application's private key, which isn't here.",
			"Copy that key into the folder, then inspect the token again with --online and --key-file.", "")
	}
}

func (i *inspector) judgeUnknown() {
	what := "Its application has no user “" + cut(i.user) + "”"
	known := i.similarUser()
	if known == "" {
		i.refuse("unknown-user", what+".", "Create the user and a new token:", i.wizardFor(i.application, i.user))
		return
	}
	i.refuse("unknown-user", what+", but had “"+cut(known)+"”. Names are case-sensitive.",
		"Sign a new one for that name:", i.wizardFor(i.application, known))
}

// similarUser returns the known user whose name differs only in case or invisible characters; empty if there is none,
// or the token's own name is known.
func (i *inspector) similarUser() string {
	name := ""
	for _, g := range i.evidence.signable {
		switch {
		case g.App.ID != i.application:
		case g.Is(i.user):
			return ""
		case strings.EqualFold(answer.CleanName(g.User.Name), answer.CleanName(i.user)):
			name = g.User.Name
		}
	}
	return name
}

func emptyText(value json.RawMessage) bool { return string(value) == `""` || string(value) == "null" }

func (i *inspector) judgeRest() {
	if id, _ := i.reading.Claims.Text("jti"); id == "" {
		i.refuse("no-jti", "It has no token ID (jti).", signNew, i.resign())
	}
	if twice := append(slices.Clone(i.reading.Header.Twice), i.reading.Claims.Twice...); len(twice) > 0 {
		i.warn("twice", "It has "+cut(strings.Join(twice, ", "))+" twice, and readers differ in which they use.", signNew, i.resign())
	}
}

func (i *inspector) resignElsewhere() string {
	if i.evidence.Home == i.application {
		return i.resignFor("", i.user) // it is gone too: the wizard asks which one
	}
	return i.resignFor(i.evidence.Home, i.user)
}

const signNew = "Sign a new one:"

func (i *inspector) resign() string {
	application := i.application
	if !isUUID(application) {
		application = i.evidence.Home
	}
	return i.resignFor(application, i.user)
}

func (i *inspector) resignFor(application, user string) string {
	if command, ok := i.tokenCommand(application, cmp.Or(user, i.user)); ok {
		return command
	}
	return i.wizardFor(application, user)
}

func (i *inspector) tokenCommand(application, user string) (string, bool) {
	if i.cannotSign(application) {
		return "", false
	}
	all := i.evidence.signable
	at := slices.IndexFunc(all, func(g resign.UserRef) bool { return g.App.ID == application && (user == "" || g.Is(user)) })
	if at < 0 {
		return "", false
	}
	words := []string{"token"}
	if resign.SeveralApplications(all) {
		words = append(words, "--app-id", application)
	}
	if user != "" {
		words = append(words, "--user", all[at].User.Name)
	}
	if i.evidence.OfDotenv {
		words = append(words, "--write", "env")
	}
	return i.target(application).Command(words...), true
}

func (i *inspector) cannotSign(application string) bool {
	asked := i.evidence.Application
	if !asked.Asked || application != i.application {
		return false
	}
	_, fits := i.rightKey()
	byWrongClock := i.evidence.Skew.Abs() > steps.ToldSkew // credwiz token dates by this computer's
	return byWrongClock || !asked.Exists || !fits || i.evidence.User.Asked && !i.evidence.User.Exists
}

// wizardFor returns a run of the wizard that creates what is missing, and signs.
func (i *inspector) wizardFor(application, user string) string {
	keyFile, strange := "", false
	for _, k := range i.evidence.Keys {
		switch {
		case k.private == nil:
		case k.ApplicationID == application || k.ApplicationID == "" && keyFile == "":
			keyFile = k.file
		default:
			strange = true
		}
	}
	if keyFile == "" && strange {
		keyFile = "app.key" // none that is here can be its own
	}
	return i.command(application, user, keyFile)
}

// command returns a run of the wizard. It leaves out names that a shell would show differently: the wizard asks.
func (i *inspector) command(application, user, keyFile string) string {
	var words []string
	to := i.target(application)
	switch {
	case i.evidence.Sandbox:
		words = append(words, "--demo")
		if to.Dir == "." || to.Dir == "" && !i.evidence.Session {
			words = append(words, "--dir", ".") // else a demo takes a new folder
		}
	case isUUID(application):
		words = append(words, "--app-id", application)
		if keyFile != "" && keyFile != workdir.DefaultKeyFile {
			words = append(words, "--key-file", keyFile)
		}
	}
	if user != "" && !answer.IsUserID(user) && answer.CheckName(user) == nil && redact.Printable(user) == user {
		words = append(words, "--user", user, "--reuse-user")
	}
	return to.Command(words...)
}

func (i *inspector) target(application string) words.Target {
	e := i.evidence
	return words.Target{Dir: e.Dir, Host: cmp.Or(e.APIHost, e.noted[application].APIHost, e.noted[e.Home].APIHost)}
}

func keyless(err error) string {
	if err == nil {
		return "no key here; use --online or --public-key"
	}
	return strings.TrimSuffix(advice.For(err).What, ".")
}
