package order

import (
	"context"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"net/url"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humafiber"

	"orders/adapters/http/wire"
	"orders/domain/order"
	"orders/ports"
)

const listText = "Filters combine: an order is listed when it matches all of them. " +
	"`nextCursor`, also in `Link`, asks for the next page with the same filters; pages " +
	"neither repeat nor skip an order while others are added. A page ends early when it " +
	"has about 2 MiB; it has at least one order if there is one."

func (q *Queries) addList(api huma.API) {
	list := wire.Get(wire.QueryRoot, "orders", "List orders, the newest first",
		wire.Answers("A page of orders.", "Link"), 400, 500, 503)
	list.Description = listText
	for _, name := range listParameters {
		list.Parameters = append(list.Parameters, wire.Parameter(componentOf(name)))
	}
	huma.Register(api, list, q.list)
}

// How many orders one answer lists.
const (
	limitMax     = 250
	limitDefault = 50
)

const cursorMessage = "must be the nextCursor of an answer"

// A listRequest asks for orders.
type listRequest struct {
	filter ports.Filter
	page   ports.Page
	query  url.Values // What was asked for, to ask for the next page.
}

// listParameters are the names in a listRequest's query.
var listParameters = []string{
	"userId", "status", "paymentStatus", "fulfillmentStatus", "sku", "createdFrom", "createdTo",
	"limit", "cursor",
}

// Resolve reads l from its request; Huma calls it.
func (l *listRequest) Resolve(h huma.Context) []error {
	a := wire.QueryOf(humafiber.Unwrap(h))
	l.filter = ports.Filter{
		UserID:            a.Text("userId"),
		Status:            wire.OneOf(a, "status", order.Statuses),
		PaymentStatus:     wire.OneOf(a, "paymentStatus", order.PaymentStatuses),
		FulfillmentStatus: wire.OneOf(a, "fulfillmentStatus", order.FulfillmentStatuses),
		SKU:               a.Text("sku"),
		CreatedFrom:       a.Moment("createdFrom"),
		CreatedTo:         a.Moment("createdTo"),
	}
	l.page.Limit = a.Number("limit", 1, limitMax, limitDefault)
	if cursor := a.Text("cursor"); cursor != "" {
		var ok bool
		if l.page.After, ok = placeAt(cursor); !ok {
			a.Wrong("cursor", cursorMessage)
		}
	}
	if err := a.Err(); err != nil {
		return []error{err}
	}
	l.query = url.Values{}
	for _, name := range listParameters {
		if value := a.Text(name); value != "" {
			l.query.Set(name, value)
		}
	}
	return nil
}

type listAnswer struct {
	Link string `header:"Link" hidden:"true"`
	Body manyOrders
}

type manyOrders struct {
	Count  int         `json:"count" doc:"The number of orders in this answer." example:"1"`
	Orders []orderView `json:"orders" doc:"The orders, the newest first."`
	Next   string      `json:"nextCursor,omitempty" doc:"The cursor of the next page, if there is one." example:"AaIDgJVKVpJ_4hxme1vbbfTCAQyFMcA"`

	text []byte // All of that, encoded: the orders are not held besides.
}

func (m manyOrders) Encoded() []byte { return m.text }

// list asks for one order more than it shows, to know whether there is a next page.
func (q *Queries) list(ctx context.Context, r *listRequest) (*listAnswer, error) {
	leave, err := q.beginPage(ctx)
	if err != nil {
		return nil, err
	}
	defer leave()
	shown, p := &listAnswer{}, newEntries(r.page.Limit)
	var last ports.Place
	asked := ports.Page{Limit: r.page.Limit + 1, After: r.page.After}
	err = q.orders.List(ctx, r.filter, asked, func(v ports.OrderView) error {
		if p.full() {
			shown.Body.Next = cursorOf(last)
			return errPageFull
		}
		last = v.Place()
		p.add(v.Size(), func(b []byte) []byte { return appendOrder(b, v) })
		return nil
	})
	if err != nil && !errors.Is(err, errPageFull) {
		return nil, err
	}
	if shown.Body.Next != "" {
		shown.Link = nextLink(q.paths.base+wire.QueryRoot, r.query, shown.Body.Next)
	}
	shown.Body.Count = p.count
	shown.Body.text = p.close(`{"count":`+strconv.Itoa(p.count)+`,"orders":[`, shown.Body.Next)
	return shown, nil
}

// nextLink is the header Link of an answer that does not show all.
func nextLink(path string, query url.Values, cursor string) string {
	query.Set("cursor", cursor)
	return "<" + path + "?" + query.Encode() + `>; rel="next"`
}

// A cursor is base64url of a place in the list: 48 bits of milliseconds since 1970 and the 130
// of an ID. Every text that cursorPattern allows is one.
const (
	cursorBytes   = 6 + order.IDBytes
	cursorPattern = `^[A-Za-z0-9_-]{29}[AEIMQUYcgkosw048]A$`
)

func cursorOf(p ports.Place) string {
	b := binary.BigEndian.AppendUint64(nil, uint64(p.CreatedAt.UnixMilli()))[2:]
	return base64.RawURLEncoding.EncodeToString(append(b, p.ID.Bits()...))
}

// placeAt reads a cursor. Each place has only one.
func placeAt(cursor string) (p ports.Place, ok bool) {
	b, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil || len(b) != cursorBytes {
		return p, false
	}
	ms := binary.BigEndian.Uint64(append([]byte{0, 0}, b[:6]...))
	p = ports.Place{CreatedAt: time.UnixMilli(int64(ms)).UTC(), ID: order.MakeID(b[6:])}
	return p, cursorOf(p) == cursor
}
