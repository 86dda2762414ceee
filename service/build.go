package service

import (
	"fmt"
	"runtime/debug"
	"strings"
)

// commitLength is how much of a commit's hash names it.
const commitLength = 12

// BuildOf says what program this is: the version of its release, and what Go knows of its build,
// such as "1.2.3 (commit 0123456789ab, go1.26.8)".
func BuildOf(version string) string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return version
	}
	return spellBuild(version, info)
}

func spellBuild(version string, info *debug.BuildInfo) string {
	parts := []string{info.GoVersion}
	if commit := commitOf(info); commit != "" {
		parts = []string{"commit " + commit, info.GoVersion}
	}
	return fmt.Sprintf("%s (%s)", version, strings.Join(parts, ", "))
}

// commitOf names the commit that a program was built from; it is empty where Go knows none.
func commitOf(info *debug.BuildInfo) string {
	known := map[string]string{}
	for _, s := range info.Settings {
		known[s.Key] = s.Value
	}
	commit := known["vcs.revision"]
	commit = commit[:min(commitLength, len(commit))]
	if commit != "" && known["vcs.modified"] == "true" {
		commit += " with changes"
	}
	return commit
}
