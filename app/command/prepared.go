package command

import (
	"errors"
	"fmt"
	"time"

	"orders/domain/order"
	"orders/ports"
)

// A prepared request is a Request with what follows from it alone.
type prepared struct {
	Request
	id        order.ID
	anonymous order.ID // What id was before callers had names; empty if it is the same.
	creates   bool
	request   string // The hash of the command; empty without a Key, as only a Key needs it.
}

// prepare refuses what the caller may not ask for.
func prepare(r Request, now time.Time) (prepared, error) {
	if err := permit(r); err != nil {
		return prepared{}, err
	}
	p := prepared{Request: r, id: r.OrderID}
	if r.Key != "" {
		var err error
		if p.request, err = hash(r.Command); err != nil {
			return prepared{}, err
		}
	}
	if c, ok := r.Command.(order.Create); ok {
		p.creates = true
		p.id, p.anonymous = idsFor(c, r.Key, r.Caller.Actor, now)
	}
	return p, nil
}

// permit refuses a command that the caller's token does not allow, and a new order of another user.
// Whether the caller sees an order that exists, its first commit tells.
func permit(r Request) error {
	if err := r.Caller.May(r.Command.Name()); err != nil {
		return err
	}
	c, creates := r.Command.(order.Create)
	user, confined := r.Caller.Confined()
	if !creates || !confined || c.UserID == user || c.UserID == "" {
		return nil // The rules of orders refuse one of nobody.
	}
	return r.Caller.MayActForOthers()
}

// replay repeats the answer to an earlier request with p's key. That request recorded c, and left
// the order as then shows. A key stands for one command: replay refuses it with another one.
func (p prepared) replay(c ports.Commit, then ports.OrderView) (Result, error) {
	request, err := p.requestAs(c)
	if err != nil {
		return Result{}, err
	}
	if c.Request != request {
		return Result{}, ErrKeyReused
	}
	return Result{OrderView: then, Events: c.Events, Replayed: true}, nil
}

// requestAs is the hash of the command as if it were the one that recorded c. It matters for a
// create that names no currency: the service's own currency may have changed since, or another
// service with another currency may have taken the first request. So the order's currency counts.
func (p prepared) requestAs(c ports.Commit) (string, error) {
	create, creates := p.Command.(order.Create)
	if !creates || !p.AnyCurrency {
		return p.request, nil
	}
	create.Currency = order.Replay(c.Events).Total().Currency
	return hash(create)
}

// isOwn reports whether p's caller recorded c. Of a new order the ID tells: it is derived from the
// user and, unless that is the caller, from the actor.
func (p prepared) isOwn(c ports.Commit) bool { return p.creates || c.Actor.Is(p.Caller.Actor) }

// lane is where p waits for its turn.
func (p prepared) lane() lane {
	if user, confined := p.Caller.Confined(); confined {
		return lane{p.id, user, true}
	}
	return lane{id: p.id}
}

// unknown is the error for an order that does not exist, as far as the caller can see.
func (p prepared) unknown() error { return fmt.Errorf("order %s: %w", p.id, ports.ErrNotFound) }

// mayHaveCome reports whether the handler must look for an earlier request with the key of a create
// before it refuses: a key is checked before everything else, and the answer may be that order.
func (p prepared) mayHaveCome(err error) bool {
	var refusal *order.Error
	return p.Key != "" && errors.As(err, &refusal)
}

// admit refuses a command on an order that does not exist, or is at a version that IfMatch refuses.
func (p prepared) admit(past ports.Stream) error {
	switch {
	case p.creates:
		return nil
	case past.Version() == 0:
		return p.unknown()
	case p.IfMatch != nil && !p.IfMatch(past.Version()):
		return &VersionError{past.Version()}
	}
	return nil
}
