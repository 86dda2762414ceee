// Package wire holds what all packages of the API share: JSON values, problems, parameters and
// headers of requests, and descriptions of operations.
package wire

import (
	"net/url"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/go-json-experiment/json/jsontext"

	"orders/adapters/message"
	"orders/domain/order"
)

// An Amount describes an amount of money.
type Amount order.Money

// Schema implements huma.SchemaProvider.
func (Amount) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeNumber, Format: Double}
}

// A Timestamp, which is UTC, is written with exactly three decimals.
type Timestamp time.Time

// MarshalJSONTo implements json.MarshalerTo.
func (m Timestamp) MarshalJSONTo(e *jsontext.Encoder) error {
	return e.WriteValue(m.Append(e.AvailableBuffer()))
}

// Append appends m as JSON to b.
func (m Timestamp) Append(b []byte) []byte {
	return append(message.AppendTime(append(b, '"'), time.Time(m)), '"')
}

// Schema implements huma.SchemaProvider.
func (Timestamp) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{
		Type: huma.TypeString, Format: "date-time",
		Pattern: `^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$`, Examples: []any{ExampleTime},
	}
}

// Segment returns a parameter of the path, unescaped. A plus sign stays a plus sign.
func Segment(h huma.Context, name string) string {
	raw := h.Param(name)
	if text, err := url.PathUnescape(raw); err == nil {
		return text
	}
	return raw
}

// CommandNames are the names of commands.
type CommandNames []string

// Schema implements huma.SchemaProvider.
func (CommandNames) Schema(r huma.Registry) *huma.Schema {
	names := []string{}
	for _, r := range order.Rules {
		names = append(names, r.Command)
	}
	return &huma.Schema{Type: huma.TypeArray, Items: Named(r, "CommandName", Enum(names))}
}
