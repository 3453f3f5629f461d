package steps

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"credwiz/client/redact"
	"credwiz/steps/words"
	"credwiz/steps/workdir"
)

// Receipt says in a few lines what exists, how it stands and where it is; a line begins with a mark. It is empty if
// there is nothing. Whole tokens follow, unless env leaves them out.
func Receipt(env Env, s Session) string {
	if !s.Application.Exists && s.Key.Private == nil {
		return ""
	}
	lines := append(s.whatExists(env), s.whereItIs(env)...)
	var b strings.Builder
	b.WriteString(strings.Join(append(lines, s.whatToKnow()...), "\n") + "\n")
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
		return []string{"! The application may exist. Run credwiz here again: it looks for it by its key first."}
	case !s.Application.Exists:
		return []string{"! The private key is saved, and no application was created."}
	}
	var lines []string
	all, listed := len(s.members()), s.listedMembers()
	if all > len(listed) {
		lines = append(lines, fmt.Sprintf("✓ %s users can log in to %s%s", words.Grouped(all-len(listed)), app, s.until(env, s.Member)))
	}
	for _, m := range listed {
		name := redact.Printable(m.User.Name)
		switch {
		case m.Token.JWT.IsZero():
			lines = append(lines, "! "+name+" exists in "+app+", and has no token yet")
		case m.LoginRefused != "":
			lines = append(lines, "✗ "+name+" can't log in to "+app+": the login test failed: "+m.LoginRefused)
		default:
			lines = append(lines, "✓ "+name+" can log in to "+app+s.until(env, m))
		}
	}
	switch {
	case s.User.Uncertain:
		lines = append(lines, "! The user may exist in "+app+". Run credwiz here again: it looks for it by its name first.")
	case all == 0:
		lines = append(lines, "! "+app+" is ready for a user. Run credwiz here again to continue.")
	}
	return append(lines, s.failedLines()...)
}

func (s Session) until(env Env, m Member) string {
	if m.Token.JWT.IsZero() {
		return ""
	}
	return " until " + words.Moment(OnOurClock(m.Token.ExpiresAt, s.Skew), env.Now())
}

func (s Session) failedLines() []string {
	var lines []string
	if others := s.failedNames(false); others != "" {
		lines = append(lines, "✗ Not created: "+redact.Printable(others)+". Run credwiz here again to continue with them.")
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
		return append(lines, "  Practice sandbox: nothing here is real, and its files are deleted. To keep files, use --dir.")
	case s.Place.Sandbox:
		lines = append(lines, "  Practice sandbox: nothing here is real.")
	}
	var tokens, secrets []string
	for _, f := range s.Files {
		path := redact.Printable(f.Path)
		switch f.Name {
		case workdir.DotenvFile:
			tokens = append(tokens, path+" (VONAGE_JWT)")
		case workdir.TokenFile:
			tokens = append(tokens, path)
		case workdir.NexmorcFile, workdir.NexmoAppFile, workdir.VonagercFile:
			secrets = append(secrets, path)
		case s.Key.Name, workdir.JournalFile, workdir.GitignoreFile:
		default: // of several users
			tokens = append(tokens, path+string(filepath.Separator))
		}
	}
	places := "  Key in " + redact.Printable(s.Key.Path)
	if len(tokens) > 0 {
		whose := "Token"
		if len(s.Earlier)+len(s.Roster) > 0 {
			whose = redact.Printable(s.User.Name) + "'s token"
		}
		places = "  " + whose + " in " + strings.Join(tokens, ", ") + ", key in " + redact.Printable(s.Key.Path)
	}
	lines = append(lines, places)
	if len(secrets) > 0 {
		lines = append(lines, "  API secret in "+strings.Join(secrets, ", "))
	}
	return lines
}

// whatToKnow has the warnings of the run.
func (s Session) whatToKnow() []string {
	var lines []string
	if s.Repointed != "" && !s.Token.JWT.IsZero() {
		lines = append(lines, fmt.Sprintf("! %s was for %s, and is now for %s.", workdir.DotenvFile, redact.Printable(s.Repointed), redact.Printable(s.User.Name)))
	}
	if s.Application.Adopted {
		lines = append(lines, "! No new application was created: "+redact.Printable(s.Key.Name)+" is the key of this one. A new one needs a new key.")
	}
	if s.Application.Exists && s.Application.LacksRTC() {
		lines = append(lines, "! No rtc capability: "+NoRTC+"; --add-capabilities adds it.")
	}
	if s.LoginProblem != "" {
		lines = append(lines, "! Login "+redact.Printable(s.LoginProblem)+".")
	}
	return lines
}

func (s Session) members() []Member {
	if !s.User.Exists {
		return s.Earlier
	}
	return slices.Concat(s.Earlier, []Member{s.Member}, s.Roster)
}
