package order

import (
	"bytes"
	"context"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humafiber"
	"github.com/gofiber/fiber/v2"

	"orders/adapters/http/wire"
	"orders/domain/order"
	"orders/ports"
)

// Queries are the operations that show orders.
type Queries struct {
	orders  ports.Orders
	history ports.History
	paths   paths
	turns   chan struct{} // Holds one for each page that is being made.
}

func NewQueries(orders ports.Orders, history ports.History, base string) *Queries {
	return &Queries{orders, history, paths{base: base}, make(chan struct{}, pagesMax)}
}

const (
	listText = "Filters add up: an order is listed when it has all that they name. " +
		"`nextCursor`, also in `Link`, asks for the next page with the same filters; pages " +
		"neither repeat nor leave out an order while others are added. A page ends early when it " +
		"has about 2 MiB; it has at least one order if there is one."
	historyText = "A page has about 2 MiB at most, and at least one event. `nextCursor`, also in " +
		"`Link`, asks for the next page, which goes on with the very next event, also among " +
		"those of one command."
)

func (s *Queries) Add(api huma.API) {
	order := wire.QueryRoot + "/{" + wire.OrderID + "}"
	view := wire.Get(order, "order", "Show an order", wire.Answers("The order.", "ETag"),
		400, 404, 500, 503)
	view.Parameters = append(view.Parameters, wire.Parameter("OrderId"),
		wire.Parameter("AtVersion"), wire.Parameter("MinVersion"),
		wire.Parameter("IfNoneMatch"))
	view.Responses["304"] = wire.Answers("The client has this version already.", "ETag")
	huma.Register(api, view, s.view)

	past := wire.Get(order+"/history", "history", "Tell all that happened to an order",
		wire.Answers("The events, the oldest first.", "Link"), 400, 404, 500, 503)
	past.Description = historyText
	past.Parameters = append(past.Parameters, wire.Parameter("OrderId"),
		wire.Parameter("EventLimit"), wire.Parameter("EventCursor"))
	huma.Register(api, past, s.showHistory)

	list := wire.Get(wire.QueryRoot, "orders", "List orders, the newest first",
		wire.Answers("A page of orders.", "Link"), 400, 500, 503)
	list.Description = listText
	for _, name := range listParameters {
		list.Parameters = append(list.Parameters, wire.Parameter(componentOf(name)))
	}
	huma.Register(api, list, s.list)
}

// A viewRequest asks for one order.
type viewRequest struct {
	id    order.ID
	at    int        // The version to show; 0 for the newest.
	least int        // The version that must be shown at least; 0 for any.
	known wire.ETags // What the client has already.
}

// Resolve reads v from its request; Huma calls it.
func (v *viewRequest) Resolve(h huma.Context) []error {
	f := humafiber.Unwrap(h)
	v.id = order.ID(wire.Segment(h, wire.OrderID))
	a := wire.QueryOf(f)
	v.at = a.Number("atVersion", 1, wire.NoLimit, 0)
	v.least = a.Version("minVersion")
	if a.Has("atVersion") && a.Has("minVersion") {
		a.Wrong("minVersion", "must not come together with atVersion")
	}
	known, err := wire.Condition(f, fiber.HeaderIfNoneMatch)
	if err == nil {
		err = a.Err()
	}
	if err != nil {
		return []error{err}
	}
	v.known = known
	return nil
}

type viewAnswer struct {
	Status int
	ETag   string `header:"ETag" hidden:"true"`
	Body   oneOrder
}

type oneOrder struct {
	Order shownOrder `json:"order" doc:"The order."`
}

func (o oneOrder) AppendTo(b []byte) []byte {
	b = appendOrder(wire.AppendName(append(b, '{'), "order"), ports.OrderView(o.Order))
	return append(b, '}')
}

func (s *Queries) view(ctx context.Context, r *viewRequest) (*viewAnswer, error) {
	if !r.id.Valid() {
		return nil, ports.ErrNotFound
	}
	if err := s.reach(ctx, r.id, r.least); err != nil {
		return nil, err
	}
	view, err := s.look(ctx, r.id, r.at)
	if err != nil {
		return nil, err
	}
	tag := wire.ETag(view.Version)
	if r.known.MatchWeakly(view.Version) {
		return &viewAnswer{Status: fiber.StatusNotModified, ETag: tag}, nil
	}
	return &viewAnswer{fiber.StatusOK, tag, oneOrder{shownOrder(view)}}, nil
}

// Spell spells a view as the query of one order does: in one line.
func Spell(v ports.OrderView) []byte {
	var text bytes.Buffer
	_ = wire.Encode(&text, oneOrder{shownOrder(v)}) // The same type is an answer elsewhere.
	return text.Bytes()
}
