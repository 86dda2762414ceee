package ratelimit

import (
	"math/rand/v2"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// A table has the buckets of those who asked lately, at most `most` of them. A bucket that is full
// again is as good as none, so the table forgets it. When it has no room for another, it forgets
// the fullest of some that it picks at random: nobody gets rid of an empty bucket of their own by
// asking under other names, as long as these are not as empty.
type table struct {
	policy Policy
	most   int

	lock    sync.Mutex
	byKey   map[uint64]*bucket
	buckets []*bucket
}

// A bucket is one caller's.
type bucket struct {
	key     uint64
	place   int // Its index in buckets.
	limiter *rate.Limiter
}

const (
	// tidied is how many buckets the table looks at when it adds one. It is more than one, so
	// that full ones do not pile up.
	tidied = 4
	// compared is how many buckets the table compares when it has to forget one.
	compared = 16
)

func newTable(p Policy, most int) *table {
	return &table{policy: p, most: most, byKey: map[uint64]*bucket{}}
}

// take takes a token out of the bucket of key, if there is one, and returns how many are left.
func (t *table) take(key uint64, now time.Time) (taken bool, left float64) {
	t.lock.Lock()
	defer t.lock.Unlock()
	b, known := t.byKey[key]
	if !known {
		b = t.add(key, now)
	}
	taken = b.limiter.AllowN(now, 1)
	return taken, b.limiter.TokensAt(now)
}

// left returns how many tokens the bucket of key has.
func (t *table) left(key uint64, now time.Time) float64 {
	t.lock.Lock()
	defer t.lock.Unlock()
	if b, known := t.byKey[key]; known {
		return b.limiter.TokensAt(now)
	}
	return float64(t.policy.Burst)
}

// add adds a full bucket.
func (t *table) add(key uint64, now time.Time) *bucket {
	t.tidy(now)
	if len(t.buckets) >= t.most {
		t.forget(t.fullest(now))
	}
	b := &bucket{key, len(t.buckets), rate.NewLimiter(t.policy.rate(), t.policy.Burst)}
	t.byKey[key] = b
	t.buckets = append(t.buckets, b)
	return b
}

// tidy forgets some buckets that are full.
func (t *table) tidy(now time.Time) {
	for range min(tidied, len(t.buckets)) {
		if b := t.random(); b.limiter.TokensAt(now) >= float64(t.policy.Burst) {
			t.forget(b)
		}
	}
}

// fullest returns the fullest of some buckets.
func (t *table) fullest(now time.Time) *bucket {
	best := t.random()
	most := best.limiter.TokensAt(now)
	for range compared - 1 {
		b := t.random()
		if tokens := b.limiter.TokensAt(now); tokens > most {
			best, most = b, tokens
		}
	}
	return best
}

func (t *table) random() *bucket {
	return t.buckets[rand.IntN(len(t.buckets))] //nolint:gosec // Nobody profits from guessing it.
}

// forget puts the last bucket into the place of b.
func (t *table) forget(b *bucket) {
	end := len(t.buckets) - 1
	last := t.buckets[end]
	t.buckets[b.place], last.place = last, b.place
	t.buckets[end] = nil
	t.buckets = t.buckets[:end]
	delete(t.byKey, b.key)
}
