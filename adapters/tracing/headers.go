package tracing

import (
	"bytes"

	"github.com/valyala/fasthttp"
	"go.opentelemetry.io/otel/propagation"
)

var _ propagation.TextMapCarrier = headers{}

// headers are those of a request, as a propagator reads them. Two of a name that may come once are
// none, as W3C Trace Context asks for; a tracestate may come in parts.
type headers struct{ of *fasthttp.RequestHeader }

// Get implements propagation.TextMapCarrier.
func (h headers) Get(name string) string {
	values := h.of.PeekAll(name)
	switch {
	case len(values) == 1:
		return string(values[0])
	case name == "tracestate":
		return string(bytes.Join(values, []byte(",")))
	}
	return ""
}

// Set implements propagation.TextMapCarrier.
func (h headers) Set(name, value string) { h.of.Set(name, value) }

// Keys implements propagation.TextMapCarrier.
func (h headers) Keys() (names []string) {
	for name := range h.of.All() {
		names = append(names, string(name))
	}
	return names
}
