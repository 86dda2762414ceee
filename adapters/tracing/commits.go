package tracing

import (
	"context"
	"errors"

	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/noop"

	"orders/adapters/mongo/journal"
	"orders/app/command"
	"orders/app/subscribe"
	"orders/ports"
)

// Commands returns next with a span for each command.
func (t *Tracing) Commands(next command.Handle) command.Handle {
	if t == nil {
		return next
	}
	return func(ctx context.Context, r command.Request) (command.Result, error) {
		ctx, span := t.start(ctx, "command "+r.Command.Name(), trace.SpanKindInternal)
		result, err := next(ctx, r)
		if span.IsRecording() {
			span.SetAttributes(commandKey.String(r.Command.Name()))
			carriedOut(span, r, result, err)
		}
		span.End()
		return result, err
	}
}

// carriedOut notes what became of a command. A refusal is no error of the service.
func carriedOut(span trace.Span, r command.Request, result command.Result, err error) {
	refusal, isRefused := command.RefusalOf(err)
	outcome := "done"
	switch {
	case isRefused:
		outcome = "refused"
	case err != nil:
		outcome = "failed"
		failed(span, reasonOf(err))
	case r.DryRun:
		outcome = "rehearsed"
	case result.Replayed:
		outcome = "replayed"
	case len(result.Events) == 0:
		outcome = "repeated"
	}
	id := r.OrderID
	if err == nil {
		id = result.ID
		span.SetAttributes(versionKey.Int(result.Version))
	}
	span.SetAttributes(outcomeKey.String(outcome))
	span.SetAttributes(about(string(id), refusal.Code)...)
}

// EventStore returns s with a span for each append of a request or a message, whose context the
// commit stores instead of the client's. What is imported keeps the one that it has.
func (t *Tracing) EventStore(s ports.EventStore) ports.EventStore {
	if t == nil {
		return s
	}
	return eventStore{s, t}
}

type eventStore struct {
	ports.EventStore
	tracing *Tracing
}

// Append implements ports.EventStore. Whoever loses a race decides again.
func (s eventStore) Append(ctx context.Context, past ports.Stream, c ports.Commit) error {
	if !trace.SpanContextFromContext(ctx).IsValid() {
		return s.EventStore.Append(ctx, past, c)
	}
	ctx, span := s.tracing.start(ctx, "append", trace.SpanKindInternal)
	c.Traceparent = traceparent(span.SpanContext())
	err := s.EventStore.Append(ctx, past, c)
	if span.IsRecording() {
		span.SetAttributes(orderKey.String(string(c.OrderID)), versionKey.Int(c.Version))
		if errors.Is(err, ports.ErrConflict) {
			span.SetAttributes(codeKey.String(reasonOf(err)))
		} else if err != nil {
			failed(span, reasonOf(err))
		}
	}
	span.End()
	return err
}

// linked begins a span of what happens to commits of many traces at once, with links to those of
// their appends that are sampled. It has no parent. There is none if none is sampled.
func (t *Tracing) linked(
	ctx context.Context, name string, kind trace.SpanKind, commits []ports.Commit,
) (context.Context, trace.Span) {
	links := t.linksTo(commits)
	if len(links) == 0 {
		return ctx, noop.Span{}
	}
	return t.tracer.Start(ctx, name, trace.WithNewRoot(), trace.WithSpanKind(kind),
		trace.WithLinks(links...))
}

// Writes is told of each group commit, and has a span for it.
func (t *Tracing) Writes(ctx context.Context, w journal.Write) (context.Context, func()) {
	ctx, span := t.linked(ctx, "group commit", trace.SpanKindInternal, w.Commits)
	span.SetAttributes(commitsKey.Int(len(w.Commits)))
	return ctx, func() { span.End() }
}

// Projection returns h with a span for each batch of a projection.
func (t *Tracing) Projection(name string, h subscribe.Handler) subscribe.Handler {
	if t == nil {
		return h
	}
	return projection{h, t, "project " + name}
}

type projection struct {
	subscribe.Handler
	tracing *Tracing
	name    string
}

// Handle implements subscribe.Handler.
func (p projection) Handle(ctx context.Context, b ports.Batch) error {
	ctx, span := p.tracing.linked(ctx, p.name, trace.SpanKindInternal, b.Commits)
	err := p.Handler.Handle(ctx, b)
	if span.IsRecording() {
		span.SetAttributes(commitsKey.Int(len(b.Commits)))
		end(span, err)
	}
	return err
}
