package docs_test

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

var variableOfCompose = regexp.MustCompile(`\$\{([A-Z_]+):-([^}]+)\}`)

// The page names every variable of the compose file with its default.
func TestThePageKnowsTheVariablesOfCompose(t *testing.T) {
	text, err := os.ReadFile(root("docker-compose.yml"))
	if err != nil {
		t.Fatal(err)
	}
	page := section(t, "docs/docker.md", "## What can be set", "\n## ")
	found := variableOfCompose.FindAllStringSubmatch(string(text), -1)
	if len(found) < 10 {
		t.Errorf("the compose file has only the variables %q", found)
	}
	for _, v := range found {
		told := false
		for _, row := range strings.Split(page, "\n") {
			told = told || strings.Contains(row, "`"+v[1]+"`") &&
				strings.Contains(row, "`"+v[2]+"`")
		}
		if !told {
			t.Errorf("docs/docker.md has no row for %s with its default %s", v[1], v[2])
		}
	}
}
