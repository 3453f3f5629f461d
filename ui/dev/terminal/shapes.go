//go:build unix

package terminal

import "fmt"

// shape is a path in its cell of 9 by 20, from the top left.
type shape struct {
	path   string
	stroke int // the width of its lines; 0 for a filled shape
	shade  int // how much of it is ink, in percent
}

var shapes = func() map[string]shape {
	all := map[string]shape{}
	for text, path := range map[string]string{
		"─━": "m0 10.5h9", "│┃": "m4.5 0v20",
		"┌┏": "m9 10.5h-4.5v9.5", "┐┓": "m0 10.5h4.5v9.5", "└┗": "m9 10.5h-4.5v-10.5", "┘┛": "m0 10.5h4.5v-10.5",
		"├┣": "m4.5 0v20m0-9.5h4.5", "┤┫": "m4.5 0v20m0-9.5h-4.5",
		"┬┳": "m0 10.5h9m-4.5 0v9.5", "┴┻": "m0 10.5h9m-4.5 0v-10.5", "┼╋": "m0 10.5h9m-4.5-10.5v20",
		"╴╸": "m0 10.5h4.5", "╶╺": "m4.5 10.5h4.5", "╵╹": "m4.5 0v10.5", "╷╻": "m4.5 10.5v9.5",
	} {
		weights := []rune(text)
		all[string(weights[0])] = shape{path: path, stroke: 1, shade: 100}
		all[string(weights[1])] = shape{path: path, stroke: 3, shade: 100}
	}
	for text, path := range map[string]string{
		"╭": "m9 10.5h-1q-3.5 0-3.5 3.5v6", "╮": "m0 10.5h1q3.5 0 3.5 3.5v6",
		"╰": "m9 10.5h-1q-3.5 0-3.5-3.5v-7", "╯": "m0 10.5h1q3.5 0 3.5-3.5v-7",
		"═": "m0 8.5h9m-9 4h9", "║": "m2.5 0v20m4-20v20",
		"╔": "m9 8.5h-6.5v11.5m6.5-7.5h-2.5v7.5", "╗": "m0 8.5h6.5v11.5m-6.5-7.5h2.5v7.5",
		"╚": "m9 12.5h-6.5v-12.5m6.5 8.5h-2.5v-8.5", "╝": "m0 12.5h6.5v-12.5m-6.5 8.5h2.5v-8.5",
		"╠": "m2.5 0v20m4-20v8.5h2.5m0 4h-2.5v7.5", "╣": "m6.5 0v20m-4-20v8.5h-2.5m0 4h2.5v7.5",
		"╦": "m0 8.5h9m-9 4h2.5v7.5m6.5-7.5h-2.5v7.5", "╩": "m0 12.5h9m-9-4h2.5v-8.5m6.5 8.5h-2.5v-8.5",
		"╬": "m0 8.5h2.5v-8.5m4 0v8.5h2.5m0 4h-2.5v7.5m-4 0v-7.5h-2.5",
	} {
		all[text] = shape{path: path, stroke: 1, shade: 100}
	}
	block := func(r rune, x, y, wide, high float64, shade int) {
		all[string(r)] = shape{path: fmt.Sprintf("m%v %vh%vv%vh%vz", x, y, wide, high, -wide), shade: shade}
	}
	for n := range rune(8) { // Eighths: ▁ grows to █ from below, and █ shrinks to ▏.
		high, wide := cellHigh*float64(n+1)/8, cellWide*float64(8-n)/8
		block('▁'+n, 0, cellHigh-high, cellWide, high, 100)
		block('█'+n, 0, 0, wide, cellHigh, 100)
	}
	block('▀', 0, 0, cellWide, cellHigh/2, 100)
	block('▐', cellWide/2.0, 0, cellWide/2.0, cellHigh, 100)
	block('░', 0, 0, cellWide, cellHigh, 25)
	block('▒', 0, 0, cellWide, cellHigh, 50)
	block('▓', 0, 0, cellWide, cellHigh, 75)
	return all
}()
