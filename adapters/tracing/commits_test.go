package tracing

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/event"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"orders/adapters/memory"
	"orders/adapters/mongo/journal"
	"orders/app/subscribe"
	"orders/domain/order"
	"orders/ports"
)

const orderID = "ord_aaaaaaaaaaaaaaaaaaaaaaaaaa"

// of returns commits with these stored contexts.
func of(contexts ...string) (commits []ports.Commit) {
	for i, c := range contexts {
		commits = append(commits, ports.Commit{
			OrderID: orderID, Version: i + 1, Traceparent: c,
			Events: []order.Event{order.Confirmed{}},
		})
	}
	return commits
}

// linkedSpans returns what happens to commits at once, by the name of its span.
func linkedSpans(r *rig) map[string]func(ctx context.Context, commits []ports.Commit) error {
	failing := errors.New("ann")
	return map[string]func(context.Context, []ports.Commit) error{
		"group commit": func(ctx context.Context, all []ports.Commit) error {
			_, end := r.tracing.Writes(ctx, journal.Write{Commits: all})
			end()
			return nil
		},
		"project orders": func(ctx context.Context, all []ports.Commit) error {
			h := subscribe.Func(func(context.Context, ports.Batch) error { return failing })
			return r.tracing.Projection("orders", h).Handle(ctx, ports.Batch{Commits: all})
		},
	}
}

func TestWhatBelongsToManyTracesIsLinkedToEach(t *testing.T) {
	many := make([]string, 1000)
	for i := range many {
		many[i] = fmt.Sprintf("00-%032x-%016x-01", i+1, i+1)
	}
	for _, tt := range []struct {
		sampler string
		stored  []string
		links   int // -1 for no span.
	}{
		{"", []string{client, unsampled, "", "nonsense-1", client[:54] + "1"}, 2},
		{"", []string{unsampled, "", "01"}, -1},
		{"", nil, -1},
		{"", many, linksMax},
		{"parentbased_always_off", []string{client}, 1},
		{"always_off", []string{client}, -1},
	} {
		r := newRig(t, "OTEL_TRACES_SAMPLER", tt.sampler)
		for name, happens := range linkedSpans(r) {
			r.kept.Reset()
			_ = happens(within(t), of(tt.stored...))
			all := r.spans()
			if tt.links < 0 {
				if len(all) > 0 {
					t.Errorf("%s of %q has a span", name, tt.stored)
				}
				continue
			}
			if len(all) != 1 || all[0].Name != name || len(all[0].Links) != tt.links ||
				all[0].Parent.IsValid() || all[0].DroppedLinks > 0 ||
				value(all[0], commitsKey) != fmt.Sprint(len(tt.stored)) {
				t.Errorf("%s of %d: %+v", name, len(tt.stored), all)
			}
		}
	}
}

// within is a context in a span of something else.
func within(t *testing.T) context.Context {
	t.Helper()
	c, _ := appended("00-" + strings.Repeat("2", 32) + "-" + span1 + "-01")
	return trace.ContextWithSpanContext(t.Context(), c)
}

func TestAProjectionThatFailsHasAnError(t *testing.T) {
	r := newRig(t)
	_ = linkedSpans(r)["project orders"](t.Context(), of(client))
	if s := r.span(t, "project orders"); s.Status.Code != codes.Error ||
		strings.Contains(fmt.Sprint(s), "ann") {
		t.Errorf("%+v", s)
	}
}

func TestAPublishedCommitIsLinked(t *testing.T) {
	r := newRig(t)
	p := r.tracing.Publisher("kafka", "orders.events", &memory.Topic{})
	if _, err := p.Topic(t.Context(), ""); err != nil {
		t.Fatal(err)
	}
	for _, c := range of(client, unsampled) {
		if err := p.Publish(within(t), c); err != nil {
			t.Fatal(err)
		}
	}
	s := r.span(t, "send orders.events")
	if len(r.spans()) != 1 || s.Parent.IsValid() || s.SpanKind != trace.SpanKindProducer ||
		len(s.Links) != 1 || s.Links[0].SpanContext.SpanID().String() != span1 ||
		value(s, "messaging.system") != "kafka" || value(s, orderKey) != orderID ||
		value(s, "messaging.destination.name") != "orders.events" ||
		value(s, "messaging.operation.type") != "send" {
		t.Errorf("%+v", r.spans())
	}
}

// An import records commits as they were, though the service traces.
func TestAnAppendThatNobodyAskedForKeepsItsTrace(t *testing.T) {
	r := newRig(t)
	c := of("00-" + strings.Repeat("3", 32) + "-" + span1 + "-01")[0]
	past := ports.Stream{ID: orderID}
	if err := r.tracing.EventStore(r.store).Append(t.Context(), past, c); err != nil {
		t.Fatal(err)
	}
	if got := r.commits(t, orderID)[0].Traceparent; got != c.Traceparent || len(r.spans()) > 0 {
		t.Errorf("%s is stored, with %q", got, names(r.spans()))
	}
}

// asked has a monitor see a command, with its answer.
func (r *rig) asked(
	ctx context.Context, t *testing.T, command bson.D, request int64, failure string,
) {
	t.Helper()
	raw, err := bson.Marshal(command)
	if err != nil {
		t.Fatal(err)
	}
	const connection = "db.example:27018[-3]"
	if r.monitor == nil {
		r.monitor = r.tracing.Database()
	}
	r.monitor.Started(ctx, &event.CommandStartedEvent{
		Command: raw, DatabaseName: "shop", CommandName: command[0].Key, RequestID: request,
		ConnectionID: connection,
	})
	ended := event.CommandFinishedEvent{
		CommandName: command[0].Key, RequestID: request, ConnectionID: connection,
	}
	if failure != "" {
		r.monitor.Failed(ctx, &event.CommandFailedEvent{
			CommandFinishedEvent: ended, Failure: failure,
		})
		return
	}
	r.monitor.Succeeded(ctx, &event.CommandSucceededEvent{CommandFinishedEvent: ended})
}

func TestACommandOfMongoDBIsTracedWithinASpanAlone(t *testing.T) {
	r := newRig(t)
	find := bson.D{{Key: "find", Value: "order_writes"}, {Key: "filter", Value: "ann"}}
	more := bson.D{{Key: "getMore", Value: int64(5)}, {Key: "collection", Value: "order_reads"}}
	r.asked(t.Context(), t, find, 1, "")
	ctx, span := r.tracing.start(t.Context(), "append", trace.SpanKindInternal)
	r.asked(ctx, t, find, 2, "")
	r.asked(ctx, t, more, 3, "(Unauthorized) ann may not")
	r.asked(ctx, t, bson.D{{Key: "hello", Value: 1}}, 4, "connection closed by ann")
	span.End()
	for name, reason := range map[string]string{
		"find order_writes": "", "getMore order_reads": "Unauthorized", "hello": "_OTHER",
	} {
		s := r.span(t, name)
		if s.Parent.SpanID() != span.SpanContext().SpanID() || value(s, "error.type") != reason ||
			(s.Status.Code == codes.Error) != (reason != "") ||
			value(s, "server.address") != "db.example" || value(s, "server.port") != "27018" ||
			value(s, "db.system.name") != "mongodb" || value(s, "db.namespace") != "shop" ||
			s.SpanKind != trace.SpanKindClient || strings.Contains(fmt.Sprint(s), "ann") {
			t.Errorf("%s: %+v", name, s)
		}
	}
	if all := r.spans(); len(all) != 4 {
		t.Errorf("%q", names(all))
	}
}

func TestLinesWithinASpanNameIt(t *testing.T) {
	var out bytes.Buffer
	log := slog.New(Log(slog.NewJSONHandler(&out, nil))).With("a", 1).WithGroup("g")
	r := newRig(t)
	ctx, span := r.tracing.start(t.Context(), "append", trace.SpanKindInternal)
	log.InfoContext(ctx, "within", "b", 2)
	span.End()
	if c := span.SpanContext(); !strings.Contains(out.String(), c.TraceID().String()) ||
		!strings.Contains(out.String(), `"spanId":"`+c.SpanID().String()) {
		t.Error(out.String())
	}
	out.Reset()
	if log.InfoContext(t.Context(), "elsewhere"); strings.Contains(out.String(), "traceId") {
		t.Error(out.String())
	}
}

func TestTheLinesOfARequestNameItsSpan(t *testing.T) {
	r := newRig(t)
	r.order(t, "traceparent", client)
	s := r.span(t, "POST /commands/orders")
	line := r.log.String()
	if strings.Count(line, `"traceId":"`+trace1+`"`) != 1 ||
		!strings.Contains(line, `"spanId":"`+s.SpanContext.SpanID().String()+`"`) {
		t.Error(line)
	}
}
