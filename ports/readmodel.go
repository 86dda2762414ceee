package ports

import (
	"context"
	"time"

	"orders/domain/order"
)

// A ReadModel is where the views of one kind are kept, and what keeping them takes.
type ReadModel[V any] struct {
	Views       Views[V]
	Provisional Provisional[V]
	Checkpoint  Checkpoint
	Generations Generations[V]
	Parked      Parked
	Lease       Lease
}

// Views are what a projection has made: one view of each order.
type Views[V any] interface {
	// Save puts each view in place unless one of the same or a later version is there, so views
	// may be saved repeatedly, in any order, and by many at once. It returns nil, or a slice with
	// one error for each view, which is nil where the view or a later one is now in place. A view
	// that failed may be saved again: with ErrUnavailable or the context's error a later try can
	// succeed, with any other error it cannot.
	//
	// While a candidate is open, Save puts each view there before it puts it into the live
	// generation.
	Save(ctx context.Context, views []V) []error
	// Stored returns the first r.Limit live views of r, ordered by ID.
	Stored(ctx context.Context, r Range) ([]Stored[V], error)
	// Repair puts right in place of the live view that an order has at version seen, 0 for none;
	// a nil right takes the view away. It returns ErrConflict, and changes nothing, if the order
	// has no view at that version, or has one although seen is 0. right may be of any version.
	Repair(ctx context.Context, id order.ID, seen int, right *V) error
	// Strays calls each with everything among the live views that has a key which is no text: it
	// belongs to no order, and no Range contains it. When each returns an error, Strays ends with
	// it.
	Strays(ctx context.Context, each func(Stray) error) error
}

// Provisional saves views without waiting until they are durable: a failover of the store may take
// them back. It is for the process that moves the Checkpoint beside it, which makes again all views
// after the position.
type Provisional[V any] interface {
	// Save does what that of Views does, but the views may be gone again until MakeDurable has
	// returned nil.
	Save(ctx context.Context, views []V) []error
	// MakeDurable returns nil once every view is durable that Save has put in place since the last
	// Load of the Checkpoint that succeeded. After ErrConflict some may be gone: the caller Loads,
	// and saves again what comes after the position. Nobody calls it during Save.
	MakeDurable(ctx context.Context) error
}

// A Stray is something among the views that belongs to no order.
type Stray struct {
	Key string // Spelled for people.
	// Remove takes it away, and reports whether it was still there. It works until each returns.
	Remove func(context.Context) (bool, error)
}

// A Range is a run of orders by their IDs.
type Range struct {
	From, Through order.ID // Both included; an empty Through means no end.
	Limit         int      // At least 1.
}

// A Stored view is an order's view as it is stored.
type Stored[V any] struct {
	ID      order.ID
	Version int
	// Differences returns each field that is stored otherwise than Save would store it for right.
	Differences func(right V) []Difference
}

// A Difference is a field whose stored value is wrong. A field that is not there is spelled "-".
type Difference struct {
	Field        string // Such as "lines.0.price".
	Is, ShouldBe string
}

// Generations are the copies of a read model: the live one, which readers see, the previous one,
// and a candidate that is being filled to take the live one's place.
//
//	 Begin             Switch          Switch to another one      after some seconds
//	───────> candidate ──────> live ─────────────────────────> left ────────────> previous
//	          │     ^                                                              │   │
//	          │     └─────────────────────── Reopen ───────────────────────────────┘   │
//	          v no Renew for some seconds                  another one is previous     v
//	      forgotten; previous again if it was reopened                             forgotten
//
// A saver puts each view into the live one, and also into the candidate and into one that was left
// a moment ago.
type Generations[V any] interface {
	// Begin opens an empty generation, the candidate. Once its AwaitFed has returned, everything
	// that anybody saves to the read model is put there too. So once everything that was committed
	// before that is in it, it lacks nothing.
	//
	// The candidate stays open for a few seconds after Begin and each Renew, and is forgotten
	// thereafter. Begin returns ErrConflict while a generation is open, and may return it while
	// savers still put views into one that was left.
	Begin(ctx context.Context) (Generation[V], error)
	// Reopen does what Begin does with the previous generation, which is the previous one again
	// when it is no longer open. It returns ErrNotFound if none is kept.
	Reopen(ctx context.Context) (Generation[V], error)
	// Renew keeps the generation open for some more seconds, and notes for Status how far its
	// filling is; ErrConflict means that it is not open. Only the Generations that opened it can
	// renew it and switch to it.
	Renew(ctx context.Context, number int, f Filling) error
	// Switch makes the open generation the live one, in one step, and keeps the live one as the
	// previous one. Before that it does what AwaitFed and Index do. Savers put views into both
	// until every reader has turned to the new one. ErrConflict means that it is not open.
	Switch(ctx context.Context, number int) error
	// Status tells which generations there are, and how far the live one is.
	Status(ctx context.Context) (GenerationStatus, error)
}

// A Generation is one that was opened.
type Generation[V any] struct {
	Number int
	From   Position // It contains all that was committed before; empty for a new one.
	// Save does what that of Views does, for this generation alone. After the generation was
	// forgotten it stores nothing, and returns nil or ErrUnavailable for each view.
	Save func(ctx context.Context, views []V) []error
	// AwaitFed returns once everything that anybody saves to the read model is put here too. Until
	// then there may be savers that do not know of the generation yet.
	AwaitFed func(ctx context.Context) error
	// Index builds the indexes that readers need, which is cheapest once most views are there.
	Index func(ctx context.Context) error
}

// A GenerationStatus names generations by number, from 1 on, 0 for none.
type GenerationStatus struct {
	Live     int
	Open     int // Savers put views there, too: the candidate, or the one left a moment ago.
	Previous int // Kept for Reopen.
	// Filling is how far that of the candidate was when it was last renewed.
	Filling Filling

	// Position is the one last advanced to. An observer reads it here, as Checkpoint.Load is for
	// savers.
	Position Position
}

// A Filling is how much of what was committed is in a candidate.
type Filling struct {
	Commits int
	Size    int // About how many commits there are; 0 as long as nobody has said so.
}

// Parked remembers the orders for which the work of a subscription cannot be done: those of which a
// projection can make no view, or which a broker refuses.
type Parked interface {
	// Park records orders. An order that is parked already keeps its Since and has one more try;
	// its version never goes back.
	Park(ctx context.Context, orders []ParkedOrder) error
	// Release forgets an order that is parked at this version or an earlier one.
	Release(ctx context.Context, id order.ID, version int) error
	// List returns the first limit parked orders with an ID after the one given, ordered by ID.
	List(ctx context.Context, after order.ID, limit int) ([]ParkedOrder, error)
}

// A ParkedOrder is an order for which the work could not be done.
type ParkedOrder struct {
	ID      order.ID
	Version int       // The version for which it was to be done.
	Reason  string    // The one given to the last Park.
	Since   time.Time // The one given to the first Park: UTC, whole milliseconds.
	Tries   int       // Park counts them, from 1, and ignores what it is given.
}
