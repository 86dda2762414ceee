package brokers

import (
	"hash/maphash"
	"strings"
	"sync"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"orders/test/bench/load"
)

// lagEvery is of how many orders one is chosen whose lag is measured.
const lagEvery = 16

// A Consumer hears of orders that are created.
type Consumer struct {
	stop func()
	busy sync.WaitGroup
	seed maphash.Seed

	mu       sync.Mutex
	last     time.Time            // When it last heard of an order for the first time.
	told     map[uint64]time.Time // When it first heard of each order, by the hash of its ID.
	answered map[uint64]time.Time // When the orders that are chosen were acknowledged.
}

// NewConsumer returns one that Hear tells, until stop is called.
func NewConsumer(stop func()) *Consumer {
	return &Consumer{
		stop: stop, seed: maphash.MakeSeed(),
		told: map[uint64]time.Time{}, answered: map[uint64]time.Time{},
	}
}

// Hear takes the ID of an event. The first event of an order's first commit counts, and once.
func (c *Consumer) Hear(event string, at time.Time) {
	order, isFirst := strings.CutSuffix(event, "/1/1")
	if !isFirst {
		return
	}
	hash := maphash.String(c.seed, order)
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, is := c.told[hash]; !is {
		c.told[hash], c.last = at, at
	}
}

// Answered notes when an order was acknowledged. It is for Load.Answered.
func (c *Consumer) Answered(answer []byte) { c.answer(load.OrderID(answer), time.Now()) }

func (c *Consumer) answer(order string, at time.Time) {
	hash := maphash.String(c.seed, order)
	if hash%lagEvery != 0 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.answered[hash] = at
}

// Told is of how many orders it has heard.
func (c *Consumer) Told() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.told)
}

// Last is when it last heard of an order that was new to it.
func (c *Consumer) Last() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.last
}

// Await waits until it has heard of so many orders, at most so long, and reports whether it has.
func (c *Consumer) Await(orders int, most time.Duration) bool {
	for begun := time.Now(); c.Told() < orders; time.Sleep(time.Millisecond) {
		if time.Since(begun) > most {
			return false
		}
	}
	return true
}

// Forget makes what has come count for nothing. It is for when all that was asked for has come.
func (c *Consumer) Forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	clear(c.told)
	clear(c.answered)
}

// Lag is how long after its acknowledgement it heard of an order, of those acknowledged from a time
// to another. What came before the answer has the lag 0.
func (c *Consumer) Lag(from, to time.Time) *hdrhistogram.Histogram {
	lag := load.NewHistogram()
	c.mu.Lock()
	defer c.mu.Unlock()
	for order, answered := range c.answered {
		told, is := c.told[order]
		if is && !answered.Before(from) && answered.Before(to) {
			_ = lag.RecordValue(max(0, told.Sub(answered)).Microseconds())
		}
	}
	return lag
}

// Close ends it.
func (c *Consumer) Close() {
	c.stop()
	c.busy.Wait()
}
