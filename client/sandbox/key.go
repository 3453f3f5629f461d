package sandbox

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
)

// The sizes of RSA keys that are taken, in bits. The API makes keys of 2048; its
// limits are not documented. crypto/tls stops at 8192 as well, since the time
// that a signature takes to verify grows with the square of the size.
const (
	minKeyBits = 2048
	maxKeyBits = 8192
)

// publicKey is an application's key, parsed once because it verifies every request
// of its users.
type publicKey struct {
	rsa *rsa.PublicKey
	pem string
}

// parsePublicKey reads a key of the form that the API documents: PEM with SPKI
// in it (SPEC application.v2.yml, keys.public_key).
func parsePublicKey(text string) (publicKey, error) {
	block, _ := pem.Decode([]byte(text))
	if block == nil || block.Type != "PUBLIC KEY" {
		return publicKey{}, errors.New("must be a PEM encoded public key (BEGIN PUBLIC KEY)")
	}
	parsed, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		return publicKey{}, errors.New("must be a valid public key")
	}
	key, ok := parsed.(*rsa.PublicKey)
	if !ok {
		return publicKey{}, errors.New("must be an RSA key")
	}
	if bits := key.N.BitLen(); bits < minKeyBits || bits > maxKeyBits {
		return publicKey{}, fmt.Errorf("must have between %d and %d bits", minKeyBits, maxKeyBits)
	}
	return publicKey{rsa: key, pem: encodePEM("PUBLIC KEY", block.Bytes)}, nil
}

// newKeyPair makes the pair of an application that brought no key: PKCS#8 and
// SPKI, as in the examples of SPEC application.v2.yml.
func newKeyPair() (private string, public publicKey, err error) {
	key, err := rsa.GenerateKey(rand.Reader, minKeyBits)
	if err != nil {
		return "", publicKey{}, fmt.Errorf("key pair: %w", err)
	}
	privateDER, _ := x509.MarshalPKCS8PrivateKey(key) // neither fails for an RSA key
	publicDER, _ := x509.MarshalPKIXPublicKey(&key.PublicKey)
	return encodePEM("PRIVATE KEY", privateDER),
		publicKey{rsa: &key.PublicKey, pem: encodePEM("PUBLIC KEY", publicDER)}, nil
}

func encodePEM(kind string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}
