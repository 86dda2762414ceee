package contract

import (
	"context"
	"slices"
	"testing"

	memory "orders/adapters/memory/customer"
	"orders/domain/order"
	"orders/ports/customer"
)

// A brokenCustomer is a good one except for the functions that are set.
type brokenCustomer struct {
	*memory.Purchases
	save    func(context.Context, []customer.Row) []error
	summary func(context.Context, string) (customer.Summary, error)
}

func (b brokenCustomer) Save(ctx context.Context, rows []customer.Row) []error {
	if b.save != nil {
		return b.save(ctx, rows)
	}
	return b.Purchases.Save(ctx, rows)
}

func (b brokenCustomer) Summary(ctx context.Context, user string) (customer.Summary, error) {
	if b.summary != nil {
		return b.summary(ctx, user)
	}
	return b.Purchases.Summary(ctx, user)
}

func customers(breakIt func(*brokenCustomer)) func() CustomerModel {
	return func() CustomerModel {
		b := brokenCustomer{Purchases: memory.NewPurchases()}
		breakIt(&b)
		return b
	}
}

// rows breaks Save by changing each row on its way.
func rows(change func(*customer.Row)) func() CustomerModel {
	return customers(func(b *brokenCustomer) {
		good := b.Purchases
		b.save = func(ctx context.Context, rows []customer.Row) []error {
			rows = slices.Clone(rows)
			for i := range rows {
				change(&rows[i])
			}
			return good.Save(ctx, rows)
		}
	})
}

func TestCustomerLawsCatch(t *testing.T) { catches(t, customerLaws, brokenCustomers) }

var brokenCustomers = map[string]func() CustomerModel{
	"a user without orders has an empty summary": customers(func(b *brokenCustomer) {
		b.summary = func(context.Context, string) (customer.Summary, error) {
			return customer.Summary{Orders: 1}, nil
		}
	}),
	"a summary adds up a user's orders by currency": rows(func(r *customer.Row) {
		r.Purchase.Spent.Currency = "USD"
	}),
	"users are kept apart": rows(func(r *customer.Row) { r.Purchase.UserID = "ann" }),
	"an amount may be as large as fifteen digits, and sums larger": customers(
		func(b *brokenCustomer) {
			good := b.Purchases
			b.summary = func(ctx context.Context, user string) (customer.Summary, error) {
				s, err := good.Summary(ctx, user)
				for _, t := range s.Totals {
					t.Spent.Minor.SetInt64(t.Spent.Minor.Int64()) // It runs over.
				}
				return s, err
			}
		}),
}

func TestCustomerRepairLawsCatch(t *testing.T) {
	catches(t, customerRowsOnly, map[string]func() CustomerRows{
		"a repaired row counts for its user": func() CustomerRows {
			good := memory.NewPurchases()
			s := CustomerRows{ReadModel: good.ReadModel(), Readers: good}
			s.Views = keepsUser{good}
			return s
		},
	})
}

// keepsUser repairs a row, but leaves it with the sums of its former user.
type keepsUser struct{ *memory.Purchases }

func (k keepsUser) Repair(ctx context.Context, id order.ID, seen int, r *customer.Row) error {
	if r != nil {
		stays := *r
		stays.Purchase.UserID = "ann"
		r = &stays
	}
	return k.Purchases.Repair(ctx, id, seen, r)
}
