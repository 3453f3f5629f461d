package steps

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"credwiz/client"
	"credwiz/client/lazyregexp"
)

// signRoster signs a token for each of the others of a roster, on all cores.
func (s Session) signRoster(ctx context.Context, env Env, request client.TokenRequest, w work) (Session, error) {
	if len(s.Roster) == 0 {
		return s, nil
	}
	members := make([]Member, len(s.Roster))
	err := w.local("sign the other tokens", func() (string, error) {
		var next atomic.Int64
		var mu sync.Mutex
		var first error
		var workers sync.WaitGroup
		ids := make([]string, len(members))
		for i := range ids {
			ids[i] = env.NewID() // which need not be fit for several goroutines
		}
		for range runtime.GOMAXPROCS(0) {
			workers.Go(func() {
				for i := int(next.Add(1)) - 1; i < len(members) && ctx.Err() == nil; i = int(next.Add(1)) - 1 {
					own := request
					own.User, own.ID = s.Roster[i].User.Value.Name, ids[i]
					token, err := client.SignToken(s.Key.Private, own)
					if err != nil {
						mu.Lock()
						first = err
						mu.Unlock()
						return
					}
					members[i] = s.Roster[i]
					members[i].Token = token
				}
			})
		}
		workers.Wait()
		if first == nil {
			first = ctx.Err()
		}
		return grouped(len(members)) + " tokens", first
	})
	if err == nil {
		s.Roster = members
	}
	return s, err
}

// outFolder is where the files of a roster go unless somebody says otherwise.
const outFolder = "users"

// writeRoster leaves a .env for each user of a roster.
func (s Session) writeRoster(env Env, w work) (Session, error) {
	if len(s.Roster) == 0 || env.Printed && env.Out == "" {
		return s, nil
	}
	path, shown := env.Out, env.Out
	if path == "" {
		path, shown = s.Place.Folder.Path(outFolder), outFolder
	}
	err := w.local("write "+shown, func() (string, error) {
		folder, err := OpenFolder(path)
		if err != nil {
			return "", err
		}
		defer func() { _ = folder.Close() }()
		// Git is told before there is a token.
		if err := folder.ignoreAllIn(); err != nil {
			return "", err
		}
		taken := map[string]bool{}
		files := 0
		for m := range s.membersOf(nil) {
			// What an app needs to log in: neither the account nor the key is for whoever gets this.
			name := fileOf(m.User.Value.Name, taken)
			old, err := folder.Read(name)
			if err != nil && !errors.Is(err, fs.ErrNotExist) {
				return "", &SaveError{Path: folder.Path(name), Err: err}
			}
			text := mergeDotenv(old, []Variable{
				{"VONAGE_APPLICATION_ID", s.Application.Value.ID}, {"VONAGE_USER_NAME", m.User.Value.Name},
				{"VONAGE_USER_ID", m.User.Value.ID}, {"VONAGE_JWT", m.Token.JWT.Reveal()},
			})
			if err := folder.ReplaceSoon(name, text, secretMode); err != nil {
				return "", err
			}
			files++
		}
		return grouped(files) + " files, a .env for each user; git ignores them", nil
	})
	if err == nil && env.Out == "" {
		err = s.noteFile(env, outFolder) // for credwiz clean
	}
	if err != nil {
		return s, err
	}
	return s.withFile(shown+string(filepath.Separator), "a .env with the token of each user"), nil
}

// ignoreAllIn has git ignore the folder's users. Where there is a .gitignore, it is somebody's own, and gets a line more.
func (f *Folder) ignoreAllIn() error {
	if !f.has(gitignoreFile) {
		return f.Create(gitignoreFile, []byte(ignoreAll))
	}
	old, err := f.Read(gitignoreFile)
	if err != nil {
		return &SaveError{Path: f.Path(gitignoreFile), Err: err}
	}
	if slices.Contains(strings.Split(string(old), "\n"), "*") {
		return nil
	}
	text := string(old)
	if !strings.HasSuffix(text, "\n") && text != "" {
		text += "\n"
	}
	if strings.Contains(text, userFiles) {
		return nil
	}
	return f.Replace(gitignoreFile, []byte(text+userFiles), gitignoreMode)
}

// userFiles is the line for git about the files of users, in a folder that has others too.
const userFiles = "/*.env\n"

var oddInFileName = lazyregexp.New(`[^A-Za-z0-9_-]+`)

// fileOf is the name of a user's file: no two have the same, also where upper and lower case are alike.
func fileOf(user string, taken map[string]bool) string {
	base := strings.Trim(oddInFileName().ReplaceAllString(user, "_"), "_")
	if base == "" {
		base = "user"
	}
	name := base
	for n := 2; taken[strings.ToLower(name)]; n++ {
		name = fmt.Sprintf("%s-%d", base, n)
	}
	taken[strings.ToLower(name)] = true
	return name + ".env"
}

// showRoster sums a roster up.
func (s Session) showRoster() []Fact {
	if len(s.Roster) == 0 && len(s.Missed) == 0 {
		return nil
	}
	ready := len(s.Roster) + 1
	facts := []Fact{fact("Users", fmt.Sprintf("%s of %s ready", grouped(ready), grouped(ready+len(s.Missed))))}
	if n := len(s.Missed); n > 0 {
		names := make([]string, 0, shortList)
		for _, m := range s.Missed[:min(n, shortList)] {
			names = append(names, m.Name)
		}
		text := strings.Join(names, ", ")
		if more := n - len(names); more > 0 {
			text += fmt.Sprintf(" and %s more", grouped(more))
		}
		facts = append(facts, fact("Not ready", text+": run credwiz again here, and it goes on with them"))
	}
	return facts
}
