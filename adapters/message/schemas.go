package message

import (
	"embed"
	"fmt"
	"strings"
)

// SchemaRoot is where the paths of all schemas begin.
const SchemaRoot = "/schemas/"

// SchemaPath is the path at which the service has the schema of the data.
func (t EventType) SchemaPath() string {
	return fmt.Sprintf("%s%s/%d.json", SchemaRoot, t.Name, t.Schema)
}

// The schemas of events' data, in every version that there ever was.
//
//go:embed schemas
var schemaFiles embed.FS

// SchemaAt returns the JSON Schema of events' data at a path. It reports whether there is one.
func SchemaAt(path string) (text []byte, found bool) {
	text, err := schemaFiles.ReadFile(strings.TrimPrefix(path, "/"))
	return text, err == nil
}
