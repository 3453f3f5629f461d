package redact_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"sync"
	"testing"
	"time"

	"credwiz/client/jwt"
	"credwiz/client/redact"
)

// own is a key that all tests share, because making one takes a while.
var own = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, jwt.KeyBits)
	if err != nil {
		panic(err)
	}
	return key
})

// ownPEM is the key in PEM, written without the code that is tested.
func ownPEM(t *testing.T) string {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(own())
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
}

func privateKey(t *testing.T) *jwt.Key {
	t.Helper()
	key, err := jwt.ParseKey([]byte(ownPEM(t)))
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func token(t *testing.T) redact.Secret {
	t.Helper()
	signed, err := jwt.Sign(privateKey(t), jwt.Request{ApplicationID: "1", IssuedAt: time.Now(), Lifetime: time.Minute, ID: "1"})
	if err != nil {
		t.Fatal(err)
	}
	return signed.JWT
}
