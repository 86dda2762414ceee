package brokers

import (
	"fmt"
	"testing"
	"time"
)

// many is so many orders that some are chosen, and not all, whatever the seed.
const many = 1000

// A broker may tell again what it told, and what came before it.
func TestAConsumerCountsEachOrderOnceAndFromItsFirstEvent(t *testing.T) {
	c := NewConsumer(func() {})
	begun := time.Now()
	for n := range many {
		id, at := fmt.Sprintf("ord_%d", n), begun.Add(time.Duration(n)*time.Second)
		c.answer(id, at)
		c.Hear(id+"/1/1", at.Add(time.Second))
		for _, event := range []string{"/1/1", "/1/2", "/2/1", "/11/1"} {
			c.Hear(id+event, at.Add(time.Hour))
		}
	}
	if c.Told() != many || !c.Await(many, 0) || c.Await(many+1, time.Millisecond) {
		t.Errorf("it heard of %d orders", c.Told())
	}
	if got := c.Last().Sub(begun); got != many*time.Second {
		t.Errorf("it last heard of one after %s", got)
	}
	all := c.Lag(begun, begun.Add(time.Hour))
	some := c.Lag(begun.Add(many/2*time.Second), begun.Add(time.Hour))
	if n := all.TotalCount(); n == 0 || n >= many || some.TotalCount() >= n {
		t.Errorf("%d lags, and %d of the second half", n, some.TotalCount())
	}
	if got := all.ValueAtPercentile(50); got < 990_000 || got > 1_010_000 {
		t.Errorf("the lag is %d us", got)
	}
	c.Forget()
	if c.Told() != 0 || c.Lag(begun, begun.Add(time.Hour)).TotalCount() != 0 {
		t.Error("it forgets nothing")
	}
}

func TestWhatComesBeforeTheAnswerHasNoLag(t *testing.T) {
	c := NewConsumer(func() {})
	now := time.Now()
	for n := range many {
		id := fmt.Sprintf("ord_%d", n)
		c.Hear(id+"/1/1", now)
		c.answer(id, now.Add(time.Second))
	}
	if lag := c.Lag(now, now.Add(time.Minute)); lag.TotalCount() == 0 || lag.Max() != 0 {
		t.Errorf("%d lags, at most %d us", lag.TotalCount(), lag.Max())
	}
}
