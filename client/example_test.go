package client_test

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/google/uuid"

	"credwiz/client"
	"credwiz/client/jwt"
	"credwiz/client/redact"
	"credwiz/client/sandbox"
)

// practice starts a sandbox, and returns a client of it with the credentials that it accepts.
func practice() (*client.Client, client.Credentials, func()) {
	server, err := sandbox.Start(sandbox.Config{})
	if err != nil {
		panic(err)
	}
	host, err := client.ParseHost(server.URL())
	if err != nil {
		panic(err)
	}
	creds := client.Credentials{APIKey: sandbox.DefaultAPIKey, APISecret: redact.NewSecret(sandbox.DefaultAPISecret)}
	return client.New(client.Options{Host: host}), creds, func() { _ = server.Close() }
}

// From an API key and secret to a token that logs in. Only the public half of the key pair is sent.
func Example() {
	api, creds, stop := practice()
	defer stop()
	ctx := context.Background()

	key, err := jwt.GenerateKey()
	if err != nil {
		panic(err)
	}
	app, err := api.CreateApplication(ctx, creds, client.NewApplication{Name: "Shop", PublicKey: key.PublicPEM()})
	if err != nil {
		panic(err)
	}
	admin, err := jwt.Sign(key, jwt.Request{
		ApplicationID: app.ID, IssuedAt: time.Now(), Lifetime: time.Minute, ID: uuid.NewString(),
	})
	if err != nil {
		panic(err)
	}
	user, err := api.CreateUser(ctx, admin.JWT, client.NewUser{Name: "alice"})
	if err != nil {
		panic(err)
	}
	token, err := jwt.Sign(key, jwt.Request{
		ApplicationID: app.ID, User: user.Name, ACL: jwt.ACLClientSDK(),
		IssuedAt: time.Now(), Lifetime: time.Hour, ID: uuid.NewString(),
	})
	if err != nil {
		panic(err)
	}
	login, err := api.LogIn(ctx, token.JWT, user.Region)
	if err != nil {
		panic(err)
	}
	fmt.Println(login.UserName, "logged in to", app.Name)
	// Output: alice logged in to Shop
}

// The API's refusals are values.
func ExampleError() {
	api, creds, stop := practice()
	defer stop()

	creds.APISecret = redact.NewSecret("wrong")
	_, err := api.ListApplications(context.Background(), creds, 1, 10)
	var refused *client.Error
	if errors.As(err, &refused) {
		fmt.Println(refused.Status, refused.Title)
	}
	// Output: 401 Invalid credentials supplied
}

// Plain HTTP is only for this computer.
func ExampleParseHost() {
	for _, text := range []string{"https://api.nexmo.com", "http://127.0.0.1:4010", "http://example.com"} {
		host, err := client.ParseHost(text)
		fmt.Println(host != (*url.URL)(nil), err)
	}
	// Output:
	// true <nil>
	// true <nil>
	// false plain http would expose the secret on the network: use https
}
