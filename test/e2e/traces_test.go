package e2e_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"orders/test/collectortest"
	"orders/test/mongotest"
)

const (
	clientTrace = "0af7651916cd43dd8448eb211c80319c"
	clientSpan  = "b7ad6b7169203331"
	traced      = "traceparent: 00-" + clientTrace + "-" + clientSpan + "-01"
)

// spans are some that a collector was sent.
type spans []collectortest.Span

// named are those of a name that lie right under a span, or have a link to it.
func (all spans) named(name string, of collectortest.Span) (found spans) {
	for _, s := range all {
		is := s.Parent == of.ID && s.TraceID == of.TraceID
		for _, l := range s.Links {
			is = is || l.ID == of.ID && l.TraceID == of.TraceID && s.TraceID != of.TraceID
		}
		if s.Name == name && is {
			found = append(found, s)
		}
	}
	return found
}

// lead reports whether the spans of a path are there, each under or linked to the one before it,
// and returns the last one.
func (all spans) lead(from collectortest.Span, path ...string) (collectortest.Span, bool) {
	for _, name := range path {
		found := all.named(name, from)
		if len(found) != 1 {
			return from, false
		}
		from = found[0]
	}
	return from, true
}

// sender is the span of a client.
var sender = collectortest.Span{TraceID: clientTrace, ID: clientSpan}

func TestOneTraceIsSeenByACollector(t *testing.T) {
	uri, collector := mongotest.URI(t), collectortest.Start(t)
	dir := t.TempDir()
	settings := "OTEL_EXPORTER_OTLP_ENDPOINT=" + collector.HTTP() + `
OTEL_EXPORTER_OTLP_HEADERS="api-key=planted,x=y"
OTEL_SERVICE_NAME=shop
OTEL_RESOURCE_ATTRIBUTES=deployment.environment.name=test
OTEL_BSP_SCHEDULE_DELAY=100
`
	if err := os.WriteFile(filepath.Join(dir, ".env"), []byte(settings), 0o600); err != nil {
		t.Fatal(err)
	}
	p := launch(t, dir, []string{
		"PORT=0", "LOG_FORMAT=json", "MONGODB_URI=" + uri, "OTEL_SERVICE_NAME=orders of a shop",
	})
	p.serves(t)
	a, err := p.send(t.Context(), "POST", "/commands/orders",
		strings.ReplaceAll(body, "user_123", "planted"), traced)
	if err != nil || a.status != 201 {
		t.Fatal(a, err)
	}
	const request = "POST /commands/orders"
	got := collector.Await(t, func(all []collectortest.Span) bool {
		for _, path := range [][]string{
			{request, "command create", "append", "group commit", "insert order_writes"},
			{request, "command create", "append", "project orders", "insert order_reads"},
			{request, "command create", "append", "project summary", "insert customer_orders"},
		} {
			if _, is := spans(all).lead(sender, path...); !is {
				return false
			}
		}
		return true
	})
	for _, s := range got {
		if s.Resource["service.name"] != "orders of a shop" || s.Status == "Error" ||
			s.Resource["deployment.environment.name"] != "test" {
			t.Errorf("%s: %v, %s", s.Name, s.Resource, s.Status)
		}
	}
	root := spans(got).named(request, sender)[0]
	if line := `"traceId":"` + clientTrace + `","spanId":"` + root.ID + `"`; !strings.Contains(
		p.output.String(), line) {
		t.Errorf("no line has %s: %s", line, p.output)
	}
	for where, text := range map[string]string{
		"collector": collector.Log(), "log": p.output.String(),
	} {
		if strings.Contains(text, "planted") {
			t.Errorf("the %s has a name or a secret: %s", where, text)
		}
	}
	p.terminate(t)
	p.ends(t, 0, "Stopped")
}

func TestATraceGoesOverABroker(t *testing.T) {
	collector := collectortest.Start(t)
	onEachBroker(t, func(t *testing.T, b broker) {
		settings := b.settings()
		name := strings.TrimPrefix(settings[0], "COMMANDS=")
		p := start(t, append(settings, "PUBLISH="+name, "OTEL_BSP_SCHEDULE_DELAY=100",
			"OTEL_EXPORTER_OTLP_ENDPOINT="+collector.GRPC(), "OTEL_EXPORTER_OTLP_PROTOCOL=grpc")...)
		header, value, _ := strings.Cut(traced, ": ")
		parent := sender
		parent.TraceID = map[string]string{
			"kafka": clientTrace, "rabbitmq": "1" + clientTrace[1:],
		}[name]
		answerTo(t, b, letter{id: "m0", command: "create", body: body, headers: map[string]string{
			header: strings.Replace(value, clientTrace, parent.TraceID, 1),
		}}, "done")
		path := []string{"process orders.commands", "command create", "append", "send orders.events"}
		got := collector.Await(t, func(all []collectortest.Span) bool {
			_, is := spans(all).lead(parent, path...)
			return is
		})
		sent, _ := spans(got).lead(parent, path...)
		appended, _ := spans(got).lead(parent, path[:3]...)
		if sent.Attributes["messaging.system"] != name || sent.Kind != "Producer" {
			t.Errorf("%+v", sent)
		}
		if k, is := b.(*kafka); is { // What consumers get leads to the append.
			want := "00-" + appended.TraceID + "-" + appended.ID + "-01"
			if event := await(t, k, "orders.events"); event.headers["ce_traceparent"] != want {
				t.Errorf("the event has %v, want %s", event.headers, want)
			}
		}
		p.terminate(t)
		p.ends(t, 0, "Stopped")
	})
}

// A service whose collector is away answers, and ends in time.
func TestACollectorThatIsAwayHoldsNothingUp(t *testing.T) {
	p := start(t, "OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:1",
		"OTEL_EXPORTER_OTLP_HEADERS=api-key=planted", "OTEL_BSP_EXPORT_TIMEOUT=100",
		"OTEL_BSP_SCHEDULE_DELAY=10")
	for range 20 {
		if a, err := p.send(t.Context(), "POST", "/commands/orders", body); err != nil ||
			a.status != 201 {
			t.Fatal(a, err)
		}
	}
	eventually(t, "the log says so", func() bool {
		return strings.Contains(p.output.String(), "Traces cannot be sent")
	})
	p.terminate(t)
	p.ends(t, 0, "Stopped")
	if text := p.output.String(); strings.Count(text, "Traces cannot be sent") != 1 ||
		strings.Contains(text, "planted") {
		t.Error(text)
	}
}

func TestSettingsOfTracesThatAreWrongStopTheStart(t *testing.T) {
	p := launch(t, "", []string{
		"PORT=0", "OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:4318",
		"OTEL_EXPORTER_OTLP_HEADERS=planted",
	})
	p.ends(t, 1, "OTEL_EXPORTER_OTLP_HEADERS is not of the form name=value")
	if strings.Contains(p.output.String(), "planted") {
		t.Error(p.output)
	}
}
