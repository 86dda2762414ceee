// Package customer keeps the customer module's read model in memory.
package customer

import (
	"cmp"
	"context"
	"slices"
	"sync"

	"orders/adapters/memory"
	"orders/domain/order"
	"orders/ports/customer"
)

var (
	_ customer.Purchases   = (*Purchases)(nil)
	_ customer.Summaries   = (*Purchases)(nil)
	_ customer.Checkpoints = (*Purchases)(nil)
)

// Purchases is the module's read model in memory: its rows, their sums, and its position.
type Purchases struct {
	memory.Checkpoints

	mu   sync.RWMutex
	rows map[string]map[order.ID]customer.Row // By user and order.
}

// NewPurchases returns empty Purchases.
func NewPurchases() *Purchases {
	return &Purchases{rows: map[string]map[order.ID]customer.Row{}}
}

// Save implements customer.Purchases.
func (p *Purchases) Save(ctx context.Context, rows []customer.Row) []error {
	if err := ctx.Err(); err != nil {
		return slices.Repeat([]error{err}, len(rows))
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, row := range rows {
		user := row.Purchase.UserID
		if p.rows[user] == nil {
			p.rows[user] = map[order.ID]customer.Row{}
		}
		if p.rows[user][row.OrderID].Version < row.Version {
			p.rows[user][row.OrderID] = row
		}
	}
	return nil
}

// Summary implements customer.Summaries.
func (p *Purchases) Summary(ctx context.Context, userID string) (customer.Summary, error) {
	if err := ctx.Err(); err != nil {
		return customer.Summary{}, err
	}
	p.mu.RLock()
	defer p.mu.RUnlock()
	s := customer.Summary{Totals: []customer.Total{}}
	totals := map[order.Currency]customer.Total{}
	for _, row := range p.rows[userID] {
		s.Orders++
		if row.Purchase.Open {
			s.Open++
		}
		s.Last = later(s.Last, customer.Last{OrderID: row.OrderID, CreatedAt: row.CreatedAt})
		c := row.Purchase.Spent.Currency
		totals[c] = plus(totals[c], row)
	}
	for _, t := range totals {
		s.Totals = append(s.Totals, t)
	}
	slices.SortFunc(s.Totals, func(a, b customer.Total) int {
		return cmp.Compare(a.Spent.Currency, b.Spent.Currency)
	})
	return s, nil
}

func later(a, b customer.Last) customer.Last {
	if cmp.Or(a.CreatedAt.Compare(b.CreatedAt), cmp.Compare(a.OrderID, b.OrderID)) > 0 {
		return a
	}
	return b
}

func plus(t customer.Total, row customer.Row) customer.Total {
	return customer.Total{
		Orders: t.Orders + 1,
		Spent: order.Money{
			Minor:    t.Spent.Minor + row.Purchase.Spent.Minor,
			Currency: row.Purchase.Spent.Currency,
		},
		Refunded: order.Money{
			Minor:    t.Refunded.Minor + row.Purchase.Refunded.Minor,
			Currency: row.Purchase.Refunded.Currency,
		},
	}
}
