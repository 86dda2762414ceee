package customer_test

import (
	"testing"

	"orders/adapters/memory/customer"
	"orders/test/contract"
)

func TestCustomers(t *testing.T) {
	contract.Customers(t, func(*testing.T) contract.CustomerModel {
		return customer.NewPurchases()
	})
}
