package ports

import (
	"context"
	"errors"

	"orders/domain/order"
)

// An Ending is how a stream ends: its version, and the IDs of its last two commits. Whoever keeps
// what a stream adds up to knows by it whether the store still has that stream. One commit alone
// could be one that was recorded just while an older copy of the store was put back, with nothing
// before it.
type Ending struct {
	Version      int
	last, before string
}

// With is the ending after c, which is the next commit.
func (e Ending) With(c Commit) Ending { return Ending{c.Version, c.ID, e.last} }

// Size is about how many bytes it takes beside itself.
func (e Ending) Size() int { return len(e.last) + len(e.before) }

var errOtherStream = errors.New("the stream is not the one that is known")

// ReadOn hands each the commits after the ending, as Read does, and reports whether h still has
// the stream. If not, nothing that was handed over counts.
func (e Ending) ReadOn(
	ctx context.Context, h History, id order.ID, each func(Commit) error,
) (holds bool, err error) {
	known := []string{e.last}
	if e.before != "" {
		known = []string{e.before, e.last}
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
