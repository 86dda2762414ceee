package customer

import (
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/bson"

	"orders/domain/order"
	"orders/ports/customer"
)

// Pins how a row is stored.
func TestARowIsStoredSo(t *testing.T) {
	usd := func(minor int64) order.Money { return order.Money{Minor: minor, Currency: "USD"} }
	stored := form(customer.Row{
		OrderID: "o", Version: 3, CreatedAt: time.UnixMilli(1_000_000_007).UTC(),
		Purchase: customer.Purchase{UserID: "ann", Open: true, Spent: usd(7), Refunded: usd(5)},
	})
	got, err := bson.MarshalExtJSON(stored.Content, true, false)
	const want = `{"_id":"o","version":{"$numberInt":"3"},"userId":"ann",` +
		`"createdAt":{"$date":{"$numberLong":"1000000007"}},"open":true,"currency":"USD",` +
		`"spent":{"$numberLong":"7"},"refunded":{"$numberLong":"5"}}`
	if err != nil || string(got) != want {
		t.Errorf("stored as\n%s, %v; want\n%s", got, err, want)
	}
}
