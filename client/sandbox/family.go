package sandbox

import "strings"

// family is which of the APIs a path belongs to. Each has error bodies of its
// own.
type family int

const (
	genericFamily   family = iota // applications, and what is no API at all
	accountFamily                 // the balance
	userFamily                    // users since v0.3 (SPECv3)
	olderUserFamily               // users before that
)

func familyOf(path string) family {
	switch first, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/"); first {
	case "account":
		return accountFamily
	case "v1", "v0.3":
		return userFamily
	case "beta", "beta2", "v0.1", "v0.2":
		return olderUserFamily
	default:
		return genericFamily
	}
}
