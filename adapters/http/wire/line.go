package wire

import (
	"context"
	"errors"
	"log/slog"
	"net/url"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"orders/app/access"
	"orders/domain/order"
	"orders/ports"
)

// A Line is the line of a request in the access log. Those who answer the request note in it what
// the request and its outcome do not say.
type Line struct {
	RequestID string
	OrderID   order.ID // The order that was asked about, or created; empty if there is no valid id.
	Streams   bool     // The stream writes the line when it ends.

	TraceID, SpanID string // Of the request's span; empty if it has none.
	Sampled         bool   // A collector is told of that.

	actor     ports.Actor     // Who sent it, if somebody vouches for that.
	operation *huma.Operation // Nil if the API has none for the request.
	code      string          // Of the problem that was answered.
	lacks     access.Scope    // The scope that the caller lacks.
	cause     error           // Why the service could not do what was asked for.
	damaged   bool            // The cause is that what is stored cannot be read.
}

// LineOf returns the line of the request c.
func LineOf(c *fasthttp.RequestCtx) *Line {
	l, ok := c.UserValue(lineKey).(*Line)
	if !ok {
		l = &Line{}
		c.SetUserValue(lineKey, l)
	}
	return l
}

// Note notes which operation a request asks for, and about which order.
func Note(c *fiber.Ctx, operation *huma.Operation) {
	line := LineOf(c.Context())
	line.operation = operation
	id, _ := url.PathUnescape(c.Params(OrderID))
	line.AsksAbout(order.ID(id))
}

// Code is that of the problem that was answered, or the empty text.
func (l *Line) Code() string { return l.code }

// Exemplar is the trace that may stand for the request, if a collector is told of it: its own, or
// the client's where there is none.
func (l *Line) Exemplar(r Request) string {
	switch {
	case l.TraceID != "" && l.Sampled:
		return l.TraceID
	case l.TraceID == "" && r.Sampled:
		return r.TraceID
	}
	return ""
}

// AsksAbout notes which order is asked about, if its id is valid.
func (l *Line) AsksAbout(id order.ID) {
	if id.Valid() {
		l.OrderID = id
	}
}

// OrderIDOf returns the order's id in the path, which may be invalid.
func OrderIDOf(h huma.Context) order.ID { return order.ID(Segment(h, OrderID)) }

// failed notes the problem that answers the request after err.
func (l *Line) failed(p Problem, err error) {
	l.code = p.Code
	l.lacks = lacking(err, l.operation)
	l.damaged = errors.Is(err, ports.ErrUnreadable)
	if l.damaged || p.Status == fiber.StatusInternalServerError ||
		p.Status == fiber.StatusServiceUnavailable {
		l.cause = err
	}
}

// A Request is what the log says of a request itself.
type Request struct {
	Method, Path string

	TraceID string // Of the client; empty for none.
	Sampled bool   // That trace is.
}

// RequestOf returns a copy of what the log says of c.
func RequestOf(c *fasthttp.RequestCtx) Request {
	r := Request{Method: fiber.MethodPost, Path: string(c.URI().PathOriginal())}
	if !c.IsPost() {
		r.Method = string(c.Method())
	}
	if trace := c.Request.Header.Peek(HeaderTraceparent); len(trace) > 0 {
		r.TraceID, r.Sampled = traceID(string(trace))
	}
	return r
}

// An Outcome is what became of a request.
type Outcome struct {
	Status, Bytes int
	At            time.Time // When it was there.
	Took          time.Duration
}

// probeKey marks the operations in whose Metadata it is as probes.
const probeKey = "probe"

// Probe marks an operation as one that machines ask for all the time. Its requests are logged at
// the level debug.
func Probe(op huma.Operation) huma.Operation {
	op.Metadata = map[string]any{probeKey: true}
	return op
}

// Write writes the line.
func (l *Line) Write(log *slog.Logger, r Request, o Outcome) {
	l.audit(log, r)
	level := l.level(o.Status)
	if !log.Enabled(context.Background(), level) {
		return
	}
	attrs := append(make([]slog.Attr, 0, 14),
		slog.String("method", r.Method),
		slog.String("path", r.Path),
		slog.Int("status", o.Status),
		slog.Float64("durationMs", float64(o.Took.Microseconds())/1000),
		slog.Int("bytes", o.Bytes),
		slog.String("requestId", l.RequestID),
	)
	if l.operation != nil {
		attrs = append(attrs, slog.String(kind(l.operation), l.operation.OperationID))
	}
	if l.OrderID != "" {
		attrs = append(attrs, slog.String("orderId", string(l.OrderID)))
	}
	attrs = append(attrs, l.who()...)
	if l.code != "" {
		attrs = append(attrs, slog.String("code", l.code))
	}
	attrs = append(attrs, l.trace(r)...)
	if l.cause != nil {
		attrs = append(attrs, slog.Any("error", l.cause))
	}
	line := slog.NewRecord(o.At, level, "request", 0) // No line has its place in the code.
	line.AddAttrs(attrs...)
	_ = log.Handler().Handle(context.Background(), line)
}

func (l *Line) level(status int) slog.Level {
	switch {
	case status == fiber.StatusInternalServerError, l.damaged:
		return slog.LevelError
	case l.isProbe() && (status < 400 || status >= 500): // Not of a request that is unreadable.
		return slog.LevelDebug // The Monitor logs when its answers change.
	case l.cause != nil:
		return slog.LevelWarn
	}
	return slog.LevelInfo
}

func (l *Line) isProbe() bool { return l.operation != nil && IsProbe(l.operation) }

// IsProbe reports whether an operation is a Probe.
func IsProbe(op *huma.Operation) bool { return op.Metadata[probeKey] != nil }

// trace are the keys of the request's span, or of the client's trace if it has none.
func (l *Line) trace(r Request) []slog.Attr {
	switch {
	case l.TraceID != "":
		return []slog.Attr{slog.String("traceId", l.TraceID), slog.String("spanId", l.SpanID)}
	case r.TraceID != "":
		return []slog.Attr{slog.String("traceId", r.TraceID)}
	}
	return nil
}

// kind is the key of an operation's name.
func kind(o *huma.Operation) string {
	if o.Method == fiber.MethodPost {
		return "command"
	}
	return "query"
}
