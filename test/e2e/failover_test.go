package e2e_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"

	"orders/test/mongotest"
)

// A rush is many callers who order all the time, each order with a key of its own and only once,
// and remember what they were told.
type rush struct {
	service *process
	callers sync.WaitGroup
	ended   atomic.Bool
	created atomic.Int64

	mu   sync.Mutex
	told []told
}

const callers = 32

func rushTo(service *process) *rush {
	r := &rush{service: service}
	for caller := range callers {
		r.callers.Go(func() {
			for n := 0; !r.ended.Load(); n++ {
				r.order(fmt.Sprintf("caller-%d-order-%d", caller, n))
				time.Sleep(2 * time.Millisecond)
			}
		})
	}
	return r
}

func (r *rush) order(key string) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	a, err := r.service.send(ctx, "POST", "/commands/orders", body,
		"Idempotency-Key: "+key, "Prefer: respond-async")
	if a.status == 201 {
		r.created.Add(1)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.told = append(r.told, told{a, key, err})
}

// goesOn waits until many more orders are acknowledged.
func (r *rush) goesOn(t *testing.T) {
	t.Helper()
	begun, before := time.Now(), r.created.Load()
	for r.created.Load() < before+50*callers {
		if time.Since(begun) > 2*patience {
			t.Fatalf("%d orders in %v", r.created.Load()-before, time.Since(begun))
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// Under load the primary of three steps down, and the next one is killed. Every order that was
// acknowledged is there once, nothing is there of what was refused as unavailable, and whoever
// has no clear answer gets one when he asks again with his key: his first order, or a new one.
func TestAFailoverLosesAndDoublesNothing(t *testing.T) {
	skipShort(t)
	set := mongotest.Cluster(t)
	uri := set.URI("failover")
	service := start(t, "MONGODB_URI="+uri, "REQUEST_TIMEOUT=1500ms")
	r := rushTo(service)
	r.goesOn(t)
	stepDown(t, set.Primary())
	r.goesOn(t)
	set.Primary().Kill()
	r.goesOn(t)
	r.ended.Store(true)
	r.callers.Wait()
	orders := recorded(t, uri)
	r.check(t, orders)
	r.askAgain(t, orders)
	if n := len(recorded(t, uri)); n != len(r.told) {
		t.Errorf("%d orders for %d keys", n, len(r.told))
	}
}

// stepDown has a primary step down, once others have caught up, unless it has done so by itself.
func stepDown(t *testing.T, primary *mongotest.Server) {
	t.Helper()
	eventually(t, "the primary steps down", func() bool {
		err := ask(t, primary, bson.D{
			{Key: "replSetStepDown", Value: 10}, {Key: "secondaryCatchUpPeriodSecs", Value: 5},
		})
		return err == nil || isNotPrimary(err)
	})
}

// isNotPrimary reports whether a server refuses as it is not primary.
func isNotPrimary(err error) bool {
	const notWritablePrimary = 10107
	var refused mongo.CommandError
	return errors.As(err, &refused) && refused.HasErrorCode(notWritablePrimary)
}

// check compares what callers were told with the orders that are there.
func (r *rush) check(t *testing.T, orders map[string]string) {
	t.Helper()
	counts := map[string]int{}
	for _, a := range r.told {
		code := fmt.Sprint(a.at("code"))
		switch is := orders[a.key]; {
		case a.err != nil:
			t.Errorf("key %s: %v", a.key, a.err)
		case a.status == 201 && (is == "" || is != a.id()):
			t.Errorf("key %s: order %s was acknowledged, but %q is there", a.key, a.id(), is)
		case a.status == 503 && code == "unavailable" && is != "":
			t.Errorf("key %s: order %s is there, but was said not to be", a.key, is)
		case a.status != 201 && a.status != 503:
			t.Errorf("key %s: status %d, %v", a.key, a.status, a.json)
		}
		if a.status != 201 {
			counts[code]++
		}
	}
	t.Logf("%d were acknowledged, the others were told %v", r.created.Load(), counts)
	if r.created.Load() == int64(len(r.told)) {
		t.Error("all were, so this test proves nothing")
	}
}

// askAgain sends keys again, all without an order and some others, until each is answered, and
// wants the order that is there, if any.
func (r *rush) askAgain(t *testing.T, orders map[string]string) {
	t.Helper()
	var keys []string
	for i, a := range r.told {
		if a.status != 201 || i%10 == 0 {
			keys = append(keys, a.key)
		}
	}
	asking := &crowd{services: []client{r.service.client}, accepted: map[string]int{}}
	eachAtOnce(keys, func(key string) {
		id, first := asking.insist("/commands/orders", body, key), orders[key]
		if first != "" && id != first {
			t.Errorf("key %s: order %s, first %s", key, id, first)
		}
	})
	asking.dismiss(t)
}
