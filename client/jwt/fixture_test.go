package jwt_test

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/binary"
	"encoding/pem"
	"fmt"
	"reflect"
	"sync"
	"testing"
	"unicode/utf16"

	"credwiz/client/jwt"
)

const someID = "ba1a6aa3-8ac6-487d-ac5c-be469e77ddb7"

// own, other and short are key pairs that all tests share, because making one takes a while.
var (
	own   = sync.OnceValue(func() *rsa.PrivateKey { return newRSA(jwt.KeyBits) })
	other = sync.OnceValue(func() *rsa.PrivateKey { return newRSA(jwt.KeyBits) })
	short = sync.OnceValue(func() *rsa.PrivateKey { return newRSA(1024) })
)

func newRSA(bits int) *rsa.PrivateKey {
	return must(rsa.GenerateKey(rand.Reader, bits))
}

// pkcs8 writes a key as openssl does, without the code that is tested.
func pkcs8(t testing.TB, key any) string {
	t.Helper()
	der := must(x509.MarshalPKCS8PrivateKey(key))
	return encodePEM("PRIVATE KEY", der)
}

func encodePEM(kind string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}

// publicPEM is the public half of a key, written without the code that is tested.
func publicPEM(t testing.TB, public any) string {
	t.Helper()
	der := must(x509.MarshalPKIXPublicKey(public))
	return encodePEM("PUBLIC KEY", der)
}

func privateKey(t testing.TB, key *rsa.PrivateKey) *jwt.Key {
	t.Helper()
	return must(jwt.ParseKey([]byte(pkcs8(t, key))))
}

// inUTF16 is a text as Windows saves it.
func inUTF16(text string, order binary.ByteOrder, mark bool) string {
	var b bytes.Buffer
	if mark {
		text = "\ufeff" + text
	}
	for _, unit := range utf16.Encode([]rune(text)) {
		_ = binary.Write(&b, order, unit)
	}
	return b.String()
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
