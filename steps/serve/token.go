package serve

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"time"

	"credwiz/client"
	"credwiz/client/guard"
	"credwiz/client/jwt"
	"credwiz/client/redact"
	"credwiz/steps/answer"
)

// userBody is a user in an answer.
type userBody struct {
	ID          string `json:"id"`
	Name        string `json:"name"`
	DisplayName string `json:"display_name"`
}

func bodyOf(u client.User) userBody { return userBody{u.ID, u.Name, u.DisplayName} }

type tokenBody struct {
	Token     string    `json:"token"`
	ExpiresAt time.Time `json:"expires_at"` // by this computer's clock, as the Date header is
	User      userBody  `json:"user"`
}

// giveToken answers POST /token.
func (b *Backend) giveToken(w http.ResponseWriter, r *http.Request) {
	wanted, p := readWanted(r)
	if p != nil {
		refuse(w, *p)
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), apiLimit)
	defer cancel()
	user, err := b.users.find(ctx, wanted)
	var unknown *unknownUserError
	switch {
	case errors.As(err, &unknown):
		refuse(w, unknown.problem())
		return
	case err != nil:
		refuseFor(w, err)
		return
	}
	skew := b.Session.Skew
	token, err := jwt.Sign(b.Session.Key.Private, jwt.Request{
		ApplicationID: b.Session.Application.ID, User: user.Name, ACL: b.ACL,
		IssuedAt: b.Env.Now().Add(skew), Lifetime: b.Lifetime, ID: b.Env.NewID(),
	})
	if err != nil {
		refuseFor(w, err)
		return
	}
	guard.Note(w).User = user.Name
	reply(w, http.StatusOK, tokenBody{token.JWT.Reveal(), token.ExpiresAt.Add(-skew).UTC(), bodyOf(user)})
}

// listUsers answers GET /users.
func (b *Backend) listUsers(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), apiLimit)
	defer cancel()
	all, err := b.users.list(ctx)
	if err != nil {
		refuseFor(w, err)
		return
	}
	list := struct {
		Users []userBody `json:"users"`
	}{Users: make([]userBody, len(all))}
	for i, u := range all {
		list.Users[i] = bodyOf(u)
	}
	reply(w, http.StatusOK, list)
}

// readWanted reads whom a token is asked for. A form is refused: a page can have a browser send one unasked.
func readWanted(r *http.Request) (client.NewUser, *problem) {
	const example = ` Send {"user":"alice"}.`
	invalid := func(detail string) (client.NewUser, *problem) {
		return client.NewUser{}, &problem{Status: http.StatusBadRequest, Code: "invalid", Detail: detail + example}
	}
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		return client.NewUser{}, &problem{Status: http.StatusUnsupportedMediaType, Code: "not-json",
			Detail: "The body must be JSON, with Content-Type: application/json." + example}
	}
	var asked struct {
		User        string `json:"user"`
		DisplayName string `json:"display_name"`
	}
	body := json.NewDecoder(r.Body)
	if err := body.Decode(&asked); err != nil {
		return invalid("The body is not JSON of the right form.")
	}
	if _, err := body.Token(); !errors.Is(err, io.EOF) {
		return invalid("The body has more than one JSON value.")
	}
	n := client.NewUser{Name: answer.CleanName(asked.User), DisplayName: answer.CleanName(asked.DisplayName)}
	if n.Name == "" {
		return invalid("The body names no user.")
	}
	for _, name := range []string{n.Name, n.DisplayName} {
		if err := answer.CheckName(name); err != nil {
			return invalid("The name cannot be used: " + err.Error() + ".")
		}
	}
	return n, nil
}

// unknownUserError is a user who does not exist.
type unknownUserError struct {
	name  string
	known []string
}

func (e *unknownUserError) Error() string { return "there is no user " + e.name }

func (e *unknownUserError) problem() problem {
	name := redact.Printable(e.name)
	what, do := "The application has no user “"+name+"”.", "start credwiz serve with --create-users to create it."
	if answer.IsUserID(e.name) {
		what, do = "There is no user with the ID “"+name+"” in this folder.", "check the ID."
	}
	if len(e.known) > 0 {
		what += " These exist: " + several(e.known) + "."
		do = "Use one of those names, or " + do
	}
	return problem{Status: http.StatusNotFound, Code: "unknown-user", Users: e.known, Detail: what + " " + sentence(do)}
}
