// Package tracing tells a collector of OpenTelemetry what the service does for each request and
// each message, as spans of traces. No other package knows OpenTelemetry.
//
// A trace begins where a request or a message comes in, and ends with the append of what it
// changes. The commit stores the span context of its append. What happens later to many commits at
// once has a trace of its own, with a link to each append:
//
//	POST /commands/orders        a request, or a message (process orders.commands)
//	└── command create           reads the order, if there is one, and decides
//	    └── append               waits for a group commit, and stores its span context
//	         ^   ^   ^
//	         │   │   └────────── send orders.events (a relay)
//	         │   └────────────── project orders (a projection)
//	         └────────────────── group commit
//	                             └── insert order_writes
//
// Such a trace is sampled if one of those that it links to is.
package tracing

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/go-logr/logr"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracegrpc"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/resource"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"
)

// Tracing makes spans, and sends those that are sampled. A nil Tracing makes none, at no cost.
type Tracing struct {
	provider   *sdk.TracerProvider
	tracer     trace.Tracer
	propagator propagation.TextMapPropagator
}

// New returns a Tracing for a program of this version, to be closed after use. It does not wait for
// the collector. While that is away spans are kept, up to OTEL_BSP_MAX_QUEUE_SIZE (2048), and then
// dropped; log is told once.
func New(ctx context.Context, s Settings, version string, log *slog.Logger) (*Tracing, error) {
	otel.SetLogger(logr.Discard()) // It would print settings, and Read has checked them.
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(error) {}))
	exporter, err := s.exporter(ctx)
	if err != nil {
		return nil, fmt.Errorf("the OTEL_ variables cannot be used: %w", err)
	}
	whose, err := sender(ctx, version)
	if err != nil {
		return nil, err
	}
	told := &telling{SpanExporter: exporter, log: log}
	return newTracing(s, sdk.WithBatcher(told), sdk.WithResource(whose)), nil
}

func newTracing(s Settings, o ...sdk.TracerProviderOption) *Tracing {
	p := sdk.NewTracerProvider(append(o, sdk.WithSampler(linked{s.sampler}))...)
	return &Tracing{p, p.Tracer("orders", trace.WithSchemaURL(semconv.SchemaURL)), s.propagator}
}

func (s Settings) exporter(ctx context.Context) (sdk.SpanExporter, error) {
	if s.grpc {
		return otlptracegrpc.New(ctx)
	}
	return otlptracehttp.New(ctx)
}

// sender says what sends the spans. The command line is no part of it, as that may hold secrets.
func sender(ctx context.Context, version string) (*resource.Resource, error) {
	r, err := resource.New(ctx,
		resource.WithTelemetrySDK(), resource.WithHost(), resource.WithService(),
		resource.WithAttributes(semconv.ServiceName("orders"), semconv.ServiceVersion(version)),
		resource.WithFromEnv(),
	)
	if err != nil {
		return nil, fmt.Errorf("OTEL_RESOURCE_ATTRIBUTES: %w", err)
	}
	return r, nil
}

// flushMax is how long the last spans may take to be sent when the program ends.
const flushMax = 3 * time.Second

// Close sends what is left, for as long as flushMax.
func (t *Tracing) Close(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, flushMax)
	defer cancel()
	_ = t.provider.Shutdown(ctx) // The log has a line if the collector is away.
}

// start begins a span. Within one of this process that is not sampled nothing else is, so that one
// stands for all.
func (t *Tracing) start(
	ctx context.Context, name string, kind trace.SpanKind, attributes ...attribute.KeyValue,
) (context.Context, trace.Span) {
	around := trace.SpanFromContext(ctx)
	if c := around.SpanContext(); c.IsValid() && !c.IsRemote() && !c.IsSampled() {
		return ctx, around
	}
	return t.tracer.Start(ctx, name, trace.WithSpanKind(kind), trace.WithAttributes(attributes...))
}
