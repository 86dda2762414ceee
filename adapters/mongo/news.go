package mongo

import (
	"sync"

	"orders/domain/order"
	"orders/ports"
)

// newsMax is how many writes wait for a follower. What comes when it is full, the change stream
// will bring.
const newsMax = 256

// news are the commits that this process records, as it learns that they are durable. Followers
// need not wait for the change stream to tell them of these.
type news struct {
	mu        sync.Mutex
	followers map[chan []ports.Commit]struct{}
}

func newNews() *news { return &news{followers: map[chan []ports.Commit]struct{}{}} }

// follow returns what brings the news from now on, until leave is called.
func (n *news) follow() (brings <-chan []ports.Commit, leave func()) {
	n.mu.Lock()
	defer n.mu.Unlock()
	follower := make(chan []ports.Commit, newsMax)
	n.followers[follower] = struct{}{}
	return follower, func() {
		n.mu.Lock()
		defer n.mu.Unlock()
		delete(n.followers, follower)
	}
}

// tell waits for nobody.
func (n *news) tell(commits []ports.Commit) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for follower := range n.followers {
		select {
		case follower <- commits:
		default:
		}
	}
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
