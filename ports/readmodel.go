package ports

import (
	"context"
	"time"

	"orders/domain/order"
)

// A ReadModel is where the views of one kind are kept, and what keeping them takes.
type ReadModel[V any] struct {
	Views       Views[V]
	Checkpoint  Checkpoint
	Generations Generations[V]
	Parked      Parked
	Lease       Lease
}

// Views are what a projection has made: one view of each order.
type Views[V any] interface {
	// Save puts each view in place unless one of the same or a later version is there, so views
	// may be saved repeatedly, in any order, and by many at once. It returns nil, or an error for
	// each view at its index, nil where the view or a later one is now in place; a view that
	// failed may be saved again. ErrUnavailable and the context's error pass; after any other,
	// no later try would fare better.
	//
	// While a generation is open beside the live one, each view is put there first.
	Save(ctx context.Context, views []V) []error
	// Stored returns the first r.Limit live views of r, ordered by ID.
	Stored(ctx context.Context, r Range) ([]Stored[V], error)
	// Repair puts right in place of the live view that an order has at version seen, 0 for none;
	// a nil right takes the view away. It returns ErrConflict, and changes nothing, if the order
	// has no view at that version, or has one where none was seen. right may be of any version.
	Repair(ctx context.Context, id order.ID, seen int, right *V) error
	// Strays hands over what somebody put among the live views under a key that is no text: it is
	// no order's, and no Range has it. With remove it is taken away. An error of tell ends it.
	Strays(ctx context.Context, remove bool, tell func(Stray) error) error
}

// A Stray is something among the views that is no order's.
type Stray struct {
	Key     string // Spelled for people.
	Removed bool   // It was taken away.
}

// A Range is a run of orders by their IDs.
type Range struct {
	From, Through order.ID // Both included; without Through it has no end.
	Limit         int      // At least 1.
}

// A Stored view is an order's view as it is stored.
type Stored[V any] struct {
	ID      order.ID
	Version int
	// Differences returns each field that is not stored as it would be for right.
	Differences func(right V) []Difference
}

// A Difference is a field that is stored wrongly. A field that is not there is spelled "-".
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
// What is saved goes into the live one, and also into the candidate and into one that was left.
type Generations[V any] interface {
	// Begin opens an empty generation, the candidate. Once its Fed returns, everything that is
	// saved to the read model is put there too, whoever saves it. So, once everything committed
	// before that is in it, it lacks nothing.
	//
	// It stays open for a few seconds after Begin and each Renew, and is forgotten thereafter.
	// Begin returns ErrConflict while one is open, perhaps also while one that was left is still
	// fed.
	Begin(ctx context.Context) (Generation[V], error)
	// Reopen is Begin with the previous generation, which is the previous one again once it is no
	// longer open. It returns ErrNotFound if none is kept.
	Reopen(ctx context.Context) (Generation[V], error)
	// Renew keeps the generation open for some more seconds; ErrConflict means that it is not open.
	// Only the Generations that opened it can renew it and switch to it.
	Renew(ctx context.Context, number int) error
	// Switch makes the open generation the live one, in one step, and keeps the one before. It
	// waits for Fed first, and does what Index does. What is saved is put into both until every
	// reader has turned to the new one. ErrConflict means that it is not open.
	Switch(ctx context.Context, number int) error
	// Status tells which generations there are, and how far the live one is.
	Status(ctx context.Context) (GenerationStatus, error)
}

// A Generation is one that was opened.
type Generation[V any] struct {
	Number int
	From   Position // All that was committed before is in it; empty for a new one.
	// Save is that of Views, into this generation alone. Once that is forgotten, a saved view goes
	// nowhere, and an error is ErrUnavailable.
	Save func(ctx context.Context, views []V) []error
	// Fed waits until everything that is saved to the read model is put here too: a saver may not
	// have heard of the generation yet.
	Fed func(ctx context.Context) error
	// Index makes what readers find views by, which is cheapest once most views are there.
	Index func(ctx context.Context) error
}

// A GenerationStatus names generations by number, from 1 on, 0 for none.
type GenerationStatus struct {
	Live     int
	Open     int // What is saved goes there, too: the candidate, or the one left a moment ago.
	Previous int // Kept for Reopen.

	Position Position // As it was last advanced to; for an observer, who must not Load it.
}

// Parked remembers the orders of which a projection can make no view.
type Parked interface {
	// Park records them. One that is parked already keeps its Since and has one more try; its
	// version never goes back.
	Park(ctx context.Context, orders []ParkedOrder) error
	// Release forgets an order that is parked at this version or an earlier one.
	Release(ctx context.Context, id order.ID, version int) error
	// List returns the first limit parked orders with an ID after the one given, ordered by ID.
	List(ctx context.Context, after order.ID, limit int) ([]ParkedOrder, error)
}

// A ParkedOrder is one whose view could not be made.
type ParkedOrder struct {
	ID      order.ID
	Version int       // Up to which it was to be shown.
	Reason  string    // Of the last Park.
	Since   time.Time // UTC, whole milliseconds.
	Tries   int       // Counted by Park, from 1; what it is given is ignored.
}
