package budget

import (
	"slices"
	"time"
)

// A taker is a call of Take or TryTake.
type taker struct {
	account *Account
	bytes   int64
	granted chan struct{} // Closed when the account holds them.

	patience time.Duration // How long it waits, at most.
}

func (t *taker) small() bool { return t.account.held+t.bytes <= smallMax }

// ask grants the bytes at once, or returns a taker that waits for them.
func (b *Budget) ask(a *Account, bytes int64) (t *taker, ready bool) {
	t = &taker{account: a, bytes: bytes}
	b.mu.Lock()
	defer b.mu.Unlock()
	if (t.small() || !b.crowded()) && b.grant(t) {
		return t, true
	}
	t.granted, t.patience = make(chan struct{}), patience-a.waited
	b.waiting = append(b.waiting, t)
	return t, false
}

// waited records how long t has waited, so that a request that takes in several steps waits no
// longer than one that takes at once.
func (b *Budget) waited(t *taker, since time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if t.account.held > 0 {
		t.account.waited += time.Since(since)
	}
}

// crowded reports whether a large taker waits: the next large one then waits behind it.
func (b *Budget) crowded() bool {
	return slices.ContainsFunc(b.waiting, func(t *taker) bool { return !t.small() })
}

// grant gives t its bytes if there are enough.
func (b *Budget) grant(t *taker) bool {
	if t.account.closed {
		return true
	}
	limit := b.size
	if !t.small() {
		limit -= b.size / smallShare
	}
	// An account that holds all that is used may have more than there is: nobody else gives back.
	if alone := b.used == t.account.held; b.used+t.bytes > limit && !alone {
		return false
	}
	t.account.held += t.bytes
	b.used += t.bytes
	return true
}

// serve grants what it can to waiting takers: to every small one, and to the large ones in the
// order in which they came.
func (b *Budget) serve() {
	blocked := false
	b.waiting = slices.DeleteFunc(b.waiting, func(t *taker) bool {
		if !t.small() && blocked || !b.grant(t) {
			blocked = blocked || !t.small()
			return false
		}
		close(t.granted)
		return true
	})
}

// evict makes every cache give back what it keeps.
func (b *Budget) evict() {
	b.mu.Lock()
	caches := b.caches
	b.mu.Unlock()
	for _, evict := range caches {
		evict()
	}
}

// withdraw ends the waiting of t with err, unless it was granted meanwhile.
func (b *Budget) withdraw(t *taker, err error) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	i := slices.Index(b.waiting, t)
	if i < 0 {
		return nil
	}
	b.waiting = slices.Delete(b.waiting, i, i+1)
	b.serve() // A taker behind a large one that has gone may fit.
	return err
}
