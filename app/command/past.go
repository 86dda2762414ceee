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
// to, how it ends, and the keys that came with them. One command at a time uses it.
type past struct {
	ports.Stream // Folded.
	ending       ports.Ending
	keys         map[string]struct{}
	keyBytes     int
}

func newPast(id order.ID) *past { return &past{Stream: ports.Stream{ID: id}} }

// add adds a commit that follows, and made the order what after shows.
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

// forget makes it the past of an order of which nothing is known.
func (p *past) forget() { *p = *newPast(p.ID) }

// has reports whether a key came with one of the commits.
func (p *past) has(key string) bool {
	_, is := p.keys[key]
	return is
}

// A reading makes a past of the commits that are read, and looks for the ticket's key in them. It
// takes what the past holds from the request's account.
type reading struct {
	past
	ticket ticket
	first  *Result // What the key's first request was answered, once that is found.
	taken  int     // Bytes.
}

// errFound ends a reading: the key is found, and what comes after does not matter.
var errFound = errors.New("the key is found")

func (r *reading) read(ctx context.Context, c ports.Commit) error {
	after := r.With(c)
	if r.ticket.Key != "" && c.Key == r.ticket.Key {
		first, err := r.ticket.replay(c, after)
		if err != nil {
			return err
		}
		r.first = &first
		return errFound
	}
	r.add(c, ports.ViewOf(after))
	return r.take(ctx)
}

// take takes what the past has grown by. Small steps are rounded up, so that there are few.
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

// read returns the past of t's order, or what t's key was answered at first.
func (h *Handler) read(ctx context.Context, t ticket) (past, *Result, error) {
	warm, known := h.warm.take(t.id)
	if known && warm.has(t.Key) {
		h.warm.keep(warm) // The events that were recorded then have to be read again.
		known = false
	}
	if known {
		r, err := h.goOn(ctx, warm, t)
		if r != nil || err != nil {
			return r.result(t, err)
		}
	}
	r := &reading{past: *newPast(t.id), ticket: t}
	err := h.store.Read(ctx, t.id, 0, func(c ports.Commit) error { return r.read(ctx, c) })
	return r.result(t, err)
}

// goOn reads on from a warm past, if the store still has the stream. Else somebody has put back an
// older copy of the store, or another one, and there is no reading.
func (h *Handler) goOn(ctx context.Context, warm past, t ticket) (*reading, error) {
	r := &reading{past: warm, ticket: t}
	if err := r.take(ctx); err != nil {
		return r, err
	}
	holds, err := warm.ending.ReadOn(ctx, h.store, t.id, func(c ports.Commit) error {
		return r.read(ctx, c)
	})
	if err == nil && !holds {
		return nil, nil
	}
	return r, err
}

func (r *reading) result(t ticket, err error) (past, *Result, error) {
	if err != nil && !errors.Is(err, errFound) {
		return past{}, nil, fmt.Errorf("load order %s: %w", t.id, err)
	}
	return r.past, r.first, nil
}
