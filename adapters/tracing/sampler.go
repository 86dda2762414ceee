package tracing

import (
	"strings"

	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"orders/app/command"
	"orders/ports"
)

// A linked sampler decides on the root of a trace with links as if the first one led to its parent:
// what happens to many traces at once is told if that of one of them is.
type linked struct{ sdk.Sampler }

// ShouldSample implements sdk.Sampler.
func (l linked) ShouldSample(p sdk.SamplingParameters) sdk.SamplingResult {
	if len(p.Links) > 0 && !trace.SpanContextFromContext(p.ParentContext).IsValid() {
		first := p.Links[0].SpanContext
		p.ParentContext = trace.ContextWithRemoteSpanContext(p.ParentContext, first)
		p.TraceID = first.TraceID()
	}
	return l.Sampler.ShouldSample(p)
}

// linksMax bounds the links of a span, as the specification does.
const linksMax = 128

// linksTo returns links to the appends of commits that are sampled, to linksMax at most.
func (t *Tracing) linksTo(commits []ports.Commit) (links []trace.Link) {
	if t == nil {
		return nil
	}
	for _, c := range commits {
		if to, is := appended(c.Traceparent); is && len(links) < linksMax {
			links = append(links, trace.Link{SpanContext: to})
		}
	}
	return links
}

// appended reads the stored context of a span, if that is sampled. Version 00 has a fixed length.
func appended(traceparent string) (c trace.SpanContext, sampled bool) {
	if !command.IsSampled(traceparent) {
		return c, false
	}
	parts := strings.Split(traceparent, "-")
	if len(parts) != 4 {
		return c, false
	}
	traceID, err := trace.TraceIDFromHex(parts[1])
	if err != nil {
		return c, false
	}
	spanID, err := trace.SpanIDFromHex(parts[2])
	if err != nil {
		return c, false
	}
	return trace.NewSpanContext(trace.SpanContextConfig{
		TraceID: traceID, SpanID: spanID, TraceFlags: trace.FlagsSampled, Remote: true,
	}), true
}

// traceparent is what a commit stores of a span. Of the flags it has the one that all readers know.
func traceparent(c trace.SpanContext) string {
	flags := c.TraceFlags() & trace.FlagsSampled
	return "00-" + c.TraceID().String() + "-" + c.SpanID().String() + "-" + flags.String()
}
