package tracing

import (
	"context"
	"errors"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"

	"orders/app/command"
	"orders/domain/order"
	"orders/ports"
)

// The attributes of this service's own.
const (
	orderKey   = attribute.Key("orders.order.id")
	codeKey    = attribute.Key("orders.code")    // Of the problem, or the refusal.
	commandKey = attribute.Key("orders.command") // Its name.
	outcomeKey = attribute.Key("orders.outcome") // Of a command.
	versionKey = attribute.Key("orders.order.version")
	commitsKey = attribute.Key("orders.commits") // How many.
)

// about are the attributes of what is about an order, and of what was refused, if they are set.
func about(id, code string) (attributes []attribute.KeyValue) {
	if id != "" && order.ID(id).Valid() {
		attributes = append(attributes, orderKey.String(id))
	}
	if code != "" {
		attributes = append(attributes, codeKey.String(code))
	}
	return attributes
}

// failed notes that what the span stands for failed, for a reason of this type. What the error says
// stays in the log, as it may quote what is stored.
func failed(span trace.Span, reason string) {
	span.SetStatus(codes.Error, "")
	span.SetAttributes(semconv.ErrorTypeKey.String(reason))
}

// end ends a span of what err became of: nil for a success.
func end(span trace.Span, err error) {
	if err != nil {
		failed(span, reasonOf(err))
	}
	span.End()
}

// reasonOf is the type of an error.
func reasonOf(err error) string {
	for _, known := range []struct {
		is     error
		reason string
	}{
		{ports.ErrConflict, "conflict"},
		{ports.ErrOutcomeUnknown, "outcome-unknown"},
		{ports.ErrUnavailable, "unavailable"},
		{ports.ErrUnreadable, "unreadable"},
		{ports.ErrRefused, "refused"},
		{ports.ErrGone, "gone"},
		{context.DeadlineExceeded, "timeout"},
		{context.Canceled, "canceled"},
	} {
		if errors.Is(err, known.is) {
			return known.reason
		}
	}
	if r, is := command.RefusalOf(err); is {
		return r.Code
	}
	return semconv.ErrorTypeOther.Value.AsString()
}
