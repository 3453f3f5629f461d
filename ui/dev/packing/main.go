// Command packing makes the man pages and shell completions of a release, reproducibly: the date is an argument.
//
//	go run ./ui/dev/packing -o DIR [-version VERSION] [-date DATE]
package main

import (
	"bytes"
	"compress/gzip"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/cpuguy83/go-md2man/v2/md2man"
	"github.com/spf13/cobra"

	"credwiz/ui/command"
)

func main() {
	if err := run(os.Args[1:], os.Stderr); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "packing:", err)
		os.Exit(1)
	}
}

func run(args []string, errs io.Writer) error {
	flags := flag.NewFlagSet("packing", flag.ContinueOnError)
	flags.SetOutput(errs)
	dir := flags.String("o", "", "write to `DIR`")
	version := flags.String("version", "development", "the `VERSION` that the man pages name")
	date := flags.String("date", "", "the `DATE` of the man pages, that of the commit: 2026-01-02")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *dir == "" {
		return errors.New("-o is missing: name the folder to write to")
	}
	root := command.Tree()
	pages, err := manual(root, *version, *date)
	if err != nil {
		return err
	}
	scripts, err := scripts(root)
	if err != nil {
		return err
	}
	return errors.Join(write(filepath.Join(*dir, "man"), pages), write(filepath.Join(*dir, "completions"), scripts))
}

// manual returns each command's compressed man page by file name.
func manual(root *cobra.Command, version, date string) (map[string][]byte, error) {
	files := map[string][]byte{}
	for _, cmd := range append([]*cobra.Command{root}, root.Commands()...) {
		var b bytes.Buffer
		// No time and name in the header, so that builds are reproducible.
		z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
		if err != nil {
			return nil, err
		}
		if _, err := z.Write(md2man.Render([]byte(page(cmd, version, date)))); err != nil {
			return nil, err
		}
		if err := z.Close(); err != nil {
			return nil, err
		}
		files[dashed(cmd)+".1.gz"] = b.Bytes()
	}
	return files, nil
}

// scripts returns the completion scripts under the names that shells expect.
func scripts(root *cobra.Command) (map[string][]byte, error) {
	files := map[string][]byte{}
	for name, generate := range map[string]func(io.Writer) error{
		"credwiz.bash": func(w io.Writer) error { return root.GenBashCompletionV2(w, true) },
		"_credwiz":     root.GenZshCompletion,
		"credwiz.fish": func(w io.Writer) error { return root.GenFishCompletion(w, true) },
		"credwiz.ps1":  root.GenPowerShellCompletionWithDesc,
	} {
		var b bytes.Buffer
		if err := generate(&b); err != nil {
			return nil, err
		}
		files[name] = b.Bytes()
	}
	return files, nil
}

func write(dir string, files map[string][]byte) error {
	if err := os.MkdirAll(dir, 0o755); err != nil { //nolint:gosec // Manuals are public.
		return err
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o644); err != nil { //nolint:gosec // As above.
			return err
		}
	}
	return nil
}

func dashed(cmd *cobra.Command) string { return strings.ReplaceAll(cmd.CommandPath(), " ", "-") }
