package client_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"time"

	"github.com/google/uuid"

	"credwiz/client"
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
	creds := client.Credentials{APIKey: sandbox.DefaultAPIKey, APISecret: client.NewSecret(sandbox.DefaultAPISecret)}
	return client.New(client.Options{Host: host}), creds, func() { _ = server.Close() }
}

// From an API key and secret to a token that logs in. Only the public half of the key pair is sent.
func Example() {
	api, creds, stop := practice()
	defer stop()
	ctx := context.Background()

	key, err := client.GenerateKey()
	if err != nil {
		panic(err)
	}
	app, err := api.CreateApplication(ctx, creds, client.NewApplication{Name: "Shop", PublicKey: key.PublicPEM()})
	if err != nil {
		panic(err)
	}
	admin, err := client.SignToken(key, client.TokenRequest{
		ApplicationID: app.ID, IssuedAt: time.Now(), Lifetime: time.Minute, ID: uuid.NewString(),
	})
	if err != nil {
		panic(err)
	}
	user, err := api.CreateUser(ctx, admin.JWT, client.NewUser{Name: "alice"})
	if err != nil {
		panic(err)
	}
	token, err := client.SignToken(key, client.TokenRequest{
		ApplicationID: app.ID, User: user.Name, ACL: client.ACLClientSDK(),
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

	creds.APISecret = client.NewSecret("wrong")
	_, err := api.ListApplications(context.Background(), creds, 1, 10)
	var refused *client.Error
	if errors.As(err, &refused) {
		fmt.Println(refused.Status, refused.Title)
	}
	// Output: 401 Invalid credentials supplied
}

// A secret does not print itself, in whatever way it is printed.
func ExampleSecret() {
	secret := client.NewSecret("s3cr3t")
	fmt.Println(secret)
	fmt.Printf("%s %q %#v\n", secret, secret, client.Credentials{APIKey: "abcd1234", APISecret: secret}.APISecret)
	_ = json.NewEncoder(os.Stdout).Encode(secret)
	fmt.Println(secret.Reveal())
	// Output:
	// •••
	// ••• ••• •••
	// "•••"
	// s3cr3t
}

// A token is read without trusting it; the signature is checked separately.
func ExampleReadToken() {
	key, err := client.GenerateKey()
	if err != nil {
		panic(err)
	}
	token, err := client.SignToken(key, client.TokenRequest{
		ApplicationID: "10686d83-6dcc-4484-8d3e-169d5af42f33", User: "alice", ACL: client.ACLClientSDK(),
		IssuedAt: time.Date(2026, 1, 2, 15, 0, 0, 0, time.UTC), Lifetime: time.Hour, ID: uuid.NewString(),
	})
	if err != nil {
		panic(err)
	}
	reading := client.ReadToken(token.JWT)
	user, _ := reading.Claims.Text("sub")
	fmt.Println(user, reading.VerifySignature(key.PublicPEM()) == nil)
	// Output: alice true
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
	// false plain http would show the secret to the network; use https
}

// A custom ACL is checked before it is signed.
func ExampleParseACL() {
	acl, err := client.ParseACL([]byte(`{"paths": {"/*/users/**": {}, "/*/sessions/**": {"methods": ["GET", "POST"]}}}`))
	fmt.Println(acl.Paths(), err)
	// Output: [/*/users/** /*/sessions/**] <nil>
}
