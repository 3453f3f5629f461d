package jwt_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/binary"
	"encoding/pem"
	"errors"
	"strings"
	"testing"

	"credwiz/client/jwt"
)

// openSSHOf is the beginning of a key as ssh-keygen writes it, up to its kind.
func openSSHOf(kind string) string {
	var b bytes.Buffer
	b.WriteString("openssh-key-v1\x00")
	for _, field := range []string{"none", "none", ""} {
		_ = binary.Write(&b, binary.BigEndian, uint32(len(field)))
		b.WriteString(field)
	}
	_ = binary.Write(&b, binary.BigEndian, []uint32{1, 64, uint32(len(kind))})
	b.WriteString(kind)
	b.Write(make([]byte, 200))
	return encodePEM("OPENSSH PRIVATE KEY", b.Bytes())
}

func TestAPrivateKeyIsReadInEveryFormThatMeansOne(t *testing.T) {
	t.Attr("fault", "field-C8")
	text := pkcs8(t, own())
	block, _ := pem.Decode([]byte(text))
	public := publicPEM(t, &own().PublicKey)
	inline := strings.ReplaceAll(text, "\n", `\n`)
	for name, test := range map[string]struct {
		content string
		form    jwt.KeyForm
	}{
		"PKCS#8":                       {text, jwt.FormPEM},
		"PKCS#1":                       {pkcs1(), jwt.FormPEM},
		"CRLF":                         {strings.ReplaceAll(text, "\n", "\r\n"), jwt.FormPEM},
		"PKCS#1 and CRLF":              {strings.ReplaceAll(pkcs1(), "\n", "\r\n"), jwt.FormPEM},
		"byte order mark":              {"\ufeff" + text, jwt.FormPEM},
		"leading text":                 {"Bag Attributes\n    friendlyName: vonage\n" + text, jwt.FormPEM},
		"trailing text":                {text + "\nkeep this safe\n", jwt.FormPEM},
		"no last newline":              {strings.TrimSpace(text), jwt.FormPEM},
		"blank lines":                  {"\n\n" + text + "\n\n", jwt.FormPEM},
		"lines without width":          {strings.ReplaceAll(text, "\n", "\n\n"), jwt.FormPEM},
		"a public block first":         {public + text, jwt.FormPEM},
		"a certificate first":          {encodePEM("CERTIFICATE", []byte{1}) + text, jwt.FormPEM},
		"twice":                        {text + pkcs1(), jwt.FormPEM},
		"a comment in Windows-1252":    {"schl\xfcssel\n" + text, jwt.FormPEM},
		"PKCS#8 under an RSA label":    {encodePEM("RSA PRIVATE KEY", block.Bytes), jwt.FormText},
		"PKCS#1 under the other label": {encodePEM("PRIVATE KEY", x509.MarshalPKCS1PrivateKey(own())), jwt.FormText},
		"escapes for line breaks":      {inline, jwt.FormText},
		"escapes for CRLF":             {strings.ReplaceAll(text, "\n", `\r\n`), jwt.FormText},
		"escapes in quotes":            {`"` + inline + `"`, jwt.FormText},
		"a line of .env":               {`VONAGE_PRIVATE_KEY="` + inline + "\"\nVONAGE_APPLICATION_ID=x\n", jwt.FormText},
		"a value in JSON":              {`{"private_key": "` + inline + `", "id": "x"}`, jwt.FormText},
		"quotes around lines":          {"'" + text + "'", jwt.FormText},
		"on one line":                  {strings.ReplaceAll(text, "\n", " "), jwt.FormText},
		"UTF-16":                       {inUTF16(text, binary.LittleEndian, true), jwt.FormUTF16},
		"UTF-16, high byte first":      {inUTF16(text, binary.BigEndian, true), jwt.FormUTF16},
		"UTF-16 without a mark":        {inUTF16(text, binary.LittleEndian, false), jwt.FormUTF16},
		"base64":                       {base64.StdEncoding.EncodeToString([]byte(text)) + "\n", jwt.FormBase64},
		"base64 without padding":       {base64.RawStdEncoding.EncodeToString([]byte(text)), jwt.FormBase64},
		"no BEGIN and END":             {strings.Join(strings.Split(text, "\n")[1:27], "\n"), jwt.FormBare},
		"no BEGIN and END, in quotes":  {`"` + base64.StdEncoding.EncodeToString(block.Bytes) + `"`, jwt.FormBare},
		"DER":                          {string(block.Bytes), jwt.FormDER},
		"DER of PKCS#1":                {string(x509.MarshalPKCS1PrivateKey(own())), jwt.FormDER},
	} {
		t.Run(name, func(t *testing.T) {
			key, err := jwt.ParseKey([]byte(test.content))
			if err != nil {
				t.Fatal(err)
			}
			if key.PublicPEM() != public || key.Form() != test.form {
				t.Errorf("it is %q, want %q, or another key", key.Form(), test.form)
			}
		})
	}
}

func TestAPrivateKeyInAnotherFormatIsNamed(t *testing.T) {
	t.Attr("fault", "field-C8")
	curve := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	curveDER := must(x509.MarshalECPrivateKey(curve))
	_, edwards, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	edwardsDER := must(x509.MarshalPKCS8PrivateKey(edwards))
	publicDER := must(x509.MarshalPKIXPublicKey(&own().PublicKey))
	block, _ := pem.Decode([]byte(pkcs8(t, own())))
	damaged := strings.Clone(string(block.Bytes))
	damaged = damaged[:40] + "\x00\x00\x00\x00" + damaged[44:]
	legacy := pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: block.Bytes,
		Headers: map[string]string{"Proc-Type": "4,ENCRYPTED", "DEK-Info": "AES-256-CBC,00112233445566778899AABBCCDDEEFF"}})
	text := pkcs8(t, own())
	for name, test := range map[string]struct {
		content string
		want    error
	}{
		"empty":                         {"", jwt.ErrNotPEM},
		"a byte order mark":             {"\ufeff", jwt.ErrNotPEM},
		"garbage":                       {"hunter2\x00\xff", jwt.ErrNotPEM},
		"JSON":                          {`{"private_key":"x"}`, jwt.ErrNotPEM},
		"no end":                        {text[:len(text)-10], jwt.ErrNotPEM},
		"not base64":                    {"-----BEGIN PRIVATE KEY-----\n!!!!\n-----END PRIVATE KEY-----\n", jwt.ErrNotPEM},
		"encrypted PKCS#8":              {encodePEM("ENCRYPTED PRIVATE KEY", block.Bytes), jwt.ErrEncryptedKey},
		"encrypted PKCS#1":              {string(legacy), jwt.ErrEncryptedKey},
		"public":                        {publicPEM(t, &own().PublicKey), jwt.ErrPublicKey},
		"public PKCS#1":                 {encodePEM("RSA PUBLIC KEY", x509.MarshalPKCS1PublicKey(&own().PublicKey)), jwt.ErrPublicKey},
		"certificate":                   {encodePEM("CERTIFICATE", block.Bytes), jwt.ErrPublicKey},
		"EC in PKCS#8":                  {pkcs8(t, curve), jwt.ErrNotRSA},
		"EC":                            {encodePEM("EC PRIVATE KEY", curveDER), jwt.ErrNotRSA},
		"EC with parameters":            {encodePEM("EC PARAMETERS", []byte{6, 0}) + encodePEM("EC PRIVATE KEY", curveDER), jwt.ErrNotRSA},
		"Ed25519":                       {pkcs8(t, edwards), jwt.ErrNotRSA},
		"OpenSSH":                       {encodePEM("OPENSSH PRIVATE KEY", []byte("openssh-key-v1\x00")), jwt.ErrOpenSSHKey},
		"1024 bits":                     {pkcs8(t, short()), jwt.ErrShortKey},
		"1024 bits in PKCS#1":           {encodePEM("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(short())), jwt.ErrShortKey},
		"damaged":                       {encodePEM("PRIVATE KEY", []byte(damaged)), jwt.ErrBrokenKey},
		"cut short":                     {encodePEM("PRIVATE KEY", block.Bytes[:len(block.Bytes)/2]), jwt.ErrBrokenKey},
		"cut short PKCS#1":              {encodePEM("RSA PRIVATE KEY", block.Bytes[:len(block.Bytes)/2]), jwt.ErrBrokenKey},
		"inconsistent":                  {encodePEM("RSA PRIVATE KEY", inconsistent(t)), jwt.ErrBrokenKey},
		"no content":                    {encodePEM("PRIVATE KEY", nil), jwt.ErrBrokenKey},
		"RSA of OpenSSH":                {openSSHOf("ssh-rsa"), jwt.ErrOpenSSHKey},
		"Ed25519 of OpenSSH":            {openSSHOf("ssh-ed25519"), jwt.ErrNotRSA},
		"EC of OpenSSH":                 {openSSHOf("ecdsa-sha2-nistp256"), jwt.ErrNotRSA},
		"PuTTY":                         {"PuTTY-User-Key-File-3: ssh-rsa\nEncryption: none\n", jwt.ErrPuTTYKey},
		"two keys":                      {text + pkcs8(t, other()), jwt.ErrSeveralKeys},
		"an encrypted key, one line":    {strings.ReplaceAll(encodePEM("ENCRYPTED PRIVATE KEY", []byte("x")), "\n", `\n`), jwt.ErrEncryptedKey},
		"a public key before a curve's": {publicPEM(t, &own().PublicKey) + encodePEM("EC PRIVATE KEY", curveDER), jwt.ErrNotRSA},
		"EC in DER":                     {string(curveDER), jwt.ErrNotRSA},
		"Ed25519 in DER":                {string(edwardsDER), jwt.ErrNotRSA},
		"a public key in DER":           {string(publicDER), jwt.ErrPublicKey},
		"a public key's base64":         {base64.StdEncoding.EncodeToString(publicDER), jwt.ErrPublicKey},
		"words in base64":               {base64.StdEncoding.EncodeToString([]byte("hello, hello")), jwt.ErrNotPEM},
		"a word that is base64":         {"hello", jwt.ErrNotPEM},
		"a number":                      {"0123456789", jwt.ErrNotPEM},
	} {
		t.Run(name, func(t *testing.T) {
			key, err := jwt.ParseKey([]byte(test.content))
			if key != nil || !errors.Is(err, test.want) || err.Error() != "private key: "+test.want.Error() {
				t.Errorf("got %v, want %v, and no more words", err, test.want)
			}
		})
	}
}

func TestAPublicKeyIsReadAlsoAsPKCS1(t *testing.T) {
	t.Attr("fault", "field-C8")
	want := must(jwt.Fingerprint(publicPEM(t, &own().PublicKey)))
	got, err := jwt.Fingerprint(encodePEM("RSA PUBLIC KEY", x509.MarshalPKCS1PublicKey(&own().PublicKey)))
	if err != nil || got != want {
		t.Errorf("got %s, %v", got, err)
	}
}

func TestASeedHasOneKey(t *testing.T) {
	t.Parallel()
	derive := func(seed string) *jwt.Key {
		t.Helper()
		return must(jwt.DeriveKey(seed))
	}
	one := derive("one")
	equal(t, derive("one").Fingerprint(), one.Fingerprint(), "the same seed gave another key")
	if derive("two").Fingerprint() == one.Fingerprint() {
		t.Error("another seed gave the same key")
	}
	text := must(one.PEM())
	read, err := jwt.ParseKey([]byte(text.Reveal()))
	if err != nil {
		t.Fatal(err)
	}
	equal(t, read.Fingerprint(), one.Fingerprint(), "it is not what was written")
}
