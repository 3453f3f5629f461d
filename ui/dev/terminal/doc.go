// Package terminal runs a real program in a real pseudo-terminal, as a person
// at a keyboard would, and reads its screen.
//
// It is for tests and for pictures. It waits for what is seen, never for time:
//
//	t, err := terminal.Start(terminal.Config{Command: []string{"credwiz"}, Env: env})
//	...
//	defer t.Close()
//	err = t.WaitFor(ctx, "API key")
//	err = t.Type("abcd1234")
//	err = t.Press("enter")
//
// On Windows it is empty.
package terminal
