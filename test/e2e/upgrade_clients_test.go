package e2e_test

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// holders put orders on hold and release them, and ask for them, wherever. The orders are theirs
// alone, as an old process may not be able to read them.
type holders struct {
	*upgrade

	mu     sync.Mutex
	last   map[string]int // By order: the last version that was acknowledged.
	faults []string
}

const holdersAtOnce = 2

// come lets them begin; leave returns when all have ended.
func (h *holders) come() (leave func()) {
	ctx, stop := context.WithCancel(context.Background())
	var here sync.WaitGroup
	for n := range holdersAtOnce {
		dice := rand.New(rand.NewPCG(2, uint64(n)))
		here.Go(func() {
			for ctx.Err() == nil {
				h.hold(dice)
				pause(dice, 5*time.Millisecond, 20*time.Millisecond)
			}
		})
	}
	return func() {
		stop()
		here.Wait()
	}
}

// hold takes an order through a hold, each step at any process.
func (h *holders) hold(dice *rand.Rand) {
	made := h.ask(dice, "POST", "/commands/orders", body)
	id := made.id()
	if id == "" {
		return
	}
	path, query := "/commands/orders/"+id, "/queries/orders/"+id
	h.ask(dice, "POST", path+"/hold", `{"reason":"fraud"}`)
	for range 3 {
		h.ask(dice, "POST", path+"/confirm?dryRun=true", "")
		h.ask(dice, "GET", query, "")
		h.ask(dice, "GET", query+"?atVersion=1", "")
		h.ask(dice, "GET", query+"/history", "")
	}
	h.ask(dice, "GET", "/queries/users/user_123/summary", "")
	h.ask(dice, "GET", "/queries/orders?limit=5", "")
	h.ask(dice, "POST", path+"/release", "")
}

// ask sends a request once and notes what was acknowledged. Any clear answer will do.
func (h *holders) ask(dice *rand.Rand, method, path, body string) answer {
	to := h.customers.services
	if method == "GET" {
		to = h.customers.queried()
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	a, err := to[dice.IntN(len(to))].send(ctx, method, path, body, h.key())
	unread := a.json["code"] == "order-unreadable" ||
		h.customers.excuses != nil && h.customers.excuses(a)
	h.mu.Lock()
	defer h.mu.Unlock()
	switch {
	case err != nil: // It was just killed, perhaps.
	case unread:
		h.refused.Add(1)
	case a.status >= 500 && a.status != 503:
		h.faults = append(h.faults, fmt.Sprintf("%s %s: %d, %v", method, path, a.status, a.json))
	case method == "POST" && a.status/100 == 2 && !strings.Contains(path, "dryRun"):
		done := commitOf(a.json)
		h.last[done.id] = max(h.last[done.id], done.version)
	}
	return a
}

// check wants each order to have all that was acknowledged, and to be shown.
func (h *holders) check(t *testing.T) {
	t.Helper()
	eachAtOnce(slices.Collect(maps.Keys(h.last)), func(id string) {
		all := h.customers.queried()
		a, err := all[0].send(t.Context(), "GET", "/queries/orders/"+id, "")
		if versionOf(a) < h.last[id] {
			t.Errorf("order %s is shown at %d of %d: %v, %v", id, versionOf(a), h.last[id], a.json,
				err)
		}
	})
	for _, fault := range h.faults {
		t.Error(fault)
	}
	if len(h.last) == 0 {
		t.Error("nobody held anything")
	}
}

// understands sends to each process what another one answered: keys, ETags and cursors.
func (u *upgrade) understands(t *testing.T) {
	t.Helper()
	all, readers := u.customers.services, u.customers.queried()
	for n, from := range all {
		to := all[(n+1)%len(all)]
		key := u.key()
		made := from.create(t, key)
		again := to.must(t, 200, "POST", "/commands/orders", body, key)
		again.want(t, `"`+made.id()+`"`, "orderId")
		again.wantHeader(t, "Idempotent-Replayed", "true")
		confirm := "/commands/orders/" + made.id() + "/confirm"
		tag := "If-Match: " + made.header.Get("ETag")
		key = u.key()
		to.must(t, 200, "POST", confirm, "", tag, key).want(t, `2`, "version")
		from.must(t, 412, "POST", confirm, "", tag)
		again = from.must(t, 200, "POST", confirm, "", tag, key)
		again.wantHeader(t, "Idempotent-Replayed", "true")
	}
	for n, from := range readers {
		page := from.must(t, 200, "GET", "/queries/orders?limit=1", "")
		if next, more := page.at("nextCursor").(string); more {
			readers[(n+1)%len(readers)].must(t, 200, "GET",
				"/queries/orders?limit=1&cursor="+next, "")
		}
	}
}

// key is a header with a key that nobody else sends.
func (u *upgrade) key() string {
	return fmt.Sprintf("Idempotency-Key: %s%d", others, u.keys.Add(1))
}
