package client_test

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

	"credwiz/client"
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
			key, err := client.ParsePrivateKey([]byte(text))
			if err != nil {
				t.Fatal(err)
			}
			if got, want := key.PublicPEM(), publicPEM(t, &own().PublicKey); got != want {
				t.Errorf("the public half is %s, want %s", got, want)
			}
		})
	}
}

func TestALongerKeyIsTaken(t *testing.T) {
	if _, err := client.ParsePrivateKey([]byte(pkcs8(t, newRSA(client.KeyBits+8)))); err != nil {
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
	der, err := asn1.Marshal(key)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

func TestAPrivateKeyThatCannotBeUsedIsRefusedWithTheReason(t *testing.T) {
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
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
		"empty":               {"", client.ErrNotPEM},
		"a byte order mark":   {"\ufeff", client.ErrNotPEM},
		"garbage":             {"hunter2\x00\xff", client.ErrNotPEM},
		"JSON":                {`{"private_key":"x"}`, client.ErrNotPEM},
		"no end":              {text[:len(text)-10], client.ErrNotPEM},
		"not base64":          {"-----BEGIN PRIVATE KEY-----\n!!!!\n-----END PRIVATE KEY-----\n", client.ErrNotPEM},
		"encrypted PKCS#8":    {encodePEM("ENCRYPTED PRIVATE KEY", block.Bytes), client.ErrEncryptedKey},
		"encrypted PKCS#1":    {string(legacy), client.ErrEncryptedKey},
		"public":              {publicPEM(t, &own().PublicKey), client.ErrPublicKey},
		"public PKCS#1":       {encodePEM("RSA PUBLIC KEY", x509.MarshalPKCS1PublicKey(&own().PublicKey)), client.ErrPublicKey},
		"certificate":         {encodePEM("CERTIFICATE", block.Bytes), client.ErrPublicKey},
		"EC in PKCS#8":        {pkcs8(t, curve), client.ErrNotRSA},
		"EC":                  {encodePEM("EC PRIVATE KEY", curveDER), client.ErrNotRSA},
		"EC with parameters":  {encodePEM("EC PARAMETERS", []byte{6, 0}) + encodePEM("EC PRIVATE KEY", curveDER), client.ErrNotRSA},
		"Ed25519":             {pkcs8(t, edwards), client.ErrNotRSA},
		"OpenSSH":             {encodePEM("OPENSSH PRIVATE KEY", []byte("openssh-key-v1\x00")), client.ErrOpenSSHKey},
		"1024 bits":           {pkcs8(t, short()), client.ErrShortKey},
		"1024 bits in PKCS#1": {encodePEM("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(short())), client.ErrShortKey},
		"damaged":             {encodePEM("PRIVATE KEY", []byte(damaged)), client.ErrBrokenKey},
		"cut short":           {encodePEM("PRIVATE KEY", block.Bytes[:len(block.Bytes)/2]), client.ErrBrokenKey},
		"cut short PKCS#1":    {encodePEM("RSA PRIVATE KEY", block.Bytes[:len(block.Bytes)/2]), client.ErrBrokenKey},
		"inconsistent":        {encodePEM("RSA PRIVATE KEY", inconsistent(t)), client.ErrBrokenKey},
		"no content":          {encodePEM("PRIVATE KEY", nil), client.ErrBrokenKey},
	} {
		t.Run(name, func(t *testing.T) {
			key, err := client.ParsePrivateKey([]byte(test.text))
			if !errors.Is(err, test.want) || key != nil {
				t.Fatalf("got %v, want %v", err, test.want)
			}
			if said := err.Error(); said != "private key: "+test.want.Error() {
				t.Errorf("it says more than the reason: %q", said)
			}
		})
	}
}

func TestAKeyIsWrittenAsPKCS8AndReadBack(t *testing.T) {
	made, err := client.GenerateKey()
	if err != nil {
		t.Fatal(err)
	}
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
	read, err := client.ParsePrivateKey([]byte(text.Reveal()))
	if err != nil {
		t.Fatal(err)
	}
	again, err := read.PEM()
	if err != nil || again.Reveal() != text.Reveal() || read.Fingerprint() != made.Fingerprint() {
		t.Errorf("it is another key after reading, %v", err)
	}
}

func TestAKeyMadeHereHas2048Bits(t *testing.T) {
	made, err := client.GenerateKey()
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode([]byte(made.PublicPEM()))
	public, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	if bits := public.(interface{ Size() int }).Size() * 8; bits != 2048 {
		t.Errorf("it has %d bits", bits)
	}
}

func TestPKCS1IsWrittenAsPKCS8(t *testing.T) {
	key, err := client.ParsePrivateKey([]byte(pkcs1()))
	if err != nil {
		t.Fatal(err)
	}
	if text, err := key.PEM(); err != nil || text.Reveal() != pkcs8(t, own()) {
		t.Errorf("it is not the PKCS#8 of the same key, %v", err)
	}
}

func TestTheFingerprintNamesThePairAndNotItsText(t *testing.T) {
	der, err := x509.MarshalPKIXPublicKey(&own().PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(der)
	want := hex.EncodeToString(sum[:])
	public := publicPEM(t, &own().PublicKey)
	for name, text := range map[string]string{
		"as it is":     public,
		"CRLF":         strings.ReplaceAll(public, "\n", "\r\n"),
		"leading text": "the key of my app:\n" + public,
		"one line":     "-----BEGIN PUBLIC KEY-----\n" + strings.Join(strings.Split(public, "\n")[1:8], "") + "\n-----END PUBLIC KEY-----",
	} {
		if got, err := client.PublicFingerprint(text); got != want || err != nil {
			t.Errorf("%s: %s, %v", name, got, err)
		}
	}
	for _, text := range []string{pkcs8(t, own()), pkcs1()} {
		key, err := client.ParsePrivateKey([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if got := key.Fingerprint(); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	if got := privateKey(t, other()).Fingerprint(); got == want {
		t.Error("two keys have one fingerprint")
	}
}

func TestAPublicKeyThatIsNotOneHasNoFingerprint(t *testing.T) {
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]error{
		"":                             client.ErrNotPEM,
		"ssh-rsa AAAA":                 client.ErrNotPEM,
		encodePEM("PUBLIC KEY", nil):   client.ErrBrokenKey,
		pkcs8(t, own()):                client.ErrBrokenKey,
		publicPEM(t, &curve.PublicKey): client.ErrNotRSA,
	} {
		if got, err := client.PublicFingerprint(text); !errors.Is(err, want) || got != "" {
			t.Errorf("%.30s: %q, %v", text, got, err)
		}
	}
}
