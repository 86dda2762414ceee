package journal

import (
	"sync"
	"sync/atomic"

	"orders/ports"
)

// broadcastMax is how many writes wait for a listener, and broadcastBytes about how many bytes they
// have, unless one write has more. What comes when there is no room, the change stream brings.
const broadcastMax, broadcastBytes = 256, 8 << 20

// A Broadcast carries the commits that this process records, as it learns that they are durable,
// from its event store to its feeds. These need not wait for the change stream.
type Broadcast struct {
	mu        sync.Mutex
	listeners map[*Listener]struct{}
}

// An Listener is one listener.
type Listener struct {
	Commits chan []ports.Commit
	bytes   atomic.Int64 // Of the commits that wait, about.
}

// NewBroadcast returns one without listeners.
func NewBroadcast() *Broadcast { return &Broadcast{listeners: map[*Listener]struct{}{}} }

// Listen returns a listener that gets all commits from now on, until leave is called.
func (b *Broadcast) Listen() (a *Listener, leave func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	a = &Listener{Commits: make(chan []ports.Commit, broadcastMax)}
	b.listeners[a] = struct{}{}
	return a, func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		delete(b.listeners, a)
	}
}

// send hands the commits of one write to all listeners that have room, and waits for none.
func (b *Broadcast) send(commits []ports.Commit) {
	size := sizeOf(commits)
	b.mu.Lock()
	defer b.mu.Unlock()
	for a := range b.listeners {
		if waiting := a.bytes.Load(); waiting > 0 && waiting+size > broadcastBytes {
			continue
		}
		select {
		case a.Commits <- commits:
			a.bytes.Add(size)
		default:
		}
	}
}

// Release makes room for the next commits.
func (a *Listener) Release(commits []ports.Commit) { a.bytes.Add(-sizeOf(commits)) }

func sizeOf(commits []ports.Commit) (bytes int64) {
	for _, c := range commits {
		bytes += int64(c.Size())
	}
	return bytes
}
