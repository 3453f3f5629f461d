//go:build linux

package main

import (
	"context"
	"fmt"

	"credwiz/client"
	"credwiz/client/jwt"
	"credwiz/client/redact"
	"credwiz/client/sandbox"
)

type account struct {
	server         *sandbox.Server
	url, key, last string
}

func (l *lab) account(applications int) (a account) {
	l.do(func() (err error) {
		a, err = newAccount(l.ctx, applications)
		return err
	})
	return a
}

func newAccount(ctx context.Context, applications int) (_ account, err error) {
	server, err := sandbox.Start(sandbox.Config{})
	if err != nil {
		return account{}, err
	}
	defer func() {
		if err != nil {
			_ = server.Close()
		}
	}()
	host, err := client.ParseHost(server.URL())
	if err != nil {
		return account{}, err
	}
	pair, err := jwt.DeriveKey("somebody else's")
	if err != nil {
		return account{}, err
	}
	api := client.New(client.Options{Host: host})
	owner := client.Credentials{APIKey: sandbox.DefaultAPIKey, APISecret: redact.NewSecret(sandbox.DefaultAPISecret)}
	for i := range applications {
		_, err := api.CreateApplication(ctx, owner,
			client.NewApplication{Name: fmt.Sprintf("Application %d", i+1), PublicKey: pair.PublicPEM()})
		if err != nil {
			return account{}, err
		}
	}
	return account{server: server, url: server.URL(), key: sandbox.DefaultAPIKey, last: fmt.Sprintf("of %d", applications+1)}, nil
}

func (a account) close() {
	if a.server != nil {
		_ = a.server.Close()
	}
}
