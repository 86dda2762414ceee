package http

import (
	"github.com/danielgtaylor/huma/v2"
	"github.com/go-json-experiment/json/jsontext"

	"orders/adapters/http/wire"
	"orders/app/command"
	"orders/domain/order"
)

const (
	orderID     = "orderId" // The path parameter.
	commandRoot = "/commands/orders"
	queryRoot   = "/queries/orders"
)

func queryPath(id order.ID) string { return queryRoot + "/" + string(id) }

// links name what can be done with an order: a JSON object of paths, self first.
type links []link

type link struct{ name, path string }

// MarshalJSONTo implements json.MarshalerTo.
func (l links) MarshalJSONTo(e *jsontext.Encoder) error {
	if err := e.WriteToken(jsontext.BeginObject); err != nil {
		return err
	}
	for _, each := range l {
		if err := e.WriteToken(jsontext.String(each.name)); err != nil {
			return err
		}
		if err := e.WriteToken(jsontext.String(each.path)); err != nil {
			return err
		}
	}
	return e.WriteToken(jsontext.EndObject)
}

// Schema implements huma.SchemaProvider.
func (links) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeObject, AdditionalProperties: wire.Text()}
}

// linksFor names the order and the commands that it would take now.
func (s *Server) linksFor(r command.Result) links {
	found := links{{"self", queryPath(r.ID)}}
	for _, name := range r.Order.Allowed() {
		if path, ok := s.steps[name]; ok {
			found = append(found, link{name, commandRoot + "/" + string(r.ID) + "/" + path})
		}
	}
	return found
}
