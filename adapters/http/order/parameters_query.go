package order

import (
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"orders/adapters/http/wire"
	"orders/domain/order"
)

// componentOf is the name that a parameter has among the document's components.
func componentOf(parameter string) string {
	return strings.ToUpper(parameter[:1]) + parameter[1:]
}

// minVersionPattern allows a number, at least 1, bare or as an entity-tag.
const minVersionPattern = `^(0*[1-9][0-9]*|(W/)?"0*[1-9][0-9]*")$`

func queryParameters() map[string]*huma.Param {
	all := map[string]*huma.Param{
		"AtVersion": {
			Name: "atVersion", In: "query", Example: 2,
			Description: "Show the order as it was at this version.",
			Schema:      &huma.Schema{Type: huma.TypeInteger, Minimum: new(1.0)},
		},
		"MinVersion": {
			Name: "minVersion", In: "query", Example: `"2"`,
			Description: "Show the order at this version or a later one: wait for it up to " +
				"2 s, and then answer 503. It is a number, or the ETag of a command's answer, " +
				"which makes you read what you wrote. Not together with atVersion.",
			Schema: &huma.Schema{Type: huma.TypeString, Pattern: minVersionPattern},
		},
		"Limit": {
			Name: "limit", In: "query", Description: "How many orders at most.", Example: 10,
			Schema: &huma.Schema{
				Type: huma.TypeInteger, Minimum: new(1.0), Maximum: new(float64(limitMax)),
				Default: limitDefault,
			},
		},
		"EventLimit": {
			Name: "limit", In: "query", Example: 100,
			Description: "How many events at most. Without it, all that a page has room for.",
			Schema:      &huma.Schema{Type: huma.TypeInteger, Minimum: new(1.0)},
		},
		"EventCursor": {
			Name: "cursor", In: "query", Example: exampleMoment, AllowEmptyValue: true,
			Schema:      &huma.Schema{Type: huma.TypeString, Pattern: placePattern},
			Description: "The `nextCursor` of the page before. Empty for the first page.",
		},
	}
	for _, p := range filterParameters() {
		p.In, p.AllowEmptyValue = "query", true
		all[componentOf(p.Name)] = p
	}
	return all
}

func filterParameters() []*huma.Param {
	time := &huma.Schema{Type: huma.TypeString, Format: "date-time"}
	const once = " Empty for all. It must come only once."
	return []*huma.Param{
		{
			Name: "userId", Example: "user_123", Schema: wire.Text(),
			Description: "Only this user's orders." + once,
		},
		{
			Name: "status", Example: order.StatusCreated, Schema: wire.Enum(order.Statuses),
			Description: "Only orders at this place in their life." + once,
		},
		{
			Name: "paymentStatus", Example: order.Paid, Schema: wire.Enum(order.PaymentStatuses),
			Description: "Only orders that are paid so far." + once,
		},
		{
			Name: "fulfillmentStatus", Example: order.Unfulfilled,
			Schema:      wire.Enum(order.FulfillmentStatuses),
			Description: "Only orders that are shipped so far." + once,
		},
		{
			Name: "sku", Example: "sku_mouse", Schema: wire.Text(),
			Description: "Only orders with an item of this product." + once,
		},
		{
			Name: "createdFrom", Example: wire.ExampleTime, Schema: time,
			Description: "Only orders created then or later." + once,
		},
		{
			Name: "createdTo", Example: wire.ExampleTime, Schema: time,
			Description: "Only orders created before then." + once,
		},
		{
			Name: "cursor", Example: exampleCursor,
			Schema:      &huma.Schema{Type: huma.TypeString, Pattern: cursorPattern},
			Description: "The `nextCursor` of the page before. Empty for the first page.",
		},
	}
}
