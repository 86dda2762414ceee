package order

import (
	"maps"

	"github.com/danielgtaylor/huma/v2"

	"orders/adapters/http/wire"
	"orders/adapters/message"
	"orders/app/access"
	"orders/domain/order"
	"orders/ports"
)

// An orderEvent is an event of an order, as its history shows it. Its schema is one of those of the
// forms, which its type tells apart.
type orderEvent struct {
	Version   int            `json:"version" doc:"The order's version after the event. Events of one command share it." example:"1"`
	Type      string         `json:"type" doc:"The type of the event."`
	At        wire.Timestamp `json:"at" doc:"When it happened, in UTC."`
	Actor     string         `json:"actor" doc:"The sender of the command: the user of its token, or \x60anonymous\x60 where nobody needs one. To a caller who sees own orders alone, everybody else is \x60(staff)\x60." example:"anonymous"`
	Client    string         `json:"client,omitempty" doc:"The program that sent the command for the actor, if the token names one."`
	Issuer    string         `json:"issuer,omitempty" doc:"The issuer of the token."`
	RequestID string         `json:"requestId" doc:"The X-Request-ID of the request with the command; empty where the actor is \x60(staff)\x60 to the caller." example:"req-42"`
	Data      any            `json:"data" doc:"The details."`
}

func eventOf(caller access.Caller, c ports.Commit, e order.Event) orderEvent {
	a, requestID := shownTo(caller, c)
	return orderEvent{
		c.Version, e.Type(), wire.Timestamp(c.At), a.Subject, a.Client, a.Issuer, requestID,
		message.DataOf(e),
	}
}

// shownTo is what a caller may know of who sent a command. A customer need not know who of the
// staff did what: a subject may be the e-mail address of a person, and a request's ID any text.
// The brackets tell it from a subject.
func shownTo(caller access.Caller, c ports.Commit) (a ports.Actor, requestID string) {
	user, confined := caller.Confined()
	if confined && !c.Actor.IsAnonymous() && c.Actor.Subject != user {
		return ports.Actor{Subject: "(staff)"}, ""
	}
	return c.Actor, c.RequestID
}

// TransformSchema implements huma.SchemaTransformer. It makes s one of many, and registers a schema
// of its own for each type of event.
func (orderEvent) TransformSchema(r huma.Registry, s *huma.Schema) *huma.Schema {
	one := &huma.Schema{
		Discriminator: &huma.Discriminator{PropertyName: "type", Mapping: map[string]string{}},
	}
	for _, e := range message.EventTypes {
		form := *s
		form.Properties = maps.Clone(s.Properties)
		form.Properties["type"] = &huma.Schema{
			Type: huma.TypeString, Extensions: map[string]any{"const": e.Name},
			Examples: []any{e.Name}, Description: s.Properties["type"].Description,
		}
		form.Properties["data"] = r.Schema(e.Data, true, "")
		form.Properties["data"].Description = s.Properties["data"].Description
		ref := wire.Named(r, e.Name+"Event", &form)
		one.OneOf = append(one.OneOf, ref)
		one.Discriminator.Mapping[e.Name] = ref.Ref
	}
	return one
}
