package command

import (
	"orders/domain/order"
	"orders/ports"
)

// A past is what a Handler holds of an order's stream instead of all its commits: what they add up
// to, how the stream ends, and the keys that came with the commits. One command at a time uses it.
type past struct {
	ports.Stream // Folded.
	ending       ports.Ending
	keys         map[string]struct{}
	keyBytes     int
}

func newPast(id order.ID) *past { return &past{Stream: ports.Stream{ID: id}} }

// add adds the next commit, which made the order what after shows.
func (p *past) add(c ports.Commit, after ports.OrderView) {
	p.Before, p.ending = after, p.ending.With(c)
	if c.Key == "" {
		return
	}
	if p.keys == nil {
		p.keys = map[string]struct{}{}
	}
	p.keys[c.Key] = struct{}{}
	p.keyBytes += keySize + len(c.Key)
}

// forget makes p the past of an order of which nothing is known.
func (p *past) forget() { *p = *newPast(p.ID) }

// has reports whether a key came with one of the commits, of whatever actor.
func (p *past) has(key string) bool {
	_, is := p.keys[key]
	return is
}
