package order

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"orders/adapters/http/wire"
	"orders/adapters/message"
)

// update makes tests write the files that they would compare.
var update = flag.Bool("update", false, "write the schemas of events that break no consumer")

// madeSchema is the schema of the data of a type of event as its Go type has it, without references
// to others. It is open: an event may gain a field.
func madeSchema(t *testing.T, e message.EventType) object {
	t.Helper()
	r := wire.Schemas()
	Describe(r)
	data := r.Schema(e.Data, false, "")
	wire.Complete(r)
	made := inlined(r, asJSON(t, data)).(object)
	made["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	made["title"] = e.PublicName()
	made["description"] = e.Summary
	return made
}

type object = map[string]any

func asJSON(t *testing.T, v any) (made any) {
	t.Helper()
	text, err := json.Marshal(v)
	if err == nil {
		err = json.Unmarshal(text, &made)
	}
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// inlined puts each schema in the place of a reference to it, and leaves out what only OpenAPI
// needs.
func inlined(r huma.Registry, node any) any {
	switch node := node.(type) {
	case []any:
		for i, each := range node {
			node[i] = inlined(r, each)
		}
	case object:
		if ref, is := node["$ref"].(string); is {
			text, _ := json.Marshal(r.SchemaFromRef(ref))
			var named object
			_ = json.Unmarshal(text, &named) // What was just marshalled.
			for name, value := range node {
				named[name] = value
			}
			delete(named, "$ref")
			return inlined(r, named)
		}
		delete(node, "additionalProperties")
		delete(node, "x-go-type")
		for name, each := range node {
			node[name] = inlined(r, each)
		}
	}
	return node
}

func schemaText(t *testing.T, schema object) []byte {
	t.Helper()
	text, err := json.MarshalIndent(schema, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return append(text, '\n')
}

// The schemas at the dataschema addresses are what the Go types say, and no version of one breaks
// those who read by it.
func TestTheSchemasOfEventsAreKept(t *testing.T) {
	for _, e := range message.EventTypes {
		for n := 1; n < e.Schema; n++ {
			if !isKept(e, n) {
				t.Errorf("version %d of the schema of %s is gone: it is kept for ever", n, e.Name)
			}
		}
		if isKept(e, e.Schema+1) {
			t.Errorf("%s has a newer schema than the number %d in its row", e.Name, e.Schema)
		}
		wantKept(t, e)
	}
}

func isKept(e message.EventType, number int) bool {
	e.Schema = number
	_, found := message.SchemaAt(e.SchemaPath())
	return found
}

// wantKept wants the newest schema of e to be in its file. With -update it writes one that is new,
// or that breaks nobody.
func wantKept(t *testing.T, e message.EventType) {
	t.Helper()
	file := filepath.FromSlash("../../message" + e.SchemaPath())
	made := schemaText(t, madeSchema(t, e))
	kept, err := os.ReadFile(file)
	switch {
	case err == nil && bytes.Equal(kept, made):
		return
	case err == nil:
		var before object
		if err := json.Unmarshal(kept, &before); err != nil {
			t.Fatal(err)
		}
		if found := breaks("data", before, madeSchema(t, e)); len(found) > 0 {
			t.Errorf("the data of %s break consumers that read them by %s:\n\t%s\nIf that is "+
				"meant, the event gets the number %d in its row in adapters/message, and -update "+
				"writes the file of that; the old one stays", e.Name, file,
				strings.Join(found, "\n\t"), e.Schema+1)
			return
		}
	}
	if !*update {
		t.Errorf("%s is not what the Go type says. No consumer breaks: "+
			"go test ./adapters/http/order -run %s -update && git diff", file, t.Name())
		return
	}
	if err = os.MkdirAll(filepath.Dir(file), 0o750); err == nil {
		err = os.WriteFile(file, made, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}
