package jwt

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"

	"credwiz/client/redact"
)

// KeyBits is the size of the keys made here, the same as of those that the API makes, and the least that is accepted.
const KeyBits = 2048

// Why a private key was not accepted. Match with errors.Is.
var (
	ErrNotPEM       = errors.New("not a PEM block")
	ErrEncryptedKey = errors.New("the key is encrypted with a passphrase")
	ErrPublicKey    = errors.New("this is a public key")
	ErrNotRSA       = errors.New("not an RSA key")
	ErrShortKey     = fmt.Errorf("the key is shorter than %d bits", KeyBits)
	ErrBrokenKey    = errors.New("the key is damaged")
	ErrOpenSSHKey   = errors.New("the key is in OpenSSH format")
	ErrPuTTYKey     = errors.New("the key is in PuTTY format")
	ErrSeveralKeys  = errors.New("the file contains several private keys")
)

// Key is the RSA key of an application. Like a Secret it does not print itself.
type Key struct {
	rsa  *rsa.PrivateKey
	form KeyForm
}

// GenerateKey makes a key of KeyBits, which takes some tens of milliseconds.
func GenerateKey() (*Key, error) {
	key, err := rsa.GenerateKey(rand.Reader, KeyBits)
	if err != nil {
		return nil, fmt.Errorf("private key: %w", err)
	}
	return &Key{rsa: key}, nil
}

// PEM returns the key as PKCS#8 in PEM, the only form that Vonage's own tools read.
func (k *Key) PEM() (redact.Secret, error) {
	der, err := x509.MarshalPKCS8PrivateKey(k.rsa)
	if err != nil {
		return redact.Secret{}, fmt.Errorf("private key: %w", err)
	}
	return redact.NewSecret(string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))), nil
}

// HideIn has the redactor hide the lines of the key.
func (k *Key) HideIn(r *redact.Redactor) {
	if text, err := k.PEM(); err == nil {
		r.Hide(text)
	}
}

// PublicPEM returns the public half in PEM, as the API takes it.
func (k *Key) PublicPEM() string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: publicDER(&k.rsa.PublicKey)}))
}

func publicDER(key *rsa.PublicKey) []byte {
	der, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		panic("an RSA public key cannot be encoded: " + err.Error()) // only unknown key types fail
	}
	return der
}

// Fingerprint names the pair: the SHA-256 of the public half, in hexadecimal. Two PEM texts of one key have the same.
func (k *Key) Fingerprint() string { return fingerprint(&k.rsa.PublicKey) }

func fingerprint(key *rsa.PublicKey) string {
	sum := sha256.Sum256(publicDER(key))
	return hex.EncodeToString(sum[:])
}

// Form is how the key was written where it was read.
func (k *Key) Form() KeyForm { return k.form }

// String hides the key.
func (k *Key) String() string { return redact.Hidden }

// GoString hides the key, for %#v.
func (k *Key) GoString() string { return redact.Hidden }

// Format hides the key, whatever the verb.
func (k *Key) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(redact.Hidden)) }

// Fingerprint is the fingerprint of a public key in PEM.
func Fingerprint(text string) (string, error) {
	key, err := parsePublicKey(text)
	if err != nil {
		return "", err
	}
	return fingerprint(key), nil
}
