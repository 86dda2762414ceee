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
	r := huma.NewMapRegistry(schemaRoot, huma.DefaultSchemaNamer)
	DescribeAs[answer, Problem](r)
	DescribeAs[order.ID, idSchema](r)
	DescribeAs[order.Status, statusSchema](r)
	DescribeAs[order.PaymentStatus, paymentStatusSchema](r)
	DescribeAs[order.FulfillmentStatus, fulfillmentStatusSchema](r)
	DescribeAs[order.Reason, reasonSchema](r)
	return r
}

const schemaRoot = "#/components/schemas/"

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

func (statusSchema) Schema(r huma.Registry) *huma.Schema {
	return Named(r, "OrderStatus", Enum(order.Statuses))
}

func (paymentStatusSchema) Schema(r huma.Registry) *huma.Schema {
	return Named(r, "PaymentStatus", Enum(order.PaymentStatuses))
}

func (fulfillmentStatusSchema) Schema(r huma.Registry) *huma.Schema {
	return Named(r, "FulfillmentStatus", Enum(order.FulfillmentStatuses))
}

func (reasonSchema) Schema(r huma.Registry) *huma.Schema {
	return Named(r, "Reason", Enum(order.Reasons))
}

// Named registers s in r, so that generated clients have one type of that name, and returns a
// reference to it.
func Named(r huma.Registry, name string, s *huma.Schema) *huma.Schema {
	s.PrecomputeMessages()
	r.Map()[name] = s
	return Ref(name)
}

// Ref refers to a schema by its name.
func Ref(name string) *huma.Schema { return &huma.Schema{Ref: schemaRoot + name} }

// Complete completes the schemas that Huma has made of Go types: it says of objects with fields
// that they may get more by not saying anything, and that those without fields have none.
func Complete(r huma.Registry) {
	for _, s := range r.Map() {
		switch {
		case s.Type == huma.TypeObject && len(s.Properties) == 0:
			s.AdditionalProperties = false
		case s.AdditionalProperties == true:
			s.AdditionalProperties = nil
		}
	}
	composeExamples(r)
}

// Close says that a T, and the objects in it, have only the fields that are described.
func Close[T any](api huma.API) {
	CloseType(api.OpenAPI().Components.Schemas, reflect.TypeFor[T]())
}

// CloseType does what Close does in a registry.
func CloseType(r huma.Registry, t reflect.Type) { closeAll(r, r.Schema(t, true, "")) }

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

// composeExamples gives each object without an example one made of its fields' examples. It leaves
// out optional fields without an example.
func composeExamples(r huma.Registry) {
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
	case len(s.OneOf) > 0:
		return exampleOf(r, s.OneOf[0])
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
