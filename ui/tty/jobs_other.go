//go:build !unix

package tty

// Jobs does nothing: there are no jobs here.
type Jobs struct{}

func (*Jobs) Stop(bool) {}
