package e2e_test

import (
	"testing"

	"go.uber.org/fx"
	"go.uber.org/fx/fxtest"

	"orders/adapters/http"
	"orders/service"
	"orders/test/mongotest"
)

// Processes that share a database may differ in their default currency, as while it is changed.
func TestARetryMayReachAProcessOfAnotherCurrency(t *testing.T) {
	c := service.Config{
		WriteStore: service.Mongo, ReadStore: service.Mongo, MongoURI: mongotest.URI(t),
	}
	serving := func(currency string) client {
		c.Currency = currency
		var server *http.Server
		service := fxtest.New(t, module(c), fx.Populate(&server)).RequireStart()
		t.Cleanup(service.RequireStop)
		return newClient("http://" + server.Addr().String())
	}
	const cents = `{"userId":"ann","items":[{"sku":"sku_mouse","qty":2,"price":5.99}]}`
	made := serving("USD").must(t, 201, "POST", "/commands/orders", cents, "Idempotency-Key: k")
	other := serving("JPY")
	again := other.must(t, 200, "POST", "/commands/orders", cents, "Idempotency-Key: k")
	again.wantHeader(t, "Idempotent-Replayed", "true")
	if again.id() != made.id() {
		t.Errorf("%s and %s", again.id(), made.id())
	}
	other.must(t, 400, "POST", "/commands/orders", cents, "Idempotency-Key: another")
}
