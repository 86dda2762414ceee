package http

import (
	"github.com/danielgtaylor/huma/v2"

	"orders/adapters/http/wire"
)

// TransformSchema implements huma.SchemaTransformer.
func (problem) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	return wire.Explain(s, exampleProblem, map[string]string{
		"type": "Always about:blank: code tells problems apart.", "title": "The status in words.",
		"status": "The HTTP status.", "detail": "What is wrong, for people.",
		"instance": "The path that was asked for.",
		"code":     "What is wrong, for programs. It never changes.",
		"message":  "A headline for people.", "issues": "Every wrong value, at most 50.",
		"currentVersion":  "The order's version, when it is not one that If-Match names.",
		"currentStatus":   "The order's status, when it forbids the command.",
		"allowedCommands": "The commands that the order would take instead.",
		"checks":          "What /readyz looked at.",
	})
}

// TransformSchema implements huma.SchemaTransformer.
func (issue) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	s.Properties["path"].Items = &huma.Schema{
		OneOf: []*huma.Schema{{Type: huma.TypeString}, {Type: huma.TypeInteger}},
	}
	return wire.Explain(s, exampleIssue, map[string]string{
		"path":    "Where it stands: names and indexes, from the outside in.",
		"message": "What is wrong with it.",
	})
}
