package e2e_test

import (
	"os"
	"path/filepath"
	"slices"
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

const placing = "POST /commands/orders"

// leadsTo are the paths of spans that an order leaves which comes by HTTP.
var leadsTo = [][]string{
	{placing, "command create", "append", "group commit", "insert order_writes"},
	{placing, "command create", "append", "project orders", "insert order_reads"},
	{placing, "command create", "append", "project summary", "insert customer_orders"},
}

func TestOneTraceIsSeenByACollector(t *testing.T) {
	collector := collectortest.Start(t)
	p := launch(t, dotEnv(t, "OTEL_EXPORTER_OTLP_ENDPOINT="+collector.HTTP(),
		`OTEL_EXPORTER_OTLP_HEADERS="api-key=planted,x=y"`, "OTEL_SERVICE_NAME=shop",
		"OTEL_RESOURCE_ATTRIBUTES=deployment.environment.name=test", "OTEL_BSP_SCHEDULE_DELAY=100",
	), []string{
		"PORT=0", "LOG_FORMAT=json", "MONGODB_URI=" + mongotest.URI(t), "OTEL_SERVICE_NAME=a shop",
	})
	p.serves(t)
	a, err := p.send(t.Context(), "POST", "/commands/orders",
		strings.ReplaceAll(body, "user_123", "planted"), traced)
	if err != nil || a.status != 201 {
		t.Fatal(a, err)
	}
	got := collector.Await(t, func(all []collectortest.Span) bool {
		return !slices.ContainsFunc(leadsTo, func(path []string) bool {
			_, is := spans(all).lead(sender, path...)
			return !is
		})
	})
	for _, s := range got {
		if s.Resource["service.name"] != "a shop" || s.Status == "Error" ||
			s.Resource["deployment.environment.name"] != "test" {
			t.Errorf("%s: %v, %s", s.Name, s.Resource, s.Status)
		}
	}
	line := `"traceId":"` + clientTrace + `","spanId":"` + spans(got).named(placing, sender)[0].ID
	eventually(t, "a line has "+line, func() bool {
		return strings.Contains(p.output.String(), line)
	})
	if text := collector.Log() + p.output.String(); strings.Contains(text, "planted") {
		t.Errorf("a name or a secret is told: %s", text)
	}
	p.terminate(t)
	p.ends(t, 0, "Stopped")
}

// dotEnv returns a new folder with these lines in its .env.
func dotEnv(t *testing.T, lines ...string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	text := []byte(strings.Join(lines, "\n"))
	if err := os.WriteFile(filepath.Join(dir, ".env"), text, 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
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
		path := []string{
			"process orders.commands", "command create", "append", "send orders.events",
		}
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
