package service

import (
	"runtime/debug"
	"testing"
)

func TestABuildIsNamed(t *testing.T) {
	const commit = "0123456789abcdef0123456789abcdef01234567"
	revision := debug.BuildSetting{Key: "vcs.revision", Value: commit}
	for want, settings := range map[string][]debug.BuildSetting{
		"1.2.3 (commit 0123456789ab, go1.26.8)": {
			revision, {Key: "vcs.modified", Value: "false"},
		},
		"1.2.3 (commit 0123456789ab with changes, go1.26.8)": {
			revision, {Key: "vcs.modified", Value: "true"},
		},
		"1.2.3 (go1.26.8)": nil, // Built without a repository, as by go run.
	} {
		info := &debug.BuildInfo{GoVersion: "go1.26.8", Settings: settings}
		if got := spellBuild("1.2.3", info); got != want {
			t.Errorf("it is %q, want %q", got, want)
		}
	}
}
