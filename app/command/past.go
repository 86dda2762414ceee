package command

import (
	"context"
	"errors"
	"fmt"

	"orders/domain/order"
	"orders/ports"
	"orders/ports/budget"
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

// has reports whether a key came with one of the commits.
func (p *past) has(key string) bool {
	_, is := p.keys[key]
	return is
}

// A reading makes a past of the commits that it reads, and looks for the request's key in them. It
// takes the bytes of the past from the request's account.
type reading struct {
	past
	asked prepared
	first *Result // The answer to the first request with the key, once it is found.
	taken int     // Bytes.
}

// errFound ends a reading early, as the key is found.
var errFound = errors.New("the key is found")

func (r *reading) read(ctx context.Context, c ports.Commit) error {
	after := r.With(c)
	if r.asked.Key != "" && c.Key == r.asked.Key {
		first, err := r.asked.replay(c, after)
		if err != nil {
			return err
		}
		r.first = &first
		return errFound
	}
	r.add(c, ports.ViewOf(after))
	return r.take(ctx)
}

// take takes as many bytes as the past has grown by, rounded up so that it takes seldom.
func (r *reading) take(ctx context.Context) error {
	const step = 4 << 10
	more := r.size() - r.taken
	if more <= 0 {
		return nil
	}
	more = (more + step - 1) / step * step
	r.taken += more
	return budget.Take(ctx, more)
}

// read returns the past of p's order, or the answer to the first request with p's key.
func (h *Handler) read(ctx context.Context, p prepared) (past, *Result, error) {
	cached, known := h.pasts.take(p.id)
	if known && cached.has(p.Key) {
		h.pasts.keep(cached) // The answer needs the first request's events, which are not cached.
		known = false
	}
	if known {
		r, err := h.readOn(ctx, cached, p)
		if r != nil || err != nil {
			return r.result(p, err)
		}
	}
	r := &reading{past: *newPast(p.id), asked: p}
	err := h.store.Read(ctx, p.id, 0, func(c ports.Commit) error { return r.read(ctx, c) })
	return r.result(p, err)
}

// readOn reads on from a cached past. It returns no reading if the store no longer has the stream,
// because an operator has put an older copy of the store, or another one, in place.
func (h *Handler) readOn(ctx context.Context, cached past, p prepared) (*reading, error) {
	r := &reading{past: cached, asked: p}
	if err := r.take(ctx); err != nil {
		return r, err
	}
	holds, err := cached.ending.ReadOn(ctx, h.store, p.id, func(c ports.Commit) error {
		return r.read(ctx, c)
	})
	if err == nil && !holds {
		return nil, nil
	}
	return r, err
}

func (r *reading) result(p prepared, err error) (past, *Result, error) {
	if err != nil && !errors.Is(err, errFound) {
		return past{}, nil, fmt.Errorf("load order %s: %w", p.id, err)
	}
	return r.past, r.first, nil
}
