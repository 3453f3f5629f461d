//go:build !unix

package ui

// Jobs does nothing: there are no jobs here.
type Jobs struct{}

func (*Jobs) stop(bool) {}
