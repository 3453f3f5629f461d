package command

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"credwiz/steps/answer"
	"credwiz/steps/journal"
	"credwiz/steps/resign"
	"credwiz/steps/task"
	"credwiz/steps/workdir"
)

type tokenOptions struct {
	dir, user, appID string
	write            []string
	json             bool
}

func (c console) tokenCommand() *cobra.Command {
	var o tokenOptions
	cmd := &cobra.Command{
		Use:   "token",
		Short: "Sign a new token for a user, offline",
		Long: `Sign a new token (a JWT) for a user that credwiz created or used in this folder.
It works offline. Standard output has only the token, so TOKEN=$(credwiz token)
works.

If there are several users, credwiz asks which one; without a terminal, it fails
and lists them. The token's times come from this computer's clock.

Exit status: 0 if the token was signed, 1 if not, 2 for a usage error or an
unknown user.`,
		Example: `  TOKEN=$(credwiz token)
  credwiz token --user alice --expires 1h
  credwiz token --user alice --write env`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			harden()
			return c.token(cmd, o)
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.dir, "dir", ".", "use the folder `DIR`")
	f.StringVar(&o.user, answer.User, "", "sign for the user with this `NAME` or ID")
	f.StringVar(&o.appID, answer.AppID, "", "use the application with this `ID`")
	f.String(answer.Expires, "", "token lifetime: `TIME`, e.g. 90m (default 24h)")
	f.String(answer.ACL, "", "access: `ACL` name, file or JSON")
	f.String(answer.KeyFile, "", "sign with the private key in `FILE`")
	f.String(answer.OpenKey, "", "`repair|use` a key that others can read")
	f.StringSliceVar(&o.write, "write", nil, "also write the token to `FILES`: env")
	f.BoolVar(&o.json, "json", false, "print the user and token as JSON")
	return cmd
}

func (c console) token(cmd *cobra.Command, o tokenOptions) error {
	for _, name := range []string{answer.Expires, answer.ACL, answer.KeyFile, answer.OpenKey, answer.User} {
		if flag := cmd.Flags().Lookup(name); flag.Changed && answer.CleanLine(flag.Value.String()) == "" {
			return c.fail(&answer.InvalidAnswerError{Field: answer.Field{Key: name, Flag: "--" + name}, Err: answer.ErrNoAnswer})
		}
	}
	answers, err := signingAnswers(cmd)
	if err != nil {
		return err
	}
	if at := slices.IndexFunc(o.write, func(kind string) bool { return kind != "env" }); at >= 0 {
		return fmt.Errorf("--write: unknown kind of file %q: choose env", o.write[at])
	}
	if len(o.write) > 0 {
		answers = answers.With(answer.Write, "env")
	}
	folder, err := existingFolder(o.dir)
	if err != nil {
		return err
	}
	defer func() { _ = folder.Close() }()
	users, err := resign.FindUsers(folder, o.appID, o.user)
	if err != nil {
		return c.fail(err)
	}
	user, err := c.whichUser(cmd.Context(), folder, users)
	if err != nil {
		return c.fail(err)
	}
	env := c.env()
	place := workdir.Place{Folder: folder, Sandbox: user.Sandbox()}
	session, err := resign.Sign(cmd.Context(), env, place, user, answers, c.warnings())
	if err != nil {
		return c.fail(err)
	}
	if user.Sandbox() {
		c.say("Note: this user" + journal.PracticeOnly + ":\n  " + folder.Target("").Command("serve"))
	}
	result := resign.TokenResult(env, session)
	return c.print(o.json, result, result.Token.JWT+"\n")
}

// signingAnswers are those of the flags of a command that signs tokens.
func signingAnswers(cmd *cobra.Command) (answer.Answers, error) {
	value := func(name string) string { return cmd.Flags().Lookup(name).Value.String() }
	answers := answer.Answers{}
	for _, name := range []string{answer.Expires, answer.KeyFile, answer.OpenKey} {
		answers = answers.With(name, answer.CleanLine(value(name)))
	}
	acl, err := readACL(cmd.Context(), value(answer.ACL))
	return answers.With(answer.ACL, acl), err
}

func (c console) whichUser(ctx context.Context, folder *workdir.Dir, users []resign.UserRef) (resign.UserRef, error) {
	switch {
	case len(users) == 1:
		return users[0], nil
	case !c.interactive():
		return resign.UserRef{}, &resign.SeveralUsersError{Users: users}
	}
	given, err := c.ask(ctx, resign.WhichUser(folder, users))
	if err != nil {
		if _, ok := errors.AsType[*answer.MissingAnswersError](err); ok {
			err = &resign.SeveralUsersError{Users: users} // the terminal was closed
		}
		return resign.UserRef{}, err
	}
	user, _ := resign.Pick(users, given)
	return user, nil
}

func (c console) warnings() task.Report {
	return func(e task.Event) {
		switch {
		case e.State == task.Warned:
			c.say("Note: " + e.Text + ": " + e.Note)
		case e.State == task.Started && e.Text == workdir.WaitForOther:
			c.say("Waiting for another credwiz in this folder.")
		}
	}
}
