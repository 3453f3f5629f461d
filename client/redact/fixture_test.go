package redact_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"reflect"
	"sync"
	"testing"
	"time"

	"credwiz/client/jwt"
	"credwiz/client/redact"
)

// own is a key that all tests share, because making one takes a while.
var own = sync.OnceValue(func() *rsa.PrivateKey { return must(rsa.GenerateKey(rand.Reader, jwt.KeyBits)) })

// ownPEM is the key in PEM, written without the code that is tested.
func ownPEM(t *testing.T) string {
	t.Helper()
	der := must(x509.MarshalPKCS8PrivateKey(own()))
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
}

func privateKey(t *testing.T) *jwt.Key {
	t.Helper()
	return must(jwt.ParseKey([]byte(ownPEM(t))))
}

func token(t *testing.T) redact.Secret {
	t.Helper()
	signed := must(jwt.Sign(privateKey(t), jwt.Request{ApplicationID: "1", IssuedAt: time.Now(), Lifetime: time.Minute, ID: "1"}))
	return signed.JWT
}

// equal reports an error unless the values are equal.
func equal[T any](t testing.TB, got, want T, what string, args ...any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s: got %v, want %v", fmt.Sprintf(what, args...), got, want)
	}
}

// must returns the value. It panics if the setup of a test fails.
func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}
