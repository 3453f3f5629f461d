package steps

import (
	"cmp"
	"context"
	"path/filepath"
	"slices"

	"credwiz/client"
	"credwiz/steps/answer"
	"credwiz/steps/dotfile"
	"credwiz/steps/output"
	"credwiz/steps/task"
	"credwiz/steps/workdir"
)

// Values returns what the session writes into files.
func (s Session) Values() output.Values {
	return output.Values{
		Credentials: s.Credentials, AppID: s.Application.ID, Key: s.Key, User: s.User.User, JWT: s.Token.JWT,
	}
}

// AddToGitignore makes git ignore files with secrets, and lists .gitignore among the session's files.
func (s Session) AddToGitignore(w task.Runner, names ...string) Session {
	purpose := s.Place.Folder.AddToGitignore(w, names...)
	if purpose == "" {
		return s
	}
	s.Files = slices.DeleteFunc(slices.Clone(s.Files), func(f workdir.File) bool { return f.Name == workdir.GitignoreFile })
	return s.withFile(workdir.GitignoreFile, purpose)
}

// WriteDotenv writes variables into .env.
func (s Session) WriteDotenv(variables []dotfile.Variable, purpose string, w task.Runner) (Session, error) {
	if err := s.Values().WriteDotenv(s.Place.Folder, variables, w); err != nil {
		return s, err
	}
	return s.withFile(workdir.DotenvFile, purpose), nil
}

func (s Session) writeToolFiles(kinds []string, w task.Runner) (Session, error) {
	if len(output.ToolNames(kinds)) == 0 {
		return s, nil
	}
	s = s.AddToGitignore(w, output.ToolNames(kinds)...)
	written, err := s.Values().WriteToolFiles(s.entry(w.Now()), kinds, w)
	for _, f := range written {
		s = s.withFile(f.Name, f.Purpose)
	}
	return s, err
}

func (s Session) writeRoster(env Env, w task.Runner) (Session, error) {
	if !s.writesUserFiles(env) {
		return s, nil
	}
	path, shown := env.Out, env.Out
	if path == "" {
		path, shown = s.Place.Folder.Path(workdir.UsersFolder), workdir.UsersFolder
	}
	name := output.UsersFolderName(s.Place.Folder, path)
	var users []output.UserToken
	for _, m := range s.current() {
		users = append(users, output.UserToken{User: m.User.User, JWT: m.Token.JWT})
	}
	if err := output.WriteUsers(s.entry(w.Now()), path, shown, users, w); err != nil {
		return s, err
	}
	// --out is relative to the current folder, not to the session's.
	file := workdir.File{Name: filepath.FromSlash(name), Path: filepath.Clean(path), Purpose: "a .env with each user's token"}
	if !slices.Contains(s.Files, file) {
		s.Files = append(slices.Clip(s.Files), file)
	}
	return s, nil
}

// writesUserFiles reports whether each user gets a .env: with --out, or if several were asked for.
func (s Session) writesUserFiles(env Env) bool {
	several := len(env.Roster) > 0 || len(s.Roster) > 0 || len(s.Failed) > 0
	return env.Out != "" || several && !env.Printed
}

// SaveToken writes the session's token into a file, and returns the session with the file and its path.
func SaveToken(s Session) (Session, string, error) {
	name, err := output.SaveToken(s.Place.Folder, s.Application.ID, s.Token.JWT)
	if err != nil {
		return s, "", err
	}
	return s.withFile(name, "the token alone, to copy"), s.Place.Folder.Path(name), nil
}

func readDotenvUser(_ context.Context, _ Env, s Session) (Session, error) {
	s.dotenvUser = output.DotenvUser(s.Place.Folder)
	return s, nil
}

// checkFiles refuses anything that could not be written, before anything is created.
func (s Session) checkFiles(env Env, a answer.Answers) error {
	folder, dotenv, users := s.Place.Folder, slices.Contains(a.Written(), answer.WriteEnv), s.wantedUsers(env, a)
	err := cmp.Or(folder.CheckWritable(workdir.JournalFile), output.CheckToolFiles(folder, a.Written(), a[answer.KeyFile]))
	if err == nil && dotenv {
		err = folder.CheckMergeable(workdir.DotenvFile)
	}
	fileEach := env.Out != "" || len(users) > 0 && !env.Printed
	if err == nil && fileEach {
		err = workdir.CheckWritableFolder(cmp.Or(env.Out, folder.Path(workdir.UsersFolder)))
	}
	var spelled []dotfile.Variable
	if dotenv {
		spelled = append(spelled, dotfile.Variable{Name: output.DotenvAPIKey, Value: s.Credentials.APIKey}, dotfile.Variable{Name: output.DotenvKey, Value: a[answer.KeyFile]})
	}
	if users == nil {
		users = []client.NewUser{{Name: a[answer.User]}}
	}
	if dotenv || fileEach {
		for _, user := range users {
			spelled = append(spelled, dotfile.Variable{Name: output.DotenvUserName, Value: user.Name})
		}
	}
	return cmp.Or(err, output.CheckSpelling(spelled...))
}
