package ports

import (
	"context"
	"time"

	"orders/domain/order"
)

// Orders answers questions about orders from the read model, which follows the event store.
// The errors are ErrNotFound, ErrUnavailable, or the context's. A failover of the store may take
// back what Order, List and Await have shown, until the projection has put it there again.
type Orders interface {
	// Order returns the view of one order, or ErrNotFound; ErrUnreadable if the stored view is
	// damaged. Before it holds a large view, it takes from the account in ctx the bytes that an
	// answer with that view needs (see budget.TakeAnswer).
	Order(ctx context.Context, id order.ID) (OrderView, error)
	// List calls each with the views that f selects, ordered by p.Sort. It hands over at most
	// p.Limit of those that come after p.After, so pages neither repeat nor leave out an order,
	// also while others are being added. An order that changes meanwhile moves in a list by
	// UpdatedAt, as it now is the one that changed last: pages with the oldest change first come to
	// it again and leave out none; those with the newest first may leave it out. List hands over
	// one view at a time, so a page need not be held whole. When each returns an error, List ends
	// with it. Meanwhile it buffers at most BufferedMax bytes. It leaves out views that cannot be
	// read, and fills the page with the next ones.
	List(ctx context.Context, f Filter, p Page, each func(OrderView) error) error
	// Owners tells whose the orders with these IDs are, and leaves out those that it does not show,
	// or whose user cannot be read. It holds no views, and asks once for all of the IDs, of which
	// there are at most OwnersMax.
	Owners(ctx context.Context, ids []order.ID) (map[order.ID]string, error)
	// Await returns when Order and List show the order at version or later, also if another process
	// saved it, or with the context's error when that ends first.
	Await(ctx context.Context, id order.ID, version int) error
}

// DurableOrders reads what is durable, for those who tell it on.
type DurableOrders interface {
	// Order does what that of Orders does, but returns only what is durable. That is never
	// older than what the followers of the ViewFeed were told before.
	Order(ctx context.Context, id order.ID) (OrderView, error)
	// Owners is that of Orders.
	Owners(ctx context.Context, ids []order.ID) (map[order.ID]string, error)
}

// OwnersMax is of how many orders it can be asked at once whose they are.
const OwnersMax = 1000

// BufferedMax is how many bytes an adapter buffers, at most, while it hands over views or commits
// one at a time: one reply of a database.
const BufferedMax = 16 << 20

// A Filter selects the orders that match all of its fields. A zero field matches every order, and a
// field of several values an order that has any of them.
type Filter struct {
	UserID              string
	Statuses            []order.Status
	PaymentStatuses     []order.PaymentStatus
	FulfillmentStatuses []order.FulfillmentStatus
	SKU                 string    // At least one of the order's lines has it.
	OnHold              *bool     // Nil matches both.
	CreatedFrom         time.Time // Created then or later.
	CreatedTo           time.Time // Created before then.
	UpdatedFrom         time.Time // Last changed then or later.
	UpdatedTo           time.Time // Last changed before then.
}

// A Page is a part of a list.
type Page struct {
	Sort  Sort
	Limit int   // At least 1.
	After Place // Sort's place of the last view of the page before; zero for the first page.
}

// A Sort orders lists by a time, and by ID where times are equal. The zero Sort has the newest
// orders first.
type Sort struct {
	ByUpdate    bool // By UpdatedAt; otherwise by CreatedAt.
	OldestFirst bool // Both time and ID ascend; otherwise both descend.
}

// Place is where a view stands in lists of this order.
func (s Sort) Place(v OrderView) Place {
	if s.ByUpdate {
		return Place{v.UpdatedAt, v.ID}
	}
	return Place{v.CreatedAt, v.ID}
}

// A Place is where an order stands in every list by the same time.
type Place struct {
	At time.Time // CreatedAt or UpdatedAt.
	ID order.ID
}

// An OrderView is an order as readers see it.
type OrderView struct {
	ID        order.ID
	Version   int       // Of the last commit that it shows.
	CreatedAt time.Time // UTC, whole milliseconds, like every time here.
	UpdatedAt time.Time
	OnHoldAt  time.Time // When the order was put on hold; zero if it is not on hold.
	Order     order.Order
}

// Size is about how many bytes the view takes.
func (v OrderView) Size() int { return v.Order.Size() }

// Allowed names the commands that the order would take at the version that is shown.
func (v OrderView) Allowed() []string { return v.Order.At(v.Version).Allowed() }

// With is the view as it is after c, which is the next commit of its order.
func (v OrderView) With(c Commit) OrderView {
	return ViewOf(Stream{ID: c.OrderID, Before: v, Commits: []Commit{c}})
}

// ViewOf is what readers see of an order whose stream is s, which is not empty.
func ViewOf(s Stream) OrderView {
	view := s.Before
	if n := len(s.Commits); n > 0 {
		view.UpdatedAt = s.Commits[n-1].At
	}
	if s.Before.Version == 0 {
		view.ID, view.CreatedAt = s.ID, s.Commits[0].At
	}
	view.Version, view.Order = s.Version(), s.Order()
	view.OnHoldAt = onHoldAt(s, view.Order)
	return view
}

// onHoldAt is when o was put on hold, or zero if it is not on hold. The commits of s add up to o.
func onHoldAt(s Stream, o order.Order) time.Time {
	if !o.IsOnHold() {
		return time.Time{}
	}
	at := s.Before.OnHoldAt
	for _, c := range s.Commits {
		for _, e := range c.Events {
			if _, holds := e.(order.PutOnHold); holds {
				at = c.At
			}
		}
	}
	return at
}
