package docs_test

import (
	"fmt"
	"os"
	"path"
	"regexp"
	"strings"
	"testing"
)

// The command that the pages take for an example, and its event.
var delivery = regexp.MustCompile(`\b([Dd]eliverShipment|ShipmentDelivered)\b`)

// Every file that the example of a command touches is in both lists.
func TestTheListsOfACommandAreWhole(t *testing.T) {
	readme := section(t, "README.md", "**Add a command.**", "\n\n")
	contributing := section(t, "docs/contributing.md", "### A command", "\nBeside them")
	listed := 0
	for name := range built(t).files {
		if !strings.HasSuffix(name, ".go") || !strings.Contains(name, "/") {
			continue
		}
		isListed := strings.Contains(contributing, "`"+name+"`")
		isTest := strings.HasSuffix(name, "_test.go") || strings.HasPrefix(name, "test/")
		if isListed && !isTest {
			listed++
		}
		switch text := code(t, name); {
		case isTest:
		case isListed && !strings.Contains(strings.ToLower(text), "deliver"):
			t.Errorf("docs/contributing.md: %s is in the list of a command, and has nothing of it",
				name)
		case !delivery.MatchString(text):
		case !isListed:
			t.Errorf("docs/contributing.md: %s mentions the command that it takes for an example, "+
				"and is not in its list", name)
		case !strings.Contains(readme, "`"+path.Base(name)+"`"):
			t.Errorf("README.md: %s is not in the list of what a command takes", name)
		}
	}
	if counted := fmt.Sprintf("is in %d production files", listed); !strings.Contains(
		contributing, counted) {
		t.Errorf("docs/contributing.md: the command of the example %s", counted)
	}
}

// section returns the text of a page between begin and end.
func section(t *testing.T, page, begin, end string) string {
	t.Helper()
	text, err := os.ReadFile(root(page))
	_, after, found := strings.Cut(string(text), begin)
	if err != nil || !found {
		t.Fatalf("%s has no %q: %v", page, begin, err)
	}
	within, _, _ := strings.Cut(after, end)
	return within
}

var comment = regexp.MustCompile(`(?m)//.*$`)

// code is a file without its comments.
func code(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(root(name))
	if err != nil {
		t.Fatal(err)
	}
	return comment.ReplaceAllString(string(text), "")
}
