package order

import (
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"orders/adapters/http/wire"
	"orders/adapters/message"
	"orders/domain/order"
)

// Describe registers the schemas of an order's values in r. The tags of a field say what it means.
func Describe(r huma.Registry) {
	wire.DescribeAs[message.Name, nameSchema](r)
	wire.DescribeAs[message.OptionalName, optionalNameSchema](r)
	wire.DescribeAs[message.Note, noteSchema](r)
	wire.DescribeAs[message.Reason, order.Reason](r)
	wire.DescribeAs[message.Currency, currencySchema](r)
	wire.DescribeAs[message.Quantity, quantitySchema](r)
	wire.DescribeAs[message.Amount, amountSchema](r)
	wire.DescribeAs[message.List[message.NewOrderItem], listSchema[message.NewOrderItem]](r)
	wire.DescribeAs[message.List[message.NewItem], listSchema[message.NewItem]](r)
	wire.DescribeAs[message.List[message.ShipItem], listSchema[message.ShipItem]](r)
	wire.DescribeAs[resultBody, commandResult](r)
	wire.DescribeAs[shownOrder, oneOrder](r)
	wire.DescribeAs[message.Money, wire.Amount](r)
	wire.DescribeAs[message.Lines, []itemView](r)
	wire.DescribeAs[message.Packed, []packedView](r)
	wire.DescribeAs[message.CancelledData, cancellationView](r)
	wire.DescribeAs[message.NoData, noData](r)
}

// These schemas describe what the domain enforces; a test compares them with it.
type (
	nameSchema         struct{}
	optionalNameSchema struct{}
	noteSchema         struct{}
	currencySchema     struct{}
	quantitySchema     struct{}
	amountSchema       struct{}
	listSchema[T any]  struct{}
)

func (nameSchema) Schema(huma.Registry) *huma.Schema { return wire.Name() }

func (optionalNameSchema) Schema(huma.Registry) *huma.Schema { return wire.TextUpTo(order.TextMax) }

func (noteSchema) Schema(huma.Registry) *huma.Schema { return wire.TextUpTo(order.NoteMax) }

func (currencySchema) Schema(huma.Registry) *huma.Schema {
	s := wire.Enum(order.Currencies())
	s.Description = "The currency of all prices (ISO 4217 as of " + order.CurrenciesAt + "). " +
		"Defaults to the service's currency. A repeated request without it matches an order of " +
		"any currency."
	return s
}

func (quantitySchema) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{
		Type: huma.TypeInteger, Format: wire.Int32,
		Minimum: new(1.0), Maximum: new(float64(order.QuantityMax)),
	}
}

// An amount is at most that of a currency without decimals.
func (amountSchema) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{
		Type: huma.TypeNumber, Format: wire.Double,
		ExclusiveMinimum: new(0.0), Maximum: new(float64(order.MinorMax)),
	}
}

func (listSchema[T]) Schema(r huma.Registry) *huma.Schema {
	return &huma.Schema{
		Type: huma.TypeArray, Items: r.Schema(reflect.TypeFor[T](), true, ""),
		MinItems: new(1), MaxItems: new(order.LinesMax),
	}
}

type noData struct{}

// TransformSchema implements huma.SchemaTransformer. Without the extension, oapi-codegen would make
// a map of anything.
func (noData) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	s.Examples, s.Extensions = []any{map[string]any{}}, map[string]any{"x-go-type": "struct{}"}
	return s
}
