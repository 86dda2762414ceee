package docs_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// linked checks where a link of a page in that folder leads to.
func linked(folder, target string) string {
	path, heading, _ := strings.Cut(target, "#")
	if strings.Contains(target, "://") || path == "" {
		return ""
	}
	path = filepath.ToSlash(filepath.Join(folder, path))
	text, err := os.ReadFile(root(path))
	if !isThere(path) {
		return "there is no " + path
	}
	if err == nil && heading != "" && !slices.Contains(headings(string(text)), heading) {
		return fmt.Sprintf("%s has no heading #%s", path, heading)
	}
	return ""
}

var noSlug = regexp.MustCompile(`[^a-z0-9 _-]`)

// headings are those of a page as links spell them.
func headings(text string) (slugs []string) {
	for line := range strings.SplitSeq(text, "\n") {
		if title := strings.TrimLeft(line, "#"); title != line {
			slug := noSlug.ReplaceAllString(strings.ToLower(strings.TrimSpace(title)), "")
			slugs = append(slugs, strings.ReplaceAll(slug, " ", "-"))
		}
	}
	return slugs
}
