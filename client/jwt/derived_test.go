package jwt_test

import (
	"testing"

	"credwiz/client/jwt"
)

func TestASeedHasOneKey(t *testing.T) {
	t.Parallel()
	derive := func(seed string) *jwt.Key {
		t.Helper()
		key := must(jwt.DeriveKey(seed))
		return key
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
