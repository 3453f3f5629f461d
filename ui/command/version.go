package command

import (
	"runtime"
	"runtime/debug"
	"strings"
)

// version is what Go has noted in the program of where it comes from. Nothing has to be passed to the linker for that,
// and two builds of one commit say the same: the date is the commit's.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		info = &debug.BuildInfo{}
	}
	return versionOf(info)
}

// versionOf tells of a build "v1.2.0 (commit 5c4ec33a3217 of 2026-11-25, go1.26.8)". A build without the repository
// knows neither version nor commit.
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

// userAgent is of the form that Vonage's libraries have.
func userAgent() string {
	number, _, _ := strings.Cut(version(), " ")
	return "credwiz/" + number + " " + strings.Replace(runtime.Version(), "go", "go/", 1)
}
