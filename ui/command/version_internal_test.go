package command

import (
	"runtime"
	"runtime/debug"
	"testing"
)

func TestTheVersionSaysWhereTheProgramComesFrom(t *testing.T) {
	vcs := func(revision, date string) []debug.BuildSetting {
		return []debug.BuildSetting{{Key: "vcs.revision", Value: revision}, {Key: "vcs.time", Value: date}}
	}
	const commit = "5c4ec33a321748f9721d6e68a83ee3b23d6bcb7d"
	for name, test := range map[string]struct {
		version  string
		settings []debug.BuildSetting
		want     string
	}{
		"a release":                {"v1.2.0", vcs(commit, "2026-11-25T04:13:11Z"), "v1.2.0 (commit 5c4ec33a3217 of 2026-11-25, "},
		"a change of one":          {"v1.2.0+dirty", vcs(commit, "2026-11-25T04:13:11Z"), "v1.2.0+dirty (commit 5c4ec33a3217 of 2026-11-25, "},
		"a module of the proxy":    {"v1.2.0", nil, "v1.2.0 ("},
		"a build without git":      {"(devel)", nil, "development ("},
		"a build without anything": {"", nil, "development ("},
		"a short commit":           {"v1.2.0", vcs("5c4e", "2026-11-25T04:13:11Z"), "v1.2.0 (commit 5c4e of 2026-11-25, "},
	} {
		t.Run(name, func(t *testing.T) {
			info := &debug.BuildInfo{Main: debug.Module{Version: test.version}, Settings: test.settings}
			if got := versionOf(info); got != test.want+runtime.Version()+")" {
				t.Errorf("got %q", got)
			}
		})
	}
}
