package journal

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"reflect"
	"testing"

	"orders/adapters/mongo/internal/golden"
	"orders/domain/order"
)

// A pinned file shows how an event was ever stored, and what that means today.
type pinned struct {
	Stored json.RawMessage `json:"stored"` // Extended JSON of the event in the commit.
	Means  json.RawMessage `json:"means"`  // The event as Go's JSON encoder spells it.
}

// goldenPath is the file of a form as it was released, or once it gained optional fields.
func goldenPath(f eventForm, gained int) string {
	path := fmt.Sprintf("testdata/events/%s.%d", f.name, f.schema)
	if gained > 0 {
		path += fmt.Sprintf(".%d", gained)
	}
	return path + ".json"
}

// goldens are all files that pin a form.
func goldens(t *testing.T, f eventForm) map[string]pinned {
	t.Helper()
	found := map[string]pinned{}
	for gained := 0; ; gained++ {
		path := goldenPath(f, gained)
		text, err := os.ReadFile(path)
		if errors.Is(err, os.ErrNotExist) {
			return found
		}
		var g pinned
		if err == nil {
			err = json.Unmarshal(text, &g)
		}
		if err != nil {
			t.Fatal(err)
		}
		found[path] = g
	}
}

func pins(t *testing.T, files map[string]pinned, is pinned) bool {
	t.Helper()
	for _, g := range files {
		if golden.Compact(t, g.Stored) == golden.Compact(t, is.Stored) {
			return true
		}
	}
	return false
}

// means is the event that a file is about. What it gained since then is empty.
func (g pinned) means(t *testing.T, f eventForm) order.Event {
	t.Helper()
	event := reflect.New(reflect.TypeOf(f.event))
	decoder := json.NewDecoder(bytes.NewReader(g.Means))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(event.Interface()); err != nil {
		t.Fatal(err)
	}
	is, _ := event.Elem().Interface().(order.Event)
	return is
}

func spelled(t *testing.T, event order.Event) json.RawMessage {
	t.Helper()
	text, err := json.Marshal(event)
	if err != nil {
		t.Fatal(err)
	}
	return text
}
