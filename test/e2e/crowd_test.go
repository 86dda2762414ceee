package e2e_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// A crowd keeps ordering from some services, whatever happens to them, and remembers what it was
// told. A request without a clear answer is sent again with the same key, to any of them.
type crowd struct {
	services []client
	stopped  atomic.Bool
	members  sync.WaitGroup

	mu       sync.Mutex
	orders   [crowdSize]int // That each member has made.
	accepted map[string]int // The version of each order as it was last told.
	ids      []string
	failures []string
	again    []string // The answers after which a command was sent again.
}

const crowdSize = 8

// gather lets a crowd order until it is dismissed.
func gather(services ...client) *crowd {
	c := &crowd{services: services, accepted: map[string]int{}}
	for n := range crowdSize {
		c.members.Go(func() {
			for i := 0; !c.stopped.Load(); i++ {
				c.order(fmt.Sprintf("member-%d-order-%d", n, i))
				c.mu.Lock()
				c.orders[n]++
				c.mu.Unlock()
			}
		})
	}
	return c
}

// dismiss ends the ordering once everybody has the answer to the last request.
func (c *crowd) dismiss(t *testing.T) {
	t.Helper()
	c.stopped.Store(true)
	c.members.Wait()
	for _, f := range c.failures {
		t.Error(f)
	}
	if len(c.ids) == 0 {
		t.Error("no order was accepted")
	}
}

// order creates an order and, every other time, confirms it.
func (c *crowd) order(key string) {
	id := c.insist("/commands/orders", body, key)
	if id == "" || rand.IntN(2) == 0 {
		return
	}
	c.insist("/commands/orders/"+id+"/confirm", "", key+"-confirm")
}

// insist sends a command until it is answered, and returns the order's ID.
func (c *crowd) insist(path, body, key string) string {
	last := ""
	for until := time.Now().Add(patience); time.Now().Before(until); {
		ctx, cancel := context.WithTimeout(context.Background(), patience/4)
		service := c.services[rand.IntN(len(c.services))]
		a, err := service.send(ctx, "POST", path, body, "Idempotency-Key: "+key)
		cancel()
		if err == nil && a.status/100 == 2 {
			c.note(a)
			return a.id()
		}
		last = fmt.Sprint(a.status, a.json, err)
		c.mu.Lock()
		c.again = append(c.again, last)
		c.mu.Unlock()
		time.Sleep(50 * time.Millisecond)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.failures = append(c.failures, fmt.Sprintf("%s with key %s was never answered: %s",
		path, key, last))
	return ""
}

// goRound waits until each member has made the order that it was about, and another one.
func (c *crowd) goRound(t *testing.T) {
	t.Helper()
	made := func() [crowdSize]int {
		c.mu.Lock()
		defer c.mu.Unlock()
		return c.orders
	}
	before := made()
	eventually(t, "each member of the crowd has made two more orders", func() bool {
		for n, now := range made() {
			if now < before[n]+2 {
				return false
			}
		}
		return true
	})
}

// sentAgain returns the answers after which a command was sent again.
func (c *crowd) sentAgain() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.again)
}

func (c *crowd) note(a answer) {
	version, _ := a.json["version"].(fmt.Stringer)
	n := 0
	_, _ = fmt.Sscan(fmt.Sprint(version), &n)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.accepted[a.id()] == 0 {
		c.ids = append(c.ids, a.id())
	}
	c.accepted[a.id()] = max(c.accepted[a.id()], n)
}

// some returns one of the accepted orders and its version; none yet is "".
func (c *crowd) some() (id string, version int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.ids) == 0 {
		return "", 0
	}
	id = c.ids[rand.IntN(len(c.ids))]
	return id, c.accepted[id]
}

// sees wants a service to show every accepted order as it was last told or later.
func (c *crowd) sees(t *testing.T, service client) {
	t.Helper()
	eachAtOnce(c.ids, func(id string) {
		a, err := service.send(t.Context(), "GET", "/queries/orders/"+id, "")
		if got := versionOf(a); err != nil || got < c.accepted[id] {
			t.Errorf("order %s: status %d, version %d, want %d; %v",
				id, a.status, got, c.accepted[id], err)
		}
	})
}

func versionOf(a answer) int {
	n := 0
	_, _ = fmt.Sscan(fmt.Sprint(a.at("order", "version")), &n)
	return n
}

// settles waits until every view is what its order's events add up to, as the program itself
// verifies, and returns how long that took.
func settles(t *testing.T, env ...string) time.Duration {
	t.Helper()
	const within = 2 * patience
	began := time.Now()
	for {
		p := launch(t, "", append(env, "LOG_LEVEL=error"), "projection", "verify")
		<-p.exited
		took := time.Since(began)
		if p.cmd.ProcessState.Success() {
			return took
		}
		if took > within {
			t.Fatalf("the read models are wrong after %v: %s", took, p.output)
		}
	}
}

// operates runs a command of the program to its end and returns what it says.
func operates(t *testing.T, code int, env []string, args ...string) string {
	t.Helper()
	p := launch(t, "", append(env, "LOG_LEVEL=error"), args...)
	select {
	case <-p.exited:
	case <-time.After(2 * patience):
		t.Fatalf("%v goes on: %s", args, p.output)
	}
	if got := p.cmd.ProcessState.ExitCode(); got != code {
		t.Fatalf("%v: exit code %d, want %d: %s", args, got, code, p.output)
	}
	return p.output.String()
}
