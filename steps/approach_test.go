package steps_test

import (
	"net"
	"net/url"
	"testing"

	"credwiz/client"
	"credwiz/steps"
)

func TestOnlyTheAccountsOwnAPIIsApproached(t *testing.T) {
	for name, test := range map[string]struct {
		answers steps.Answers
		demo    bool
		want    bool
	}{
		"the account":                      {answers: steps.Answers{steps.AnswerAccount: steps.AccountVonage}, want: true},
		"an account that nobody was asked": {want: true},
		"the practice sandbox":             {answers: steps.Answers{steps.AnswerAccount: steps.AccountSandbox}},
		"a demo":                           {demo: true},
	} {
		t.Run(name, func(t *testing.T) {
			api, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = api.Close() }()
			account := client.New(client.Options{Host: &url.URL{Scheme: "http", Host: api.Addr().String()}})
			stepNamed(t, "connect").Approach(t.Context(), steps.Env{Account: account, Demo: test.demo}, test.answers)
			if !test.want {
				// Somebody comes after all, who would be the second one.
				own, err := net.Dial("tcp", api.Addr().String())
				if err != nil {
					t.Fatal(err)
				}
				defer func() { _ = own.Close() }()
				first, err := api.Accept()
				if err != nil {
					t.Fatal(err)
				}
				defer func() { _ = first.Close() }()
				if first.RemoteAddr().String() != own.LocalAddr().String() {
					t.Error("the API was approached")
				}
				return
			}
			first, err := api.Accept() // or the test never ends
			if err != nil {
				t.Fatal(err)
			}
			_ = first.Close()
		})
	}
}
