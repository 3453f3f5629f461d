package jwt_test

import (
	"fmt"
	"time"

	"github.com/google/uuid"

	"credwiz/client/jwt"
)

// A token is read without trusting it; the signature is checked separately.
func ExampleRead() {
	key, err := jwt.GenerateKey()
	if err != nil {
		panic(err)
	}
	token, err := jwt.Sign(key, jwt.Request{
		ApplicationID: "10686d83-6dcc-4484-8d3e-169d5af42f33", User: "alice", ACL: jwt.ACLClientSDK(),
		IssuedAt: time.Date(2026, 1, 2, 15, 0, 0, 0, time.UTC), Lifetime: time.Hour, ID: uuid.NewString(),
	})
	if err != nil {
		panic(err)
	}
	reading := jwt.Read(token.JWT)
	user, _ := reading.Claims.Text("sub")
	fmt.Println(user, reading.VerifySignature(key.PublicPEM()) == nil)
	// Output: alice true
}

// A custom ACL is checked before it is signed.
func ExampleParseACL() {
	acl, err := jwt.ParseACL([]byte(`{"paths": {"/*/users/**": {}, "/*/sessions/**": {"methods": ["GET", "POST"]}}}`))
	fmt.Println(acl.Paths(), err)
	// Output: [/*/users/** /*/sessions/**] <nil>
}
