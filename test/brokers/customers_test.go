package brokers_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"orders/test/issuer"
)

const (
	customersAtOnce = 6
	requestTimeout  = 3 * time.Second
	// The private parts of a command, which no message may show.
	private = "s3cret"
)

// customers send commands to programs, each until it is answered, and note what was acknowledged.
type customers struct {
	seed    uint64
	issuer  *issuer.Issuer
	http    http.Client
	leaving atomic.Bool
	here    sync.WaitGroup
	acked   atomic.Int64 // How many commands were acknowledged,
	again   atomic.Int64 // and how often one had to be sent again.

	mu       sync.Mutex
	programs []*program
	versions map[string]int // Of each order, the last one that was acknowledged.
	faults   []string
}

func newCustomers(t *testing.T) *customers {
	return &customers{
		seed: rand.Uint64(), issuer: issuer.New(t), versions: map[string]int{},
		http: http.Client{Timeout: requestTimeout, Transport: &http.Transport{
			MaxIdleConnsPerHost: 2 * customersAtOnce,
		}},
	}
}

// come lets customers send commands until they leave.
func (c *customers) come() {
	for n := range customersAtOnce {
		who := &customer{
			customers: c, name: fmt.Sprint("customer-", n),
			dice: rand.New(rand.NewPCG(c.seed, uint64(n))),
		}
		c.here.Go(func() {
			for !c.leaving.Load() {
				who.order()
			}
		})
	}
}

// leave returns when each customer has the answer to the last command.
func (c *customers) leave() {
	c.leaving.Store(true)
	c.here.Wait()
}

// areServed waits until so many more commands are acknowledged.
func (c *customers) areServed(t *testing.T, more int64) {
	t.Helper()
	want := c.acked.Load() + more
	eventually(t, fmt.Sprint("more commands are acknowledged: ", more), func() bool {
		return c.acked.Load() >= want
	})
}

func (c *customers) sendTo(all []*program) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.programs = all
}

type customer struct {
	*customers
	name string
	dice *rand.Rand
	sent int // Commands.
}

// A step is a command on an order.
type step struct{ path, body string }

// Lives are those of orders that cost 12.50, before and after their items change.
var lives = [][]step{
	{
		{"items", `{"items":[{"sku":"sku_a","qty":1,"price":7.25},
			{"sku":"sku_c","qty":3,"price":1.75}]}`},
		{"payments/authorize", `{"paymentId":"pay_1","amount":10}`},
		{"payments/authorize", `{"paymentId":"pay_2","amount":2.5}`},
		{"confirm", `{}`},
		{"shipments", `{"shipmentId":"ship_1","items":[{"sku":"sku_a","qty":1}]}`},
		{"payments/capture", `{"paymentId":"pay_1","captureId":"cap_1","amount":4.25}`},
		{"payments/capture", `{"paymentId":"pay_1","captureId":"cap_2","amount":5.75}`},
		{"payments/capture", `{"paymentId":"pay_2","amount":2.5}`},
		{"shipments", `{"shipmentId":"ship_2","items":[{"sku":"sku_c","qty":3}]}`},
		{"deliveries", `{"shipmentId":"ship_1"}`},
		{"deliveries", `{"shipmentId":"ship_2"}`},
		{"complete", `{}`},
		{"payments/refund", `{"paymentId":"pay_1","refundId":"ref_1","amount":1.05}`},
	},
	{
		{"payments/authorize", `{"paymentId":"pay_1","amount":5}`},
		{"payments/authorize", `{"paymentId":"pay_2","amount":7.5}`},
		{"cancel", `{"reason":"customer"}`}, // Three events.
	},
	{
		{"hold", `{"reason":"fraud","note":"the address is odd"}`},
		{"release", `{}`},
		{"payments/capture", `{"paymentId":"sale","amount":12.5}`},
		{"confirm", `{}`},
		{"cancel", `{"reason":"other","note":"found it cheaper"}`},
		{"payments/refund", `{"paymentId":"sale","refundId":"all","amount":12.5}`},
	},
	{
		{"payments/authorize", `{"paymentId":"pay_1","amount":12.5}`},
		{"payments/void", `{"paymentId":"pay_1"}`},
		{"hold", `{"reason":"fraud"}`},
	},
}

// order creates an order and leads some part of a life with it.
func (c *customer) order() {
	cart := `{"userId":%q,"items":[{"sku":"sku_a","qty":2,"price":5.99},
		{"sku":"sku_b","qty":1,"price":0.52}]}`
	id := c.command("/commands/orders", fmt.Sprintf(cart, c.name))
	life := lives[c.dice.IntN(len(lives))]
	if c.dice.IntN(2) == 0 {
		life = life[:c.dice.IntN(len(life))]
	}
	for _, s := range life {
		if c.leaving.Load() || id == "" {
			return
		}
		c.command("/commands/orders/"+id+"/"+s.path, s.body)
	}
}

// command sends a command with a key until it is answered, notes the answer, and returns the order.
func (c *customer) command(path, body string) (id string) {
	key := fmt.Sprintf("%s-key-%s-%d", private, c.name, c.sent)
	c.sent++
	atOnce := c.dice.IntN(4) > 0
	for begun := time.Now(); time.Since(begun) < patience; c.again.Add(1) {
		time.Sleep(time.Duration(5+c.dice.IntN(50)) * time.Millisecond)
		status, answer := c.try(path, body, key, atOnce)
		switch {
		case status/100 == 2:
			c.note(answer.OrderID, answer.Version)
			return answer.OrderID
		case status/100 == 4 && status != http.StatusTooManyRequests:
			c.fault("%s with the key %s: %d, %v", path, key, status, answer.Detail)
			return ""
		}
	}
	c.fault("%s with the key %s has no answer after %v", path, key, patience)
	return ""
}

type reply struct {
	OrderID string
	Version int
	Detail  string
}

// try sends a command once, to one of the programs. Without an answer the status is 0.
func (c *customer) try(path, body, key string, atOnce bool) (status int, answer reply) {
	c.mu.Lock()
	base := c.programs[c.dice.IntN(len(c.programs))].base
	c.mu.Unlock()
	r, err := http.NewRequestWithContext(
		context.Background(), http.MethodPost, base+path, strings.NewReader(body))
	if err != nil {
		return 0, answer
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Idempotency-Key", key)
	r.Header.Set("X-Request-ID", strings.Replace(key, "key", "request", 1))
	if atOnce {
		r.Header.Set("Prefer", "respond-async")
	}
	return c.do(r, &answer), answer
}

// authorize adds a token to a request.
func (c *customers) authorize(r *http.Request) {
	token := c.issuer.Token(private+"-subject", "orders:read", "orders:write", "orders:manage")
	r.Header.Set("Authorization", "Bearer "+token)
}

// do sends a request with a token and decodes the answer. Without an answer the status is 0.
func (c *customers) do(r *http.Request, answer any) (status int) {
	c.authorize(r)
	w, err := c.http.Do(r)
	if err != nil {
		return 0
	}
	defer w.Body.Close()
	text, err := io.ReadAll(w.Body)
	if err != nil || json.Unmarshal(text, answer) != nil {
		return 0
	}
	return w.StatusCode
}

func (c *customers) note(id string, version int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.versions[id] = max(c.versions[id], version)
	c.acked.Add(1)
}

// acknowledged returns the last version of each order.
func (c *customers) acknowledged() map[string]int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return maps.Clone(c.versions)
}

func (c *customers) fault(format string, args ...any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.faults = append(c.faults, fmt.Sprintf(format, args...))
}
