package tracing

import (
	"context"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"

	"orders/adapters/http"
	"orders/adapters/memory"
	"orders/app/command"
	"orders/app/inlet"
	"orders/ports"
)

// A row is one of the page's table of spans.
type row struct {
	name, kind string
	attributes []string
	matches    *regexp.Regexp
	made       []string // Attributes of spans that it stands for.
	seen       bool
}

var quoted = regexp.MustCompile("`([^`]+)`")

// rows are those of the page, names without a placeholder first.
func rows(t *testing.T) (all []*row) {
	t.Helper()
	text, err := os.ReadFile("../../docs/tracing.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(text), "| Span | Kind |")
	table, _, _ = strings.Cut(table, "\n\n")
	for line := range strings.Lines(table) {
		cells := strings.Split(line, "|")
		name := quoted.FindStringSubmatch(cells[1])
		if len(cells) < 5 || name == nil {
			continue
		}
		r := &row{name: name[1], kind: strings.TrimSpace(cells[2])}
		for _, a := range quoted.FindAllStringSubmatch(cells[4], -1) {
			r.attributes = append(r.attributes, a[1])
		}
		pattern := regexp.MustCompile(`\\{\w+\\}`).ReplaceAllString(
			regexp.QuoteMeta(r.name), `\S+`)
		r.matches = regexp.MustCompile("^" + pattern + "$")
		all = append(all, r)
	}
	return all
}

func TestThePageHasEachSpan(t *testing.T) {
	table := rows(t)
	for _, s := range everySpan(t) {
		i := slices.IndexFunc(table, func(r *row) bool {
			return r.kind == s.SpanKind.String() && r.matches.MatchString(s.Name)
		})
		if i < 0 {
			t.Errorf("the page lacks the %s span %s", s.SpanKind, s.Name)
			continue
		}
		table[i].seen = true
		for _, a := range s.Attributes {
			table[i].made = append(table[i].made, string(a.Key))
			if !slices.Contains(table[i].attributes, string(a.Key)) {
				t.Errorf("the page lacks %s of %s", a.Key, s.Name)
			}
		}
	}
	if len(table) != 8 {
		t.Errorf("the page has %d spans", len(table))
	}
	for _, r := range table {
		for _, a := range r.attributes {
			if !slices.Contains(r.made, a) {
				t.Errorf("no span %s has %s", r.name, a)
			}
		}
	}
}

// everySpan makes spans of each kind, of what succeeds and of what fails.
func everySpan(t *testing.T) tracetest.SpanStubs {
	t.Helper()
	r := newRig(t)
	id := r.order(t, "traceparent", client)
	r.ask(t, "GET", "/queries/orders/"+id, "")
	r.ask(t, "POST", "/commands/orders/"+id+"/complete", "{}") // It is refused.
	for _, err := range []error{ports.ErrUnavailable, errRace} {
		failing := failing{r.store, err}
		r.parts.Commands = command.NewHandler(r.tracing.EventStore(failing), time.Now, nil)
		r.parts.Commands.Around(r.tracing.Commands)
		r.serve(http.Config{Timeout: 100 * time.Millisecond})
		r.ask(t, "POST", "/commands/orders/"+id+"/confirm", "{}")
	}
	serve := r.tracing.Serve("kafka", func(ctx context.Context, d inlet.Delivery) error {
		return d.Bury(ctx, inlet.Reason{Code: inlet.Internal})
	})
	if err := serve(t.Context(), letter{inlet.Message{OrderID: orderID}}); err != nil {
		t.Fatal(err)
	}
	for _, happens := range linkedSpans(r) {
		_ = happens(t.Context(), of(client))
	}
	_ = r.tracing.Publisher("kafka", "orders.events", &memory.Topic{
		Refuse: func(ports.Commit) error { return ports.ErrRefused },
	}).Publish(t.Context(), of(client)[0])
	ctx, span := r.tracing.start(t.Context(), "append", trace.SpanKindInternal)
	r.asked(t, ctx, bson.D{{Key: "find", Value: "order_writes"}}, 1, "(Unauthorized)")
	span.End()
	return r.spans()
}

var errRace = fmt.Errorf("append: %w", ports.ErrConflict)
