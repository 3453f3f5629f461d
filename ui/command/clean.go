package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"credwiz/client"
	"credwiz/client/redact"
	"credwiz/steps"
	"credwiz/steps/answer"
	"credwiz/steps/cleanup"
	"credwiz/steps/journal"
	"credwiz/ui/plain"
)

// cleaning are the flags of credwiz clean.
type cleaning struct {
	dir, apiKey                           string
	yes, dryRun, secretStdin, json, trust bool
}

func (c console) cleanCommand() *cobra.Command {
	var o cleaning
	cmd := &cobra.Command{
		Use:   "clean",
		Short: "Delete what credwiz made from this folder: users, applications, files",
		Long: `clean shows exactly what credwiz made from this folder, asks, and deletes it: users first, then the
applications, then the files. What it only used, and your other lines in .env and .gitignore, stay.

What is gone already is as good as deleted. If it is cut off, run it again: it goes on from there.

It ends with 0 when all of it is deleted or there was nothing, 1 if something could not be, 2 for wrong
usage; 4 if the credentials were refused, 5 if the network or the API failed.`,
		Example: `  credwiz clean --dry-run
  credwiz clean
  credwiz clean --yes`,
		Args: noArguments,
		PreRunE: func(cmd *cobra.Command, _ []string) error {
			return eitherOf(cmd, "yes", "dry-run", "contradict each other")
		},
		RunE: func(cmd *cobra.Command, _ []string) error {
			harden()
			return c.guarded(slog.New(slog.DiscardHandler), func() error { return c.clean(cmd.Context(), o) })
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVar(&o.dir, "dir", ".", "the folder that credwiz was run in: `DIR`")
	f.BoolVar(&o.yes, "yes", false, "delete without asking")
	f.BoolVar(&o.dryRun, "dry-run", false, "only show what would be deleted")
	f.StringVar(&o.apiKey, answer.APIKey, "", "only what is in the account with this API `KEY`")
	f.BoolVar(&o.secretStdin, "api-secret-stdin", false, "read the account's API secret from standard input, with --yes unless that is a terminal")
	f.BoolVar(&o.trust, answer.TrustHost, false, "send the API key and secret to the host that is noted here, though it is not Vonage's")
	f.BoolVar(&o.json, "json", false, "print what became of each item as JSON")
	cmd.MarkFlagsMutuallyExclusive("yes", "dry-run") // for the completions
	return cmd
}

// cleaned is what --json prints.
type cleaned struct {
	Complete bool           `json:"complete"` // nothing is left to delete
	Items    []cleanup.Item `json:"items"`
}

func (c console) clean(ctx context.Context, o cleaning) error {
	known, secrets := map[string]answer.Known{}, map[string]answer.Known{}
	accountFromEnvironment(known, secrets)
	folder, err := existingFolder(o.dir)
	if err != nil {
		return err
	}
	defer func() { _ = folder.Close() }()
	scope := cleanup.Scope{APIKey: answer.CleanToken(o.apiKey)}
	removal, err := cleanup.PlanFor(folder, scope)
	if err != nil {
		return c.fail(err, false, false)
	}
	if removal.Empty() {
		if o.json {
			return c.writeJSON(cleaned{Complete: true, Items: append([]cleanup.Item{}, removal.Items...)})
		}
		return c.show("There is nothing to delete in "+folder.Name()+".", removal.Items)
	}
	if o.dryRun {
		if o.json {
			return c.writeJSON(cleaned{Items: removal.Items})
		}
		return c.show("This would be deleted:", removal.Items)
	}
	if err := c.agree(ctx, o, removal); err != nil {
		return err
	}
	remover := cleanup.Remover{
		Env: steps.Env{Now: c.now, NewID: uuid.NewString, Redactor: c.redactor}, Folder: folder, Scope: scope,
		Report: plain.Lines(c.redactor.Writer(c.err), c.lines()),
		Dial:   c.client,
	}
	// Before the secret is asked for.
	err = c.consenting(ctx, o.trust, func(a answer.Answers) error {
		remover.Answers = a
		return remover.CheckHosts()
	})
	if err != nil {
		if ctx.Err() != nil {
			c.say("Nothing was deleted.")
		}
		return c.fail(err, false, ctx.Err() != nil)
	}
	if remover.Credentials, err = c.credentialsOf(ctx, o, removal.Accounts, known, secrets); err != nil {
		return err
	}
	items, err := remover.Remove(ctx, removal)
	complete := !slices.ContainsFunc(items, func(i cleanup.Item) bool { return i.State == cleanup.ToDelete })
	if o.json {
		if err := c.writeJSON(cleaned{Complete: complete && err == nil, Items: items}); err != nil {
			return err
		}
	}
	switch {
	case err != nil && ctx.Err() != nil:
		c.say("Not all of it is deleted. Run credwiz clean again to go on from here.")
		return c.fail(context.Cause(ctx), false, true)
	case err != nil:
		return c.fail(err, false, false)
	case o.json:
		return nil
	}
	return c.show("Deleted.", items)
}

// show prints items in their order, those of a kind together.
func (c console) show(title string, items []cleanup.Item) error {
	p := &page{width: c.width()}
	p.line(0, title)
	for i, item := range items {
		if i == 0 || items[i-1].Kind != item.Kind {
			p.text.WriteByte('\n')
		}
		text := item.Name
		if item.ID != "" {
			text += " (" + item.ID + ")"
		}
		state := string(item.State)
		if item.Why != "" {
			state += ": " + item.Why
		}
		p.fact("  "+string(item.Kind), text+", "+state)
	}
	_, err := io.WriteString(c.out, look().Words(p.text.String()))
	return err
}

// agree shows what is to be deleted, and asks.
func (c console) agree(ctx context.Context, o cleaning, removal cleanup.Plan) error {
	if o.yes {
		return nil
	}
	switch {
	case c.person():
	case o.secretStdin:
		return errors.New("with --api-secret-stdin nothing is asked: look with --dry-run, then say --yes")
	default:
		return errors.New("clean asks before it deletes, and nobody is there to answer: look with --dry-run, then say --yes")
	}
	shown := c
	shown.out = c.err
	if err := shown.show("This is what credwiz made from here, and what becomes of it:", removal.Items); err != nil {
		return err
	}
	ask := c.asker()
	given, err := plain.Ask(ctx, ask, c.err, answer.Field{
		Key: "clean", Flag: "--yes", Label: deleteWhat(removal.Items), Suggestion: answer.No, YesNo: true,
	}, c.lines())
	switch {
	case ctx.Err() != nil:
		c.say("Nothing was deleted.")
		return c.fail(context.Cause(ctx), false, true)
	case err != nil || given != answer.Yes:
		c.say("Nothing was deleted.")
		return exit(exitFailed)
	}
	return nil
}

// deleteWhat is the question before items are deleted.
func deleteWhat(items []cleanup.Item) string {
	n := 0
	for _, item := range items {
		if item.State == cleanup.ToDelete {
			n++
		}
	}
	if n == 1 {
		return "Delete this item?"
	}
	return fmt.Sprintf("Delete these %d items?", n)
}

// credentialsOf are those of each account: from the environment, from standard input, or asked for.
func (c console) credentialsOf(ctx context.Context, o cleaning, accounts []journal.Account, known, secrets map[string]answer.Known,
) (map[journal.Account]client.Credentials, error) {
	if o.secretStdin && len(accounts) > 1 {
		return nil, errors.New("--api-secret-stdin is the secret of one account: say which one with --api-key")
	}
	all := map[journal.Account]client.Credentials{}
	for _, account := range accounts {
		secret := secrets[account.APIKey].Value
		if secret == "" && len(secrets) == 0 {
			secret = known[answer.APISecret].Value
		}
		var err error
		switch {
		case o.secretStdin:
			secret, err = c.readSecret(ctx)
		case secret == "" && c.person():
			if secret, err = c.askSecret(ctx, "API secret of the account "+account.APIKey); ctx.Err() != nil {
				c.say("Nothing was deleted.")
			}
		case secret == "":
			err = fmt.Errorf("the API secret of the account %s is needed: VONAGE_API_KEY and VONAGE_API_SECRET, or --api-secret-stdin",
				redact.Printable(account.APIKey))
		}
		if err != nil {
			return nil, err
		}
		creds := client.Credentials{APIKey: account.APIKey, APISecret: redact.NewSecret(answer.CleanToken(secret))}
		creds.HideIn(c.redactor)
		all[account] = creds
	}
	return all, nil
}
