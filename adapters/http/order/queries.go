package order

import (
	"github.com/danielgtaylor/huma/v2"

	"orders/adapters/http/wire"
	"orders/ports"
)

// Queries are the operations that show orders.
type Queries struct {
	orders  ports.Orders
	history ports.History
	paths   paths
	turns   chan struct{} // Holds one for each page that is being made.
}

func NewQueries(orders ports.Orders, history ports.History, base string) *Queries {
	return &Queries{orders, history, paths{base: base}, make(chan struct{}, pagesMax)}
}

// orderPath is the path of one order.
const orderPath = wire.QueryRoot + "/{" + wire.OrderID + "}"

// Add adds every query.
func (q *Queries) Add(api huma.API) {
	q.addView(api)
	q.addHistory(api)
	q.addList(api)
}
