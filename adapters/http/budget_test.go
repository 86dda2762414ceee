package http_test

import (
	"context"
	"testing"

	"orders/adapters/http"
	"orders/domain/order"
	"orders/ports"
	"orders/ports/budget"
)

// greedy takes more bytes than there are.
type greedy struct {
	ports.EventStore
	seen *budget.Account
}

func (g *greedy) Read(
	ctx context.Context, _ order.ID, _ int, _ func(ports.Commit) error,
) error {
	g.seen = budget.Of(ctx)
	_ = budget.Take(ctx, 1000)
	return budget.ErrSpent
}

func TestWhoFindsTheBudgetUsedUpIsToldToComeAgain(t *testing.T) {
	store := &greedy{}
	all := budget.New(1 << 20)
	s := startWith(t, http.Config{}, func(ports.EventStore) ports.EventStore { return store }, nil)
	parts := s.parts
	s = startAs(t, http.Config{}, func(p *http.Parts) {
		p.Commands, p.Budget = parts.Commands, all
	})
	a := s.ask(t, "POST", place+"/"+nowhere+"/confirm", "")
	a.is(t, 503)
	a.header(t, "Retry-After", "1")
	a.has(t, `"code":"bytes-in-flight"`)
	if store.seen == nil {
		t.Error("the request has no account")
	}
	if all.Used() != 0 {
		t.Errorf("%d bytes are held after the answer", all.Used())
	}
}

// A large body waits for room like everything that is made of it.
func TestALargeBodyTakesItsBytes(t *testing.T) {
	all := budget.New(1 << 20)
	s := startAs(t, http.Config{}, func(p *http.Parts) { p.Budget = all })
	ctx, other := all.Open(t.Context())
	if err := budget.Take(ctx, 1<<19); err != nil {
		t.Fatal(err)
	}
	large := `{"userId":"u",` + linesFrom(0) + `}`
	s.ask(t, "POST", place, large).has(t, `"code":"bytes-in-flight"`)
	s.ask(t, "POST", place, mouse).is(t, 201)
	other.Close()
	s.ask(t, "POST", place, large).is(t, 201)
	if all.Used() != 0 {
		t.Errorf("%d bytes are held after the answers", all.Used())
	}
}
