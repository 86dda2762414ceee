package order

import (
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"orders/adapters/http/wire"
	"orders/domain/order"
)

// How many orders one answer lists.
const (
	limitMax     = 250
	limitDefault = 50
)

// componentOf is the name that a parameter has among the document's components.
func componentOf(parameter string) string {
	return strings.ToUpper(parameter[:1]) + parameter[1:]
}

// filterParameters are those of a list.
func filterParameters() map[string]*huma.Param {
	all := map[string]*huma.Param{
		"Limit": {
			Name: "limit", In: "query", Description: "The maximum number of orders.", Example: 10,
			Schema: &huma.Schema{
				Type: huma.TypeInteger, Minimum: new(1.0), Maximum: new(float64(limitMax)),
				Default: limitDefault,
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
const once = " Empty means all. It may be given only once."

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
			Description: "Only orders created then or later." + once,
		},
		{
			Name: "createdTo", Example: wire.ExampleTime, Schema: time,
			Description: "Only orders created before then." + once,
		},
	}
}
