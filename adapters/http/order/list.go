package order

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humafiber"

	"orders/adapters/http/wire"
	"orders/app/access"
	"orders/domain/order"
	"orders/ports"
)

const listText = "Lists the orders that match all filters, in the order of `sort`. The list is " +
	"at its end when an answer has no `nextCursor`. Until then, get the next page with it, the " +
	"same filters and the same `sort`, or with the `Link` header. A page ends early at about " +
	"2 MiB, but has at least one order if there is one. Where callers need tokens, one without " +
	"`orders:manage` is shown own orders alone, whatever the filters are.\n\n" +
	"Pages neither repeat nor skip an order while others are added. An order that changes " +
	"meanwhile may come to match the filters, or no longer match them. By `updatedAt` it also " +
	"moves: with the oldest first a later page shows it again, with the newest first it may be " +
	"skipped.\n\n" +
	"To poll for changes, list with `sort=updatedAt` to the end, and keep the last order's " +
	"`updatedAt`. The next time, add `updatedFrom` with that time less an overlap of five " +
	"minutes, as a change may be shown later than another one that is dated after it, and skip " +
	"versions you already have. Streams of changes need no overlap."

func (q *Queries) addList(api huma.API) {
	list := wire.Get(wire.QueryRoot, "orders", "List orders",
		wire.Response("A page of orders.", "Link"), 400, 500, 503)
	list.Description = listText
	for _, name := range listParameters {
		list.Parameters = append(list.Parameters, wire.Parameter(componentOf(name)))
	}
	huma.Register(api, list, q.list)
}

// A listRequest asks for orders.
type listRequest struct {
	caller access.Caller
	filter ports.Filter
	page   ports.Page
	query  url.Values // The query of the link to the next page.
}

// listParameters are the names in a listRequest's query.
var listParameters = []string{
	"userId", "status", "paymentStatus", "fulfillmentStatus", "sku", "held",
	"createdFrom", "createdTo", "updatedFrom", "updatedTo", "sort", "limit", "cursor",
}

// Resolve reads l from its request; Huma calls it.
func (l *listRequest) Resolve(h huma.Context) []error {
	f := humafiber.Unwrap(h)
	l.caller = wire.CallerOf(f.Context())
	a := wire.QueryOf(f)
	l.filter = ports.Filter{
		UserID:              a.Text("userId"),
		Statuses:            wire.AnyOf(a, "status", order.Statuses),
		PaymentStatuses:     wire.AnyOf(a, "paymentStatus", order.PaymentStatuses),
		FulfillmentStatuses: wire.AnyOf(a, "fulfillmentStatus", order.FulfillmentStatuses),
		SKU:                 a.Text("sku"),
		OnHold:              a.Choice("held"),
		CreatedFrom:         a.Time("createdFrom"),
		CreatedTo:           a.Time("createdTo"),
		UpdatedFrom:         a.Time("updatedFrom"),
		UpdatedTo:           a.Time("updatedTo"),
	}
	l.page.Sort = sortOf(a)
	l.page.Limit = a.Number("limit", 1, limitMax, limitDefault)
	if cursor := a.Text("cursor"); cursor != "" {
		sort, after, ok := placeAt(cursor)
		switch l.page.After = after; {
		case !ok:
			a.Invalid("cursor", cursorMessage)
		case sort != l.page.Sort:
			a.Invalid("cursor", cursorSortMessage)
		}
	}
	if err := a.Err(); err != nil {
		return []error{err}
	}
	l.query = a.Values(listParameters)
	return nil
}

type listAnswer struct {
	Link string `header:"Link" hidden:"true"`
	Body manyOrders
}

type manyOrders struct {
	Count  int         `json:"count" format:"int32" doc:"The number of orders in this answer, not of all that match." example:"1"`
	Orders []orderView `json:"orders" doc:"The orders of this page, as sorted."`
	Next   string      `json:"nextCursor,omitempty" doc:"The cursor of the next page. Without it, this page is the last." example:"AaIDgJVKVpJ_4hxme1vbbfTCAQyFMcA"`

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
	asked, class := r.page, r.caller.Class()
	asked.Limit++
	if narrow(&r.filter, r.caller) {
		err = q.orders.List(ctx, r.filter, asked, func(v ports.OrderView) error {
			if p.full() {
				shown.Body.Next = cursorOf(r.page.Sort, last)
				return errPageFull
			}
			last = r.page.Sort.Place(v)
			p.add(v.Size(), func(b []byte) []byte { return appendOrder(b, v, class) })
			return nil
		})
	}
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

// componentOf is the name that a parameter has among the document's components. One that takes
// several statuses is in the plural, as a status has a schema of that name.
func componentOf(parameter string) string {
	name := strings.ToUpper(parameter[:1]) + parameter[1:]
	if strings.HasSuffix(name, "Status") {
		name += "es"
	}
	return name
}

// filterParameters are the parameters of a list.
func filterParameters() map[string]*huma.Param {
	all := map[string]*huma.Param{
		"Limit": {
			Name: "limit", In: "query", Example: 10,
			Description: fmt.Sprintf("The maximum number of orders on a page; %d without it.",
				limitDefault),
			Schema: &huma.Schema{
				Type: huma.TypeInteger, Format: wire.Int32,
				Minimum: new(1.0), Maximum: new(float64(limitMax)),
			},
		},
	}
	for _, p := range filters() {
		p.In, p.AllowEmptyValue = "query", true
		all[componentOf(p.Name)] = p
	}
	return all
}

// once stands in the description of each filter of one value.
const once = " Empty means all. May be given only once."

func filters() []*huma.Param {
	return slices.Concat(statusFilters(), timeFilters(), []*huma.Param{
		{
			Name: "userId", Example: "user_123", Schema: wire.Text(),
			Description: "Only this user's orders." + once,
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
			Name: "sort", Example: sorts[0].name, Schema: wire.Enum(sortNames()),
			Description: "The time by which orders are listed, the oldest first; with `-`, the " +
				"newest first. Orders of equal times are listed by `orderId` in that direction. " +
				"Empty means `" + sorts[0].name + "`. May be given only once.",
		},
		{
			Name: "cursor", Example: exampleCursor,
			Schema: &huma.Schema{Type: huma.TypeString, Pattern: cursorPattern},
			Description: "The `nextCursor` of the page before, of a list with the same `sort`. " +
				"Empty for the first page.",
		},
	})
}

func statusFilters() []*huma.Param {
	return []*huma.Param{
		filterAnyOf("status", "statuses", "OrderStatus", order.Statuses),
		filterAnyOf("paymentStatus", "payment statuses", "PaymentStatus", order.PaymentStatuses),
		filterAnyOf("fulfillmentStatus", "fulfillment statuses", "FulfillmentStatus",
			order.FulfillmentStatuses),
	}
}

func filterAnyOf[T ~string](name, plural, schema string, values []T) *huma.Param {
	return &huma.Param{
		Name: name, Example: values[:1], Schema: wire.AnyOfNamed(schema, len(values)),
		Description: fmt.Sprintf("Only orders with any of these %[1]s. Give it once for each "+
			"value, as in `%[2]s=%[3]s&%[2]s=%[4]s`. Empty means all.",
			plural, name, values[0], values[1]),
	}
}

func timeFilters() []*huma.Param {
	filter := func(name, text string) *huma.Param {
		return &huma.Param{
			Name: name, Example: wire.ExampleTime, Description: text + once,
			Schema: &huma.Schema{Type: huma.TypeString, Format: "date-time"},
		}
	}
	return []*huma.Param{
		filter("createdFrom", "Only orders created at this time or later."),
		filter("createdTo", "Only orders created before this time."),
		filter("updatedFrom", "Only orders last changed at this time or later."),
		filter("updatedTo", "Only orders last changed before this time."),
	}
}
