package http

import (
	"context"

	"github.com/danielgtaylor/huma/v2"
	"github.com/valyala/fasthttp"

	"orders/adapters/http/wire"
)

// A Tracer follows requests as spans of traces.
type Tracer interface {
	// Begin begins the span of a request that a route answers, such as /queries/orders/{orderId};
	// the empty text if none does.
	Begin(c *fasthttp.RequestCtx, route string) Span
}

// A Span is a request between its head and its answer.
type Span interface {
	// With returns ctx with the span in it.
	With(ctx context.Context) context.Context
	// IDs are those of the trace and of the span, and whether they are sampled.
	IDs() (trace, span string, sampled bool)
	// End ends the span with what became of the request.
	End(Ended)
}

// Ended is what became of a request.
type Ended struct {
	Status  int
	Code    string // Of the problem; empty without one.
	OrderID string // Empty if it is about none, or about several.
}

// trace begins the span of a request for an operation. Machines ask for probes all the time.
func (s *Server) trace(c *fasthttp.RequestCtx, op *huma.Operation) {
	if !wire.IsProbe(op) {
		s.beginSpan(c, string(s.basePath)+op.Path)
	}
}

// beginSpan begins the span of a request, which a route answers.
func (s *Server) beginSpan(c *fasthttp.RequestCtx, route string) {
	v := visitOf(c)
	if s.observer.Tracer == nil || v.span != nil {
		return
	}
	v.span = s.observer.Tracer.Begin(c, route)
	line := wire.LineOf(c)
	line.TraceID, line.SpanID, line.Sampled = v.span.IDs()
}

// endSpan ends the span of a request whose answer is about to be sent, or to begin.
func (s *Server) endSpan(c *fasthttp.RequestCtx) {
	v := visitOf(c)
	if v.span == nil && !v.untraced { // No operation got it.
		s.beginSpan(c, "")
	}
	if v.span == nil {
		return
	}
	line := wire.LineOf(c)
	v.span.End(Ended{
		Status: c.Response.StatusCode(), Code: line.Code(), OrderID: string(line.OrderID),
	})
}

// traced returns ctx with the span of the visit, if it has one.
func (v *visit) traced(ctx context.Context) context.Context {
	if v.span == nil {
		return ctx
	}
	return v.span.With(ctx)
}
