package wire

import (
	"reflect"
	"slices"
	"sync"

	"github.com/danielgtaylor/huma/v2"

	"orders/domain/order"
)

// Schemas returns a registry with the schemas of the domain's values. A schema is made from a Go
// type. The tags of its fields have descriptions and examples.
func Schemas() huma.Registry {
	neverNull()
	r := huma.NewMapRegistry("#/components/schemas/", huma.DefaultSchemaNamer)
	DescribeAs[answer, Problem](r)
	DescribeAs[order.ID, idSchema](r)
	DescribeAs[order.Status, statusSchema](r)
	DescribeAs[order.PaymentStatus, paymentStatusSchema](r)
	DescribeAs[order.FulfillmentStatus, fulfillmentStatusSchema](r)
	DescribeAs[order.Reason, reasonSchema](r)
	return r
}

// neverNull makes Huma describe lists as never null. The setting is global.
var neverNull = sync.OnceFunc(func() { huma.DefaultArrayNullable = false })

// DescribeAs makes r describe each T with the schema of D, so that T needs no schema of its own.
func DescribeAs[T, D any](r huma.Registry) {
	r.RegisterTypeAlias(reflect.TypeFor[T](), reflect.TypeFor[D]())
}

type (
	idSchema                struct{}
	statusSchema            struct{}
	paymentStatusSchema     struct{}
	fulfillmentStatusSchema struct{}
	reasonSchema            struct{}
)

func (idSchema) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{
		Type: huma.TypeString, Pattern: order.IDPattern, Examples: []any{ExampleID},
	}
}

func (statusSchema) Schema(huma.Registry) *huma.Schema { return Enum(order.Statuses) }

func (paymentStatusSchema) Schema(huma.Registry) *huma.Schema { return Enum(order.PaymentStatuses) }

func (fulfillmentStatusSchema) Schema(huma.Registry) *huma.Schema {
	return Enum(order.FulfillmentStatuses)
}

func (reasonSchema) Schema(huma.Registry) *huma.Schema { return Enum(order.Reasons) }

// Open leaves it open which fields the objects of r have besides those that they describe: clients
// must accept fields that will be added.
func Open(r huma.Registry) {
	for _, s := range r.Map() {
		if s.AdditionalProperties == true {
			s.AdditionalProperties = nil
		}
	}
}

// Close says that a T, and the objects in it, have only the fields that are described.
func Close[T any](api huma.API) {
	r := api.OpenAPI().Components.Schemas
	closeAll(r, r.Schema(reflect.TypeFor[T](), true, ""))
}

func closeAll(r huma.Registry, s *huma.Schema) {
	switch {
	case s.Ref != "":
		closeAll(r, r.SchemaFromRef(s.Ref))
	case s.Items != nil:
		closeAll(r, s.Items)
	case s.Type == huma.TypeObject:
		s.AdditionalProperties = false
		for _, property := range s.Properties {
			closeAll(r, property)
		}
	}
}

// ComposeExamples gives each object without an example one made of its fields' examples. It leaves
// out optional fields without an example.
func ComposeExamples(r huma.Registry) {
	for _, s := range r.Map() {
		if example := exampleOf(r, s); example != nil {
			s.Examples = []any{example}
		}
	}
}

// exampleOf returns an example for s, or nil if there is none.
func exampleOf(r huma.Registry, s *huma.Schema) any {
	switch {
	case len(s.Examples) > 0:
		return s.Examples[0]
	case s.Ref != "":
		return exampleOf(r, r.SchemaFromRef(s.Ref))
	case s.Items != nil:
		if one := exampleOf(r, s.Items); one != nil {
			return []any{one}
		}
	case len(s.Properties) > 0:
		all := map[string]any{}
		for name, field := range s.Properties {
			if slices.Contains(s.Required, name) || len(field.Examples) > 0 {
				all[name] = exampleOf(r, field)
			}
		}
		return all
	}
	return nil
}
