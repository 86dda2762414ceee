package command_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"orders/adapters/memory"
	"orders/app/access"
	"orders/app/command"
	"orders/domain/order"
	"orders/ports"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 123_456_789, time.UTC)

func handler(store ports.EventStore) *command.Handler {
	return command.NewHandler(store, func() time.Time { return noon }, nil)
}

func number(text string) order.Decimal {
	d, err := order.ParseDecimal(text)
	if err != nil {
		panic(err)
	}
	return d
}

func create(user, key string) command.Request {
	return command.Request{Caller: access.Everyone(), Key: key, Command: order.Create{
		UserID: user, Currency: "USD",
		Items: []order.Item{{SKU: "mouse", Quantity: number("2"), Price: number("5.99")}},
	}}
}

func cancel(id order.ID, key string, reason order.Reason) command.Request {
	return on(id, key, order.Cancel{Reason: reason})
}

func confirm(id order.ID, key string) command.Request {
	return on(id, key, order.Confirm{})
}

func on(id order.ID, key string, c order.Command) command.Request {
	return command.Request{Caller: access.Everyone(), OrderID: id, Key: key, Command: c}
}

// do carries out a request that must succeed.
func do(t *testing.T, h *command.Handler, r command.Request) command.Result {
	t.Helper()
	result, err := h.Handle(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

func refused(t *testing.T, h *command.Handler, r command.Request, want error) {
	t.Helper()
	if _, err := h.Handle(t.Context(), r); !errors.Is(err, want) {
		t.Errorf("error %v, want %v", err, want)
	}
}

func wantVersion(t *testing.T, store ports.EventStore, id order.ID, want int) {
	t.Helper()
	s, err := store.Load(t.Context(), id)
	if err != nil || s.Version() != want {
		t.Errorf("order %s is at version %d, %v; want %d", id, s.Version(), err, want)
	}
}

func TestAnUnknownOrderIsNotFound(t *testing.T) {
	h := handler(memory.NewEventStore())
	refused(t, h, confirm(order.MakeID(make([]byte, 17)), ""), ports.ErrNotFound)
}

func TestOfRivalsOneWinsAndTheOthersDecideAnew(t *testing.T) {
	store := memory.NewEventStore()
	h := handler(store)
	made := do(t, h, create("ann", ""))
	var all sync.WaitGroup
	errs := make([]error, len(order.Reasons))
	for i, reason := range order.Reasons {
		all.Go(func() { _, errs[i] = h.Handle(t.Context(), cancel(made.ID, "", reason)) })
	}
	all.Wait()
	won := 0
	for _, err := range errs {
		switch {
		case err == nil:
			won++
		case !errors.Is(err, order.ErrNotAllowed):
			t.Errorf("error %v, want a rejection", err)
		}
	}
	if won != 1 {
		t.Errorf("%d cancelled it, want 1", won)
	}
	wantVersion(t, store, made.ID, 2)
}

func TestTheCommitTellsItsStory(t *testing.T) {
	store := memory.NewEventStore()
	r := create("ann", "key")
	r.RequestID, r.Traceparent = "request-1", "trace"
	made := do(t, handler(store), r)
	s, err := store.Load(t.Context(), made.ID)
	if err != nil {
		t.Fatal(err)
	}
	c := s.Commits[0]
	if c.ID == "" || !c.At.Equal(noon.Truncate(time.Millisecond)) || c.Key != "key" ||
		c.Actor != ports.Anonymous || c.RequestID != "request-1" || c.Traceparent != "trace" {
		t.Errorf("%+v", c)
	}
}

func TestHistoryNeverRunsBackwards(t *testing.T) {
	store := memory.NewEventStore()
	now := noon
	h := command.NewHandler(store, func() time.Time { return now }, nil)
	made := do(t, h, create("ann", ""))
	now = noon.Add(-time.Hour)
	do(t, h, confirm(made.ID, ""))
	s, _ := store.Load(t.Context(), made.ID)
	if s.Commits[1].At.Before(s.Commits[0].At) {
		t.Errorf("confirmed at %s, created at %s", s.Commits[1].At, s.Commits[0].At)
	}
}

func TestAnOrderOfManyCommitsTakesItsEnd(t *testing.T) {
	store := memory.NewEventStore()
	h := handler(store)
	made := do(t, h, create("ann", ""))
	for range order.CommitsMax {
		s, _ := store.Load(t.Context(), made.ID)
		c := ports.Commit{
			OrderID: made.ID, Version: s.Version() + 1,
			ID: fmt.Sprint(s.Version()), Events: []order.Event{order.ItemsChanged{
				Lines: []order.Line{{SKU: "cat", Quantity: 1, Price: usd(s.Version())}},
			}},
		}
		if err := store.Append(t.Context(), s, c); err != nil {
			t.Fatal(err)
		}
	}
	refused(t, h, confirm(made.ID, ""), order.ErrFull)
	dry := cancel(made.ID, "", "other")
	dry.DryRun = true
	for _, r := range []command.Request{dry, cancel(made.ID, "", "other")} {
		if done := do(t, h, r); done.Version != order.CommitsMax+2 {
			t.Errorf("it is at version %d", done.Version)
		}
	}
}

func usd(minor int) order.Money { return order.Money{Minor: int64(minor), Currency: "USD"} }

// A store in which every append loses its race must not hold a caller for ever.
func TestARaceIsGivenUpWithTheContext(t *testing.T) {
	h := handler(beaten{memory.NewEventStore()})
	ctx, stop := context.WithTimeout(t.Context(), 30*time.Millisecond)
	defer stop()
	_, err := h.Handle(ctx, create("ann", ""))
	if !errors.Is(err, ports.ErrUnavailable) && !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error %v, want ErrUnavailable or the context's", err)
	}
}

type beaten struct{ ports.EventStore }

func (beaten) Append(context.Context, ports.Stream, ports.Commit) error {
	return ports.ErrConflict
}
