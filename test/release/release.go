// Package release builds other versions of the program, for tests of upgrades: the last release,
// from its commit, and what the next one may be like.
package release

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"orders/test/process"
)

// root is the repository, seen from a folder of tests.
const root = "../.."

// buildTimeout bounds building a program, for which modules may have to be fetched.
const buildTimeout = 10 * time.Minute

// released finds the newest release in the changelog that says from which commit it is built.
var released = regexp.MustCompile(`(?m)^## \[?([0-9][^\s\]]*)[^\n]*\n\nCommit: ([0-9a-f]{40})$`)

// Last is the program of the last release, and its version. It is built once for each user of the
// machine. Without the commit in this clone the test is skipped, and fails with
// TEST_UPGRADE=required, as in CI.
func Last(tb testing.TB) (file, version string) {
	tb.Helper()
	text, err := os.ReadFile(filepath.Join(root, "CHANGELOG.md"))
	if err != nil {
		tb.Fatal(err)
	}
	found := released.FindStringSubmatch(string(text))
	if found == nil {
		tb.Fatal("CHANGELOG.md names no release with its commit")
	}
	version, commit := found[1], found[2]
	file, err = process.Cached("orders-releases/"+commit, func(temp string) (string, error) {
		return buildCommit(temp, commit, version)
	})
	switch {
	case errors.Is(err, errNoHistory) && os.Getenv("TEST_UPGRADE") != "required":
		tb.Skip(err)
	case err != nil:
		tb.Fatalf("release %s: %v", version, err)
	}
	return file, version
}

var errNoHistory = errors.New("this clone lacks the commit of the last release: run .ci/previous")

// buildCommit builds the program as a commit has it, in a folder of its own.
func buildCommit(temp, commit, version string) (string, error) {
	if err := process.Run(buildTimeout, "git", "-C", root, "cat-file", "-e", commit); err != nil {
		return "", fmt.Errorf("%w (%s: %w)", errNoHistory, commit, err)
	}
	archive, source := filepath.Join(temp, "tar"), filepath.Join(temp, "source")
	made := filepath.Join(temp, "orders")
	if err := os.Mkdir(source, 0o755); err != nil {
		return "", err
	}
	for _, step := range [][]string{
		{"git", "-C", root, "archive", "--format=tar", "--output=" + archive, commit},
		{"tar", "-xf", archive, "-C", source},
		{
			"go", "-C", source, "build", "-trimpath", "-buildvcs=false",
			"-ldflags=-X main.version=" + version, "-o", made, ".",
		},
	} {
		if err := process.Run(buildTimeout, step[0], step[1:]...); err != nil {
			return "", err
		}
	}
	return made, nil
}

// changes are what the next release may bring: an event in a new form, and one more index.
var changes = []struct{ file, from, to string }{
	{
		"adapters/mongo/journal/events.go",
		"form(1, heldFields),", "form(1, heldFields), form(2, heldFields),",
	},
	{
		"adapters/mongo/orders/migrations/000099_next.up.json", "",
		`[{"createIndexes": "order_reads", "indexes": [{"key": {"hold.at": 1}, "name": "next"}]}]`,
	},
	{
		"adapters/mongo/orders/migrations/000099_next.down.json", "",
		`[{"dropIndexes": "order_reads", "index": "next"}]`,
	},
}

// Next is this program with the changes.
func Next(tb testing.TB) (file string) {
	tb.Helper()
	dir := tb.TempDir()
	replace := map[string]string{}
	for n, c := range changes {
		path, err := filepath.Abs(filepath.Join(root, c.file))
		if err != nil {
			tb.Fatal(err)
		}
		text := c.to
		if c.from != "" {
			source, err := os.ReadFile(path)
			if text = strings.Replace(string(source), c.from, c.to, 1); text == string(source) {
				tb.Fatalf("%s lacks %s, %v", c.file, c.from, err)
			}
		}
		replace[path] = filepath.Join(dir, fmt.Sprint(n))
		if err := os.WriteFile(replace[path], []byte(text), 0o600); err != nil {
			tb.Fatal(err)
		}
	}
	overlay, _ := json.Marshal(map[string]any{"Replace": replace})
	list := filepath.Join(dir, "overlay.json")
	if err := os.WriteFile(list, overlay, 0o600); err != nil {
		tb.Fatal(err)
	}
	file = filepath.Join(dir, "orders")
	if err := process.Run(buildTimeout, "go", "build", "-overlay", list, "-buildvcs=false",
		"-o", file, "orders"); err != nil {
		tb.Fatal(err)
	}
	return file
}
