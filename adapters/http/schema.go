package http

import (
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"orders/adapters/http/wire"
	"orders/domain/order"
)

// schemas knows how every value in a body is described. What a field means, its tags say.
func schemas() huma.Registry {
	r := wire.Schemas()
	wire.DescribeAs[answer, problem](r)
	wire.DescribeAs[name, nameSchema](r)
	wire.DescribeAs[optionalName, optionalNameSchema](r)
	wire.DescribeAs[noteText, noteSchema](r)
	wire.DescribeAs[reason, order.Reason](r)
	wire.DescribeAs[currency, currencySchema](r)
	wire.DescribeAs[quantity, quantitySchema](r)
	wire.DescribeAs[amount, amountSchema](r)
	wire.DescribeAs[list[newItem], listSchema[newItem]](r)
	wire.DescribeAs[list[shipItem], listSchema[shipItem]](r)
	wire.DescribeAs[shownOrder, orderView](r)
	wire.DescribeAs[shownLines, []itemView](r)
	wire.DescribeAs[shownPacked, []packedView](r)
	return r
}

// These say what the domain enforces; a test holds them against it.
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
	s.Description = "ISO 4217 as of " + order.CurrenciesAt + ", of all prices. The service's own " +
		"when left out; a repetition that leaves it out matches an order of any currency."
	return s
}

func (quantitySchema) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{
		Type: huma.TypeInteger, Minimum: new(1.0), Maximum: new(float64(order.QuantityMax)),
	}
}

// An amount is at most that of a currency without decimals.
func (amountSchema) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{
		Type: huma.TypeNumber, ExclusiveMinimum: new(0.0), Maximum: new(float64(order.MinorMax)),
	}
}

func (listSchema[T]) Schema(r huma.Registry) *huma.Schema {
	return &huma.Schema{
		Type: huma.TypeArray, Items: r.Schema(reflect.TypeFor[T](), true, ""),
		MinItems: new(1), MaxItems: new(order.LinesMax),
	}
}
