package original_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"orders/ports"
)

// refused are orders with something wrong, and what is said of it.
var refused = []struct {
	change func(o *ports.OriginalOrder)
	says   string
}{
	{func(o *ports.OriginalOrder) { o.OrderID = "ord_short" }, "orderId ord_short: must be"},
	{func(o *ports.OriginalOrder) { o.OrderID = "" }, "orderId : must be"},
	{func(o *ports.OriginalOrder) { o.UserID = "" }, "userId : must not be empty"},
	{func(o *ports.OriginalOrder) { o.UserID = "a\nb" }, "userId a\nb: must not hold control"},
	{func(o *ports.OriginalOrder) { o.Status = "PAID" }, "status PAID: must be CREATED"},
	{func(o *ports.OriginalOrder) { o.Items = nil }, "items : must hold at least one"},
	{func(o *ports.OriginalOrder) { o.Items = slices.Repeat(o.Items, 501) },
		"items : must hold at most 500"},
	{func(o *ports.OriginalOrder) { o.Items[0].SKU = strings.Repeat("x", 129) },
		"items.0.sku " + strings.Repeat("x", 129) + ": must have at most 128"},
	{func(o *ports.OriginalOrder) { o.Items[0].Quantity = number("0") },
		"items.0.qty 0: must be from 1"},
	{func(o *ports.OriginalOrder) { o.Items[0].Quantity = number("1.5") },
		"items.0.qty 15e-1: must be a whole"},
	{func(o *ports.OriginalOrder) { o.Items[0].Quantity = number("-1") },
		"items.0.qty -1: must be from 1"},
	{func(o *ports.OriginalOrder) { o.Items[0].Price = number("5.999") },
		"items.0.price 5999e-3: has more decimals than USD"},
	{func(o *ports.OriginalOrder) { o.Items[0].Price = number("0") },
		"items.0.price 0: must be greater"},
	{func(o *ports.OriginalOrder) { o.Total = number("11.985") },
		"totalAmount 11985e-3: is not the sum of the items, 11.98 USD"},
	{func(o *ports.OriginalOrder) { o.Total = number("11.975") },
		"totalAmount 11975e-3: is not the sum"},
	{func(o *ports.OriginalOrder) { o.CreatedAt = time.Time{} }, "createdAt 0001-01-01"},
	{func(o *ports.OriginalOrder) { o.UpdatedAt = time.Now().AddDate(1, 0, 0) }, "updatedAt 20"},
	{func(o *ports.OriginalOrder) { o.UpdatedAt = at.Add(-time.Second) },
		"updatedAt 2026-03-01T11:59:59.005Z: is before createdAt"},
	{func(o *ports.OriginalOrder) {
		o.Items[0].Price = number("0") // As a fault leaves it.
		o.Faults = []ports.Fault{{Field: "items.0.price", Value: "NaN", Why: "must be a number"}}
	}, "items.0.price NaN: must be a number"},
}

func TestWhatIsRefused(t *testing.T) {
	for _, tt := range refused {
		for _, dry := range []bool{true, false} {
			to := newTarget()
			done := to.take(t, "USD", dry, plain(tt.change), plain(nil))
			if done.Refused != 1 || len(to.said) != 1 ||
				!strings.HasPrefix(to.said[0], "refused "+tt.says) {
				t.Errorf("%+v, it says %q, want %q", done, to.said, tt.says)
			}
		}
	}
}
