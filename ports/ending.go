package ports

import (
	"context"
	"errors"

	"orders/domain/order"
)

// An Ending is how a stream ends: its version, and the IDs of its last two commits. A cache of what
// a stream adds up to checks by it whether the store still has that stream: an operator may have
// put an older copy of the store in place. One commit would not do: it may have been recorded while
// the copy was put in place, with nothing before it.
type Ending struct {
	Version    int
	last       string // The ID of the last commit.
	nextToLast string // That of the one before it; empty if there is none.
}

// With is the ending after c, which is the next commit.
func (e Ending) With(c Commit) Ending { return Ending{c.Version, c.ID, e.last} }

// Size is about how many bytes the IDs take, besides the Ending itself.
func (e Ending) Size() int { return len(e.last) + len(e.nextToLast) }

var errOtherStream = errors.New("the stream is not the one that is known")

// ReadOn calls each with the commits after the ending, as Read does, and reports whether h still
// has the stream. If not, the caller drops what each was called with.
func (e Ending) ReadOn(
	ctx context.Context, h History, id order.ID, each func(Commit) error,
) (holds bool, err error) {
	known := []string{e.last}
	if e.nextToLast != "" {
		known = []string{e.nextToLast, e.last}
	}
	err = h.Read(ctx, id, e.Version-len(known), func(c Commit) error {
		switch {
		case len(known) == 0:
			return each(c)
		case c.ID != known[0]:
			return errOtherStream
		}
		known = known[1:]
		return nil
	})
	if errors.Is(err, errOtherStream) || len(known) > 0 && errors.Is(err, ErrUnreadable) {
		return false, nil
	}
	return len(known) == 0, err
}
