package wire

// The paths of operations on orders. The API of another module has paths of its own.
const (
	CommandRoot = "/commands/orders"
	QueryRoot   = "/queries/orders"
	OrderID     = "orderId" // The path parameter.
)
