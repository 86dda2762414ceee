package socket

import (
	"cmp"
	"slices"
	"time"
)

const (
	// shedAtOnce is how many connections are shed at a time, so that not each new connection has to
	// look at all of them.
	shedAtOnce = 16
	// idleLeast is how long a connection waits until it counts as idle: a client that has just been
	// answered may be about to ask again.
	idleLeast = 50 * time.Millisecond
	// slowLeast is how long a client is observed until it counts as slow. One that sends nothing
	// for that long in the middle of a head is slow, too.
	slowLeast = time.Second
	// stuckLeast is how long one piece of an answer waits for a slow client to take it.
	stuckLeast = chunkMax / writeRate * time.Second
	// shedWrites is how long the last write of a shed connection may take.
	shedWrites = time.Second
)

// A candidate is a connection that could be shed.
type candidate struct {
	*Conn
	idle bool
	age  time.Duration // How long it has been idle, or slow.
}

// shed ends up to n connections and returns how many: first those that have been idle for longest,
// then those of clients that send or read too slowly. They close by themselves, but no longer
// count. The caller holds c.mu.
func (c *Conns) shed(n int) int {
	now := time.Now()
	var all []candidate
	for each := range c.open {
		if idle, age, ok := each.sheddable(now); ok {
			all = append(all, candidate{each, idle, age})
		}
	}
	slices.SortFunc(all, func(a, b candidate) int {
		if a.idle != b.idle {
			if a.idle {
				return -1
			}
			return 1
		}
		return cmp.Compare(b.age, a.age)
	})
	all = all[:min(n, len(all))]
	for _, each := range all {
		delete(c.open, each.Conn)
		each.endBy(Deadlines{Reads: now, Writes: now.Add(shedWrites)})
	}
	return len(all)
}

// shedSome is shed for a caller that does not hold c.mu.
func (c *Conns) shedSome() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.shed(shedAtOnce)
}

// sheddable reports whether the connection waits for a client that sends nothing, sends too slowly
// or does not read, and for how long. A stream that has nothing to send is none of these.
func (c *Conn) sheddable(now time.Time) (idle bool, age time.Duration, ok bool) {
	if stuck, sending := c.sends.since(now); sending {
		return false, stuck, stuck > stuckLeast
	}
	waiting, reads := c.waits.since(now)
	if !reads {
		return false, 0, false
	}
	took, began := c.first.since(now)
	if !began {
		return true, waiting, waiting > idleLeast
	}
	if !c.inBody.Load() && waiting > slowLeast {
		return false, took, true // A working client sends a head at once.
	}
	least := int64(bodyRate * took / time.Second)
	return false, took, took > slowLeast && c.received.Load() < least
}
