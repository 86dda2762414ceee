package command

import (
	"context"
	"errors"
	"fmt"

	"orders/ports"
	"orders/ports/budget"
)

// A reading makes a past of the commits that it reads, and looks for the request's key in them. It
// takes the bytes of the past from the request's account.
type reading struct {
	past
	asked  prepared
	first  *Result // The answer to the first request with the key, once it is found.
	reused bool    // The key came with another request; first may yet be found.
	taken  int     // Bytes.
}

// These end a reading early.
var (
	errFound  = errors.New("the key is found")
	errHidden = errors.New("the caller does not see the order")
)

// read ends the reading if the caller does not see the order: nothing else is read of it, or told.
func (r *reading) read(ctx context.Context, c ports.Commit) error {
	after := ports.ViewOf(r.With(c))
	if c.Version == 1 && !r.asked.Caller.Sees(after.Order.UserID) {
		return errHidden
	}
	if r.asked.Key != "" && c.Key == r.asked.Key {
		if err := r.compare(ctx, c, after); err != nil {
			return err
		}
	}
	r.add(c, after)
	return r.take(ctx)
}

// compare compares the request with one that came before with its key. The caller's own decides.
// Without that, an anonymous actor's may be the caller's, and any may be an anonymous caller's.
func (r *reading) compare(ctx context.Context, c ports.Commit, after ports.OrderView) error {
	own := r.asked.isOwn(c)
	if !own && !c.Actor.IsAnonymous() && !r.asked.Caller.IsAnonymous() {
		return nil
	}
	first, err := r.asked.replay(c, after)
	switch {
	case errors.Is(err, ErrKeyReused) && !own:
		r.reused = true
		return nil
	case err != nil:
		return err
	case own:
		r.first = &first
		return errFound
	case r.first != nil:
		return nil
	}
	r.first = &first
	return budget.Take(ctx, c.Size()+after.Size())
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
	cached, known := h.pasts.take(p.id, p.Caller)
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
	_, confined := p.Caller.Confined()
	switch {
	case errors.Is(err, errHidden):
		return past{}, nil, p.unknown()
	case errors.Is(err, ports.ErrUnreadable) && r.Version() == 0 && confined && !p.creates:
		// Nobody can tell whose order it is. The log tells why, and the answer does not.
		return past{}, nil, fmt.Errorf("%w: %w", p.unknown(), err)
	case errors.Is(err, errFound):
		err = nil
	case err == nil && r.first == nil && r.reused:
		err = ErrKeyReused
	}
	if err != nil {
		return past{}, nil, fmt.Errorf("load order %s: %w", p.id, err)
	}
	return r.past, r.first, nil
}

// readAnonymous looks for a create that came with p's key while callers had no names, and asked for
// the same. It returns the answer that was given then.
func (h *Handler) readAnonymous(
	ctx context.Context, p prepared,
) (first Result, found bool, err error) {
	err = h.store.Read(ctx, p.anonymous, 0, func(c ports.Commit) error {
		if c.Key != p.Key || !c.Actor.IsAnonymous() {
			return ErrKeyReused
		}
		first, err = p.replay(c, ports.OrderView{}.With(c))
		if found = err == nil; found {
			return errFound
		}
		return err
	})
	if err != nil && !errors.Is(err, errFound) && !errors.Is(err, ErrKeyReused) {
		return Result{}, false, fmt.Errorf("load order %s: %w", p.anonymous, err)
	}
	return first, found, nil
}
