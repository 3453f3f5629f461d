//go:build unix

// Command pictures draws the docs' pictures and the gallery: it runs the wizard in a pseudo-terminal, presses
// keys, and draws the screen. Run it with go run ./ui/dev/pictures.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"sync"
	"time"
)

const (
	folder   = ".github/pictures"
	patience = 30 * time.Second
)

func main() {
	if code, ok := perform(os.Args[1:]); ok {
		os.Exit(code)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*patience)
	defer cancel()
	if err := redraw(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "pictures:", err)
		os.Exit(1) //nolint:gocritic // There is nothing left to clean up but the context.
	}
}

func redraw(ctx context.Context) error {
	drawn, err := os.MkdirTemp("", "credwiz-pictures-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(drawn) }()
	if err := draw(ctx, drawn); err != nil {
		return err
	}
	return errors.Join(os.RemoveAll(folder), os.CopyFS(folder, os.DirFS(drawn)))
}

type showing struct {
	cols, rows int
	story      func(*studio) error
}

func showings() []showing {
	var all []showing
	for _, size := range [][2]int{{80, 24}, {120, 40}} {
		for _, story := range stories() {
			all = append(all, showing{size[0], size[1], story})
		}
	}
	return append(all, showing{120, 60, forACamera}, showing{80, 24, theDemo})
}

func draw(ctx context.Context, folder string) error {
	scratch, err := os.MkdirTemp("", "credwiz-pictures-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(scratch) }()
	// Stories mostly wait, so several run at a time.
	const together = 8
	all := showings()
	shots, errs := make([][]shot, len(all)), make([]error, len(all))
	places := make(chan struct{}, together)
	var shown sync.WaitGroup
	for i, one := range all {
		shown.Go(func() {
			places <- struct{}{}
			defer func() { <-places }()
			studio, err := newStudio(ctx, folder, scratch, one.cols, one.rows)
			if err == nil {
				err = errors.Join(one.story(studio), studio.server.Close())
				shots[i] = studio.shots
			}
			errs[i] = err
		})
	}
	shown.Wait()
	if err := errors.Join(errs...); err != nil {
		return err
	}
	return writeGallery(folder, slices.Concat(shots...))
}
