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
	"context"
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
		return t.fit(mutants)
	}
	work, err := os.MkdirTemp("", "promises")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(work) }()

	began := time.Now()
	healthy := &cache{built: map[string]string{}, passed: map[string]error{}}
	failures := make([]error, len(mutants))
	var wg sync.WaitGroup
	slots := make(chan struct{}, 2)
	for i, m := range mutants {
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			began := time.Now()
			failures[i] = m.judge(t, healthy, filepath.Join(work, fmt.Sprint(i)))
			word := "noticed"
			switch {
			case errors.Is(failures[i], errSkipped) && os.Geteuid() == 0:
				word, failures[i] = "SKIPPED", nil // run it as another user too
			case failures[i] != nil:
				word = "FAILED "
			}
			fmt.Printf("%s %5.1f s  %s (%s)\n", word, time.Since(began).Seconds(), m.breaks, m.test)
		})
	}
	wg.Wait()
	fmt.Printf("%d changes in %.0f s\n", len(mutants), time.Since(began).Seconds())
	return errors.Join(failures...)
}

// fit returns the changes that no longer fit the code.
func (t tree) fit(mutants []mutant) error {
	var failures []error
	for _, m := range mutants {
		_, _, err := t.apply(m)
		_, missing := t.packageOf(m.test)
		if err = errors.Join(err, missing); err != nil {
			failures = append(failures, m.failed(err))
		}
	}
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
	promise := ""
	of := map[string]int{}
	var promises []string
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
			promise = strings.TrimSpace(strings.Trim(line, "="))
			promises = append(promises, promise)
		case "*":
			mutants = append(mutants, mutant{line: number + 1, promise: promise, breaks: strings.TrimSpace(rest)})
			of[promise]++
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
	for _, p := range promises {
		if of[p] == 0 {
			return nil, fmt.Errorf("%s: no change breaks %q", name, p)
		}
	}
	return mutants, nil
}

func (m mutant) failed(err error) error {
	return fmt.Errorf("\n%s (line %d)\n  %w", m.breaks, m.line, err)
}

func (m mutant) judge(t tree, healthy *cache, work string) error {
	file, changed, err := t.apply(m)
	if err != nil {
		return m.failed(err)
	}
	dir, err := t.packageOf(m.test)
	if err != nil {
		return m.failed(err)
	}
	if err := healthy.check(dir, m.test, work); err != nil {
		return m.failed(err)
	}
	flags, err := overlay(file, changed, work)
	if err != nil {
		return m.failed(err)
	}
	binary, err := build(dir, filepath.Join(work, "test"), flags)
	if err != nil {
		return m.failed(fmt.Errorf("it does not compile:\n%w", err))
	}
	if out, err := try(binary, dir, m.test, flags); err == nil {
		return m.failed(fmt.Errorf("%s in %s does not notice:\n%s", m.test, dir, tail(out)))
	}
	return os.RemoveAll(work)
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

func build(dir, binary, flags string) (string, error) {
	cmd := exec.Command("go", "test", "-c", "-vet=off", "-o", binary, "./"+dir)
	cmd.Env = append(os.Environ(), "GOFLAGS="+flags)
	out, err := cmd.CombinedOutput()
	if err != nil {
		return "", errors.New(tail(out))
	}
	return binary, nil
}

func try(binary, dir, test, flags string) ([]byte, error) {
	names := strings.Split(test, "/")
	for i, name := range names {
		names[i] = "^" + regexp.QuoteMeta(name) + "$"
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*limit)
	defer cancel()
	cmd := exec.CommandContext(ctx, binary, "-test.v", "-test.timeout="+limit.String(), "-test.run="+strings.Join(names, "/"))
	cmd.Dir, cmd.Env = dir, append(os.Environ(), "GOFLAGS="+flags)
	cmd.WaitDelay = time.Second
	return cmd.CombinedOutput()
}

func tail(out []byte) string {
	lines := bytes.Split(bytes.TrimSpace(out), []byte("\n"))
	return "  " + string(bytes.Join(lines[max(0, len(lines)-12):], []byte("\n  ")))
}

// cache builds each package and runs each test once, without a change.
type cache struct {
	mu     sync.Mutex
	built  map[string]string
	passed map[string]error
}

var errSkipped = errors.New("is skipped here, or has no such part")

func (c *cache) check(dir, test, work string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err, known := c.passed[test]; known {
		return err
	}
	binary, known := c.built[dir]
	if !known {
		var err error
		if binary, err = build(dir, work+".healthy", ""); err != nil {
			return err
		}
		c.built[dir] = binary
	}
	out, err := try(binary, dir, test, "")
	switch {
	case err != nil:
		err = fmt.Errorf("%s fails without the change:\n%s", test, tail(out))
	case !bytes.Contains(out, []byte("--- PASS")):
		err = fmt.Errorf("%s %w:\n%s", test, errSkipped, tail(out))
	}
	c.passed[test] = err
	return err
}

// tree is the text of the Go files by name.
type tree struct{ product, tests map[string]string }

func readTree(root string) (tree, error) {
	t := tree{map[string]string{}, map[string]string{}}
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
		if strings.HasSuffix(path, "_test.go") {
			t.tests[path] = string(text)
		} else {
			t.product[path] = string(text)
		}
		return err
	})
}

// apply matches lines without their indent, and returns the changed file.
func (t tree) apply(m mutant) (file, changed string, err error) {
	var places []string
	for path, text := range t.product {
		lines := strings.Split(text, "\n")
		for i := range lines {
			if !begins(lines[i:], m.old) {
				continue
			}
			file = path
			places = append(places, fmt.Sprintf("%s:%d", path, i+1))
			changed = strings.Join(slices.Concat(lines[:i], m.change, lines[i+len(m.old):]), "\n")
		}
	}
	if len(places) != 1 {
		return "", "", fmt.Errorf("its old lines are in the code %d times %v, and have to be there once", len(places), places)
	}
	return file, changed, nil
}

func begins(lines, with []string) bool {
	return len(lines) >= len(with) && slices.EqualFunc(lines[:len(with)], with, func(a, b string) bool {
		return strings.TrimSpace(a) == strings.TrimSpace(b)
	})
}

func (t tree) packageOf(test string) (string, error) {
	name, _, _ := strings.Cut(test, "/")
	var dirs []string
	for path, text := range t.tests {
		if strings.Contains(text, "\nfunc "+name+"(t *testing.T)") {
			dirs = append(dirs, filepath.Dir(path))
		}
	}
	if len(dirs) != 1 {
		return "", fmt.Errorf("%s is in %d packages %v, and has to be in one", name, len(dirs), dirs)
	}
	return dirs[0], nil
}
