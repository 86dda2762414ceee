package order

import (
	"maps"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"orders/adapters/http/wire"
	"orders/domain/order"
	"orders/ports"
)

// events lists how the API shows each event of the domain. The file of each topic has its rows.
var events = slices.Concat(
	createEvents, itemEvents, paymentEvents, shipmentEvents, lifeEvents,
)

var eventsByName = func() map[string]eventRow {
	all := map[string]eventRow{}
	for _, r := range events {
		all[r.name] = r
	}
	return all
}()

// dataOf is the content of an event, with the names of this API.
func dataOf(e order.Event) any { return eventsByName[e.Type()].encode(e) }

// An orderEvent is an event of an order, as its history shows it. Its schema is one of those of the
// forms, which its type tells apart.
type orderEvent struct {
	Version   int            `json:"version" doc:"The order's version after the event. Events of one command share it." example:"1"`
	Type      string         `json:"type" doc:"The type of the event."`
	At        wire.Timestamp `json:"at" doc:"When it happened, in UTC."`
	Actor     string         `json:"actor" doc:"The sender of the command; always \x60anonymous\x60, as clients do not identify themselves." example:"anonymous"`
	RequestID string         `json:"requestId" doc:"The X-Request-ID of the request with the command." example:"req-42"`
	Data      any            `json:"data" doc:"The details."`
}

func eventOf(c ports.Commit, e order.Event) orderEvent {
	return orderEvent{
		c.Version, e.Type(), wire.Timestamp(c.At), c.Actor.Subject, c.RequestID, dataOf(e),
	}
}

// TransformSchema implements huma.SchemaTransformer. It makes s one of many, and registers a schema
// of its own for each type of event.
func (orderEvent) TransformSchema(r huma.Registry, s *huma.Schema) *huma.Schema {
	one := &huma.Schema{
		Discriminator: &huma.Discriminator{PropertyName: "type", Mapping: map[string]string{}},
	}
	for _, e := range events {
		form := *s
		form.Properties = maps.Clone(s.Properties)
		form.Properties["type"] = &huma.Schema{
			Type: huma.TypeString, Extensions: map[string]any{"const": e.name},
			Examples: []any{e.name}, Description: s.Properties["type"].Description,
		}
		form.Properties["data"] = r.Schema(e.data, true, "")
		form.Properties["data"].Description = s.Properties["data"].Description
		ref := wire.Named(r, e.name+"Event", &form)
		one.OneOf = append(one.OneOf, ref)
		one.Discriminator.Mapping[e.name] = ref.Ref
	}
	return one
}
