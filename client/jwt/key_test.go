package jwt_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"math/big"
	"strings"
	"testing"

	"credwiz/client/jwt"
)

// pkcs1 is the own key as old versions of openssl write it.
func pkcs1() string { return encodePEM("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(own())) }

func TestALongerKeyIsTaken(t *testing.T) {
	if _, err := jwt.ParseKey([]byte(pkcs8(t, newRSA(jwt.KeyBits+8)))); err != nil {
		t.Error(err)
	}
}

// inconsistent is PKCS#1 of the own key with a private exponent that is not its own.
func inconsistent(t *testing.T) []byte {
	t.Helper()
	var key struct {
		Version                  int
		N                        *big.Int
		E                        int
		D, P, Q, Dp, Dq, Inverse *big.Int
	}
	if _, err := asn1.Unmarshal(x509.MarshalPKCS1PrivateKey(own()), &key); err != nil {
		t.Fatal(err)
	}
	key.D = new(big.Int).Add(key.D, big.NewInt(2))
	return must(asn1.Marshal(key))
}

func TestAKeyIsWrittenAsPKCS8AndReadBack(t *testing.T) {
	made := must(jwt.GenerateKey())
	text := must(made.PEM())
	if !strings.HasPrefix(text.Reveal(), "-----BEGIN PRIVATE KEY-----\n") || !strings.HasSuffix(text.Reveal(), "-----END PRIVATE KEY-----\n") {
		t.Error("it is not PKCS#8 in PEM")
	}
	if !strings.HasPrefix(made.PublicPEM(), "-----BEGIN PUBLIC KEY-----\n") {
		t.Errorf("the public half is %s", made.PublicPEM())
	}
	read := must(jwt.ParseKey([]byte(text.Reveal())))
	again, err := read.PEM()
	if err != nil || again.Reveal() != text.Reveal() || read.Fingerprint() != made.Fingerprint() {
		t.Errorf("it is another key after reading, %v", err)
	}
}

func TestAGeneratedKeyHas2048Bits(t *testing.T) {
	made := must(jwt.GenerateKey())
	block, _ := pem.Decode([]byte(made.PublicPEM()))
	public := must(x509.ParsePKIXPublicKey(block.Bytes))
	equal(t, public.(interface{ Size() int }).Size()*8, 2048, "it")
}

func TestPKCS1IsWrittenAsPKCS8(t *testing.T) {
	key := must(jwt.ParseKey([]byte(pkcs1())))
	if text, err := key.PEM(); err != nil || text.Reveal() != pkcs8(t, own()) {
		t.Errorf("it is not the PKCS#8 of the same key, %v", err)
	}
}

func TestTheFingerprintNamesThePairAndNotItsText(t *testing.T) {
	der := must(x509.MarshalPKIXPublicKey(&own().PublicKey))
	sum := sha256.Sum256(der)
	want := hex.EncodeToString(sum[:])
	public := publicPEM(t, &own().PublicKey)
	for name, text := range map[string]string{
		"as it is":     public,
		"CRLF":         strings.ReplaceAll(public, "\n", "\r\n"),
		"leading text": "the key of my app:\n" + public,
		"one line":     "-----BEGIN PUBLIC KEY-----\n" + strings.Join(strings.Split(public, "\n")[1:8], "") + "\n-----END PUBLIC KEY-----",
	} {
		if got, err := jwt.Fingerprint(text); got != want || err != nil {
			t.Errorf("%s: %s, %v", name, got, err)
		}
	}
	for _, text := range []string{pkcs8(t, own()), pkcs1()} {
		key := must(jwt.ParseKey([]byte(text)))
		equal(t, key.Fingerprint(), want, "the fingerprint")
	}
	if got := privateKey(t, other()).Fingerprint(); got == want {
		t.Error("two keys have one fingerprint")
	}
}

func TestAPublicKeyThatIsNotOneHasNoFingerprint(t *testing.T) {
	curve := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	for text, want := range map[string]error{
		"":                             jwt.ErrNotPEM,
		"ssh-rsa AAAA":                 jwt.ErrNotPEM,
		encodePEM("PUBLIC KEY", nil):   jwt.ErrBrokenKey,
		pkcs8(t, own()):                jwt.ErrBrokenKey,
		publicPEM(t, &curve.PublicKey): jwt.ErrNotRSA,
	} {
		if got, err := jwt.Fingerprint(text); !errors.Is(err, want) || got != "" {
			t.Errorf("%.30s: %q, %v", text, got, err)
		}
	}
}
