package wire

import (
	"github.com/danielgtaylor/huma/v2"

	"orders/domain/order"
)

// The example of a problem is a true one.
var (
	exampleIssue   = issue{[]any{"items", 0, "qty"}, "must be from 1 to 1000000"}
	exampleProblem = invalid(order.ErrInvalid.Code, "qty must be from 1 to 1000000",
		exampleIssue).At(CommandRoot)
)

// TransformSchema implements huma.SchemaTransformer.
func (Problem) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	s.Examples = []any{exampleProblem}
	return s
}

// TransformSchema implements huma.SchemaTransformer.
func (issue) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	s.Properties["path"].Items = &huma.Schema{
		OneOf: []*huma.Schema{{Type: huma.TypeString}, {Type: huma.TypeInteger}},
	}
	s.Examples = []any{exampleIssue}
	return s
}
