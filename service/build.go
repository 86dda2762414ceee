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
	known := map[string]string{}
	for _, s := range info.Settings {
		known[s.Key] = s.Value
	}
	var parts []string
	if commit := known["vcs.revision"]; commit != "" {
		parts = append(parts, "commit "+commit[:min(commitLength, len(commit))])
		if known["vcs.modified"] == "true" {
			parts[0] += " with changes"
		}
	}
	parts = append(parts, info.GoVersion)
	return fmt.Sprintf("%s (%s)", version, strings.Join(parts, ", "))
}
