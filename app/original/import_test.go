package original_test

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"orders/adapters/memory"
	"orders/app/original"
	"orders/domain/order"
	"orders/ports"
)

// at is when the orders of the tests were made.
var at = time.Date(2026, 3, 1, 12, 0, 0, 5e6, time.UTC)

// listed are the orders of an original.
type listed []ports.OriginalOrder

func (l listed) Size(context.Context) (int, error) { return len(l), nil }
func (l listed) Orders(_ context.Context, each func(ports.OriginalOrder) error) error {
	for _, o := range l {
		if err := each(o); err != nil {
			return err
		}
	}
	return nil
}

func number(text string) order.Decimal {
	d, err := order.ParseDecimal(text)
	if err != nil {
		panic(err)
	}
	return d
}

// plain is an order that nothing is wrong with, but for what change does.
func plain(change func(o *ports.OriginalOrder)) ports.OriginalOrder {
	o := ports.OriginalOrder{
		Document: "7", OrderID: "ord_V1StGXR8_Z", UserID: "ann", Status: "CREATED", Key: "k",
		Items: []ports.OriginalItem{{SKU: "mouse", Quantity: number("2"), Price: number("5.99")}},
		Total: number("11.98"), CreatedAt: at, UpdatedAt: at,
	}
	if change != nil {
		change(&o)
	}
	return o
}

// A target is what orders are taken over into.
type target struct {
	store *memory.EventStore
	keys  *memory.ImportedKeys
	said  []string
}

func newTarget() *target {
	return &target{store: memory.NewEventStore(), keys: memory.NewImportedKeys()}
}

func (to *target) take(
	t *testing.T, currency order.Currency, dry bool, all ...ports.OriginalOrder,
) original.Progress {
	t.Helper()
	to.said = nil
	say := func(what string) func(ports.OriginalOrder, ports.Fault) {
		return func(_ ports.OriginalOrder, f ports.Fault) {
			to.said = append(to.said, fmt.Sprintf("%s %s %s: %s", what, f.Field, f.Value, f.Why))
		}
	}
	done, err := original.Import{
		From: listed(all), Into: to.store, Keys: to.keys, Currency: currency, DryRun: dry,
		Refuse: say("refused"), Note: say("note"), Report: func(original.Progress) {},
		Log: slog.New(slog.DiscardHandler),
	}.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return done
}

func (to *target) says(t *testing.T, want ...string) {
	t.Helper()
	slices.Sort(want)
	if got := slices.Sorted(slices.Values(to.said)); !slices.Equal(got, want) {
		t.Errorf("it says\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func (to *target) view(t *testing.T, id order.ID) (ports.OrderView, ports.Stream) {
	t.Helper()
	s, err := to.store.Load(t.Context(), id)
	if err != nil || s.Version() == 0 {
		t.Fatalf("order %s: %v, %v", id, s, err)
	}
	return ports.ViewOf(s), s
}

func TestWhatAnOrderBecomes(t *testing.T) {
	to := newTarget()
	later := at.Add(time.Hour)
	ended := plain(func(o *ports.OriginalOrder) {
		o.OrderID, o.Status, o.UpdatedAt, o.Key = "ord_----------", "CANCELLED", later, ""
	})
	done := to.take(t, "USD", false, plain(nil), ended)
	if want := (original.Progress{Orders: 2, Commits: 3, Keys: 1}); done != want {
		t.Errorf("done is %+v, want %+v", done, want)
	}
	to.says(t)
	v, s := to.view(t, "ord_V1StGXR8_Z")
	if v.Order.Status != order.StatusCreated || !v.CreatedAt.Equal(at) || !v.UpdatedAt.Equal(at) ||
		v.Order.Total() != (order.Money{Minor: 1198, Currency: "USD"}) || v.Order.UserID != "ann" ||
		s.Commits[0].Actor != original.Actor || s.Commits[0].Key != "k" {
		t.Errorf("it became %+v of %+v", v, s)
	}
	v, s = to.view(t, "ord_----------")
	last, _ := s.Commits[1].Events[0].(order.Cancelled)
	if v.Order.Status != order.StatusCancelled || !v.CreatedAt.Equal(at) ||
		!v.UpdatedAt.Equal(later) || last.Reason != "other" || last.Note == "" {
		t.Errorf("it became %+v of %+v", v, s)
	}
	to.take(t, "USD", false, plain(nil), ended)
	to.says(t)
	if v, _ = to.view(t, "ord_----------"); v.Version != 2 {
		t.Errorf("again, it became %+v", v)
	}
}

// A total that doubles were added up to is the sum, if it is nearer to it than to any other amount.
func TestTotalsOfDoubles(t *testing.T) {
	to := newTarget()
	for n, total := range []string{"11.98", "11.980000000000002", "11.984999", "11.9750001"} {
		o := plain(func(o *ports.OriginalOrder) {
			o.OrderID, o.Total, o.Key = fmt.Sprintf("ord_%010d", n), number(total), ""
		})
		if done := to.take(t, "USD", false, o); done.Refused > 0 {
			t.Errorf("%s: %v", total, to.said)
		}
	}
	yen := plain(func(o *ports.OriginalOrder) {
		o.Items[0].Price, o.Total = number("599"), number("1198.4")
	})
	if done := to.take(t, "JPY", false, yen); done.Refused > 0 {
		t.Error(to.said)
	}
}

// However much is wrong with one order, what is told of it is bounded.
func TestManyFaults(t *testing.T) {
	to := newTarget()
	done := to.take(t, "USD", false, plain(func(o *ports.OriginalOrder) {
		o.Items = make([]ports.OriginalItem, 400)
	}))
	last := to.said[len(to.said)-1]
	if done.Refused != 1 || len(to.said) != 21 || !strings.Contains(last, "1180 more") {
		t.Errorf("%+v, and %d lines: %s", done, len(to.said), last)
	}
}

// In a dry run nothing is recorded.
func TestADryRun(t *testing.T) {
	to := newTarget()
	if done := to.take(t, "USD", true, plain(nil)); done.Commits != 1 || done.Refused != 0 {
		t.Errorf("done is %+v: %v", done, to.said)
	}
	s, err := to.store.Load(t.Context(), "ord_V1StGXR8_Z")
	hasKeys, _ := to.keys.Any(t.Context())
	if err != nil || s.Version() > 0 || hasKeys {
		t.Errorf("it recorded %+v, keys %t, %v", s, hasKeys, err)
	}
}
