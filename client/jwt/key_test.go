package jwt_test

import (
	"crypto/ecdsa"
	"crypto/ed25519"
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

func TestAPrivateKeyIsReadAsItIsFound(t *testing.T) {
	text := pkcs8(t, own())
	for name, text := range map[string]string{
		"PKCS#8":              text,
		"PKCS#1":              pkcs1(),
		"CRLF":                strings.ReplaceAll(text, "\n", "\r\n"),
		"PKCS#1 and CRLF":     strings.ReplaceAll(pkcs1(), "\n", "\r\n"),
		"byte order mark":     "\ufeff" + text,
		"leading text":        "Bag Attributes\n    friendlyName: vonage\n" + text,
		"trailing text":       text + "\nkeep this safe\n",
		"no last newline":     strings.TrimSpace(text),
		"blank lines":         "\n\n" + text + "\n\n",
		"lines without width": strings.ReplaceAll(text, "\n", "\n\n"),
	} {
		t.Run(name, func(t *testing.T) {
			key := must(jwt.ParseKey([]byte(text)))
			if got, want := key.PublicPEM(), publicPEM(t, &own().PublicKey); got != want {
				t.Errorf("the public half is %s, want %s", got, want)
			}
		})
	}
}

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

func TestAPrivateKeyThatCannotBeUsedIsRefusedWithTheReason(t *testing.T) {
	curve := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	curveDER, err := x509.MarshalECPrivateKey(curve)
	if err != nil {
		t.Fatal(err)
	}
	_, edwards, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode([]byte(pkcs8(t, own())))
	damaged := strings.Clone(string(block.Bytes))
	damaged = damaged[:40] + "\x00\x00\x00\x00" + damaged[44:]
	legacy := pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: block.Bytes,
		Headers: map[string]string{"Proc-Type": "4,ENCRYPTED", "DEK-Info": "AES-256-CBC,00112233445566778899AABBCCDDEEFF"}})
	text := pkcs8(t, own())

	for name, test := range map[string]struct {
		text string
		want error
	}{
		"empty":               {"", jwt.ErrNotPEM},
		"a byte order mark":   {"\ufeff", jwt.ErrNotPEM},
		"garbage":             {"hunter2\x00\xff", jwt.ErrNotPEM},
		"JSON":                {`{"private_key":"x"}`, jwt.ErrNotPEM},
		"no end":              {text[:len(text)-10], jwt.ErrNotPEM},
		"not base64":          {"-----BEGIN PRIVATE KEY-----\n!!!!\n-----END PRIVATE KEY-----\n", jwt.ErrNotPEM},
		"encrypted PKCS#8":    {encodePEM("ENCRYPTED PRIVATE KEY", block.Bytes), jwt.ErrEncryptedKey},
		"encrypted PKCS#1":    {string(legacy), jwt.ErrEncryptedKey},
		"public":              {publicPEM(t, &own().PublicKey), jwt.ErrPublicKey},
		"public PKCS#1":       {encodePEM("RSA PUBLIC KEY", x509.MarshalPKCS1PublicKey(&own().PublicKey)), jwt.ErrPublicKey},
		"certificate":         {encodePEM("CERTIFICATE", block.Bytes), jwt.ErrPublicKey},
		"EC in PKCS#8":        {pkcs8(t, curve), jwt.ErrNotRSA},
		"EC":                  {encodePEM("EC PRIVATE KEY", curveDER), jwt.ErrNotRSA},
		"EC with parameters":  {encodePEM("EC PARAMETERS", []byte{6, 0}) + encodePEM("EC PRIVATE KEY", curveDER), jwt.ErrNotRSA},
		"Ed25519":             {pkcs8(t, edwards), jwt.ErrNotRSA},
		"OpenSSH":             {encodePEM("OPENSSH PRIVATE KEY", []byte("openssh-key-v1\x00")), jwt.ErrOpenSSHKey},
		"1024 bits":           {pkcs8(t, short()), jwt.ErrShortKey},
		"1024 bits in PKCS#1": {encodePEM("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(short())), jwt.ErrShortKey},
		"damaged":             {encodePEM("PRIVATE KEY", []byte(damaged)), jwt.ErrBrokenKey},
		"cut short":           {encodePEM("PRIVATE KEY", block.Bytes[:len(block.Bytes)/2]), jwt.ErrBrokenKey},
		"cut short PKCS#1":    {encodePEM("RSA PRIVATE KEY", block.Bytes[:len(block.Bytes)/2]), jwt.ErrBrokenKey},
		"inconsistent":        {encodePEM("RSA PRIVATE KEY", inconsistent(t)), jwt.ErrBrokenKey},
		"no content":          {encodePEM("PRIVATE KEY", nil), jwt.ErrBrokenKey},
	} {
		t.Run(name, func(t *testing.T) {
			key, err := jwt.ParseKey([]byte(test.text))
			if !errors.Is(err, test.want) || key != nil {
				t.Fatalf("got %v, want %v", err, test.want)
			}
			equal(t, err.Error(), "private key: "+test.want.Error(), "it says more than the reason")
		})
	}
}

func TestAKeyIsWrittenAsPKCS8AndReadBack(t *testing.T) {
	made := must(jwt.GenerateKey())
	text, err := made.PEM()
	if err != nil {
		t.Fatal(err)
	}
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

func TestAKeyMadeHereHas2048Bits(t *testing.T) {
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
