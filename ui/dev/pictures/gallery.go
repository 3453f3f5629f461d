//go:build unix

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

type shot struct {
	name, size string
	width      int // so that letters are equally large
}

func writeGallery(folder string, shots []shot) error {
	var b strings.Builder
	b.WriteString("# Every screen\n\nMade by `go run ./ui/dev/pictures`, which presses the keys that a person would.\n")
	var shown []string
	for _, s := range shots {
		if slices.Contains(shown, s.name) {
			continue
		}
		shown = append(shown, s.name)
		caption := strings.ToUpper(s.name[:1]) + strings.ReplaceAll(s.name[1:], "-", " ")
		caption = strings.NewReplacer("Api ", "API ", "Qr ", "QR ").Replace(caption)
		fmt.Fprintf(&b, "\n## %s\n\n", caption)
		for _, other := range shots {
			if other.name == s.name {
				base := other.size + "/" + s.name
				fmt.Fprintf(&b, "<picture>\n  <source media=\"(prefers-color-scheme: light)\" srcset=\"%s-light.svg\">\n"+
					"  <img alt=\"%s, %s\" src=\"%s-dark.svg\" width=\"%d\">\n</picture>\n", base, caption, other.size, base, other.width)
			}
		}
	}
	return os.WriteFile(filepath.Join(folder, "README.md"), []byte(b.String()), 0o600)
}
