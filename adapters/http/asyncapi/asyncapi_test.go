package asyncapi_test

import (
	"encoding/json"
	"flag"
	"os"
	"slices"
	"testing"

	"orders/adapters/http/asyncapi"
	"orders/adapters/kafka"
	"orders/domain/order"
)

// update makes a test write the file that it would compare.
var update = flag.Bool("update", false, "write docs/asyncapi.json")

const file = "../../../docs/asyncapi.json"

// The repository shows the document as the program serves it, so that a change of it is seen.
func TestTheDocumentIsKept(t *testing.T) {
	var kept struct{ Info struct{ Version string } }
	text, err := os.ReadFile(file)
	if err == nil {
		err = json.Unmarshal(text, &kept)
	}
	if err != nil && !*update {
		t.Fatal(err)
	}
	if kept.Info.Version == "" {
		kept.Info.Version = "dev"
	}
	made, err := asyncapi.Document(kept.Info.Version)
	made = append(made, '\n')
	switch {
	case err != nil:
		t.Fatal(err)
	case string(made) == string(text):
	case *update:
		if err := os.WriteFile(file, made, 0o600); err != nil {
			t.Fatal(err)
		}
	default:
		t.Error("docs/asyncapi.json is not what the program serves: " +
			"go test ./adapters/http/asyncapi -update && git diff")
	}
}

func TestTheDocumentHasEveryCommand(t *testing.T) {
	var d struct {
		Channels map[string]struct{ Messages map[string]any }
	}
	document(t, &d)
	var found, want []string
	for name := range d.Channels["commands"].Messages {
		found = append(found, name)
	}
	for _, r := range order.Rules {
		want = append(want, r.Command)
	}
	slices.Sort(found)
	slices.Sort(want)
	if !slices.Equal(found, want) {
		t.Errorf("the commands are %v, want %v", found, want)
	}
}

// The events are where the adapters put them.
func TestTheTopicOfEvents(t *testing.T) {
	var d struct {
		Channels map[string]struct{ Address string }
	}
	document(t, &d)
	if got := d.Channels["events"].Address; got != kafka.DefaultTopic {
		t.Errorf("the events are in %s, not %s", got, kafka.DefaultTopic)
	}
}

func document(t *testing.T, into any) {
	t.Helper()
	text, err := asyncapi.Document("dev")
	if err == nil {
		err = json.Unmarshal(text, into)
	}
	if err != nil {
		t.Fatal(err)
	}
}
