//go:build !unix

package command

func harden() {}
