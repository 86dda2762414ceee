package tracing

import (
	"context"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/propagation"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"

	"orders/app/command"
	"orders/app/inlet"
	"orders/ports"
)

// Serve returns what has a span for each message with a command that next deals with, as a child of
// the sender's span, if the message says so. The broker's name is kafka or rabbitmq.
func (t *Tracing) Serve(
	broker string, next func(context.Context, inlet.Delivery) error,
) func(context.Context, inlet.Delivery) error {
	if t == nil {
		return next
	}
	return func(ctx context.Context, d inlet.Delivery) error {
		m := d.Message()
		ctx = t.propagator.Extract(ctx, propagation.MapCarrier{
			inlet.HeaderTraceparent: m.Traceparent, inlet.HeaderTracestate: m.Tracestate,
		})
		ctx, span := t.start(ctx, "process "+inlet.Commands, trace.SpanKindConsumer)
		if span.IsRecording() {
			span.SetAttributes(messaging(broker, inlet.Commands, "process",
				semconv.MessagingOperationTypeProcess)...)
			span.SetAttributes(about(string(m.OrderID), "")...)
			d = dealt{d, span}
		}
		err := next(ctx, d)
		end(span, err)
		return err
	}
}

// messaging are the attributes of what is done with a message.
func messaging(
	broker, destination, operation string, kind attribute.KeyValue,
) []attribute.KeyValue {
	return []attribute.KeyValue{
		semconv.MessagingSystemKey.String(broker),
		semconv.MessagingDestinationName(destination),
		semconv.MessagingOperationName(operation), kind,
	}
}

// A dealt delivery notes in its span that it became a dead letter.
type dealt struct {
	inlet.Delivery
	span trace.Span
}

// Bury implements inlet.Delivery. An internal error is the service's own, and so is an order that
// it cannot read.
func (d dealt) Bury(ctx context.Context, why inlet.Reason) error {
	d.span.SetAttributes(about("", why.Code)...)
	if why.Code == inlet.Internal || why.Code == command.Unreadable.Code {
		failed(d.span, why.Code)
	}
	return d.Delivery.Bury(ctx, why)
}

// Publisher returns p with a span for each commit that it publishes, if its append is sampled.
func (t *Tracing) Publisher(broker, topic string, p ports.Publisher) ports.Publisher {
	if t == nil {
		return p
	}
	return publisher{p, t, broker, topic}
}

type publisher struct {
	ports.Publisher
	tracing       *Tracing
	broker, topic string
}

// Publish implements ports.Publisher.
func (p publisher) Publish(ctx context.Context, c ports.Commit) error {
	ctx, span := p.tracing.linked(ctx, "send "+p.topic, trace.SpanKindProducer, []ports.Commit{c})
	if !span.IsRecording() {
		return p.Publisher.Publish(ctx, c)
	}
	span.SetAttributes(messaging(p.broker, p.topic, "send", semconv.MessagingOperationTypeSend)...)
	span.SetAttributes(semconv.MessagingBatchMessageCount(len(c.Events)))
	span.SetAttributes(orderKey.String(string(c.OrderID)), versionKey.Int(c.Version))
	err := p.Publisher.Publish(ctx, c)
	end(span, err)
	return err
}
