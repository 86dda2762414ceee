package http

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// suitTrials makes the document suit pages on which people try the operations, such as Swagger UI:
// operations keep the order in which they are added, parameters of the path come first, and an
// untouched form sends nothing but what the operation requires.
func suitTrials(o *huma.OpenAPI) {
	for _, p := range o.Components.Parameters {
		onlyShowExample(p)
	}
	paths := &pathsAsAdded{of: o}
	o.Extensions = map[string]any{"paths": paths}
	o.OnAddOperation = append(o.OnAddOperation, func(_ *huma.OpenAPI, op *huma.Operation) {
		for _, p := range op.Parameters {
			onlyShowExample(p)
		}
		slices.SortStableFunc(op.Parameters, func(a, b *huma.Param) int {
			return pathFirst(o, a) - pathFirst(o, b)
		})
		paths.add(op.Path)
	})
}

// onlyShowExample moves the example of a parameter to its schema: a page that finds it beside the
// schema fills it into the form, and sends it.
func onlyShowExample(p *huma.Param) {
	if p.Example == nil {
		return
	}
	schema := *p.Schema // Others may use it, too.
	schema.Examples = []any{p.Example}
	p.Schema, p.Example = &schema, nil
}

// pathFirst returns what to sort a parameter by, for those in the path to be first.
func pathFirst(o *huma.OpenAPI, p *huma.Param) int {
	if p.Ref != "" {
		p = o.Components.Parameters[p.Ref[strings.LastIndexByte(p.Ref, '/')+1:]]
	}
	if p.In == "path" {
		return 0
	}
	return 1
}

// pathsAsAdded are the paths of a document, which Huma keeps in a map.
type pathsAsAdded struct {
	of    *huma.OpenAPI
	names []string
}

func (p *pathsAsAdded) add(path string) {
	if !slices.Contains(p.names, path) {
		p.names = append(p.names, path)
	}
}

// MarshalJSON implements json.Marshaler.
func (p *pathsAsAdded) MarshalJSON() ([]byte, error) {
	text := []byte{'{'}
	for _, name := range p.names {
		path, err := json.Marshal(map[string]*huma.PathItem{name: p.of.Paths[name]})
		if err != nil {
			return nil, err
		}
		text = append(append(text, path[1:len(path)-1]...), ',')
	}
	return append(text[:max(len(text)-1, 1)], '}'), nil
}
