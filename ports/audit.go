package ports

import (
	"context"
	"errors"
	"time"
)

// ErrDenied means that the store does not let the user of this process do what was asked for.
var ErrDenied = errors.New("the user may not do that")

// An Audit keeps what operators did with their commands. It only grows: what is recorded is never
// changed or deleted.
type Audit interface {
	// Begin records that an act begins. After it returned nil, the record lasts. It returns
	// ErrConflict, and records nothing, if an act of this ID has begun, and ErrDenied if the user
	// may not record any.
	Begin(ctx context.Context, act Act) error
	// End records how an act ended that has begun. It returns ErrConflict, and records nothing, if
	// that is recorded already.
	End(ctx context.Context, act Act, how Outcome) error
	// Latest returns the acts that began at a time or later, the last one first, and at most limit
	// of them.
	Latest(ctx context.Context, since time.Time, limit int) ([]Act, error)
}

// An Act is one run of an operator's command.
type Act struct {
	ID      string    // Random, and different for each.
	Began   time.Time // By the operator's clock, of whole milliseconds.
	Actor   string    // Who ran it.
	Command string    // Such as "projection rebuild".
	Args    []string  // Those of the command, such as "orders" and "--rate=2000".
	Version string    // The program's.
	Outcome *Outcome  // Nil while it runs, and for ever if it was killed. Begin and End ignore it.
}

// An Outcome is how an act ended.
type Outcome struct {
	At    time.Time // By the operator's clock, of whole milliseconds.
	Took  time.Duration
	Error string // Empty if it succeeded.
}
