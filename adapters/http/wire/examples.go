package wire

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Examples are answers that tests got: by operation, status and a name, which is the code of a
// problem. So they say with which codes an operation answers.
type Examples map[string]map[string]map[string]jsontext.Value

// ReadExamples reads what the tests of a package wrote.
func ReadExamples(text []byte) (e Examples) {
	if err := json.Unmarshal(text, &e); err != nil {
		panic(fmt.Sprintf("examples: %v", err)) // They are a part of the program.
	}
	return e
}

// AddExamples shows examples at the operations that are described so far.
func AddExamples(api huma.API, examples Examples) {
	for _, path := range api.OpenAPI().Paths {
		for _, op := range []*huma.Operation{path.Get, path.Post} {
			if op == nil {
				continue
			}
			for status, byName := range examples[op.OperationID] {
				addExamples(op.Responses[status], byName)
			}
		}
	}
}

func addExamples(r *huma.Response, byName map[string]jsontext.Value) {
	for media, content := range r.Content {
		content.Examples = map[string]*huma.Example{}
		for name, value := range byName {
			content.Examples[name] = &huma.Example{Value: value}
		}
		if media == ProblemType {
			names := slices.Sorted(maps.Keys(byName))
			r.Description += " Codes: `" + strings.Join(names, "`, `") + "`."
		}
	}
}
