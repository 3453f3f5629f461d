package steps

import (
	"path/filepath"
	"slices"
)

// values are what the session has for files.
func (s Session) values() Values {
	return Values{
		Credentials: s.Credentials, AppID: s.Application.ID, Key: s.Key, User: s.User.User, JWT: s.Token.JWT,
	}
}

// keptFromGit is the session after git was told of the files with secrets.
func (s Session) keptFromGit(w work, names ...string) Session {
	purpose := s.Place.Folder.keepFromGit(w, names...)
	if purpose == "" {
		return s
	}
	s.Files = slices.DeleteFunc(slices.Clone(s.Files), func(f File) bool { return f.Name == gitignoreFile })
	return s.withFile(gitignoreFile, purpose)
}

// writeDotenv writes variables into .env.
func (s Session) writeDotenv(variables []Variable, purpose string, w work) (Session, error) {
	if err := s.values().writeDotenv(s.Place.Folder, variables, w); err != nil {
		return s, err
	}
	return s.withFile(dotenvFile, purpose), nil
}

// writeToolFiles merges what was made into the files of other tools.
func (s Session) writeToolFiles(env Env, kinds []string, w work) (Session, error) {
	if len(toolNames(kinds)) == 0 {
		return s, nil
	}
	s = s.keptFromGit(w, toolNames(kinds)...)
	written, err := s.values().writeToolFiles(s.entry(env), kinds, w)
	for _, f := range written {
		s = s.withFile(f.name, f.purpose)
	}
	return s, err
}

// writeRoster leaves a .env for each user of a roster, also of a roster of one.
func (s Session) writeRoster(env Env, w work) (Session, error) {
	if !s.handsOut(env) {
		return s, nil
	}
	path, shown := env.Out, env.Out
	if path == "" {
		path, shown = s.Place.Folder.Path(outFolder), outFolder
	}
	name := s.Place.Folder.outName(path)
	var users []UserToken
	for m := range s.membersOf(nil) {
		users = append(users, UserToken{m.User.User, m.Token.JWT})
	}
	if err := writeUsers(s.entry(env), path, shown, users, w); err != nil {
		return s, err
	}
	// --out is no name in the folder, but a path from where credwiz was started.
	file := File{Name: filepath.FromSlash(name), Path: filepath.Clean(path), Purpose: "a .env with the token of each user"}
	if !slices.Contains(s.Files, file) {
		s.Files = append(slices.Clip(s.Files), file)
	}
	return s, nil
}

// handsOut reports whether each user gets a .env: because several were asked for, of whom one may be ready, or because of
// --out.
func (s Session) handsOut(env Env) bool {
	several := len(env.Roster) > 0 || len(s.Roster) > 0 || len(s.Failed) > 0
	return env.Out != "" || several && !env.Printed
}

// KeepToken writes the session's token into a file of its folder, and returns the session with that file and the file's
// path.
func KeepToken(s Session) (Session, string, error) {
	name, err := s.Place.Folder.keepToken(s.Application.ID, s.Token.JWT)
	if err != nil {
		return s, "", err
	}
	return s.withFile(name, "the token alone, to copy it from"), s.Place.Folder.Path(name), nil
}
