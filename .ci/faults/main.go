// Command faults makes the table of faults from the tests that prove how credwiz handles each.
//
//	go run ./.ci/faults [-o FILE] ROWS JSON...
//
// ROWS has a line for each fault: row, fault and expectation, separated by tabs; a line without tabs begins a
// section. Each JSON is the output of go test -json. A test names its rows with t.Attr("fault", ROW). The exit code
// is 1 if a row has no test that passed, or a test names an unknown row.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/charmbracelet/x/ansi"
)

const width = 120 // of a line of the table

func main() {
	out := flag.String("o", "", "write the table to `FILE` too")
	flag.Parse()
	if flag.NArg() < 2 {
		flag.Usage()
		os.Exit(2)
	}
	table, err := run(flag.Arg(0), flag.Args()[1:])
	_, _ = io.WriteString(os.Stdout, table)
	if *out != "" && table != "" {
		err = errors.Join(err, os.WriteFile(*out, []byte(table), 0o644))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// row without an id is the name of a section.
type row struct{ id, fault, expected string }

// proof is what became of a test.
type proof struct{ passed, failed bool }

func run(rowsFile string, results []string) (string, error) {
	rows, err := readRows(rowsFile)
	if err != nil {
		return "", err
	}
	proofs, err := readProofs(results)
	if err != nil {
		return "", err
	}
	return write(rows, proofs)
}

func readRows(name string) ([]row, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	var rows []row
	for line := range strings.Lines(string(text)) {
		cells := strings.Split(strings.TrimSpace(line), "\t")
		switch len(cells) {
		case 1:
			rows = append(rows, row{fault: cells[0]})
		case 3:
			rows = append(rows, row{cells[0], cells[1], cells[2]})
		default:
			return nil, fmt.Errorf("%s: %q has %d cells", name, line, len(cells))
		}
	}
	return rows, nil
}

type event struct{ Action, Package, Test, Key, Value string }

// readProofs returns the tests of each row. A test may have run several times, for example as another user.
func readProofs(names []string) (map[string]map[string]proof, error) {
	proofs := map[string]map[string]proof{}
	for _, name := range names {
		file, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		rowsOf := map[string][]string{}
		lines := bufio.NewScanner(file)
		lines.Buffer(nil, 16<<20)
		for lines.Scan() {
			var e event
			if err := json.Unmarshal(lines.Bytes(), &e); err != nil || e.Test == "" {
				continue // what a build prints
			}
			test := strings.TrimPrefix(e.Package, "credwiz/") + "." + e.Test
			if e.Action == "attr" && e.Key == "fault" {
				rowsOf[test] = append(rowsOf[test], e.Value)
			}
			for _, id := range rowsOf[test] {
				if proofs[id] == nil {
					proofs[id] = map[string]proof{}
				}
				p := proofs[id][test]
				p.passed = p.passed || e.Action == "pass"
				p.failed = p.failed || e.Action == "fail"
				proofs[id][test] = p
			}
		}
		if err := errors.Join(lines.Err(), file.Close()); err != nil {
			return nil, err
		}
	}
	return proofs, nil
}

func write(rows []row, proofs map[string]map[string]proof) (string, error) {
	var b strings.Builder
	b.WriteString("# Faults and attacks, and the tests that prove how credwiz handles them\n\n" +
		"Generated from the test results by `.ci/run`; do not edit.\n")
	var bad []string
	known := map[string]bool{}
	for _, r := range rows {
		if r.id == "" {
			fmt.Fprintf(&b, "\n## %s\n", r.fault)
			continue
		}
		known[r.id] = true
		fmt.Fprintf(&b, "\n### %s\n\n%s\n\n%s\n\n", r.id,
			ansi.Wordwrap("Fault: "+r.fault+".", width, ""), ansi.Wordwrap("Expected: "+r.expected+".", width, ""))
		proven := len(proofs[r.id]) > 0
		for _, test := range slices.Sorted(maps.Keys(proofs[r.id])) {
			p := proofs[r.id][test]
			proven = proven && p.passed && !p.failed
			switch {
			case p.failed:
				test = "**" + test + " failed**"
			case !p.passed:
				test = "**" + test + " was skipped**"
			}
			fmt.Fprintf(&b, "- %s\n", test)
		}
		if !proven {
			bad = append(bad, r.id)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(proofs)) {
		if !known[id] {
			bad = append(bad, id+", which is no row")
		}
	}
	if len(bad) > 0 {
		return b.String(), errors.New("not proven: " + strings.Join(bad, "; "))
	}
	return b.String(), nil
}
