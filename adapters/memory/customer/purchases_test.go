package customer_test

import (
	"testing"
	"testing/synctest"

	"orders/adapters/memory/customer"
	"orders/test/contract"
)

func TestReadModel(t *testing.T) {
	contract.ReadModelOfCustomers(t, func(*testing.T) contract.CustomerRows {
		return handle(customer.NewPurchases())
	}, synctest.Test)
}

func handle(p *customer.Purchases) contract.CustomerRows {
	return contract.CustomerRows{
		ReadModel: p.ReadModel(), Readers: p,
		Again: func() contract.CustomerRows { return handle(p) },
	}
}
