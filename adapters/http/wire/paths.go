package wire

import "orders/adapters/message"

// The paths of operations on orders. The API of another module has paths of its own.
const (
	CommandRoot = "/commands/orders"
	QueryRoot   = message.QueryRoot
	OrderID     = "orderId" // The path parameter.
)
