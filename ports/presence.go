package ports

import (
	"context"
	"time"
)

// A Presence lets either processes that take commands work on a store, or one that imports into it
// and needs to be alone. Its time is that of the store, so the clocks of the processes need not
// agree.
type Presence interface {
	// Enter lets a process in for a time of d, or reports that it is not: an importer while anybody
	// else is in, another process while an importer is. It may enter again.
	Enter(ctx context.Context, e Entrant, d time.Duration) (bool, error)
	// Stay lets an entrant stay for a time of d, also if its time had run out, and reports whether
	// it may: not if it has left, and not if its time ran out and somebody entered since whom it
	// would have kept out, or whom that would keep out.
	Stay(ctx context.Context, name string, d time.Duration) (bool, error)
	// Leave ends the time of an entrant.
	Leave(ctx context.Context, name string) error
	// Present returns who is in, ordered by name.
	Present(ctx context.Context) ([]Entrant, error)
}

// An Entrant is a process.
type Entrant struct {
	Name    string // Of this process alone.
	Imports bool   // It imports, and takes no commands.
}
