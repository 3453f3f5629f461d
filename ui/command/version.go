package command

import (
	"runtime"
	"runtime/debug"
	"strings"
)

// version comes from the build info that Go embeds: no linker flags, and two builds of a commit report the same.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		info = &debug.BuildInfo{}
	}
	return versionOf(info)
}

// versionOf returns a text like "v1.2.0 (commit 5c4ec33a3217 of 2026-11-25, go1.26.8)".
func versionOf(info *debug.BuildInfo) string {
	number := info.Main.Version
	if number == "" || number == "(devel)" {
		number = "development"
	}
	var commit, date string
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			commit = s.Value
		case "vcs.time":
			date, _, _ = strings.Cut(s.Value, "T")
		}
	}
	if commit == "" {
		return number + " (" + runtime.Version() + ")"
	}
	const enough = 12 // digits; Go's own versions have as many
	return number + " (commit " + commit[:min(enough, len(commit))] + " of " + date + ", " + runtime.Version() + ")"
}

func userAgent() string {
	number, _, _ := strings.Cut(version(), " ")
	return "credwiz/" + number + " " + strings.Replace(runtime.Version(), "go", "go/", 1)
}
