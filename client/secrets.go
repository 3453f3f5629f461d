package client

import (
	"errors"
	"net/http"
	"strings"

	"credwiz/client/redact"
)

// HideIn has the redactor hide what a request with the credentials carries: the secret, and the pair as Basic
// authorization joins it.
func (c Credentials) HideIn(r *redact.Redactor) {
	if !c.APISecret.IsZero() {
		r.Hide(c.APISecret, redact.NewSecret(c.APIKey+":"+c.APISecret.Reveal()))
	}
}

// withoutSecrets takes the secrets of a request out of its error: an API may repeat what it refuses.
func withoutSecrets(err error, secrets ...redact.Secret) {
	var r redact.Redactor
	hide := func(texts ...*string) {
		r.Hide(secrets...)
		for _, text := range texts {
			*text = r.Redact(*text)
		}
	}
	if refused, ok := errors.AsType[*Error](err); ok {
		hide(&refused.Code, &refused.Title, &refused.Detail, &refused.Instance)
		for i := range refused.Invalid {
			hide(&refused.Invalid[i].Name, &refused.Invalid[i].Reason)
		}
	} else if unexpected, ok := errors.AsType[*UnexpectedError](err); ok {
		hide(&unexpected.Reason)
	} else if login, ok := errors.AsType[*LoginError](err); ok {
		hide(&login.Code, &login.Reason)
	}
}

// secretsOf are the credentials in a header.
func secretsOf(h http.Header) []redact.Secret {
	_, blob, _ := strings.Cut(h.Get("Authorization"), " ")
	_, password, _ := (&http.Request{Header: h}).BasicAuth()
	return []redact.Secret{redact.NewSecret(blob), redact.NewSecret(password)}
}
