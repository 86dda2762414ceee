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

// Views is where a projection puts what it made: one view for each order.
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
	// Strays hands over what somebody put among the live views under a key that is no text, so that
	// it is no order's and no Range has it, and takes it away if remove says so. An error of tell
	// ends it.
	Strays(ctx context.Context, remove bool, tell func(Stray) error) error
}

// A Stray is what is kept among views and is no order's.
type Stray struct {
	Key     string // Spelled for people.
	Removed bool   // It was taken away.
}

// A Range is a run of orders by their IDs.
type Range struct {
	From, Through order.ID // Both included; without Through it has no end.
	Limit         int      // At least 1.
}

// A Stored view is what is stored of an order.
type Stored[V any] struct {
	ID      order.ID
	Version int
	// Differences tells each field in which what is stored is not what would be stored of right.
	Differences func(right V) []Difference
}

// A Difference is a field that is stored wrongly. A field that is not there is spelled "-".
type Difference struct {
	Field        string // Such as "lines.0.price".
	Is, ShouldBe string
}

// Generations are the copies of a read model: the live one, which readers see, the one before,
// and one that is being filled to take its place.
type Generations[V any] interface {
	// Begin opens an empty generation. Once its Fed returns, everything that is saved to the read
	// model is put there too, whoever saves it. So, once everything committed before that is in
	// it, it lacks nothing.
	//
	// It stays open for a few seconds after Begin and each Renew, and is forgotten thereafter.
	// Begin returns ErrConflict while one is open, perhaps also while one that was left is still
	// fed.
	Begin(ctx context.Context) (Generation[V], error)
	// Reopen is Begin with the generation that was live before, which is kept as before once it is
	// no longer open. It returns ErrNotFound if none is kept.
	Reopen(ctx context.Context) (Generation[V], error)
	// Renew keeps the generation open for some more seconds; ErrConflict means that it is not. Only
	// the Generations that opened it can renew it and switch to it.
	Renew(ctx context.Context, number int) error
	// Switch makes the open generation the live one, in one step, and keeps the one before. It
	// waits for Fed before, and does what Index does. What is saved is put into both until every
	// reader has turned to the new one. ErrConflict means that it is not open.
	Switch(ctx context.Context, number int) error
	// Status tells which generations there are, and how far the live one is.
	Status(ctx context.Context) (GenerationStatus, error)
}

// A Generation is one that was opened.
type Generation[V any] struct {
	Number int
	From   Position // All that was committed before is in it; empty for a new one.
	// Save is that of Views, into this generation alone. Once that is forgotten, what is saved goes
	// nowhere, and an error is ErrUnavailable.
	Save func(ctx context.Context, views []V) []error
	// Fed waits until everything that is saved to the read model is put here too, as whoever saves
	// may not have heard of the generation yet.
	Fed func(ctx context.Context) error
	// Index makes what readers find views by, which is cheapest once most views are there.
	Index func(ctx context.Context) error
}

// A GenerationStatus names generations by number, from 1 on, 0 for none.
type GenerationStatus struct {
	Live     int
	Open     int // Fed beside the live one: being filled, or left a moment ago.
	Previous int // Kept for Reopen.

	Position Position // As it was last advanced to; for those who only look.
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
