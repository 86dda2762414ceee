package tracing

import (
	"context"
	"log/slog"
	"sync/atomic"

	sdk "go.opentelemetry.io/otel/sdk/trace"
)

// A telling exporter logs once when spans cannot be sent, and once when they can be again.
type telling struct {
	sdk.SpanExporter
	log    *slog.Logger
	isAway atomic.Bool
}

// ExportSpans implements sdk.SpanExporter.
func (t *telling) ExportSpans(ctx context.Context, spans []sdk.ReadOnlySpan) error {
	err := t.SpanExporter.ExportSpans(ctx, spans)
	switch was := t.isAway.Swap(err != nil); {
	case err != nil && !was:
		t.log.Warn("Traces cannot be sent, and are dropped until they can", "error", err)
	case err == nil && was:
		t.log.Info("Traces are sent again")
	}
	return err
}
