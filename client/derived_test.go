package client_test

import (
	"testing"

	"credwiz/client"
)

func TestASeedHasOneKey(t *testing.T) {
	t.Parallel()
	derive := func(seed string) *client.PrivateKey {
		t.Helper()
		key, err := client.DeriveKey(seed)
		if err != nil {
			t.Fatal(err)
		}
		return key
	}
	one := derive("one")
	if derive("one").Fingerprint() != one.Fingerprint() {
		t.Error("the same seed gave another key")
	}
	if derive("two").Fingerprint() == one.Fingerprint() {
		t.Error("another seed gave the same key")
	}
	text, err := one.PEM()
	if err != nil {
		t.Fatal(err)
	}
	read, err := client.ParsePrivateKey([]byte(text.Reveal()))
	if err != nil {
		t.Fatal(err)
	}
	if read.Fingerprint() != one.Fingerprint() {
		t.Error("it is not what was written")
	}
}
