package mongo_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.mongodb.org/mongo-driver/bson"

	"orders/adapters/mongo/internal/golden"
)

const (
	commitFile = "journal/testdata/commit.json"
	viewFile   = "orders/testdata/view.json"
)

// The pinned documents are filled, so they have every field.
func TestThePageOfTheDataHasWhatIsPinned(t *testing.T) {
	all, text := dataPage(t)
	all.check(t, "order_writes", pinned(t, commitFile))
	all.check(t, "order_reads", pinned(t, viewFile))
	for name, schemas := range pinnedEvents(t) {
		newest := slices.Max(schemas)
		mention := fmt.Sprintf("`%s` %d", name, newest)
		event := pinned(t, fmt.Sprintf("journal/testdata/events/%s.%d.json", name, newest))
		data := event.Lookup("stored", "data").Document()
		if elements, _ := data.Elements(); len(elements) > 0 {
			all.check(t, mention, data)
		}
		for _, schema := range schemas {
			if mention := fmt.Sprintf("`%s` %d", name, schema); !strings.Contains(text, mention) {
				t.Errorf("docs/data.md does not mention %s", mention)
			}
		}
	}
}

func pinned(t *testing.T, path string) bson.Raw {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return golden.FromJSON(t, string(text))
}

// pinnedEvents are the schemas of each event.
func pinnedEvents(t *testing.T) map[string][]int {
	t.Helper()
	all := map[string][]int{}
	paths, err := filepath.Glob("journal/testdata/events/*.json")
	for _, path := range paths {
		var schema int
		name, rest, _ := strings.Cut(filepath.Base(path), ".")
		if _, failed := fmt.Sscanf(rest, "%d.", &schema); failed != nil {
			err = failed
		}
		all[name] = append(all[name], schema)
	}
	if err != nil || len(all) == 0 {
		t.Fatal(all, err)
	}
	return all
}
