package brokerfeed_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"orders/domain/order"
	"orders/ports"
)

func id(n int) order.ID { return order.MakeID(fmt.Appendf(nil, "%016d ", n)) }

// grow commits once more to an order.
func (r *rig) grow(t *testing.T, n int) {
	t.Helper()
	past, err := r.store.Load(t.Context(), id(n))
	if err == nil {
		err = r.store.Append(t.Context(), past, ports.Commit{
			OrderID: id(n), Version: past.Version() + 1, ID: fmt.Sprint(n, past.Version()),
			At: time.Now().UTC(), Events: []order.Event{order.Created{UserID: "ann"}},
		})
	}
	if err != nil {
		t.Error(err)
	}
}

// A following is one call of Follow, and what it was handed.
type following struct {
	mu      sync.Mutex
	batches []ports.Batch
	stop    context.CancelFunc
}

// follow follows the feed until stop or the test's end.
func (r *rig) follow(t *testing.T, from ports.Position) *following {
	t.Helper()
	f := &following{}
	ctx, stop := context.WithCancel(t.Context())
	var following sync.WaitGroup
	f.stop = func() {
		stop()
		following.Wait()
	}
	following.Go(func() {
		_ = r.log().Follow(ctx, from, func(_ context.Context, b ports.Batch) error {
			f.mu.Lock()
			defer f.mu.Unlock()
			f.batches = append(f.batches, b)
			return nil
		})
	})
	return f
}

// got returns the versions of an order in the order in which they came.
func (f *following) got(n int) (versions []int) {
	for _, b := range f.all() {
		for _, c := range b.Commits {
			if c.OrderID == id(n) {
				versions = append(versions, c.Version)
			}
		}
	}
	return versions
}

func (f *following) all() []ports.Batch {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.batches
}

func (f *following) last() ports.Batch {
	all := f.all()
	return all[len(all)-1]
}

// wants wants an order to have come up to a version, and never a version before the one before it.
func (f *following) wants(t *testing.T, n, version int) {
	t.Helper()
	highest := 0
	for _, v := range f.got(n) {
		if v > highest+1 {
			t.Errorf("version %d of order %d came after %d", v, n, highest)
		}
		highest = max(highest, v)
	}
	if highest != version {
		t.Errorf("order %d came up to version %d, want %d", n, highest, version)
	}
}

// inBubble runs a test with a rig in which time costs nothing.
func inBubble(t *testing.T, test func(t *testing.T, r *rig)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) { test(t, newRig(t)) })
}

// Without a relay the feed is not caught up, whatever it has handed over; with it, it is.
func TestADeadRelayMeansNotCaughtUp(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		r.grow(t, 0)
		time.Sleep(time.Second)
		r.stop()
		r.grow(t, 1)
		f := r.follow(t, "")
		time.Sleep(time.Minute)
		f.wants(t, 0, 1)
		f.wants(t, 1, 1) // Out of the archive.
		if f.last().CaughtUp {
			t.Error("it is caught up, though nobody tells the topic")
		}
		r.stop = r.run()
		time.Sleep(10 * time.Second)
		if !f.last().CaughtUp {
			t.Error("it is not caught up")
		}
		f.stop()
	})
}

// A topic that was made anew, or whose offset was dropped, is read from the archive on.
func TestALostPlaceIsTheBeginning(t *testing.T) {
	for name, lose := range map[string]func(*rig){
		"topic deleted": func(r *rig) { r.topic.Delete() },
		"dropped":       func(r *rig) { r.topic.Drop(len(r.topic.Told())) },
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, r *rig) {
				r.grow(t, 0)
				f := r.follow(t, "")
				time.Sleep(time.Second)
				at := f.last().Next
				f.stop()
				r.grow(t, 0)
				time.Sleep(time.Second)
				lose(r)
				r.grow(t, 0)
				f = r.follow(t, at)
				time.Sleep(time.Minute)
				f.wants(t, 0, 3)
				if f.all()[0].Next != "" || !f.last().CaughtUp || f.last().Next == at {
					t.Errorf("first %+v, last %+v", f.all()[0], f.last())
				}
				r.topic.Delete() // While it follows.
				r.grow(t, 0)
				time.Sleep(time.Minute)
				r.grow(t, 0)
				time.Sleep(time.Minute)
				f.wants(t, 0, 5)
				f.stop()
			})
		})
	}
}

// The commits that the relay has parked come out of the event store.
func TestParkedCommitsComeToo(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		r.topic.Refuse = func(c ports.Commit) error {
			if c.OrderID == id(0) && c.Version > 1 {
				return ports.ErrRefused
			}
			return nil
		}
		for range 3 {
			r.grow(t, 0)
			r.grow(t, 1)
		}
		time.Sleep(time.Second)
		f := r.follow(t, "")
		time.Sleep(time.Second)
		at := f.last()
		f.wants(t, 0, 3)
		r.grow(t, 0)
		r.grow(t, 2)
		time.Sleep(2 * time.Second)
		f.wants(t, 0, 4)
		f.wants(t, 2, 1)
		f.stop()
		r.grow(t, 0)
		time.Sleep(time.Second)
		f = r.follow(t, at.Next)
		time.Sleep(time.Second)
		f.stop()
		if f.wants(t, 0, 5); !at.CaughtUp || !f.last().CaughtUp {
			t.Error("it is not caught up")
		}
		for i, b := range f.batches {
			if b.CaughtUp {
				f.batches = f.batches[:i+1]
				break
			}
		}
		f.wants(t, 0, 5) // By then already.
	})
}

// Messages that say something wrong do no harm, and repeated ones put nothing out of order.
func TestWrongAndRepeatedMessagesDoNoHarm(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		for range 3 {
			r.grow(t, 0)
		}
		f := r.follow(t, "")
		time.Sleep(time.Second)
		from := len(f.got(0))
		for _, c := range []ports.Commit{
			{OrderID: id(0), Version: 2}, {OrderID: id(0), Version: 99},
			{OrderID: id(7), Version: 1}, {OrderID: "nonsense", Version: -1},
			{OrderID: id(0), Version: 1}, {OrderID: id(0), Version: 2},
		} {
			if err := r.topic.Publish(t.Context(), c); err != nil {
				t.Error(err)
			}
		}
		r.grow(t, 0)
		time.Sleep(10 * time.Second)
		f.wants(t, 0, 4)
		if got := f.got(0)[from:]; len(got) != 1 {
			t.Errorf("after catching up came %v, want the last commit alone", got)
		}
		f.stop()
	})
}
