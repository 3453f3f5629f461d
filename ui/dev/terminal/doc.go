// Package terminal runs a program in a pseudo-terminal, presses keys and reads its screen, for tests and pictures. It
// waits for what is seen, never for time. On Windows it is empty.
package terminal
