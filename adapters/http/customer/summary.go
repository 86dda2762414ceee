// Package customer serves the customer module over HTTP, as a part of the API that it is given.
package customer

import (
	"context"
	_ "embed"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humafiber"
	"github.com/go-json-experiment/json/jsontext"

	"orders/adapters/http/wire"
	"orders/app/access"
	"orders/domain/order"
	"orders/ports/customer"
)

const summaryText = "Counts the user's orders, and adds up what was captured and refunded, by " +
	"currency, over orders of every status. An unknown user has no orders. Where callers need " +
	"tokens, the summary of another user needs `orders:manage`."

const userID = "userId" // The path parameter.

//go:embed examples.json
var examples []byte // What the tests of this package got.

// Add adds the module's operations to api.
func Add(api huma.API, summaries customer.Summaries) {
	op := wire.Get("/queries/users/{"+userID+"}/summary", "summary",
		"Summarize a user's orders", wire.Response("The summary; all 0 if there are no orders."),
		400, 500, 503)
	op.Description = summaryText
	op.Parameters = append(op.Parameters, &huma.Param{
		Name: userID, In: "path", Required: true, Example: "user_123",
		Description: "The userId of the orders, percent-encoded.",
		Schema:      wire.Name(),
	})
	huma.Register(api, op, func(ctx context.Context, r *request) (*answer, error) {
		if !r.caller.Sees(r.userID) {
			return nil, r.caller.MayActForOthers()
		}
		s, err := summaries.Summary(ctx, r.userID)
		if err != nil {
			return nil, err
		}
		return &answer{present(r.userID, s)}, nil
	})
	wire.AddExamples(api, wire.ReadExamples(examples))
}

type request struct {
	caller access.Caller
	userID string
}

// Resolve reads r from its request; Huma calls it.
func (r *request) Resolve(h huma.Context) []error {
	r.caller = wire.CallerOf(humafiber.Unwrap(h).Context())
	r.userID = wire.Segment(h, userID)
	if !order.IsName(r.userID) {
		const message = "must be 1 to 128 characters, without control characters"
		return []error{wire.InvalidField(userID, message)}
	}
	return wire.NoQuery{}.Resolve(h)
}

type answer struct{ Body userSummary }

type userSummary struct {
	UserID     string     `json:"userId" doc:"The user." example:"user_123"`
	Orders     int        `json:"orders" doc:"The number of the user's orders, whatever their status." example:"3"`
	OpenOrders int        `json:"openOrders" doc:"The number of orders that are neither completed nor cancelled." example:"1"`
	Totals     []total    `json:"totals" doc:"What the orders of each currency add up to, in alphabetical order; amounts of different currencies are never added."`
	Last       *lastOrder `json:"lastOrder,omitempty" doc:"The newest order, if there is one." example:"{\"orderId\":\"ord_k2jh7yq4mz5vxw3n6tbacdefgh\",\"createdAt\":\"2026-11-22T13:44:48.202Z\"}"`
}

type total struct {
	Currency order.Currency `json:"currency" doc:"The ISO 4217 code." example:"USD"`
	Orders   int            `json:"orders" doc:"The number of orders in this currency, whatever their status." example:"3"`
	Spent    sum            `json:"spent" doc:"The sum of all captures, also of cancelled orders, in major units. Refunds are not subtracted, and what is ordered or authorized and not captured is not in it. It is exact and may have more digits than a double can hold." example:"1198"`
	Refunded sum            `json:"refunded" doc:"The sum of all refunds, in major units, exact; spent less refunded is what the user has paid." example:"599"`
}

// A sum is written as a JSON number of major units, exact, with as many digits as it has.
type sum customer.Sum

// MarshalJSONTo implements json.MarshalerTo.
func (s sum) MarshalJSONTo(e *jsontext.Encoder) error {
	return e.WriteValue(append(e.AvailableBuffer(), customer.Sum(s).Major()...))
}

// Schema implements huma.SchemaProvider.
func (sum) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeNumber, Format: wire.Double}
}

type lastOrder struct {
	OrderID   order.ID       `json:"orderId" doc:"The order's id."`
	CreatedAt wire.Timestamp `json:"createdAt" doc:"When the order was created, in UTC."`
}

func present(userID string, s customer.Summary) userSummary {
	shown := userSummary{
		UserID: userID, Orders: s.Orders, OpenOrders: s.Open, Totals: []total{},
	}
	for _, t := range s.Totals {
		shown.Totals = append(shown.Totals, total{
			t.Spent.Currency, t.Orders, sum(t.Spent), sum(t.Refunded),
		})
	}
	if s.Last.OrderID != "" {
		shown.Last = &lastOrder{s.Last.OrderID, wire.Timestamp(s.Last.CreatedAt)}
	}
	return shown
}
