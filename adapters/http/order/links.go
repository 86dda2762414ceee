package order

import (
	"github.com/danielgtaylor/huma/v2"
	"github.com/go-json-experiment/json/jsontext"

	"orders/adapters/http/wire"
	"orders/app/access"
	"orders/app/command"
	"orders/domain/order"
)

// paths are the paths of orders and of the commands on them.
type paths struct {
	base       string            // The base path, before every other path.
	operations map[string]string // The path of each command, below the path of its order.
}

// query is the path at which clients read the order.
func (p paths) query(id order.ID) string { return p.base + wire.QueryRoot + "/" + string(id) }

// links are a JSON object of paths: the order as self, then each command that is allowed as of
// the version of the answer, and to the caller.
type links struct {
	paths
	id    order.ID
	names []string // The names of the commands.
}

// MarshalJSONTo implements json.MarshalerTo.
func (l links) MarshalJSONTo(e *jsontext.Encoder) error {
	return e.WriteValue(l.AppendTo(e.AvailableBuffer()))
}

// AppendTo appends l as JSON. No name, id or path needs an escape.
func (l links) AppendTo(b []byte) []byte {
	b = append(append(b, `{"self":"`...), l.base...)
	b = append(append(append(b, wire.QueryRoot+`/`...), l.id...), '"')
	for _, name := range l.names {
		if path, ok := l.operations[name]; ok {
			b = append(append(append(b, `,"`...), name...), `":"`...)
			b = append(append(append(b, l.base...), wire.CommandRoot+`/`...), l.id...)
			b = append(append(b, '/'), path...)
			b = append(b, '"')
		}
	}
	return append(b, '}')
}

// TransformSchema implements huma.SchemaTransformer: clients see one field for each link.
func (links) TransformSchema(huma.Registry, *huma.Schema) *huma.Schema {
	s := &huma.Schema{
		Type: huma.TypeObject, Required: []string{"self"}, Properties: map[string]*huma.Schema{
			"self": {Type: huma.TypeString, Description: "The order, to read it."},
		},
		Examples: []any{map[string]string{
			"self":    wire.QueryRoot + "/" + wire.ExampleID,
			"confirm": wire.CommandRoot + "/" + wire.ExampleID + "/confirm",
		}},
	}
	for name := range operationPaths {
		s.Properties[name] = &huma.Schema{
			Type: huma.TypeString, Description: "The command " + name +
				", if it is allowed as of this version of the order, and to the caller.",
		}
	}
	return s
}

// links returns the order, and the commands that it then takes of callers of the class.
func (p paths) links(r command.Result, class access.Class) links {
	return links{p, r.ID, class.Allowed(r.Allowed())}
}
