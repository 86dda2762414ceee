package tracing

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"orders/app/command"
	"orders/app/inlet"
)

// A letter is a message with a command.
type letter struct{ is inlet.Message }

func (l letter) Message() inlet.Message                 { return l.is }
func (letter) Answer(context.Context, []byte) error     { return nil }
func (letter) Bury(context.Context, inlet.Reason) error { return nil }

func TestAMessageGoesOnWithTheTraceOfItsSender(t *testing.T) {
	for _, tt := range []struct {
		buried string
		status codes.Code
	}{
		{"", codes.Unset}, {"command-unknown", codes.Unset}, {inlet.Internal, codes.Error},
		{command.Unreadable.Code, codes.Error},
	} {
		r := newRig(t)
		var within trace.SpanContext
		serve := r.tracing.Serve("rabbitmq", func(ctx context.Context, d inlet.Delivery) error {
			within = trace.SpanContextFromContext(ctx)
			if tt.buried == "" {
				return nil
			}
			return d.Bury(ctx, inlet.Reason{Code: tt.buried, Detail: "ann"})
		})
		m := inlet.Message{ID: "ann", Traceparent: client, Tracestate: "a=1", OrderID: orderID}
		if err := serve(t.Context(), letter{m}); err != nil {
			t.Fatal(err)
		}
		s := r.span(t, "process orders.commands")
		if s.Parent.SpanID().String() != span1 || s.SpanContext.TraceID().String() != trace1 ||
			s.SpanContext.TraceState().String() != "a=1" ||
			s.SpanContext.SpanID() != within.SpanID() ||
			s.SpanKind != trace.SpanKindConsumer || s.Status.Code != tt.status ||
			value(s, codeKey) != tt.buried || value(s, orderKey) != orderID ||
			value(s, "messaging.system") != "rabbitmq" || strings.Contains(fmt.Sprint(s), "ann") {
			t.Errorf("%+v", s)
		}
	}
}
