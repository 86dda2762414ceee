package command_test

import (
	"testing"
	"testing/synctest"

	"orders/adapters/memory"
	"orders/app/command"
	"orders/domain/order"
)

// in is a create that names a currency, or leaves it to a service whose own is that one.
func in(currency order.Currency, named bool, price string) command.Request {
	r := create("ann", "key")
	c := r.Command.(order.Create)
	c.Currency = currency
	c.Items[0].Price, _ = order.ParseDecimal(price)
	r.Command, r.AnyCurrency = c, !named
	return r
}

func TestARepetitionThatNamesNoCurrencyMatchesAny(t *testing.T) {
	for name, tt := range map[string]struct {
		first, again command.Request
		reused       bool
	}{
		"of another default":         {in("USD", false, "5"), in("EUR", false, "5"), false},
		"of one with fewer decimals": {in("USD", false, "5.99"), in("JPY", false, "5.99"), false},
		"of one with more decimals":  {in("JPY", false, "599"), in("KWD", false, "599"), false},
		"of a currency once named":   {in("EUR", true, "5"), in("USD", false, "5"), false},
		"named as it was":            {in("USD", false, "5"), in("USD", true, "5"), false},
		"named otherwise":            {in("USD", false, "5"), in("EUR", true, "5"), true},
		"of another price":           {in("USD", false, "5.99"), in("USD", false, "5.98"), true},
		"of another price elsewhere": {in("USD", false, "5.99"), in("JPY", false, "5.98"), true},
	} {
		t.Run(name, func(t *testing.T) {
			store := memory.NewEventStore()
			made := do(t, handler(store), tt.first)
			for _, dry := range []bool{false, true} {
				tt.again.DryRun = dry
				if tt.reused {
					refused(t, handler(store), tt.again, command.ErrKeyReused)
					continue
				}
				again := do(t, handler(store), tt.again)
				if !again.Replayed || again.ID != made.ID ||
					again.Order.Total() != made.Order.Total() {
					t.Errorf("%+v is not %+v", again, made)
				}
			}
			wantVersion(t, store, made.ID, 1)
		})
	}
}

// A create that makes no sense is refused as that if its key never came.
func TestAnUnusedKeyKeepsNobodyFromTheTruth(t *testing.T) {
	store := memory.NewEventStore()
	refused(t, handler(store), in("JPY", false, "5.99"), order.ErrInvalid)
	refused(t, handler(store), in("JPY", true, "5.99"), order.ErrInvalid)
	do(t, handler(store), in("JPY", true, "599"))
}

// Of two services with currencies of their own, one makes the order, and both answer with it.
func TestEqualRequestsOfTwoDefaultsMakeOneOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := memory.NewEventStore()
		results := make(chan command.Result, 2)
		for _, currency := range []order.Currency{"USD", "EUR"} {
			go func() { results <- do(t, handler(store), in(currency, false, "5")) }()
		}
		a, b := <-results, <-results
		if a.ID != b.ID || a.Replayed == b.Replayed || a.Order.Total() != b.Order.Total() {
			t.Errorf("%+v and %+v", a, b)
		}
	})
}
