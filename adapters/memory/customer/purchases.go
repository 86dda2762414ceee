// Package customer keeps the customer module's read model in memory.
package customer

import (
	"cmp"
	"context"
	"slices"

	"orders/adapters/memory"
	"orders/domain/order"
	"orders/ports"
	"orders/ports/customer"
)

var (
	_ ports.Views[customer.Row] = (*Purchases)(nil)
	_ customer.Summaries        = (*Purchases)(nil)
)

// Purchases is the module's read model in memory, and the sums of its rows.
type Purchases struct {
	*memory.Model[customer.Row, byUser]
}

// byUser holds the rows of each user.
type byUser map[string]map[order.ID]*customer.Row

// NewPurchases returns empty Purchases.
func NewPurchases() *Purchases {
	return &Purchases{memory.NewModel(memory.Kind[customer.Row, byUser]{
		Key:   func(r customer.Row) (order.ID, int) { return r.OrderID, r.Version },
		Clone: func(r customer.Row) customer.Row { return r },
		Index: func() byUser { return byUser{} },
	})}
}

// Replace implements memory.Index.
func (u byUser) Replace(was, is *customer.Row) {
	if was != nil {
		delete(u[was.Purchase.UserID], was.OrderID)
	}
	if is != nil {
		user := is.Purchase.UserID
		if u[user] == nil {
			u[user] = map[order.ID]*customer.Row{}
		}
		u[user][is.OrderID] = is
	}
}

// Summary implements customer.Summaries.
func (p *Purchases) Summary(ctx context.Context, userID string) (s customer.Summary, err error) {
	err = p.Read(ctx, func(_ map[order.ID]*customer.Row, rows byUser) {
		s = sum(rows[userID])
	})
	return s, err
}

func sum(rows map[order.ID]*customer.Row) customer.Summary {
	s := customer.Summary{Totals: []customer.Total{}}
	totals := map[order.Currency]*customer.Total{}
	for _, row := range rows {
		s.Orders++
		if row.Purchase.Open {
			s.Open++
		}
		last := customer.Last{OrderID: row.OrderID, CreatedAt: row.CreatedAt}
		if last.After(s.Last) {
			s.Last = last
		}
		add(totals, row.Purchase)
	}
	for _, t := range totals {
		s.Totals = append(s.Totals, *t)
	}
	slices.SortFunc(s.Totals, func(a, b customer.Total) int {
		return cmp.Compare(a.Spent.Currency, b.Spent.Currency)
	})
	return s
}

func add(totals map[order.Currency]*customer.Total, p customer.Purchase) {
	t := totals[p.Spent.Currency]
	if t == nil {
		t = &customer.Total{}
		totals[p.Spent.Currency] = t
	}
	t.Orders++
	t.Spent.Add(p.Spent)
	t.Refunded.Add(p.Refunded)
}
