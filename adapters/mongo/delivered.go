package mongo

import "orders/domain/order"

// deliveredMax is how many commits are remembered to have been delivered; up to twice as many are.
const deliveredMax = 8192

// delivered are the commits that were delivered of late. One that is forgotten is delivered again,
// or waits for the change stream; both are harmless.
type delivered struct{ recent, older map[version]struct{} }

// A version is one of an order.
type version struct {
	id     order.ID
	number int
}

func (d *delivered) has(v version) bool {
	_, recently := d.recent[v]
	_, before := d.older[v]
	return recently || before
}

func (d *delivered) add(v version) {
	if d.recent == nil || len(d.recent) == deliveredMax {
		d.recent, d.older = map[version]struct{}{}, d.recent
	}
	d.recent[v] = struct{}{}
}

// follows reports whether all that came before v of its order has been delivered.
func (d *delivered) follows(v version) bool {
	return v.number == 1 || d.has(version{v.id, v.number - 1})
}
