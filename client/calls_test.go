package client_test

import (
	"context"

	"credwiz/client"
	"credwiz/client/redact"
)

// What the calls carry. Each text is nowhere else, so that it can be looked for.
const (
	canaryKey    = "canaryAPIKey"
	canarySecret = "canaryAPISecret7"
	canaryToken  = "canaryHeader.canaryClaims.canarySignature"
	someID       = "ba1a6aa3-8ac6-487d-ac5c-be469e77ddb7"
	someUserID   = "USR-d3cc6a55-aa7b-4916-8244-2fedb554afd5"
)

func canaries() client.Credentials {
	return client.Credentials{APIKey: canaryKey, APISecret: redact.NewSecret(canarySecret)}
}

// call is one call that a client can make, with canaries for credentials.
type call struct {
	name    string
	deletes bool // so that its answer has no body
	make    func(context.Context, *client.Client) error
}

func calls() []call {
	token := redact.NewSecret(canaryToken)
	return []call{
		{"list applications", false, func(ctx context.Context, c *client.Client) error {
			return only(c.ListApplications(ctx, canaries(), 1, 10))
		}},
		{"create application", false, createApplication},
		{"get application", false, func(ctx context.Context, c *client.Client) error {
			return only(c.GetApplication(ctx, canaries(), someID))
		}},
		{"delete application", true, func(ctx context.Context, c *client.Client) error { return c.DeleteApplication(ctx, canaries(), someID) }},
		{"list users", false, func(ctx context.Context, c *client.Client) error { return only(c.ListUsers(ctx, token, "next+/=", 10)) }},
		{"find user", false, func(ctx context.Context, c *client.Client) error { return only(c.FindUser(ctx, token, "alice")) }},
		{"create user", false, func(ctx context.Context, c *client.Client) error {
			return only(c.CreateUser(ctx, token, client.NewUser{Name: "alice"}))
		}},
		{"get user", false, func(ctx context.Context, c *client.Client) error { return only(c.GetUser(ctx, token, someUserID)) }},
		{"delete user", true, func(ctx context.Context, c *client.Client) error { return c.DeleteUser(ctx, token, someUserID) }},
	}
}

// createApplication is the call whose repetition would do the most harm.
func createApplication(ctx context.Context, c *client.Client) error {
	return only(c.CreateApplication(ctx, canaries(), client.NewApplication{Name: "app", PublicKey: "-"}))
}
