package tracing

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"orders/adapters/http"
	"orders/adapters/http/customer"
	"orders/app/command"
	"orders/domain/order"
	"orders/ports"
	sums "orders/ports/customer"
)

func (r *rig) commits(t *testing.T, id string) []ports.Commit {
	t.Helper()
	s, err := r.store.Load(t.Context(), order.ID(id))
	if err != nil {
		t.Fatal(err)
	}
	return s.Commits
}

func TestOneTraceFromTheRequestToTheAppend(t *testing.T) {
	r := newRig(t)
	id := r.order(t, "traceparent", client, "tracestate", "a=1", "tracestate", "b=2")
	request := r.span(t, "POST /commands/orders")
	decided, appended := r.span(t, "command create"), r.span(t, "append")
	for name, got := range map[string][2]any{
		"trace":          {request.SpanContext.TraceID().String(), trace1},
		"its parent":     {request.Parent.SpanID().String(), span1},
		"its state":      {request.SpanContext.TraceState().String(), "a=1,b=2"},
		"its kind":       {request.SpanKind, trace.SpanKindServer},
		"the command":    {decided.Parent.SpanID(), request.SpanContext.SpanID()},
		"the append":     {appended.Parent.SpanID(), decided.SpanContext.SpanID()},
		"all":            {len(r.spans()), 3},
		"the order":      {value(appended, orderKey), id},
		"of the command": {value(decided, orderKey), id},
		"of the request": {value(request, orderKey), id},
		"the outcome":    {value(decided, outcomeKey), "done"},
		"the route":      {value(request, "http.route"), "/commands/orders"},
		"the method":     {value(request, "http.request.method"), "POST"},
		"the path":       {value(request, "url.path"), "/commands/orders"},
		"the scheme":     {value(request, "url.scheme"), "http"},
		"the version":    {value(request, "network.protocol.version"), "1.1"},
		"the status":     {value(request, "http.response.status_code"), "201"},
		"the stored one": {r.commits(t, id)[0].Traceparent, traceparent(appended.SpanContext)},
	} {
		if got[0] != got[1] {
			t.Errorf("%s is %v, want %v", name, got[0], got[1])
		}
	}
}

func TestTheClientsDecisionIsKept(t *testing.T) {
	for _, tt := range []struct {
		sampler, sent string
		spans         int
	}{
		{"", client, 3},
		{"", unsampled, 0},
		{"", "", 3},
		{"parentbased_always_off", client, 3},
		{"parentbased_always_off", "", 0},
		{"always_off", client, 0},
		{"always_on", unsampled, 3},
	} {
		r := newRig(t, "OTEL_TRACES_SAMPLER", tt.sampler)
		id := r.order(t, "traceparent", tt.sent)
		stored := r.commits(t, id)[0].Traceparent
		if got := len(r.spans()); got != tt.spans || command.Traceparent(stored) == "" ||
			strings.HasSuffix(stored, "1") != (tt.spans > 0) ||
			strings.Contains(stored, trace1) != (tt.sent != "") || strings.Contains(stored, span1) {
			t.Errorf("%q of %q: %d spans, and %s is stored", tt.sampler, tt.sent, got, stored)
		}
	}
}

func TestABadTraceparentIsIgnored(t *testing.T) {
	for _, headers := range [][]string{
		{"traceparent", "nonsense"},
		{"traceparent", strings.ToUpper(client)},
		{"traceparent", "ff" + client[2:]},
		{"traceparent", client + "-x"},
		{"traceparent", strings.Replace(client, trace1, strings.Repeat("0", 32), 1)},
		{"traceparent", strings.Replace(client, span1, strings.Repeat("0", 16), 1)},
		{"traceparent", client, "traceparent", client},
		{"tracestate", "a=1"},
		{"traceparent", strings.Repeat("1", 4000)},
	} {
		r := newRig(t)
		r.order(t, headers...)
		if s := r.span(t, "append"); s.SpanContext.TraceID().String() == trace1 ||
			r.span(t, "POST /commands/orders").Parent.IsValid() {
			t.Errorf("%q is followed", headers)
		}
	}
}

func TestOtherPropagatorsAreReadToo(t *testing.T) {
	r := newRig(t, "OTEL_PROPAGATORS", "b3, baggage")
	r.order(t, "traceparent", client, "b3", "1"+trace1[1:]+"-"+span1+"-1")
	if s := r.span(t, "append"); s.SpanContext.TraceID().String() != "1"+trace1[1:] {
		t.Errorf("the trace is %s", s.SpanContext.TraceID())
	}
}

// Whatever the API's document has is asked for.
func TestEachOperationHasASpanOfItsName(t *testing.T) {
	r := newRig(t)
	_, text := r.ask(t, "GET", "/openapi.json", "")
	var document struct {
		Paths map[string]map[string]struct{ OperationID string }
	}
	if err := json.Unmarshal([]byte(text), &document); err != nil || len(document.Paths) < 20 {
		t.Fatal(err, len(document.Paths))
	}
	if all := r.spans(); len(all) > 0 {
		t.Errorf("a page has spans: %q", names(all))
	}
	parameter := regexp.MustCompile(`{\w+}`)
	for path, methods := range document.Paths {
		for method, operation := range methods {
			r.kept.Reset()
			if strings.HasSuffix(path, "/stream") {
				continue // It has a test of its own.
			}
			method = strings.ToUpper(method)
			r.ask(t, method, parameter.ReplaceAllString(path, "ann"), "{}")
			var got []string
			for _, s := range r.spans() {
				if s.SpanKind == trace.SpanKindServer {
					got = append(got, s.Name)
				}
			}
			want := []string{method + " " + path}
			switch operation.OperationID {
			case "health", "live", "ready":
				want = nil
			}
			if fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("%s has the spans %q, want %q", operation.OperationID, got, want)
			}
		}
	}
}

func TestWhatTheAPIHasNot(t *testing.T) {
	r := newRig(t)
	r.serve(http.Config{BasePath: "/shop"})
	for _, tt := range []struct{ method, path, name, status string }{
		{"GET", "/nowhere", "GET", "404"},
		{"DELETE", "/shop/commands/orders", "DELETE", "405"},
		{"SECRET", "/shop/commands/orders", "HTTP", "405"},
		{"GET", "/shop/queries/orders", "GET /shop/queries/orders", "200"},
		{"HEAD", "/shop/queries/orders", "HEAD /shop/queries/orders", "200"},
	} {
		r.kept.Reset()
		r.ask(t, tt.method, tt.path, "")
		all := r.spans()
		if len(all) != 1 || all[0].Name != tt.name || all[0].Status.Code != codes.Unset ||
			value(all[0], "http.response.status_code") != tt.status {
			t.Errorf("%s %s has %+v", tt.method, tt.path, all)
		}
	}
}

type noSums struct{}

func (noSums) Summary(context.Context, string) (sums.Summary, error) {
	return sums.Summary{}, nil
}

func TestNobodysNameIsInASpan(t *testing.T) {
	const secret = "planted"
	r := newRig(t)
	r.parts.Operations = []func(huma.API){func(api huma.API) { customer.Add(api, noSums{}) }}
	r.serve(http.Config{})
	id := r.order(t)
	all := "?userId=" + secret + "&cursor=" + secret
	for _, path := range []string{
		"/queries/orders" + all, "/queries/users/" + secret + "/summary",
		"/queries/orders/" + id + all, "/queries/orders/" + id + "/history" + all,
		"/queries/orders/" + secret, "/commands/orders/" + secret + "/cancel",
		"/queries/users/" + secret + "/x/" + secret,
	} {
		for _, method := range []string{"GET", "POST", "DELETE", secret} {
			r.ask(t, method, path, mouse, "User-Agent", secret, "X-Forwarded-For", secret,
				"X-Request-ID", secret, "Authorization", "Bearer "+secret, "Cookie", secret,
				"Idempotency-Key", secret, "baggage", "user="+secret, "Host", secret)
		}
	}
	r.ask(t, "POST", "/commands/orders", strings.ReplaceAll(mouse, "ann", secret))
	r.ask(t, "POST", "/commands/orders", `{"userId":5,"`+secret+`":"`+secret+`"}`)
	r.ask(t, "POST", "/commands/orders/"+id+"/cancel", `{"reason":"`+secret+`"}`)
	r.span(t, "GET /queries/users/{userId}/summary")
	if len(r.spans()) < 20 {
		t.Fatal(names(r.spans()))
	}
	for _, s := range r.spans() {
		if text := fmt.Sprintf("%+v", s); strings.Contains(strings.ToLower(text), secret) {
			t.Errorf("%s has it: %s", s.Name, text)
		}
	}
}
