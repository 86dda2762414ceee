package http

import "github.com/danielgtaylor/huma/v2"

// The example of a problem is a true one.

// TransformSchema implements huma.SchemaTransformer.
func (problem) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
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
