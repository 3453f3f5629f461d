//go:build !unix

package command

// harden does nothing: this system writes no core dumps that a process could forbid.
func harden() {}
