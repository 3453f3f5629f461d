package task

import (
	"fmt"
	"net/url"

	"credwiz/client"
	"credwiz/client/redact"
	"credwiz/steps/advice"
	"credwiz/steps/answer"
)

// HostOrigin is the file that an API host comes from; the zero value is a typed or default host.
//
// A file of a project must not choose who gets the secret: such a host needs a yes, even on this computer, where any
// program can listen. A host recorded with an account never gets another account's secret.
type HostOrigin struct {
	File       string
	APIKey     string // the account that the file names the host for; empty if it names none
	TokensOnly bool   // the host gets tokens of the application, and no secret
	Only       bool   // no other host can be chosen
}

// HostError is a host that needs a yes before it gets the credentials.
type HostError struct {
	Host string
	File string // that names the host; empty if the user typed it
	Gets string // what it would get
	Only bool   // no other host can be chosen
}

func (e *HostError) Error() string { return "API host: " + e.Host + " isn't a Vonage host" }

// OtherAccountError is a host that a file names for a different account.
type OtherAccountError struct {
	Host, File    string
	Noted, APIKey string // the file's account, and that of the credentials
}

func (e *OtherAccountError) Error() string {
	return fmt.Sprintf("API host: %s names %s for account %s, but the key is %s", e.File, e.Host, e.Noted, e.APIKey)
}

// Check decides whether credentials may go to a host; nothing else does. A yes overrules a *HostError, but not an
// *OtherAccountError.
func (o HostOrigin) Check(host *url.URL, apiKey string, a answer.Answers) error {
	switch {
	case client.IsVonage(host):
		return nil
	case o.APIKey != "" && o.APIKey != apiKey:
		return &OtherAccountError{Host: host.Host, File: o.File, Noted: o.APIKey, APIKey: apiKey}
	case a[answer.TrustHost] == answer.Yes, client.IsLoopback(host) && (o.File == "" || o.TokensOnly):
		return nil
	}
	gets := "your API key and secret"
	if o.TokensOnly {
		gets = "tokens of your application"
	}
	return &HostError{Host: host.Host, File: o.File, Gets: gets, Only: o.Only}
}

// Advice says what to do.
func (e *OtherAccountError) Advice() advice.Advice {
	return advice.Advice{
		What: fmt.Sprintf("%s names the host %s for account %s, but your API key is %s. Nothing was sent.",
			redact.Printable(e.File), redact.Printable(e.Host), redact.Printable(e.Noted), redact.Printable(e.APIKey)),
		Do:   "Use the key and secret of that account, or choose the host yourself with --api-host.",
		Kind: advice.Usage,
	}
}

// Advice says what to do.
func (e *HostError) Advice() advice.Advice {
	name := redact.Printable(e.Host)
	what, check, other := name+" isn't a Vonage host and", "--api-host", ""
	if e.File != "" {
		file := redact.Printable(e.File)
		what, check = file+" names the host "+name+", which isn't a Vonage host and", file
		if !e.Only {
			other = " For another host, run credwiz --api-host URL."
		}
	}
	return advice.Advice{
		What:   what + " would get " + e.Gets + ". Nothing was sent.",
		Do:     "Check " + check + ". To trust this host, use --trust-api-host." + other,
		Asked:  "Check " + check + ". Send them only if you trust this host." + other,
		Kind:   advice.Usage,
		Offers: []advice.Offer{{Key: "y", Label: "send them to " + name, Answer: answer.TrustHost, Value: answer.Yes}},
	}
}
