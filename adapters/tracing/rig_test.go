package tracing

import (
	"context"
	"io"
	"log/slog"
	nethttp "net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/event"
	"go.opentelemetry.io/otel/attribute"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"orders/adapters/http"
	"orders/adapters/memory"
	"orders/app/command"
	"orders/app/live"
	"orders/ports"
)

const (
	mouse  = `{"userId":"ann","items":[{"sku":"sku_mouse","qty":2,"price":599}]}`
	trace1 = "0af7651916cd43dd8448eb211c80319c"
	span1  = "b7ad6b7169203331"
	// client is the context of a client that is sampled.
	client = "00-" + trace1 + "-" + span1 + "-01"
	// unsampled is that of one that is not.
	unsampled = "00-" + trace1 + "-" + span1 + "-00"
)

// A rig is the service in memory, whose spans are kept.
type rig struct {
	*http.Server
	tracing *Tracing
	kept    *tracetest.InMemoryExporter
	store   *memory.EventStore
	views   *memory.Views
	log     *strings.Builder
	parts   http.Parts
	monitor *event.CommandMonitor // See asked.
}

// newRig returns a rig that samples as the variables say.
func newRig(t *testing.T, variables ...string) *rig {
	t.Helper()
	r := &rig{
		kept: tracetest.NewInMemoryExporter(), store: memory.NewEventStore(),
		views: memory.NewViews(), log: &strings.Builder{},
	}
	with(t, append([]string{endpoint, "http://localhost:4318"}, variables...)...)
	settings, _, err := Read()
	if err != nil {
		t.Fatal(err)
	}
	r.tracing = newTracing(settings, sdk.WithSyncer(r.kept))
	handler := command.NewHandler(r.tracing.EventStore(r.store), time.Now, nil)
	handler.Around(r.tracing.Commands)
	r.parts = http.Parts{
		Projections: struct{ ports.Projections }{}, Relays: struct{ ports.Relays }{},
		Commands: handler, Orders: r.views, History: r.store,
		Observer: http.Observer{Tracer: r.tracing},
		Live:     live.New(r.views, r.views, slog.New(slog.DiscardHandler)),
	}
	r.serve(http.Config{})
	return r
}

func (r *rig) serve(c http.Config) {
	r.Server = http.New(c, r.parts, slog.New(Log(slog.NewJSONHandler(r.log, nil))))
}

// listen serves on a port.
func (r *rig) listen(t *testing.T) {
	t.Helper()
	if err := r.Listen(t.Context()); err != nil {
		t.Fatal(err)
	}
	go func() { _ = r.Serve() }()
	t.Cleanup(func() { _ = r.Shutdown(context.WithoutCancel(t.Context())) })
}

// ask sends a request, whose answer need not wait for a projection, and returns the answer's text.
func (r *rig) ask(t *testing.T, method, path, body string, headers ...string) (int, string) {
	t.Helper()
	req := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(body))
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Prefer", "respond-async")
	for i := 0; i < len(headers); i += 2 {
		req.Header.Add(headers[i], headers[i+1])
	}
	res, err := r.Test(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(text)
}

// order places an order, which is shown, and returns its id.
func (r *rig) order(t *testing.T, headers ...string) string {
	t.Helper()
	status, text := r.ask(t, "POST", "/commands/orders", mouse, headers...)
	if status != nethttp.StatusAccepted && status != nethttp.StatusCreated {
		t.Fatalf("%d: %s", status, text)
	}
	_, id, _ := strings.Cut(text, `"orderId":"`)
	id, _, _ = strings.Cut(id, `"`)
	for _, c := range r.commits(t, id) {
		if errs := r.views.Save(t.Context(), []ports.OrderView{
			ports.ViewOf(ports.Stream{ID: c.OrderID, Commits: []ports.Commit{c}}),
		}); errs != nil {
			t.Fatal(errs)
		}
	}
	return id
}

// spans are those that have ended.
func (r *rig) spans() tracetest.SpanStubs { return r.kept.GetSpans() }

// span is the one of a name.
func (r *rig) span(t *testing.T, name string) tracetest.SpanStub {
	t.Helper()
	all := r.spans()
	i := slices.IndexFunc(all, func(s tracetest.SpanStub) bool { return s.Name == name })
	if i < 0 {
		t.Fatalf("no span %q among %q", name, names(all))
	}
	return all[i]
}

func names(all tracetest.SpanStubs) (names []string) {
	for _, s := range all {
		names = append(names, s.Name)
	}
	return names
}

// value is that of an attribute, as a text.
func value(s tracetest.SpanStub, key attribute.Key) string {
	for _, a := range s.Attributes {
		if a.Key == key {
			return a.Value.String()
		}
	}
	return ""
}
