package jwt_test

import (
	"testing"

	"credwiz/client/jwt"
)

func TestASeedHasOneKey(t *testing.T) {
	t.Parallel()
	derive := func(seed string) *jwt.Key {
		t.Helper()
		key, err := jwt.DeriveKey(seed)
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
	read, err := jwt.ParseKey([]byte(text.Reveal()))
	if err != nil {
		t.Fatal(err)
	}
	if read.Fingerprint() != one.Fingerprint() {
		t.Error("it is not what was written")
	}
}
