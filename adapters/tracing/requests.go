package tracing

import (
	"cmp"
	"context"
	"net"
	"strconv"
	"strings"

	"github.com/valyala/fasthttp"
	"go.opentelemetry.io/otel/attribute"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"

	"orders/adapters/http"
)

// Requests is what follows requests; nil if nobody does.
func (t *Tracing) Requests() http.Tracer {
	if t == nil {
		return nil
	}
	return t
}

// Begin implements http.Tracer. The span is a child of the client's, if the headers name one.
func (t *Tracing) Begin(c *fasthttp.RequestCtx, route string) http.Span {
	ctx := t.propagator.Extract(context.Background(), headers{&c.Request.Header})
	name := methodOf(c)
	if name == otherMethod {
		name = "HTTP"
	}
	if route != "" {
		name += " " + route
	}
	_, span := t.tracer.Start(ctx, name, trace.WithSpanKind(trace.SpanKindServer),
		trace.WithTimestamp(c.Time()))
	if span.IsRecording() {
		span.SetAttributes(asked(c, route)...)
	}
	return request{span, route}
}

// asked are the attributes of a request: without its query, the client's address and all else that
// may tell who somebody is.
func asked(c *fasthttp.RequestCtx, route string) []attribute.KeyValue {
	scheme := "http"
	if c.IsTLS() {
		scheme = "https"
	}
	attributes := []attribute.KeyValue{
		semconv.HTTPRequestMethodKey.String(methodOf(c)), semconv.URLScheme(scheme),
		semconv.NetworkProtocolVersion(versionOf(c)),
	}
	if route != "" {
		attributes = append(attributes, semconv.HTTPRoute(route))
	}
	return append(attributes, serverOf(c.LocalAddr())...)
}

// serverOf are the attributes of the address that was asked, as far as it is one of TCP. A Host is
// the client's word.
func serverOf(a net.Addr) []attribute.KeyValue {
	tcp, is := a.(*net.TCPAddr)
	if !is {
		return nil
	}
	return []attribute.KeyValue{
		semconv.ServerAddress(tcp.IP.String()), semconv.ServerPort(tcp.Port),
	}
}

func versionOf(c *fasthttp.RequestCtx) string {
	return strings.TrimPrefix(string(c.Request.Header.Protocol()), "HTTP/")
}

const otherMethod = "_OTHER"

// methodOf is the method of a request, if it is one that HTTP knows: others may be any text.
func methodOf(c *fasthttp.RequestCtx) string {
	switch method := string(c.Method()); method {
	case "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH":
		return method
	}
	return otherMethod
}

// A request is the span of an HTTP request.
type request struct {
	span  trace.Span
	route string
}

// With implements http.Span.
func (r request) With(ctx context.Context) context.Context {
	return trace.ContextWithSpan(ctx, r.span)
}

// IDs implements http.Span.
func (r request) IDs() (traceID, spanID string, sampled bool) { return ids(r.span.SpanContext()) }

func ids(c trace.SpanContext) (traceID, spanID string, sampled bool) {
	return c.TraceID().String(), c.SpanID().String(), c.IsSampled()
}

// path is what was asked for, as far as that has no part but the order's id which its client chose:
// such a part may tell who somebody is.
func (r request) path(id string) (path string, known bool) {
	path = r.route
	if id != "" {
		path = strings.ReplaceAll(path, "{orderId}", id)
	}
	return path, path != "" && !strings.Contains(path, "{")
}

// End implements http.Span. What a client got wrong is no error of the service.
func (r request) End(e http.Ended) {
	if r.span.IsRecording() {
		r.span.SetAttributes(semconv.HTTPResponseStatusCode(e.Status))
		if path, known := r.path(e.OrderID); known {
			r.span.SetAttributes(semconv.URLPath(path))
		}
		r.span.SetAttributes(about(e.OrderID, e.Code)...)
		if e.Status >= 500 {
			failed(r.span, cmp.Or(e.Code, strconv.Itoa(e.Status)))
		}
	}
	r.span.End()
}
