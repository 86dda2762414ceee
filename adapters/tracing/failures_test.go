package tracing

import (
	"context"
	"errors"
	"fmt"
	nethttp "net/http"
	"testing"
	"time"

	"go.opentelemetry.io/otel/codes"

	"orders/adapters/http"
	"orders/app/command"
	"orders/ports"
)

// A failing store cannot be appended to.
type failing struct {
	ports.EventStore
	err error
}

func (f failing) Append(context.Context, ports.Stream, ports.Commit) error { return f.err }

func TestOnlyTheServicesOwnFailuresAreErrors(t *testing.T) {
	for _, tt := range []struct {
		err    error
		status int
		reason string
	}{
		{fmt.Errorf("%w: ann", ports.ErrUnavailable), 503, "unavailable"},
		{fmt.Errorf("%w: ann", ports.ErrOutcomeUnknown), 503, "outcome-unknown"},
		{errors.New("ann"), 500, "_OTHER"},
	} {
		r := newRig(t)
		handler := command.NewHandler(r.tracing.EventStore(failing{r.store, tt.err}), time.Now, nil)
		handler.Around(r.tracing.Commands)
		r.parts.Commands = handler
		r.serve(http.Config{})
		if status, text := r.ask(t, "POST", "/commands/orders", mouse); status != tt.status {
			t.Fatal(status, text)
		}
		for _, name := range []string{"POST /commands/orders", "command create", "append"} {
			s := r.span(t, name)
			if s.Status.Code != codes.Error || s.Status.Description != "" ||
				name == "append" && value(s, "error.type") != tt.reason {
				t.Errorf("%s: %+v, %s", name, s.Status, value(s, "error.type"))
			}
		}
	}
	r := newRig(t)
	id := r.order(t)
	r.kept.Reset()
	r.ask(t, "POST", "/commands/orders/"+id+"/complete", "{}")
	refused := r.span(t, "command complete")
	if value(refused, codeKey) == "" || value(refused, outcomeKey) != "refused" {
		t.Errorf("refused: %v", refused.Attributes)
	}
	for _, s := range r.spans() {
		if s.Status.Code != codes.Unset || value(s, "error.type") != "" {
			t.Errorf("%s is an error: %v", s.Name, s.Attributes)
		}
	}
}

func TestTheSpanOfAStreamEndsWhenThatBegins(t *testing.T) {
	r := newRig(t)
	id := r.order(t)
	r.listen(t)
	req, err := nethttp.NewRequestWithContext(t.Context(), nethttp.MethodGet,
		"http://"+r.Addr().String()+"/queries/orders/"+id+"/stream", nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := nethttp.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if _, err := res.Body.Read(make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
	if s := r.span(t, "GET /queries/orders/{orderId}/stream"); value(s, orderKey) != id {
		t.Error(s.Attributes)
	}
}
