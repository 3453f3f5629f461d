package steps

import (
	"context"
	"slices"
	"strings"

	"credwiz/client"
	"credwiz/steps/answer"
	"credwiz/steps/task"
)

// AddedStep is a new step. The page on the architecture shows it, word for word, from here to the end.
func AddedStep() Step { return membersStep().logged() }

func membersStep() Step {
	return Step{
		ID:    "members",
		Title: "See who is there",
		Done:  "These can log in",
		Short: "Members",
		Verb:  func(Env, Session, answer.Answers) string { return "list the users" },
		Intro: "Each user of your application can log in with a token of its own.",

		Fields: func(env Env, _ Session, a answer.Answers) []answer.Field {
			return []answer.Field{withKnown(answer.Field{
				Key: "begins-with", Flag: "--begins-with", Label: "Names that begin with",
				Optional: true, Clean: answer.CleanName, Check: answer.CheckName,
			}, env, a)}
		},
		Plan: func(Env, Session, answer.Answers) string { return "" }, // the verb says it all
		Run:  listMembers,
		Show: showMembers,
	}
}

func listMembers(ctx context.Context, env Env, s Session, a answer.Answers, report task.Report) (Session, error) {
	admin, err := s.Admin(env)
	if err != nil {
		return s, err
	}
	var page client.UserPage
	err = NewRunner(env, s.Place, report).Read(ctx, "list the users", func(api *client.Client) (err error) {
		page, err = api.ListUsers(ctx, admin, "", 100)
		return err
	})
	if err != nil {
		return s, err
	}
	s.Users = slices.DeleteFunc(page.Users, func(u client.User) bool { return !strings.HasPrefix(u.Name, a["begins-with"]) })
	return s, nil
}

func showMembers(_ Env, s Session) []Fact {
	var facts []Fact
	for _, u := range s.Users {
		facts = append(facts, NewFact("User", u.Name))
	}
	return facts
}
