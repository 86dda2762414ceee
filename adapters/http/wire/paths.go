package wire

// Where the operations on orders are. The API of another module has places of its own.
const (
	CommandRoot = "/commands/orders"
	QueryRoot   = "/queries/orders"
	OrderID     = "orderId" // The path parameter.
)
