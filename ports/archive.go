package ports

import "context"

// An Archive shows all that was committed, order by order, for comparing and rebuilding.
type Archive interface {
	// Commits calls each with the commits of the first r.Limit orders of r, ordered by ID and then
	// by version, one at a time. When each returns an error, Commits ends with it. A commit that
	// cannot be read, or that does not follow the one before it, says why in Unreadable, and is the
	// last one of its order. Meanwhile Commits buffers at most BufferedMax bytes.
	Commits(ctx context.Context, r Range, each func(Commit) error) error
	// Size is about how many commits there are.
	Size(ctx context.Context) (int, error)
}
