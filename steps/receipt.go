package steps

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"credwiz/client/redact"
	"credwiz/steps/journal"
	"credwiz/steps/words"
	"credwiz/steps/workdir"
)

// Receipt says in a few lines what exists, how it stands and where it is; a line begins with a mark. It is empty if
// there is nothing. Whole tokens follow, unless env leaves them out.
func Receipt(env Env, s Session) string {
	if !s.Application.Exists && s.Key.Private == nil {
		return ""
	}
	s = s.withRecorded()
	lines := slices.Concat(s.whatExists(env), s.whereItIs(env), s.whatToKnow(env), s.whatIsNext(env))
	var b strings.Builder
	b.WriteString(strings.Join(lines, "\n") + "\n")
	if env.NoToken {
		return b.String()
	}
	members := s.listedMembers()
	for _, m := range members {
		if m.Token.JWT.IsZero() {
			continue
		}
		title := "Token"
		if len(members) > 1 {
			title += " of " + redact.Printable(m.User.Name)
		}
		b.WriteString("\n" + title + "\n" + env.Shown(m.Token.JWT.Reveal()) + "\n")
	}
	return b.String()
}

// listedMembers are the users whom a receipt names: all, or of many those of the last step.
func (s Session) listedMembers() []Member {
	all := s.members()
	switch {
	case len(all) <= words.ShortList:
		return all
	case len(s.Roster) == 0 && len(s.Failed) == 0:
		return all[len(s.Earlier):]
	}
	return nil
}

func (s Session) whatExists(env Env) []string {
	app := redact.Printable(s.Application.Name)
	switch {
	case s.Application.Uncertain:
		return []string{"! The application may exist." + s.nextRun(env, "it by its key")}
	case !s.Application.Exists:
		return []string{"! The private key is saved, and no application was created."}
	}
	var lines []string
	all, listed := s.members(), s.listedMembers()
	if unlisted := all[:len(all)-len(listed)]; len(unlisted) > 0 {
		lines = append(lines, s.manyUsers(env, unlisted))
	}
	for _, m := range listed {
		name := redact.Printable(m.User.Name)
		switch ends := s.ends(m); {
		case ends.IsZero():
			lines = append(lines, "! "+name+" exists in "+app+" and has no token yet.")
		case m.LoginRefused != "":
			lines = append(lines, "✗ "+name+" can't log in to "+app+": the login test failed: "+m.LoginRefused)
		case m.refused != "":
			lines = append(lines, "✗ "+name+"'s token for "+app+" "+m.refused+"."+s.renewal(env, m))
		case !ends.After(env.Now()):
			lines = append(lines, "✗ "+name+"'s token for "+app+" expired "+words.Moment(ends, env.Now())+"."+s.renewal(env, m))
		case s.KeyRejected:
			lines = append(lines, "! "+name+"'s token for "+app+" may be rejected, too")
		default:
			can := " has a token for "
			if m.Login.SessionID != "" {
				can = " can log in to "
			}
			lines = append(lines, "✓ "+name+can+app+" until "+words.Moment(ends, env.Now()))
		}
	}
	switch {
	case s.User.Uncertain:
		lines = append(lines, "! "+redact.Printable(s.User.Name)+" may exist in "+app+"."+s.nextRun(env, "the user by its name"))
	case len(all) == 0 && !s.Application.Created: // which may have users that were not looked up
		lines = append(lines, "! No user was added to "+app+".")
	case len(all) == 0:
		lines = append(lines, "! "+app+" has no user yet.")
	}
	return append(lines, s.failedLines()...)
}

func (s Session) manyUsers(env Env, members []Member) string {
	users, app := words.Grouped(len(members))+" users", redact.Printable(s.Application.Name)
	valid, soonest := 0, time.Time{}
	for _, m := range members {
		if ends := s.ends(m); ends.After(env.Now()) && m.refused == "" {
			if valid++; valid == 1 || ends.Before(soonest) {
				soonest = ends
			}
		}
	}
	if valid < len(members) {
		if missing := len(s.AllFailed()); missing > 0 {
			users = words.Grouped(len(members)) + " of " + words.Counted(len(members)+missing, "user")
		}
		with := map[int]string{0: "none of them has", 1: "1 of them has"}[valid]
		return "! " + users + " exist in " + app + ", and " + cmp.Or(with, words.Grouped(valid)+" of them have") + " a valid token."
	}
	return "✓ " + users + " have tokens for " + app + " until " + words.Moment(soonest, env.Now())
}

// ends is when the user's token expires, by our clock: that of this run, or else of an earlier one. Zero if there is
// none.
func (s Session) ends(m Member) time.Time {
	if m.Token.JWT.IsZero() {
		return m.recorded
	}
	return OnOurClock(m.Token.ExpiresAt, s.Skew)
}

// renewal says how to replace a token. With a mask it proposes nothing, because the command prints the whole token.
func (s Session) renewal(env Env, m Member) string {
	if env.gone(s) || env.Mask {
		return ""
	}
	command := []string{"token", "--user", m.User.Name}
	if s.dotenvUser == m.User.Name {
		command = append(command, "--write", "env")
	}
	return " For a new one: " + s.Place.Folder.Target("").Command(command...)
}

// withRecorded adds the tokens of earlier runs, for users without one of this run.
func (s Session) withRecorded() Session {
	tokenless := func(m Member) bool { return m.Token.JWT.IsZero() }
	if !s.Application.Exists || s.Place.Folder == nil || !slices.ContainsFunc(s.members(), tokenless) {
		return s
	}
	noted, _ := journal.Read(s.Place.Folder) // unreadable, it has none
	at := slices.IndexFunc(noted.Applications, func(app journal.Application) bool { return app.ID == s.Application.ID })
	if at < 0 {
		return s
	}
	record := func(m Member) Member {
		user, known := noted.Applications[at].User(m.User.Name)
		if tokenless(m) && known && user.ID == m.User.ID && user.ExpiresAt != nil {
			m.recorded, m.refused = OnOurClock(*user.ExpiresAt, s.Skew), redact.Printable(user.WhyRefused())
		}
		return m
	}
	s.Member, s.Earlier, s.Roster = record(s.Member), slices.Clone(s.Earlier), slices.Clone(s.Roster)
	for _, members := range [][]Member{s.Earlier, s.Roster} {
		for i := range members {
			members[i] = record(members[i])
		}
	}
	return s
}

func (s Session) failedLines() []string {
	var lines []string
	if others := s.failedNames(false); others != "" {
		lines = append(lines, "✗ Not created: "+redact.Printable(others)+".")
	}
	if taken := s.failedNames(true); taken != "" {
		lines = append(lines, "✗ Names taken: "+redact.Printable(taken)+". Choose other names, or use these users with --reuse-user.")
	}
	return lines
}

// whereItIs names the files, and what finds an unfinished run again.
func (s Session) whereItIs(env Env) []string {
	var lines []string
	if s.Application.Exists && s.Token.JWT.IsZero() {
		line := "  Application ID " + redact.Printable(s.Application.ID) + " in the account " + redact.Printable(env.Shown(s.Credentials.APIKey))
		if !s.Place.Sandbox {
			line += " at " + redact.Printable(s.Place.API.Host().Host)
		}
		lines = append(lines, line)
	}
	switch {
	case s.Place.Sandbox && env.Temporary:
		deleted := "its files are deleted"
		if kept := s.kept(env); len(kept) > 0 { // the folder of --out
			deleted += ", except " + redact.Printable(kept[0].Path) + string(filepath.Separator)
		}
		return append(lines, "  Practice sandbox: nothing here is real, and "+deleted+". To keep files, use --dir.")
	case s.Place.Sandbox:
		lines = append(lines, "  Practice sandbox: nothing here is real.")
	}
	var tokens, folders, secrets []string
	keys := []string{redact.Printable(s.Key.Path)}
	for _, f := range s.Files {
		path := redact.Printable(f.Path)
		switch f.Name {
		case workdir.DotenvFile:
			tokens = append(tokens, path+" (VONAGE_JWT)")
		case workdir.TokenFile:
			tokens = append(tokens, path)
		case workdir.NexmorcFile:
			secrets = append(secrets, path)
		case workdir.NexmoAppFile:
			keys = append(keys, path)
		case workdir.VonagercFile:
			secrets, keys = append(secrets, path), append(keys, path)
		default:
			if folder := string(filepath.Separator); strings.HasSuffix(f.Name, folder) { // of several users
				folders = append(folders, path+folder)
			}
		}
	}
	var places []string
	if len(tokens) > 0 {
		whose, name := "Token", cmp.Or(s.dotenvUser, s.User.Name)
		if len(s.Earlier)+len(s.Roster) > 0 && name != "" {
			whose = redact.Printable(name) + "'s token"
		}
		places = append(places, whose+" in "+strings.Join(tokens, ", "))
	}
	if len(folders) > 0 {
		places = append(places, "each user's token in "+strings.Join(folders, ", "))
	}
	places = append(places, "key in "+strings.Join(keys, ", "))
	if len(tokens) == 0 {
		places[0] = strings.ToUpper(places[0][:1]) + places[0][1:]
	}
	lines = append(lines, "  "+strings.Join(places, ", "))
	if len(secrets) > 0 {
		lines = append(lines, "  API secret in "+strings.Join(secrets, ", "))
	}
	return lines
}

// whatToKnow has the warnings of the run.
func (s Session) whatToKnow(env Env) []string {
	var lines []string
	if s.Repointed != "" && !s.Token.JWT.IsZero() {
		lines = append(lines, fmt.Sprintf("✓ %s now has %s's token (was %s's)", workdir.DotenvFile, redact.Printable(s.dotenvUser), redact.Printable(s.Repointed)))
	}
	if also := s.AlsoExist(); also != "" {
		lines = append(lines, "! "+also)
	}
	if s.Application.Adopted {
		lines = append(lines, "! No new application was created: "+redact.Printable(s.Key.Name)+" is the key of this one. A new one needs a new key.")
	}
	if s.Application.Exists && s.Application.LacksRTC() {
		lines = append(lines, "! No rtc capability: "+NoRTC+"; --add-capabilities adds it.")
	}
	if s.LoginProblem != "" {
		line := "! Login " + redact.Printable(s.LoginProblem) + "."
		if !env.gone(s) {
			line += " To test it later, sign a new token: " + s.command()
		}
		lines = append(lines, line)
	}
	return lines
}

// AlsoExist names the other applications that this run created; it is empty if there is none.
func (s Session) AlsoExist() string {
	var names []string
	for _, app := range s.Left {
		if app.ID != s.Application.ID {
			names = append(names, redact.Printable(app.Name))
		}
	}
	if len(names) == 0 {
		return ""
	}
	return "This run also created " + strings.Join(names, ", ") + ". To delete all that it created: " + s.Place.Folder.Target("").Command("clean")
}

// gone reports whether a session leaves nothing that can be continued.
func (e Env) gone(s Session) bool { return s.Place.Sandbox && e.Temporary }

// kept are the files that stay when the run ends: of a demo's, only those outside its folder.
func (s Session) kept(env Env) []workdir.File {
	if !env.gone(s) {
		return s.Files
	}
	return slices.DeleteFunc(slices.Clone(s.Files), func(f workdir.File) bool { return !filepath.IsAbs(f.Name) })
}

func (s Session) nextRun(env Env, looksFor string) string {
	if env.gone(s) {
		return ""
	}
	return " The next run looks for " + looksFor + " first."
}

// command runs the wizard in the session's folder.
func (s Session) command(words ...string) string {
	if s.Place.Sandbox {
		return s.Place.Folder.Target("").Command(append([]string{"--demo"}, words...)...)
	}
	return s.Place.Folder.Target(s.Place.API.Host().String()).Command(words...)
}

// Continuation is the command that continues an unfinished session; empty if there is nothing to continue.
func Continuation(env Env, s Session) string {
	s = s.withRecorded()
	begun := s.Key.Private != nil || s.Application.Exists
	tokenless := func(m Member) bool { return s.ends(m).IsZero() }
	done := s.User.Exists && !slices.ContainsFunc(s.members(), tokenless) || len(s.Earlier) > 0 && !s.User.Exists && !s.User.Uncertain
	if !begun || env.gone(s) || done && s.failedNames(false) == "" {
		return ""
	}
	return s.command(s.sameUsers(env)...)
}

func (s Session) whatIsNext(env Env) []string {
	command := Continuation(env, s)
	switch {
	case s.KeyRejected && !s.Place.Sandbox:
		return []string{"  To find out why: " + s.inspection()}
	case command != "":
		return []string{"  To continue: " + command}
	}
	return nil
}

// current returns the users of the last step.
func (s Session) current() []Member {
	if !s.User.Exists {
		return nil
	}
	return append([]Member{s.Member}, s.Roster...)
}

func (s Session) members() []Member {
	return slices.Concat(s.Earlier, s.current())
}
