package order

import (
	"context"
	"errors"
	"net/url"
	"strconv"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humafiber"
	"github.com/go-json-experiment/json"

	"orders/adapters/http/wire"
	"orders/adapters/message"
	"orders/app/access"
	"orders/domain/order"
	"orders/ports"
)

const historyText = "A page ends early at about 2 MiB, but has at least one event. Get the next " +
	"page with `nextCursor` or the `Link` header; without them, the history is at its end. As " +
	"events are only added at the end, pages neither repeat nor skip one. Events of one command " +
	"may be split between pages."

func (q *Queries) addHistory(api huma.API) {
	past := wire.Get(orderPath+"/history", "history", "List an order's history",
		wire.Response("The events, the oldest first.", "Link"), 400, 404, 500, 503)
	past.Description = historyText
	past.Parameters = append(past.Parameters, wire.Parameter("OrderId"),
		wire.Parameter("EventLimit"), wire.Parameter("EventCursor"))
	huma.Register(api, past, q.showHistory)
}

// A historyRequest asks for a page of an order's history.
type historyRequest struct {
	caller access.Caller
	id     order.ID
	limit  int           // 0 for as many as there is room for.
	from   message.Place // Where the page begins.
	query  url.Values    // The query of the link to the next page.
}

// Resolve reads p from its request; Huma calls it.
func (p *historyRequest) Resolve(h huma.Context) []error {
	f := humafiber.Unwrap(h)
	p.caller, p.id = wire.CallerOf(f.Context()), wire.OrderIDOf(h)
	a := wire.QueryOf(f)
	p.limit, p.query = a.Number("limit", 1, wire.NoLimit, 0), url.Values{}
	p.from = message.Place{Version: 1}
	if p.limit > 0 {
		p.query.Set("limit", strconv.Itoa(p.limit))
	}
	if cursor := a.Text("cursor"); cursor != "" {
		var ok bool
		if p.from, ok = message.PlaceAt(cursor); !ok {
			a.Invalid("cursor", cursorMessage)
		}
	}
	if err := a.Err(); err != nil {
		return []error{err}
	}
	return nil
}

type historyAnswer struct {
	Link string `header:"Link" hidden:"true"`
	Body orderHistory
}

// An orderHistory describes the events of an order, oldest first.
type orderHistory struct {
	OrderID order.ID     `json:"orderId" doc:"The order's id."`
	Events  []orderEvent `json:"events" doc:"The events, the oldest first."`
	Next    string       `json:"nextCursor,omitempty" doc:"The cursor of the next page. Without it, this page is the last." example:"AAIAAA"`

	text []byte // The whole answer, encoded.
}

func (o orderHistory) Encoded() []byte { return o.text }

func (q *Queries) showHistory(ctx context.Context, r *historyRequest) (*historyAnswer, error) {
	if err := q.Sees(ctx, r.caller, r.id); err != nil {
		return nil, err
	}
	release, err := q.acquirePageSlot(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	shown, p := &historyAnswer{}, newEntries(r.limit)
	err = q.history.Read(ctx, r.id, r.from.Version-1, func(c ports.Commit) error {
		for i, e := range c.Events {
			if c.Version == r.from.Version && i < r.from.Index {
				continue
			}
			if p.full() {
				shown.Body.Next = message.Place{Version: c.Version, Index: i}.Cursor()
				return errPageFull
			}
			if err := p.addEvent(r.caller, c, e); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil && !errors.Is(err, errPageFull) {
		return nil, err
	}
	if p.count == 0 { // The cursor is behind the last event, or there is no order.
		if _, err := q.reached(ctx, r.id, 1); err != nil {
			return nil, err
		}
	}
	if shown.Body.Next != "" {
		shown.Link = nextLink(q.paths.query(r.id)+"/history", r.query, shown.Body.Next)
	}
	shown.Body.text = p.close(`{"orderId":"`+string(r.id)+`","events":[`, shown.Body.Next)
	return shown, nil
}

// addEvent adds an event of a commit to a page of history.
func (p *entries) addEvent(caller access.Caller, c ports.Commit, e order.Event) error {
	text, err := json.Marshal(eventOf(caller, c, e))
	p.add(len(text), func(b []byte) []byte { return append(b, text...) })
	return err
}

var exampleEventCursor = message.Place{Version: 2}.Cursor()

// historyParameters are the parameters of an order's history.
var historyParameters = map[string]*huma.Param{
	"EventLimit": {
		Name: "limit", In: "query", Example: 100,
		Description: "The maximum number of events. Without it, as many as fit on a page.",
		Schema:      &huma.Schema{Type: huma.TypeInteger, Format: wire.Int64, Minimum: new(1.0)},
	},
	"EventCursor": {
		Name: "cursor", In: "query", Example: exampleEventCursor, AllowEmptyValue: true,
		Schema:      &huma.Schema{Type: huma.TypeString, Pattern: message.CursorPattern},
		Description: "The `nextCursor` of the page before. Empty for the first page.",
	},
}
