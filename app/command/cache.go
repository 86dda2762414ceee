package command

import (
	"container/list"
	"context"
	"sync"
	"time"

	"orders/app/access"
	"orders/domain/order"
	"orders/ports/budget"
)

const (
	// cacheTime is how long a past is kept after its last use.
	cacheTime = 5 * time.Second
	// cacheMax and cacheBytes bound what is kept, in number and in bytes.
	cacheMax, cacheBytes = 1024, 32 << 20
)

// pasts is a cache: it keeps the past of an order for the next command on it, which then need not
// read the whole stream. A cached past is only a guess: another process may have appended since, or
// an operator may have put another store in place.
type pasts struct {
	account *budget.Account

	mu    sync.Mutex
	of    map[order.ID]*list.Element
	used  *list.List // Of *cachedPast, the one used last in front.
	bytes int
	due   *time.Timer // Evicts the past that was used first. It runs while there is one.
}

// A cachedPast is a past that is kept until a time.
type cachedPast struct {
	past  past
	bytes int
	until time.Time
}

func newPasts(b *budget.Budget) *pasts {
	c := &pasts{of: map[order.ID]*list.Element{}, used: list.New()}
	_, c.account = b.Open(context.Background())
	if b != nil {
		b.OnShortage(c.evictAll)
	}
	return c
}

// take takes the past of an order out of the cache, for a caller who sees the order. The command
// that took it gives it back to keep, unless it doubts it.
func (c *pasts) take(id order.ID, by access.Caller) (p past, known bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e := c.of[id]
	if e == nil || !by.Sees(e.Value.(*cachedPast).past.Before.Order.UserID) {
		return past{}, false
	}
	kept := c.evict(e)
	return kept.past, time.Now().Before(kept.until)
}

// keep puts p into the cache, unless there is no room for it.
func (c *pasts) keep(p past) {
	kept := &cachedPast{p, p.size(), time.Now().Add(cacheTime)}
	if p.Version() == 0 || kept.bytes > cacheBytes {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if e := c.of[p.ID]; e != nil {
		c.evict(e)
	}
	for len(c.of) >= cacheMax || c.bytes > 0 && c.bytes+kept.bytes > cacheBytes {
		c.evict(c.used.Back())
	}
	if !c.account.TryTake(kept.bytes) {
		return
	}
	c.bytes += kept.bytes
	c.of[p.ID] = c.used.PushFront(kept)
	if c.used.Len() == 1 {
		c.wait(cacheTime)
	}
}

// evict takes one past out. The caller holds mu.
func (c *pasts) evict(e *list.Element) *cachedPast {
	kept := c.used.Remove(e).(*cachedPast)
	delete(c.of, kept.past.ID)
	c.bytes -= kept.bytes
	c.account.Give(kept.bytes)
	if c.used.Len() == 0 {
		c.due.Stop()
	}
	return kept
}

// evictAll empties the cache, because an account waits for bytes of the budget.
func (c *pasts) evictAll() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for c.used.Len() > 0 {
		c.evict(c.used.Back())
	}
}

// expire evicts the pasts that no command has used for a while.
func (c *pasts) expire() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for c.used.Len() > 0 {
		e := c.used.Back()
		if left := time.Until(e.Value.(*cachedPast).until); left > 0 {
			c.wait(left)
			return
		}
		c.evict(e)
	}
}

func (c *pasts) wait(d time.Duration) {
	if c.due == nil {
		c.due = time.AfterFunc(d, c.expire)
		return
	}
	c.due.Reset(d)
}
