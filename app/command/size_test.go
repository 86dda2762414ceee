package command_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"orders/adapters/memory"
	"orders/app/command"
	"orders/domain/order"
	"orders/ports"
	"orders/ports/budget"
)

// large asks for 500 lines with SKUs of so many characters; n makes them differ.
func large(id order.ID, characters, n int) command.Request {
	one := number("1")
	var items []order.Item
	for i := range 500 {
		sku := fmt.Sprintf("%03d-%d-", i, n)
		sku += strings.Repeat("🛒", characters-len(sku))
		items = append(items, order.Item{SKU: sku, Quantity: one, Price: one})
	}
	return on(id, "", order.ChangeItems{Items: items})
}

// A peak is the most that was held when a commit was read.
type peak struct {
	ports.EventStore
	budget *budget.Budget
	bytes  int64
}

func (p *peak) Read(
	ctx context.Context, id order.ID, after int, each func(ports.Commit) error,
) error {
	return p.EventStore.Read(ctx, id, after, func(c ports.Commit) error {
		err := each(c)
		p.bytes = max(p.bytes, p.budget.Used())
		return err
	})
}

func TestOfALargeOrderOnlyTheSumIsHeld(t *testing.T) {
	const changes = 200
	b := budget.New(budget.Default)
	store := &peak{EventStore: memory.NewEventStore(), budget: b}
	h := within(store, b)
	made := do(t, h, create("ann", ""))
	for n := range changes {
		do(t, handler(store.EventStore), large(made.ID, 128, n))
	}
	const one = 500 * (128*4 + 48) // About what the lines take.
	ctx, account := b.Open(t.Context())
	if _, err := h.Handle(ctx, confirm(made.ID, "")); err != nil {
		t.Fatal(err)
	}
	if store.bytes < one*9/10 || store.bytes > one*11/10 {
		t.Errorf("%d bytes were held of %d changes of %d", store.bytes, changes, one)
	}
	account.Close()
	if kept := b.Used(); kept < one*9/10 || kept > one*11/10 {
		t.Errorf("%d bytes are kept, want about %d", kept, one)
	}
}

func TestACommandThatFindsTheBudgetUsedUpChangesNothing(t *testing.T) {
	b := budget.New(400 << 10)
	store := memory.NewEventStore()
	made := do(t, handler(store), create("ann", ""))
	do(t, handler(store), large(made.ID, 128, 0))
	other, everything := b.Open(t.Context())
	if err := budget.Take(other, 200<<10); err != nil {
		t.Fatal(err)
	}
	h := within(store, b)
	ctx, account := b.Open(t.Context())
	defer account.Close()
	_, err := h.Handle(ctx, confirm(made.ID, ""))
	if !errors.Is(err, budget.ErrSpent) || !errors.Is(err, ports.ErrUnavailable) {
		t.Errorf("error %v, want ErrSpent", err)
	}
	wantVersion(t, store, made.ID, 2)
	everything.Close()
	account.Close()
	if b.Used() != 0 {
		t.Errorf("%d bytes are held", b.Used())
	}
	do(t, h, confirm(made.ID, ""))
}

func TestPastsGiveWayToThoseWhoWait(t *testing.T) {
	b := budget.New(2 << 20)
	store := memory.NewEventStore()
	h := within(store, b)
	var ids []order.ID
	for n := range 9 { // More than there is room for.
		made := do(t, h, create("ann", ""))
		do(t, h, large(made.ID, 128, n))
		ids = append(ids, made.ID)
	}
	if kept := b.Used(); kept < 1<<20 || kept > 2<<20 {
		t.Errorf("%d bytes are kept", kept)
	}
	ctx, account := b.Open(t.Context())
	defer account.Close()
	if err := budget.Take(ctx, 1536<<10); err != nil {
		t.Fatal(err)
	}
	if b.Used() > 2<<20 {
		t.Errorf("%d bytes are used", b.Used())
	}
	for _, id := range ids {
		do(t, h, confirm(id, ""))
	}
}

func TestPastsAreBoundedInNumber(t *testing.T) {
	b := budget.New(budget.Default)
	h := within(memory.NewEventStore(), b)
	for range 3000 {
		do(t, h, confirm(do(t, h, create("ann", "")).ID, ""))
	}
	if kept := b.Used(); kept < 512<<10 || kept > 2<<20 {
		t.Errorf("%d bytes are kept of 3000 orders", kept)
	}
}
