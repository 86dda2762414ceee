package wire

import (
	"github.com/danielgtaylor/huma/v2"

	"orders/domain/order"
)

// CommandNames are names of commands.
type CommandNames []string

// Schema implements huma.SchemaProvider.
func (CommandNames) Schema(huma.Registry) *huma.Schema {
	names := []string{}
	for _, r := range order.Rules {
		names = append(names, r.Command)
	}
	return &huma.Schema{Type: huma.TypeArray, Items: Enum(names)}
}
