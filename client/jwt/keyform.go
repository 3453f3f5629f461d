package jwt

import (
	"bytes"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"
)

// KeyForm is a way to write a private key.
type KeyForm string

// The forms that are read. Other tools read only the first.
const (
	FormPEM    KeyForm = ""
	FormText   KeyForm = "malformed PEM" // on one line, with \n for line breaks, in quotes, mislabeled
	FormUTF16  KeyForm = "PEM in UTF-16"
	FormBase64 KeyForm = "PEM in base64"
	FormBare   KeyForm = "base64 without BEGIN and END lines"
	FormDER    KeyForm = "DER, which is binary"
)

// ParseKey reads a key in any form that means one key and no other: PKCS#8 or PKCS#1, in PEM or what environments
// and editors made of that. It refuses anything else with an error that says what it is.
func ParseKey(content []byte) (*Key, error) {
	key, form, err := findKey(content)
	if err != nil {
		return nil, fmt.Errorf("private key: %w", err)
	}
	return &Key{key, form}, nil
}

func findKey(content []byte) (*rsa.PrivateKey, KeyForm, error) {
	if len(content) > 0 && content[0] == derSequence {
		if key, _, err := parseDER(content); !errors.Is(err, ErrBrokenKey) {
			return key, FormDER, err
		}
	}
	text := content
	for _, mark := range []string{"\xff\xfe", "\xfe\xff", "\ufeff"} {
		text = bytes.TrimPrefix(text, []byte(mark))
	}
	// A key is ASCII, so in UTF-16 it is the same with a NUL for each letter.
	text = bytes.ReplaceAll(text, []byte{0}, nil)
	key, form, err := findInText(string(text))
	if bytes.IndexByte(content, 0) >= 0 {
		form = FormUTF16
	}
	return key, form, err
}

func findInText(text string) (*rsa.PrivateKey, KeyForm, error) {
	if strings.HasPrefix(text, "PuTTY-User-Key-File") {
		return nil, FormPEM, ErrPuTTYKey
	}
	blocks, form := keyBlocks(text)
	if len(blocks) == 0 {
		return findInBase64(text)
	}
	var found *rsa.PrivateKey
	err := ErrPublicKey
	for _, block := range blocks {
		key, mislabeled, failed := parseBlock(block)
		switch {
		case errors.Is(failed, ErrPublicKey):
		case failed != nil && found == nil:
			err = failed
		case failed == nil && found != nil && !found.Equal(key):
			return nil, FormPEM, ErrSeveralKeys
		case failed == nil:
			found = key
			if mislabeled {
				form = FormText
			}
		}
	}
	if found == nil {
		return nil, FormPEM, err
	}
	return found, form, nil
}

// findInBase64 reads PEM or DER in base64. Text that happens to be base64 is no key.
func findInBase64(text string) (*rsa.PrivateKey, KeyForm, error) {
	content, err := decodeBase64(strings.Trim(strings.TrimSpace(text), "\"'`"))
	switch {
	case err != nil || len(content) == 0:
		return nil, FormPEM, ErrNotPEM
	case content[0] == derSequence:
		key, _, err := parseDER(content)
		return key, FormBare, err
	}
	blocks, _ := keyBlocks(string(content))
	if len(blocks) == 0 {
		return nil, FormPEM, ErrNotPEM
	}
	key, _, err := findInText(string(content))
	return key, FormBase64, err
}

// decodeBase64 takes what has no padding, too.
func decodeBase64(text string) ([]byte, error) {
	text = strings.TrimRight(strings.Join(strings.Fields(text), ""), "=")
	return base64.RawStdEncoding.DecodeString(text)
}

// keyBlocks are the blocks in a text, and whether that is PEM, or FormText, which other readers do not take.
func keyBlocks(text string) (blocks []*pem.Block, form KeyForm) {
	for rest := []byte(text); ; {
		block, after := pem.Decode(rest)
		if block == nil {
			break
		}
		blocks, rest = append(blocks, block), after
	}
	if len(blocks) > 0 {
		return blocks, FormPEM
	}
	text = strings.NewReplacer(`\r`, "", `\n`, "\n").Replace(text)
	for {
		_, after, found := strings.Cut(text, "-----BEGIN ")
		label, after, whole := strings.Cut(after, "-----")
		body, rest, ended := strings.Cut(after, "-----END "+label+"-----")
		if !found || !whole || !ended {
			return blocks, FormText
		}
		text = rest
		if content, err := decodeBase64(body); err == nil {
			blocks = append(blocks, &pem.Block{Type: label, Bytes: content})
		} else if strings.Contains(body, "ENCRYPTED") {
			blocks = append(blocks, &pem.Block{Type: "ENCRYPTED " + label})
		}
	}
}

// derSequence is the first byte of every key in DER.
const derSequence = 0x30

// parseBlock reads one block, by what is in it where the label is another kind's.
func parseBlock(block *pem.Block) (key *rsa.PrivateKey, mislabeled bool, err error) {
	switch {
	case strings.HasPrefix(block.Type, "ENCRYPTED ") || strings.Contains(block.Headers["Proc-Type"], "ENCRYPTED"):
		return nil, false, ErrEncryptedKey
	case strings.Contains(block.Type, "PUBLIC KEY") || block.Type == "CERTIFICATE":
		return nil, false, ErrPublicKey
	case block.Type == "OPENSSH PRIVATE KEY":
		return nil, false, openSSH(block.Bytes)
	case block.Type == "PRIVATE KEY" || block.Type == "RSA PRIVATE KEY":
		key, pkcs1, err := parseDER(block.Bytes)
		return key, pkcs1 != (block.Type == "RSA PRIVATE KEY"), err
	}
	return nil, false, ErrNotRSA
}

// openSSH says what an OpenSSH key is. Its kind stands near the beginning, even if it is encrypted.
func openSSH(content []byte) error {
	head := content[:min(len(content), 128)]
	for _, kind := range []string{"ssh-ed25519", "ecdsa-sha2-", "ssh-dss"} {
		if bytes.Contains(head, []byte(kind)) {
			return ErrNotRSA
		}
	}
	return ErrOpenSSHKey
}

// parseDER reads a private key, and reports whether it is PKCS#1. It drops the parsers' errors, which may quote the key.
func parseDER(content []byte) (pair *rsa.PrivateKey, pkcs1 bool, err error) {
	var key any
	key, err = x509.ParsePKCS8PrivateKey(content)
	if err != nil {
		key, err = x509.ParsePKCS1PrivateKey(content)
		pkcs1 = true
	}
	if err != nil {
		if _, err := x509.ParseECPrivateKey(content); err == nil {
			return nil, false, ErrNotRSA
		}
		if _, err := publicOf(content); err == nil {
			return nil, false, ErrPublicKey
		}
		return nil, false, ErrBrokenKey
	}
	pair, ok := key.(*rsa.PrivateKey)
	switch {
	case !ok:
		return nil, false, ErrNotRSA
	case pair.N.BitLen() < KeyBits:
		return nil, false, ErrShortKey
	case pair.Validate() != nil:
		return nil, false, ErrBrokenKey
	}
	return pair, pkcs1, nil
}

// publicOf reads a public key in DER, also as PKCS#1 or in a certificate.
func publicOf(content []byte) (any, error) {
	if key, err := x509.ParsePKIXPublicKey(content); err == nil {
		return key, nil
	}
	if key, err := x509.ParsePKCS1PublicKey(content); err == nil {
		return key, nil
	}
	certificate, err := x509.ParseCertificate(content)
	if err != nil {
		return nil, ErrBrokenKey
	}
	return certificate.PublicKey, nil
}

func parsePublicKey(text string) (*rsa.PublicKey, error) {
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		return nil, fmt.Errorf("public key: %w", ErrNotPEM)
	}
	key, err := publicOf(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("public key: %w", err)
	}
	public, ok := key.(*rsa.PublicKey)
	if !ok {
		return nil, fmt.Errorf("public key: %w", ErrNotRSA)
	}
	return public, nil
}
