package feed

import (
	"orders/domain/order"
	"orders/ports/recent"
)

// deliveredMax is how many commits are remembered to have been delivered; up to twice as many are.
const deliveredMax = 8192

// delivered are the commits that were delivered of late. One that is forgotten is delivered again,
// or waits for the change stream; both are harmless.
type delivered struct{ lately recent.Map[version, struct{}] }

// A version is one of an order.
type version struct {
	id     order.ID
	number int
}

func newDelivered() delivered {
	return delivered{recent.New[version, struct{}](deliveredMax)}
}

func (d *delivered) has(v version) bool { return d.lately.Has(v) }

func (d *delivered) add(v version) { d.lately.Put(v, struct{}{}) }

// follows reports whether all that came before v of its order has been delivered.
func (d *delivered) follows(v version) bool {
	return v.number == 1 || d.has(version{v.id, v.number - 1})
}
