package order

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humafiber"

	"orders/adapters/http/wire"
	"orders/domain/order"
	"orders/ports"
)

const listText = "Lists the orders that match all filters. Get the next page with " +
	"`nextCursor` and the same filters, or with the `Link` header. Pages neither repeat nor skip " +
	"an order while others are added. A page ends early at about 2 MiB, but has at least one " +
	"order if there is one."

func (q *Queries) addList(api huma.API) {
	list := wire.Get(wire.QueryRoot, "orders", "List orders, the newest first",
		wire.Response("A page of orders.", "Link"), 400, 500, 503)
	list.Description = listText
	for _, name := range listParameters {
		list.Parameters = append(list.Parameters, wire.Parameter(componentOf(name)))
	}
	huma.Register(api, list, q.list)
}

// A listRequest asks for orders.
type listRequest struct {
	filter ports.Filter
	page   ports.Page
	query  url.Values // The query of the link to the next page.
}

// listParameters are the names in a listRequest's query.
var listParameters = []string{
	"userId", "status", "paymentStatus", "fulfillmentStatus", "sku", "held",
	"createdFrom", "createdTo", "limit", "cursor",
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
		OnHold:            a.Choice("held"),
		CreatedFrom:       a.Time("createdFrom"),
		CreatedTo:         a.Time("createdTo"),
	}
	l.page.Limit = a.Number("limit", 1, limitMax, limitDefault)
	if cursor := a.Text("cursor"); cursor != "" {
		var ok bool
		if l.page.After, ok = placeAt(cursor); !ok {
			a.Invalid("cursor", cursorMessage)
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

	text []byte // The whole answer, encoded. The orders themselves are not kept.
}

func (m manyOrders) Encoded() []byte { return m.text }

// list reads one order more than it shows, to learn whether there is a next page.
func (q *Queries) list(ctx context.Context, r *listRequest) (*listAnswer, error) {
	release, err := q.acquirePageSlot(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
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

// How many orders one page lists.
const (
	limitMax     = 250
	limitDefault = 50
)

// componentOf is the name that a parameter has among the document's components.
func componentOf(parameter string) string {
	return strings.ToUpper(parameter[:1]) + parameter[1:]
}

// filterParameters are the parameters of a list.
func filterParameters() map[string]*huma.Param {
	all := map[string]*huma.Param{
		"Limit": {
			Name: "limit", In: "query", Example: 10,
			Description: fmt.Sprintf("The maximum number of orders; %d without it.", limitDefault),
			Schema: &huma.Schema{
				Type: huma.TypeInteger, Minimum: new(1.0), Maximum: new(float64(limitMax)),
			},
		},
	}
	for _, p := range filters() {
		p.In, p.AllowEmptyValue = "query", true
		all[componentOf(p.Name)] = p
	}
	return all
}

// once stands in the description of each filter.
const once = " Empty means all. May be given only once."

func filters() []*huma.Param {
	return append(timeFilters(), []*huma.Param{
		{
			Name: "userId", Example: "user_123", Schema: wire.Text(),
			Description: "Only this user's orders." + once,
		},
		{
			Name: "status", Example: order.StatusCreated, Schema: wire.Enum(order.Statuses),
			Description: "Only orders with this status." + once,
		},
		{
			Name: "paymentStatus", Example: order.Paid, Schema: wire.Enum(order.PaymentStatuses),
			Description: "Only orders with this payment status." + once,
		},
		{
			Name: "fulfillmentStatus", Example: order.Unfulfilled,
			Schema:      wire.Enum(order.FulfillmentStatuses),
			Description: "Only orders with this fulfillment status." + once,
		},
		{
			Name: "sku", Example: "sku_mouse", Schema: wire.Text(),
			Description: "Only orders with an item of this product." + once,
		},
		{
			Name: "held", Example: false, Schema: &huma.Schema{Type: huma.TypeBoolean},
			Description: "Only orders that are on hold, or only those that are not." + once,
		},
		{
			Name: "cursor", Example: exampleCursor,
			Schema:      &huma.Schema{Type: huma.TypeString, Pattern: cursorPattern},
			Description: "The `nextCursor` of the page before. Empty for the first page.",
		},
	}...)
}

func timeFilters() []*huma.Param {
	time := &huma.Schema{Type: huma.TypeString, Format: "date-time"}
	return []*huma.Param{
		{
			Name: "createdFrom", Example: wire.ExampleTime, Schema: time,
			Description: "Only orders created at this time or later." + once,
		},
		{
			Name: "createdTo", Example: wire.ExampleTime, Schema: time,
			Description: "Only orders created before this time." + once,
		},
	}
}
