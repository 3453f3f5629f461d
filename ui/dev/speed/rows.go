//go:build linux

package main

// row is a figure and its budget: times the floor, plus a constant.
type row struct {
	what, unit    string
	figure, floor string // the names of their samples; no floor is nothing to compare with
	of            func([]float64) float64
	times, plus   float64
}

func (*lab) rows() []row {
	return []row{
		{"credwiz --version", "ms", "credwiz --version", "/bin/true", median, 3, 0},
		{"credwiz token", "ms", "credwiz token", "credwiz --version", median, 2, 0},
		{"first frame", "ms", "frame", "least program's frame", median, 1.3, 0},
		{"first frame, silent terminal", "ms", "silent frame", "least program's silent frame", median, 1.3, 0},
		{"first frame, in a used folder", "ms", "used frame", "least program's frame", median, 1.3, 0},
		{"a whole --no-input run", "ms", "job", "one key pair", mean, 1, 25},
		{"key to repaint, 1,000 applications", "ms", "key in a list", "least program's key", high, 0, 12},
		{"key to repaint, key pair under way", "ms", "early key", "least program's early key", high, 0, 12},
		{"idle, of one processor", "%", "idle", "least program's idle", median, 1.2, 0},
		{"a paste of 1 MB, on processors", "ms", "paste 1", "", least, 0, 100},
		{"a paste of 4 MB, on processors", "ms", "paste 4", "", least, 0, 100},
		{"peak memory", "MiB", "memory", "least program's memory", median, 0, 24},
		{"peak memory, 10,000 users", "MiB", "roster memory", "", median, 0, 128},
		{"size of the program", "MiB", "size", "least program's size", median, 0, 12},
	}
}
