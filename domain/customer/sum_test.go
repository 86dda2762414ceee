package customer_test

import (
	"testing"

	"orders/domain/customer"
	"orders/domain/order"
)

func TestSum(t *testing.T) {
	for _, tt := range []struct {
		amounts  []int64
		currency order.Currency
		want     string
	}{
		{nil, "USD", "0"},
		{[]int64{0}, "KWD", "0"},
		{[]int64{1050, 50}, "USD", "11"},
		{[]int64{1, -6}, "USD", "-0.05"},
		{[]int64{1, 1}, "KWD", "0.002"},
		{[]int64{1<<63 - 1, 1}, "JPY", "9223372036854775808"},
		{[]int64{1<<63 - 1, 1<<63 - 1, 1<<63 - 1}, "USD", "276701161105643274.21"},
	} {
		sum := customer.Sum{Currency: tt.currency}
		for _, n := range tt.amounts {
			sum.Add(order.Money{Minor: n, Currency: tt.currency})
		}
		if got := sum.Major(); got != tt.want {
			t.Errorf("%v %s add up to %s, want %s", tt.amounts, tt.currency, got, tt.want)
		}
	}
}
