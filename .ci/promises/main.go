// Command promises breaks what credwiz promises, one small change of the code at a time, and checks that the named
// test fails.
//
//	go run ./.ci/promises [-fits] [-only TEXT] LIST
//
// LIST explains its own format. The working copy is not touched: an overlay gives the go command the changed file.
// The exit code is 1 if a test does not fail, or if a change no longer fits: its text is not in the code exactly
// once, it does not compile, or its test is missing, skipped, or fails without it. To root a skipped test is only a
// note. With -fits no test runs.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
)

// limit is for one test; a change that makes it hang is noticed too.
const limit = 30 * time.Second

func main() {
	only := flag.String("only", "", "only the changes whose description or test contains `TEXT`")
	fits := flag.Bool("fits", false, "run no test: only look whether each change fits the code")
	flag.Parse()
	if flag.NArg() != 1 {
		flag.Usage()
		os.Exit(2)
	}
	if err := run(flag.Arg(0), *only, *fits); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(list, only string, fits bool) error {
	mutants, err := readList(list)
	if err != nil {
		return err
	}
	mutants = slices.DeleteFunc(mutants, func(m mutant) bool { return !strings.Contains(m.breaks+"\n"+m.test, only) })
	t, err := readTree(".")
	if err != nil {
		return err
	}
	if fits {
		for _, m := range mutants {
			if _, _, _, misfit := t.apply(m); misfit != nil {
				err = errors.Join(err, m.failed(misfit))
			}
		}
		return err
	}
	work, err := os.MkdirTemp("", "promises")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(work) }()

	began := time.Now()
	failures := make([]error, len(mutants))
	var wg sync.WaitGroup
	slots := make(chan struct{}, 2)
	for i, m := range mutants {
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			began := time.Now()
			word := "noticed"
			switch err := t.judge(m, filepath.Join(work, fmt.Sprint(i))); {
			case errors.Is(err, errSkipped) && os.Geteuid() == 0:
				word = "SKIPPED" // run it as another user too
			case err != nil:
				word, failures[i] = "FAILED ", m.failed(err)
			}
			fmt.Printf("%s %5.1f s  %s (%s)\n", word, time.Since(began).Seconds(), m.breaks, m.test)
		})
	}
	wg.Wait()
	fmt.Printf("%d changes in %.0f s\n", len(mutants), time.Since(began).Seconds())
	return errors.Join(failures...)
}

// mutant is a change that breaks a promise, and the test that must fail.
type mutant struct {
	line        int // in the list
	promise     string
	breaks      string
	old, change []string
	test        string // TestName or TestName/subtest
}

// readList also requires a change for each promise.
func readList(name string) ([]mutant, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	var mutants []mutant
	promises := []string{""}
	for number, line := range strings.Split(string(text), "\n") {
		mark, rest := "", ""
		if line != "" {
			mark, rest = line[:1], line[1:]
		}
		if strings.Contains("-+?", mark) && mark != "" && len(mutants) == 0 {
			return nil, fmt.Errorf("%s:%d: it belongs to no change", name, number+1)
		}
		last := len(mutants) - 1
		switch mark {
		case "", "#":
		case "=":
			promises = append(promises, strings.TrimSpace(strings.Trim(line, "=")))
		case "*":
			mutants = append(mutants, mutant{line: number + 1, promise: promises[len(promises)-1], breaks: strings.TrimSpace(rest)})
		case "-":
			mutants[last].old = append(mutants[last].old, rest)
		case "+":
			mutants[last].change = append(mutants[last].change, rest)
		case "?":
			mutants[last].test = strings.TrimSpace(rest)
		default:
			return nil, fmt.Errorf("%s:%d: a line begins with one of # = * - + ?", name, number+1)
		}
	}
	for _, m := range mutants {
		if m.promise == "" || m.breaks == "" || len(m.old) == 0 || m.test == "" {
			return nil, fmt.Errorf("%s:%d: a change has a promise, a description, lines with - and a test", name, m.line)
		}
	}
	for _, p := range promises[1:] {
		if !slices.ContainsFunc(mutants, func(m mutant) bool { return m.promise == p }) {
			return nil, fmt.Errorf("%s: no change breaks %q", name, p)
		}
	}
	return mutants, nil
}

func (m mutant) failed(err error) error {
	return fmt.Errorf("\n%s (line %d)\n  %w", m.breaks, m.line, err)
}

var errSkipped = errors.New("is skipped here, or has no such part")

func (t tree) judge(m mutant, work string) error {
	file, changed, dir, err := t.apply(m)
	if err != nil {
		return err
	}
	switch out, err := try(dir, m.test, ""); {
	case err != nil:
		return fmt.Errorf("%s fails without the change:\n%s", m.test, tail(out))
	case !bytes.Contains(out, []byte("--- PASS")):
		return fmt.Errorf("%s %w:\n%s", m.test, errSkipped, tail(out))
	}
	flags, err := overlay(file, changed, work)
	if err != nil {
		return err
	}
	switch out, err := try(dir, m.test, flags); {
	case err == nil:
		return fmt.Errorf("%s in %s does not notice:\n%s", m.test, dir, tail(out))
	case bytes.Contains(out, []byte("[build failed]")):
		return fmt.Errorf("it does not compile:\n%s", tail(out))
	}
	return nil
}

// overlay returns the go flag that replaces file, for programs that tests build too.
func overlay(file, changed, work string) (flags string, err error) {
	real, err := filepath.Abs(file)
	if err := errors.Join(err, os.MkdirAll(work, 0o755)); err != nil {
		return "", err
	}
	instead := filepath.Join(work, filepath.Base(file))
	list, err := json.Marshal(map[string]map[string]string{"Replace": {real: instead}})
	if err != nil {
		return "", err
	}
	name := filepath.Join(work, "overlay.json")
	return "-overlay=" + name, errors.Join(os.WriteFile(instead, []byte(changed), 0o644), os.WriteFile(name, list, 0o644))
}

// try runs a test, which go caches while nothing changes.
func try(dir, test, flags string) ([]byte, error) {
	names := strings.Split(test, "/")
	for i, name := range names {
		names[i] = "^" + regexp.QuoteMeta(name) + "$"
	}
	cmd := exec.Command("go", "test", "-v", "-vet=off", "-timeout="+limit.String(), "-run="+strings.Join(names, "/"), "./"+dir)
	cmd.Env = append(os.Environ(), "GOFLAGS="+flags)
	return cmd.CombinedOutput()
}

func tail(out []byte) string {
	lines := bytes.Split(bytes.TrimSpace(out), []byte("\n"))
	return "  " + string(bytes.Join(lines[max(0, len(lines)-12):], []byte("\n  ")))
}

// tree is the text of the Go files by name.
type tree map[string]string

func readTree(root string) (tree, error) {
	t := tree{}
	return t, filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && path != root && strings.HasPrefix(d.Name(), "."):
			return fs.SkipDir
		case d.IsDir() || filepath.Ext(path) != ".go":
			return nil
		}
		text, err := os.ReadFile(path)
		t[path] = string(text)
		return err
	})
}

// apply matches lines without their indent. It returns the changed file, and the folder of the test.
func (t tree) apply(m mutant) (file, changed, dir string, err error) {
	name, _, _ := strings.Cut(m.test, "/")
	var places, dirs []string
	for path, text := range t {
		if strings.HasSuffix(path, "_test.go") {
			if strings.Contains(text, "\nfunc "+name+"(t *testing.T)") {
				dirs = append(dirs, filepath.Dir(path))
			}
			continue
		}
		lines := strings.Split(text, "\n")
		for i := range lines {
			if begins(lines[i:], m.old) {
				file = path
				places = append(places, fmt.Sprintf("%s:%d", path, i+1))
				changed = strings.Join(slices.Concat(lines[:i], m.change, lines[i+len(m.old):]), "\n")
			}
		}
	}
	if len(places) != 1 {
		err = fmt.Errorf("its old lines are in the code %d times %v, and have to be there once", len(places), places)
	}
	if len(dirs) != 1 {
		return "", "", "", errors.Join(err, fmt.Errorf("%s is in %d packages %v, and has to be in one", name, len(dirs), dirs))
	}
	return file, changed, dirs[0], err
}

func begins(lines, with []string) bool {
	return len(lines) >= len(with) && slices.EqualFunc(lines[:len(with)], with, func(a, b string) bool {
		return strings.TrimSpace(a) == strings.TrimSpace(b)
	})
}
