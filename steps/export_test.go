package steps

import "strings"

// TempName is the name of a temporary file that a killed run leaves.
func TempName(name string) string { return tempName(name, strings.Repeat("A", tempLength)) }
