// Package budget bounds in bytes what one process holds of large things at once: what it loads,
// decodes, makes, keeps and sends.
//
// A server opens an account for each request, passes it on in the context, and closes it after the
// last byte of the answer has been sent. A function that is about to hold something large takes its
// bytes from the account first. It takes at once as much as it may need, before it holds anything,
// and gives back what it did not need: requests that hold some bytes and wait for more would wait
// for each other.
package budget

import (
	"context"
	"fmt"
	"sync"
	"time"

	"orders/ports"
)

// Default is the size of a budget, in bytes, unless the operator sets another one.
const Default = 256 << 20

const (
	// smallMax is how many bytes a small account holds, at most.
	smallMax = 64 << 10
	// One part in smallShare of a budget is kept for small accounts, so that small requests are
	// served however much the large ones take.
	smallShare = 8
	// patience is how long a taker waits, at most.
	patience = 2 * time.Second
)

// ErrSpent means that there were not enough bytes for too long. Nothing was changed.
var ErrSpent = fmt.Errorf("%w: it holds as much as it may at once", ports.ErrUnavailable)

// A Budget is a number of bytes for all accounts together.
type Budget struct {
	size  int64
	whole *Budget // The one that this is a share of; nil if it is none.

	mu      sync.Mutex
	used    int64
	waiting []*taker // In the order in which they came.
	caches  []func() // Each evicts all that a cache keeps.
}

// New returns a Budget of so many bytes.
func New(bytes int64) *Budget { return &Budget{size: bytes} }

// Share returns a budget of one part in parts of b, for accounts that hold bytes for as long as a
// client likes. What is taken from it is taken from b, too, and the rest of b is left to others.
func (b *Budget) Share(parts int64) *Budget {
	if b == nil {
		return nil
	}
	return &Budget{size: b.size / parts, whole: b}
}

// OnShortage makes the budget call evict when an account is about to wait for bytes, so that a
// cache makes room. evict may take from the budget and give back to it.
func (b *Budget) OnShortage(evict func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.caches = append(b.caches, evict)
}

// Size is how many bytes all accounts may hold.
func (b *Budget) Size() int64 { return b.size }

// Used is how many bytes all accounts hold.
func (b *Budget) Used() int64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.used
}

// Open opens an account, and returns a context made from ctx that carries it. Without a budget
// there is no account, and nothing is bounded.
func (b *Budget) Open(ctx context.Context) (context.Context, *Account) {
	if b == nil {
		return ctx, nil
	}
	a := &Account{Context: ctx, budget: b}
	_, a.whole = b.whole.Open(ctx)
	return a, a
}

// An Account is what one request, or one background worker, holds. A nil Account bounds nothing.
type Account struct {
	context.Context // Of the request; the account is a value of it.

	budget *Budget
	whole  *Account // Of the budget that this one's is a share of, where it holds the same.
	held   int64
	waited time.Duration // How long, in all, for what it holds.
	closed bool
}

// WithContext makes ctx the context of the account, and returns the one that carries it.
func (a *Account) WithContext(ctx context.Context) context.Context {
	if a == nil {
		return ctx
	}
	a.Context = ctx
	return a
}

type key struct{}

// Value implements context.Context.
func (a *Account) Value(k any) any {
	if k == (key{}) {
		return a
	}
	return a.Context.Value(k)
}

// Take adds bytes to what the account holds. When the budget has too few left it waits, at most two
// seconds for all that the account holds at once; then it returns ErrSpent, or the context's error.
// An account that takes more than the whole budget waits until no other one holds any.
func (a *Account) Take(ctx context.Context, bytes int) error {
	if a == nil || bytes <= 0 {
		return nil
	}
	if err := a.take(ctx, bytes); err != nil {
		return err
	}
	err := a.whole.Take(ctx, bytes)
	if err != nil {
		a.give(bytes)
	}
	return err
}

func (a *Account) take(ctx context.Context, bytes int) error {
	b := a.budget
	t, ready := b.ask(a, int64(bytes))
	if ready {
		return nil
	}
	b.evict()
	timer := time.NewTimer(t.patience)
	defer timer.Stop()
	defer b.waited(t, time.Now())
	select {
	case <-t.granted:
		return nil
	case <-ctx.Done():
		return b.withdraw(t, ctx.Err())
	case <-timer.C:
		return b.withdraw(t, ErrSpent)
	}
}

// TryTake takes bytes if that needs no waiting, and reports whether it did. It overtakes no account
// that waits in Take, and never takes more than there is.
func (a *Account) TryTake(bytes int) bool {
	if a == nil || bytes <= 0 {
		return true
	}
	if !a.budget.try(&taker{account: a, bytes: int64(bytes)}) {
		return false
	}
	if !a.whole.TryTake(bytes) {
		a.give(bytes)
		return false
	}
	return true
}

func (b *Budget) try(t *taker) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.used+t.bytes <= b.size && (t.small() || !b.crowded()) && b.grant(t)
}

// Give returns some of the bytes that the account holds.
func (a *Account) Give(bytes int) {
	if a == nil {
		return
	}
	a.whole.Give(bytes)
	a.give(bytes)
}

func (a *Account) give(bytes int) {
	a.budget.mu.Lock()
	defer a.budget.mu.Unlock()
	a.release(min(int64(bytes), a.held))
}

// Held is how many bytes the account holds.
func (a *Account) Held() int {
	if a == nil {
		return 0
	}
	a.budget.mu.Lock()
	defer a.budget.mu.Unlock()
	return int(a.held)
}

// Hold makes the account hold exactly these bytes, without waiting: they are in memory already.
func (a *Account) Hold(bytes int) {
	if a == nil {
		return
	}
	a.whole.Hold(bytes)
	a.budget.mu.Lock()
	defer a.budget.mu.Unlock()
	if a.closed {
		return
	}
	if more := int64(bytes) - a.held; more > 0 {
		a.held += more
		a.budget.used += more
		return
	}
	a.release(a.held - int64(bytes))
}

// Close gives back all bytes of the account. A later Take succeeds, and counts nothing.
func (a *Account) Close() {
	if a == nil {
		return
	}
	a.whole.Close()
	a.budget.mu.Lock()
	defer a.budget.mu.Unlock()
	a.closed = true
	a.release(a.held)
}

func (a *Account) release(bytes int64) {
	if bytes <= 0 {
		return
	}
	if a.held -= bytes; a.held == 0 {
		a.waited = 0
	}
	a.budget.used -= bytes
	a.budget.serve()
}
