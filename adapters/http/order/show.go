package order

import (
	"bytes"
	"context"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humafiber"
	"github.com/gofiber/fiber/v2"

	"orders/adapters/http/wire"
	"orders/app/access"
	"orders/domain/order"
	"orders/ports"
)

const viewText = "The order as it is now, or as it was at a version (`atVersion`). Read your " +
	"own write with `minVersion`. With `If-None-Match` the answer is 304 as long as the order " +
	"has not changed. Where callers need tokens, one without `orders:manage` finds no orders of " +
	"other users."

func (q *Queries) addView(api huma.API) {
	view := wire.Get(orderPath, "order", "Show an order", wire.Response("The order.", "ETag"),
		400, 404, 500, 503)
	view.Description = viewText
	view.Parameters = append(view.Parameters, wire.Parameter("OrderId"),
		wire.Parameter("AtVersion"), wire.Parameter("MinVersion"),
		wire.Parameter("IfNoneMatch"))
	view.Responses["404"].Description = "There is no order with this id, or it has not reached " +
		"the version that is asked for."
	view.Responses["304"] = wire.Response("The client has this version already.", "ETag")
	huma.Register(api, view, q.view)
}

// A viewRequest asks for one order.
type viewRequest struct {
	caller access.Caller
	id     order.ID
	at     int        // The version to show; 0 for the newest.
	least  int        // The version that must be shown at least; 0 for any.
	known  wire.ETags // What the client has already.
}

// Resolve reads v from its request; Huma calls it.
func (v *viewRequest) Resolve(h huma.Context) []error {
	f := humafiber.Unwrap(h)
	v.caller, v.id = wire.CallerOf(f.Context()), wire.OrderIDOf(h)
	a := wire.QueryOf(f)
	v.at = a.Number("atVersion", 1, wire.NoLimit, 0)
	v.least = a.Version("minVersion")
	if a.Has("atVersion") && a.Has("minVersion") {
		a.Invalid("minVersion", "cannot be combined with atVersion")
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
	Body   shownOrder
}

// A oneOrder describes the answer with one order, and a shownOrder writes it.
type oneOrder struct {
	Order orderView `json:"order" doc:"The order."`
}

type shownOrder struct {
	view  ports.OrderView
	class access.Class // The caller's.
}

func (o shownOrder) AppendTo(b []byte) []byte {
	return append(appendOrder(wire.AppendName(append(b, '{'), "order"), o.view, o.class), '}')
}

func (q *Queries) view(ctx context.Context, r *viewRequest) (*viewAnswer, error) {
	if !r.id.Valid() {
		return nil, ports.ErrNotFound
	}
	view, err := q.viewFor(ctx, r)
	if err != nil {
		return nil, err
	}
	class := r.caller.Class()
	tag := wire.ETag(view.Version, class)
	if r.known.MatchWeakly(tag) {
		return &viewAnswer{Status: fiber.StatusNotModified, ETag: tag}, nil
	}
	return &viewAnswer{fiber.StatusOK, tag, shownOrder{view, class}}, nil
}

// EncodeView returns the JSON of a view as the query of one order shows it to callers of the class,
// in one line.
func EncodeView(v ports.OrderView, class access.Class) []byte {
	var text bytes.Buffer
	_ = wire.Encode(&text, shownOrder{v, class}) // It cannot fail: clients get the same type.
	return text.Bytes()
}

// viewParameters are the parameters of the query of one order.
var viewParameters = map[string]*huma.Param{
	"AtVersion": {
		Name: "atVersion", In: "query", Example: 2,
		Description: "Show the order as it was at this version.",
		Schema:      &huma.Schema{Type: huma.TypeInteger, Format: wire.Int64, Minimum: new(1.0)},
	},
	"MinVersion": {
		Name: "minVersion", In: "query", Example: `"2"`,
		Description: "Show the order at this version or a later one, never an older one: wait up " +
			"to 2 s for it, then answer 503. A number, or the ETag of a command's answer to read " +
			"your own write. Cannot be combined with atVersion.",
		Schema: &huma.Schema{Type: huma.TypeString, Pattern: wire.MinVersionPattern},
	},
}
