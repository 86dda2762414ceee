package e2e_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

const (
	// Of so many customers, the last ones only look at what the others did.
	customersAtOnce, lookersAtOnce = 16, 4
	// insistFor is how long a customer sends a request again and again until it is answered.
	insistFor = patience
)

// customers create orders, change them and look at them, and go on whatever happens, as good
// clients do: with a key for each command, and again after no answer or a 503.
type customers struct {
	ledger

	services []client
	queries  []client // Whom they ask; nil for the services.
	visits   int
	leaving  atomic.Bool
	here     sync.WaitGroup
	again    atomic.Int64 // How often something was sent again.

	// excuses reports whether an answer counts as none.
	excuses func(answer) bool
}

func newCustomers(services ...client) *customers {
	return &customers{services: services, ledger: newLedger()}
}

// queried are those whom customers ask.
func (c *customers) queried() []client {
	if c.queries != nil {
		return c.queries
	}
	return c.services
}

// come lets customers shop until they leave. What they do follows from the seed.
func (c *customers) come(seed uint64) {
	c.leaving.Store(false)
	c.visits++
	for n := range customersAtOnce {
		who := &customer{
			customers: c, dice: rand.New(rand.NewPCG(seed, uint64(n))),
			name: fmt.Sprintf("customer-%d", n), visit: fmt.Sprintf("%d-%d", c.visits, n),
		}
		c.here.Go(func() {
			do := who.shop
			if n >= customersAtOnce-lookersAtOnce {
				do = who.lookAround
			}
			for !c.leaving.Load() {
				do()
				pause(who.dice, 1, 4*time.Millisecond)
			}
		})
	}
}

// leave returns when each customer has the answer to the last request.
func (c *customers) leave() {
	c.leaving.Store(true)
	c.here.Wait()
}

// areServed waits until each process has taken an order.
func (c *customers) areServed(t *testing.T) {
	t.Helper()
	for n := range c.services {
		one := &customer{customers: c, dice: rand.New(rand.NewPCG(0, 0)), name: "customer-new"}
		one.visit = fmt.Sprintf("%d-served-%d", c.visits, n)
		if _, is := one.command(c.services[n:n+1], "/commands/orders", one.cart(), true); !is {
			t.Error("no order is taken after the failover")
		}
	}
}

type customer struct {
	*customers

	dice        *rand.Rand
	name, visit string
	sent        int // Commands.
}

// shop creates an order, changes it or that of somebody else a few times, and looks at it.
func (c *customer) shop() {
	made, is := c.command(c.services, "/commands/orders", c.cart(), !c.oneIn(4))
	if !is {
		return
	}
	for range max(0, c.dice.IntN(4)-1) {
		of := made
		if c.oneIn(8) {
			of, _ = c.recent(c.dice)
		}
		pay := fmt.Sprintf(`{"paymentId":"%s-%d","amount":1}`, c.visit, c.sent)
		c.command(c.services, "/commands/orders/"+of.id+"/payments/capture", pay, !c.oneIn(4))
	}
	if c.oneIn(3) {
		c.lookAt(made)
	}
}

// lookAround looks at the orders of all.
func (c *customer) lookAround() {
	order, are := c.recent(c.dice)
	if !are {
		return
	}
	switch c.dice.IntN(10) {
	case 0:
		c.look("/queries/orders?limit=10&userId=customer-0", 0)
	case 1:
		c.look("/queries/orders/"+order.id, 0)
	default:
		c.lookAt(order)
	}
}

func (c *customer) lookAt(order commit) {
	c.look(fmt.Sprintf("/queries/orders/%s?minVersion=%d", order.id, order.version), order.version)
}

func (c *customer) oneIn(n int) bool { return c.dice.IntN(n) == 0 }

func (c *customer) cart() string {
	const cart = `{"userId":%q,"items":[{"sku":"sku_mouse","qty":%d,"price":599}]}`
	return fmt.Sprintf(cart, c.name, 1+c.dice.IntN(9))
}

// command sends a command until it is answered, at times once more, and reports whether it was.
func (c *customer) command(
	to []client, path, body string, atOnce bool,
) (done commit, is bool) {
	key := fmt.Sprintf("%s-%d", c.visit, c.sent)
	c.sent++
	c.willSend(key)
	headers := []string{"Idempotency-Key: " + key}
	if atOnce {
		headers = append(headers, "Prefer: respond-async")
	}
	times := 1
	if c.oneIn(20) {
		times = 2
	}
	for range times {
		a := c.insist(to, "POST", path, body, headers...)
		if is = a.status/100 == 2; !is {
			c.fault("key %s: %s: status %d, %v", key, path, a.status, a.json)
			return done, false
		}
		done = commitOf(a.json)
		c.wasTold(key, done)
	}
	return done, true
}

// look queries one order or a list, and notes what is shown. Whoever asks for a version gets it.
func (c *customer) look(path string, least int) {
	a := c.insist(c.queried(), "GET", path, "")
	one, _ := a.json["order"].(map[string]any)
	many, _ := a.json["orders"].([]any)
	switch {
	case a.status == http.StatusNotFound && least == 0: // Not shown yet, or for a moment no more.
	case a.status != http.StatusOK:
		c.fault("%s: status %d, %v", path, a.status, a.json)
	case least > 0 && commitOf(one).version < least:
		c.fault("%s shows %v", path, commitOf(one))
	}
	for _, shown := range append(many, one) {
		if shown, _ := shown.(map[string]any); shown != nil {
			c.wasShown(shown)
		}
	}
}

// insist sends a request until it has a clear answer.
func (c *customer) insist(to []client, method, path, body string, headers ...string) (a answer) {
	var err error
	for until := time.Now().Add(insistFor); time.Now().Before(until); {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		a, err = to[c.dice.IntN(len(to))].send(ctx, method, path, body, headers...)
		cancel()
		excused := a.status == http.StatusServiceUnavailable || c.excuses != nil && c.excuses(a)
		if err == nil && !excused {
			return a
		}
		c.again.Add(1)
		pause(c.dice, 20*time.Millisecond, 80*time.Millisecond)
	}
	c.fault("%s %s has no answer in %v: %d, %v, %v", method, path, insistFor, a.status, a.json, err)
	return answer{}
}
