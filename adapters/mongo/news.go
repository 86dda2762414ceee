package mongo

import (
	"sync"
	"sync/atomic"

	"orders/domain/order"
	"orders/ports"
)

// newsMax is how many writes wait for a follower, and newsBytes about how many bytes they have,
// unless it is one. What comes when there is no room, the change stream will bring.
const newsMax, newsBytes = 256, 8 << 20

// news are the commits that this process records, as it learns that they are durable. Followers
// need not wait for the change stream to tell them of these.
type news struct {
	mu        sync.Mutex
	followers map[*hearer]struct{}
}

// A hearer is a follower of the news.
type hearer struct {
	brings chan []ports.Commit
	bytes  atomic.Int64 // About how many wait.
}

func newNews() *news { return &news{followers: map[*hearer]struct{}{}} }

// follow returns what brings the news from now on, until leave is called.
func (n *news) follow() (h *hearer, leave func()) {
	n.mu.Lock()
	defer n.mu.Unlock()
	h = &hearer{brings: make(chan []ports.Commit, newsMax)}
	n.followers[h] = struct{}{}
	return h, func() {
		n.mu.Lock()
		defer n.mu.Unlock()
		delete(n.followers, h)
	}
}

// tell waits for nobody.
func (n *news) tell(commits []ports.Commit) {
	size := sizeOf(commits)
	n.mu.Lock()
	defer n.mu.Unlock()
	for h := range n.followers {
		if waiting := h.bytes.Load(); waiting > 0 && waiting+size > newsBytes {
			continue
		}
		select {
		case h.brings <- commits:
			h.bytes.Add(size)
		default:
		}
	}
}

// heard makes room for what comes after commits.
func (h *hearer) heard(commits []ports.Commit) { h.bytes.Add(-sizeOf(commits)) }

func sizeOf(commits []ports.Commit) (bytes int64) {
	for _, c := range commits {
		bytes += int64(c.Size())
	}
	return bytes
}

// deliveredMax is how many commits are remembered to have been delivered; up to twice as many are.
const deliveredMax = 8192

// delivered are the commits that were delivered of late. One that is forgotten is delivered again,
// or waits for the change stream; both are harmless.
type delivered struct{ recent, older map[version]struct{} }

// A version is one of an order.
type version struct {
	id     order.ID
	number int
}

func (d *delivered) has(v version) bool {
	_, recently := d.recent[v]
	_, before := d.older[v]
	return recently || before
}

func (d *delivered) add(v version) {
	if d.recent == nil || len(d.recent) == deliveredMax {
		d.recent, d.older = map[version]struct{}{}, d.recent
	}
	d.recent[v] = struct{}{}
}

// follows reports whether all that came before v of its order has been delivered.
func (d *delivered) follows(v version) bool {
	return v.number == 1 || d.has(version{v.id, v.number - 1})
}
