package ports

import "context"

// An Archive shows all that was committed, for comparing.
type Archive interface {
	// Commits hands each the commits of the first r.Limit orders of r, ordered by ID and then by
	// version, one at a time, and returns the error of each as soon as that returns one. The first
	// commit of an order that cannot be read, or does not follow the one before, says why in
	// Unreadable and is the last one of its order. Meanwhile it holds at most BufferedMax bytes.
	Commits(ctx context.Context, r Range, each func(Commit) error) error
	// Size is about how many commits there are.
	Size(ctx context.Context) (int, error)
}
