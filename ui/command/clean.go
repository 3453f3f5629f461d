package command

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"credwiz/client"
	"credwiz/client/redact"
	"credwiz/steps/answer"
	"credwiz/steps/cleanup"
	"credwiz/steps/journal"
	"credwiz/steps/source"
	"credwiz/ui/plain"
	"credwiz/ui/style"
)

type cleanOptions struct {
	dir, apiKey                           string
	yes, dryRun, secretStdin, json, trust bool
}

func (c console) cleanCommand() *cobra.Command {
	var o cleanOptions
	cmd := &cobra.Command{
		Use:   "clean",
		Short: "Delete what credwiz created here",
		Long: `List what credwiz created in this folder, ask, and delete it: users first, then
applications with all their users, then files. Anything that existed before
stays, and so do your other lines in .env and .gitignore.

If it's interrupted, run it again to continue.

Exit status: 0 if everything is deleted, 1 if not, 2 for a usage error, 4 if
Vonage rejected the credentials, 5 if the network or the API failed.`,
		Example: `  credwiz clean --dry-run
  credwiz clean
  credwiz clean --yes`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			harden()
			return c.clean(cmd.Context(), o)
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.dir, "dir", ".", "use the folder `DIR`")
	f.BoolVar(&o.yes, "yes", false, "delete without asking")
	f.BoolVar(&o.dryRun, "dry-run", false, "only show what would be deleted")
	f.StringVar(&o.apiKey, answer.APIKey, "", "only what's in the account with this `KEY`")
	f.BoolVar(&o.secretStdin, "api-secret-stdin", false, "read the API secret from standard input")
	f.BoolVar(&o.trust, answer.TrustHost, false, "send your key and secret to a non-Vonage host")
	f.BoolVar(&o.json, "json", false, "print the result as JSON")
	mutuallyExclusive(cmd, "yes", "dry-run", "can't be used together")
	return cmd
}

// cleanResult is the output of --json.
type cleanResult struct {
	Complete bool           `json:"complete"` // nothing is left to delete
	Items    []cleanup.Item `json:"items"`
}

func (c console) clean(ctx context.Context, o cleanOptions) error {
	account := noSuggestions()
	accountFromEnvironment(account)
	folder, err := existingFolder(o.dir)
	if err != nil {
		return err
	}
	defer func() { _ = folder.Close() }()
	hasSecret := o.secretStdin || len(account.Secrets) > 0 || account.Known[answer.APISecret].Value != ""
	scope := cleanup.Scope{APIKey: answer.CleanToken(o.apiKey), LooksUp: hasSecret}
	removal, err := cleanup.PlanFor(folder, scope)
	if err != nil {
		return c.fail(err)
	}
	again := folder.Target("").Command("clean")
	if removal.Empty() {
		removal.Items = append([]cleanup.Item{}, removal.Items...) // [] in JSON, not null
		if removal.Stuck && !o.dryRun {
			return c.endClean(ctx, o.json, again, removal, removal.Items, nil)
		}
		text := cleanText("Nothing to delete in "+folder.Name()+".", removal.Items, c.look(c.out))
		return c.print(o.json, cleanResult{Complete: !removal.Stuck, Items: removal.Items}, text)
	}
	remover := cleanup.Remover{
		Env: c.env(), Folder: folder, Scope: scope,
		Report: plain.Reporter(c.redactor.Writer(c.err), c.look(c.err)),
		Dial:   c.client,
	}
	if o.trust {
		remover.Answers = answer.Answers{answer.TrustHost: answer.Yes}
	}
	if o.dryRun {
		remover.Count(ctx, removal)
		return c.print(o.json, cleanResult{Items: removal.Items}, cleanText("Would delete, in this order:", removal.Items, c.look(c.out)))
	}
	if err := c.canConfirm(o); err != nil {
		return err
	}
	// Before the users are counted and the secret is asked for.
	err = c.withHostConsent(ctx, o.trust, func(a answer.Answers) error {
		remover.Answers = a
		return remover.CheckHosts()
	})
	if err != nil {
		if ctx.Err() != nil {
			c.say("Nothing was deleted.")
		}
		return c.leave(err, leaving{done: ctx.Err() != nil})
	}
	if err := c.confirmClean(ctx, o, remover, removal); err != nil {
		return err
	}
	if remover.Credentials, err = c.credentialsOf(ctx, o, removal, account); err != nil {
		return err
	}
	items, err := remover.Remove(ctx, removal)
	return c.endClean(ctx, o.json, again, removal, items, err)
}

func (c console) endClean(ctx context.Context, asJSON bool, again string, removal cleanup.Plan, items []cleanup.Item, err error) error {
	complete := err == nil && removal.Achieved(items)
	title := "Deleted:"
	if !slices.ContainsFunc(items, func(i cleanup.Item) bool { return i.State != cleanup.Left }) {
		title = "Nothing was deleted."
	}
	if asJSON || err == nil {
		if err := c.print(asJSON, cleanResult{Complete: complete, Items: items}, cleanText(title, items, c.look(c.out))); err != nil {
			return err
		}
	}
	switch {
	case err != nil && ctx.Err() != nil:
		c.say("Some items were not deleted. Run credwiz clean again to continue.")
		return c.leave(context.Cause(ctx), leaving{done: true})
	case err != nil:
		return c.fail(err)
	case !complete:
		c.say(style.MarkFailed + " Not everything was deleted; the reasons are above. To try again: " + again)
		return exit(exitFailed)
	}
	return nil
}

// cleanText lists what goes, in order, and then what stays.
func cleanText(title string, items []cleanup.Item, look style.Look) string {
	p := style.NewPage(look)
	p.Text(0, title)
	stays := func(i cleanup.Item) bool { return i.State == cleanup.Left }
	apps := map[string]string{} // the names by ID
	for _, item := range items {
		if item.Kind == cleanup.ApplicationItem {
			apps[item.ID] = item.Name
		}
	}
	list := func(items []cleanup.Item) {
		for _, item := range items {
			if app := apps[item.Application]; item.Kind == cleanup.UserItem && app != "" && len(apps) > 1 {
				item.Name += " in “" + app + "”"
			}
			p.Item(itemMark(item.State), string(item.Kind), itemText(item))
		}
	}
	list(slices.DeleteFunc(slices.Clone(items), stays))
	if kept := slices.DeleteFunc(slices.Clone(items), func(i cleanup.Item) bool { return !stays(i) }); len(kept) > 0 {
		title := "Kept:"
		if slices.ContainsFunc(items, func(i cleanup.Item) bool { return i.State == cleanup.ToDelete }) {
			title = "Keep:"
		}
		p.Gap()
		p.Text(0, title)
		list(kept)
	}
	return p.String()
}

func itemMark(state cleanup.ItemState) string {
	if state == cleanup.Deleted || state == cleanup.GoneAlready {
		return style.MarkDone
	}
	return style.MarkNone
}

func itemText(item cleanup.Item) string {
	text := item.Name
	if item.ID != "" {
		text += " · " + item.ID
	}
	why := item.Why
	if item.State == cleanup.GoneAlready {
		why = cmp.Or(why, "already gone")
	}
	if why != "" {
		text += " (" + why + ")"
	}
	return text
}

func (c console) canConfirm(o cleanOptions) error {
	switch {
	case o.yes, c.interactive():
		return nil
	case o.secretStdin:
		return errors.New("--api-secret-stdin can't ask: check with --dry-run, then use --yes")
	}
	return errors.New("no terminal to ask in: check with --dry-run, then use --yes")
}

func (c console) confirmClean(ctx context.Context, o cleanOptions, remover cleanup.Remover, removal cleanup.Plan) error {
	if o.yes {
		return nil
	}
	remover.Count(ctx, removal)
	if _, err := io.WriteString(c.err, cleanText("Delete, in this order:", removal.Items, c.look(c.err))+"\n"); err != nil {
		return err
	}
	yes, err := c.confirm(ctx, deleteQuestion(removal.Items))
	if ctx.Err() == nil && err == nil && yes {
		return nil
	}
	c.say("Nothing was deleted.")
	if ctx.Err() != nil {
		return c.leave(context.Cause(ctx), leaving{done: true})
	}
	return exit(exitFailed)
}

func deleteQuestion(items []cleanup.Item) string {
	n := 0
	for _, item := range items {
		if item.State == cleanup.ToDelete {
			n++
		}
	}
	if n == 1 {
		return "Delete this item permanently?"
	}
	return fmt.Sprintf("Delete these %d items permanently?", n)
}

// credentialsOf finds each account's credentials in the environment or on standard input, or asks.
func (c console) credentialsOf(ctx context.Context, o cleanOptions, plan cleanup.Plan, given source.Suggestions,
) (map[journal.Account]client.Credentials, error) {
	accounts, others := plan.Accounts, plan.Others
	if o.secretStdin && len(accounts) == 0 {
		accounts, others = others, nil
	}
	if o.secretStdin && len(accounts) > 1 {
		return nil, errors.New("--api-secret-stdin is for one account: choose it with --api-key")
	}
	all := map[journal.Account]client.Credentials{}
	for i, account := range slices.Concat(accounts, others) {
		optional := i >= len(accounts)
		secret := given.Secrets[account.APIKey].Value
		if secret == "" && len(given.Secrets) == 0 {
			secret = given.Known[answer.APISecret].Value
		}
		var err error
		switch {
		case optional && (secret == "" || all[account].APIKey != ""):
			continue
		case optional:
		case o.secretStdin:
			secret, err = c.readSecret(ctx)
		case secret == "" && c.interactive():
			if secret, err = c.askSecret(ctx, "API secret of account "+account.APIKey); ctx.Err() != nil {
				c.say("Nothing was deleted.")
			}
		case secret == "":
			err = fmt.Errorf("missing API secret of account %s: set VONAGE_API_KEY and VONAGE_API_SECRET, or use --api-secret-stdin",
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
