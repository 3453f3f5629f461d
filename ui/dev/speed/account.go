//go:build linux

package main

import (
	"strconv"

	"github.com/google/uuid"

	"credwiz/client/jwt"
	"credwiz/client/sandbox"
)

// account returns the address of a sandbox with applications. It ends with the lab.
func (l *lab) account(applications int) (url string) {
	l.do(func() error {
		server, err := sandbox.Start(sandbox.Config{})
		if err != nil {
			return err
		}
		l.servers, url = append(l.servers, server), server.URL()
		key, err := jwt.DeriveKey("somebody else's")
		for i := range applications {
			if err == nil {
				err = server.Restore(sandbox.Application{ID: uuid.NewString(), Name: "Application " + strconv.Itoa(i+1), PublicKey: key.PublicPEM()}, nil)
			}
		}
		return err
	})
	return url
}
