package redact_test

import (
	"encoding/json"
	"fmt"
	"os"

	"credwiz/client/redact"
)

// A secret does not print itself, in whatever way it is printed.
func ExampleSecret() {
	secret := redact.NewSecret("s3cr3t")
	fmt.Println(secret)
	fmt.Printf("%s %q %#v\n", secret, secret, secret)
	_ = json.NewEncoder(os.Stdout).Encode(secret)
	fmt.Println(secret.Reveal())
	// Output:
	// •••
	// ••• ••• •••
	// "•••"
	// s3cr3t
}
