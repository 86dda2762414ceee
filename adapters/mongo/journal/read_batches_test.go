package journal_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"orders/adapters/mongo/internal/fixture"
	"orders/adapters/mongo/journal"
	"orders/domain/order"
	"orders/ports"
	"orders/ports/budget"
	"orders/test/mongotest"
)

// largeOrder appends changes of about 280 KB each.
func largeOrder(t *testing.T, s ports.EventStore, changes int) order.ID {
	t.Helper()
	past := ports.Stream{ID: fixture.NewID()}
	grow := func(e order.Event) {
		c := fixture.Next(past, e)
		if err := s.Append(t.Context(), past, c); err != nil {
			t.Fatal(err)
		}
		past = past.With(c)
	}
	grow(fixture.Created("ann"))
	for range changes {
		var lines []order.Line
		for i := range 500 {
			lines = append(lines, order.Line{
				SKU: fmt.Sprint(i, strings.Repeat("🛒", 125)), Quantity: 1,
				Price: order.Money{Minor: 1, Currency: "USD"},
			})
		}
		grow(order.ItemsChanged{Lines: lines})
	}
	return past.ID
}

func TestReadingTakesABatchAtATime(t *testing.T) {
	s := fixture.MigratedStore(t, mongotest.URI(t), journal.GroupCommit{})
	const changes = 40 // Of 11 MB together.
	id := largeOrder(t, s, changes)
	b := budget.New(64 << 20)
	ctx, account := b.Open(t.Context())
	defer account.Close()
	read, peak := 0, int64(0)
	err := s.Read(ctx, id, 0, func(ports.Commit) error {
		read++
		peak = max(peak, b.Used())
		return nil
	})
	if err != nil || read != changes+1 {
		t.Errorf("%d commits were read, %v", read, err)
	}
	if peak < 1<<20 || peak > 3<<20 {
		t.Errorf("%d bytes were held at once", peak)
	}
	if b.Used() != 0 {
		t.Errorf("%d bytes are held after reading", b.Used())
	}
}

func TestReadingWhileTheBudgetIsShort(t *testing.T) {
	s := fixture.MigratedStore(t, mongotest.URI(t), journal.GroupCommit{})
	large, small := largeOrder(t, s, 2), fixture.Create(t, s, "ann")
	b := budget.New(4 << 20)
	other, all := b.Open(t.Context())
	if err := budget.Take(other, 7*(4<<20)/8); err != nil {
		t.Fatal(err)
	}
	read := 0
	count := func(ports.Commit) error {
		read++
		return nil
	}
	ctx, account := b.Open(t.Context())
	defer account.Close()
	if err := s.Read(ctx, small.OrderID, 0, count); err != nil || read != 1 {
		t.Errorf("%d commits of a small order were read, %v", read, err)
	}
	if err := s.Read(ctx, large, 1, count); !errors.Is(err, budget.ErrSpent) {
		t.Errorf("of a large order: %v, want that the budget is spent", err)
	}
	all.Close()
	read = 0
	if err := s.Read(ctx, large, 0, count); err != nil || read != 3 {
		t.Errorf("%d commits were read, %v", read, err)
	}
	if b.Used() != 0 {
		t.Errorf("%d bytes are held", b.Used())
	}
}

// A stream is loaded whole that no reply of the server has room for.
func TestAStreamLargerThanAReply(t *testing.T) {
	s := fixture.MigratedStore(t, mongotest.URI(t), journal.GroupCommit{})
	const changes = 70 // Of 19 MB together.
	id := largeOrder(t, s, changes)
	stream, err := s.Load(t.Context(), id)
	if err != nil || stream.Version() != changes+1 {
		t.Errorf("%d commits are loaded, %v", stream.Version(), err)
	}
}
