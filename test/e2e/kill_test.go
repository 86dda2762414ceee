package e2e_test

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"

	"orders/test/mongotest"
)

// killed remembers what clients were told while the service was killed again and again.
type killed struct {
	mu       sync.Mutex
	accepted map[string]string // The order of each key that was answered.
	asked    []string          // Every key that was ever sent.
}

const (
	kills   = 25
	writers = 8
)

// Nothing that was accepted is lost, nothing is there twice, and a key that is sent again gives
// its first order, however often and whenever the service is killed.
func TestKilledTwentyFiveTimes(t *testing.T) {
	if testing.Short() {
		t.Skip("it starts real processes")
	}
	uri := mongotest.URI(t)
	db := mongotest.Database(t, uri)
	port, dice := freePort(t), rand.New(rand.NewPCG(2026, 11))
	k := &killed{accepted: map[string]string{}}
	for round := range kills {
		p := startOn(t, port, "MONGODB_URI="+uri, "LOG_LEVEL=info")
		k.retry(t, p, dice)
		var writing sync.WaitGroup
		for w := range writers {
			writing.Go(func() { k.write(p, fmt.Sprintf("round-%d-writer-%d", round, w)) })
		}
		time.Sleep(time.Duration(20+dice.IntN(300)) * time.Millisecond)
		p.kill()
		writing.Wait()
	}
	p := startOn(t, port, "MONGODB_URI="+uri)
	eachAtOnce(k.asked, func(key string) { k.keep(t, key, sendKey(p, key)) })
	took := settles(t, "MONGODB_URI="+uri)
	k.check(t, p, db) // Now every key has its order.
	t.Logf("%d kills, %d keys, %d orders; right after %v",
		kills, len(k.asked), len(k.accepted), took)
}

func sendKey(p *process, key string) answer {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	a, _ := p.send(ctx, "POST", "/commands/orders", body, "Idempotency-Key: "+key)
	return a
}

// write creates orders until the service no longer answers.
func (k *killed) write(p *process, name string) {
	for n := 0; ; n++ {
		key := fmt.Sprintf("%s-%d", name, n)
		k.mu.Lock()
		k.asked = append(k.asked, key)
		k.mu.Unlock()
		a := sendKey(p, key)
		if a.status != 201 {
			return
		}
		k.mu.Lock()
		k.accepted[key] = a.id()
		k.mu.Unlock()
	}
}

// retry sends some earlier keys again right after a start, each once: of two at the same time the
// later answer, a 200, may arrive before the 201.
func (k *killed) retry(t *testing.T, p *process, dice *rand.Rand) {
	some := slices.Clone(k.asked)
	dice.Shuffle(len(some), func(i, j int) { some[i], some[j] = some[j], some[i] })
	eachAtOnce(some[:min(20, len(some))], func(key string) { k.keep(t, key, sendKey(p, key)) })
}

// eachAtOnce calls do for each key, for some of them at the same time.
func eachAtOnce(keys []string, do func(key string)) {
	next := make(chan string)
	var all sync.WaitGroup
	for range 4 * writers {
		all.Go(func() {
			for key := range next {
				do(key)
			}
		})
	}
	for _, key := range keys {
		next <- key
	}
	close(next)
	all.Wait()
}

// keep wants the answer to a key to be its first order.
func (k *killed) keep(t *testing.T, key string, a answer) {
	t.Helper()
	k.mu.Lock()
	defer k.mu.Unlock()
	first, known := k.accepted[key]
	switch {
	case a.status != 200 && a.status != 201:
		t.Errorf("key %s: status %d, %v", key, a.status, a.json)
	case known && (a.status != 200 || a.id() != first):
		t.Errorf("key %s: status %d and order %s, first %s", key, a.status, a.id(), first)
	}
	k.accepted[key] = a.id()
}

// check wants each accepted order once in each collection, and nothing else there.
func (k *killed) check(t *testing.T, p *process, db *mongo.Database) {
	ids := map[string]bool{}
	for _, id := range k.accepted {
		ids[id] = true
	}
	if len(ids) != len(k.asked) {
		t.Errorf("%d orders for %d keys", len(ids), len(k.asked))
	}
	for _, name := range []string{"order_writes", "order_reads"} {
		n, err := db.Collection(name).CountDocuments(t.Context(), bson.M{})
		if err != nil || n != int64(len(ids)) {
			t.Errorf("%s holds %d documents, %v; want %d", name, n, err, len(ids))
		}
	}
	eachAtOnce(slices.Collect(maps.Keys(ids)), func(id string) {
		a, err := p.send(t.Context(), "GET", "/queries/orders/"+id, "")
		if err != nil || a.status != 200 {
			t.Errorf("order %s: status %d, %v", id, a.status, err)
		}
	})
}
