package order

import (
	"orders/adapters/http/wire"
	"orders/ports"
)

// Queries are the operations that show orders.
type Queries struct {
	orders    ports.Orders
	history   ports.History
	paths     paths
	pageSlots chan struct{} // Holds one value for each page that is being made.
}

// orderPath is the path of one order.
const orderPath = wire.QueryRoot + "/{" + wire.OrderID + "}"
