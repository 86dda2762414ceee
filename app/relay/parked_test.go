package relay_test

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"orders/app/relay"
	"orders/app/subscribe"
	"orders/domain/order"
	"orders/ports"
)

// What the broker refuses for good is parked, visible and retriable, and delays no other order. A
// restart changes nothing about that.
func TestWhatTheBrokerRefusesIsParked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		refuses := w.refusesSecond(id(0))
		r := w.relay(t, w.topic, quiet)
		stop := run(t, r)
		for n := range 9 {
			w.grow(t, n%3)
		}
		time.Sleep(time.Second)
		wantTold(t, w.topic.Told(), map[order.ID]int{id(0): 1, id(1): 3, id(2): 3})
		stop()
		stop = run(t, r)
		w.grow(t, 0)
		time.Sleep(10 * time.Second)
		parked, err := w.shared(t).Parked.List(t.Context(), "", 10)
		if err != nil || len(parked) != 1 || parked[0].ID != id(0) || parked[0].Version != 4 ||
			!strings.HasPrefix(parked[0].Reason, "it is too large") {
			t.Errorf("parked are %+v, %v", parked, err)
		}
		if done, err := r.Retry(t.Context()); err != nil || done != (subscribe.Retried{Parked: 1}) {
			t.Errorf("retried %+v, %v", done, err)
		}
		refuses.Store(false)
		w.grow(t, 0)
		time.Sleep(2 * time.Minute)
		w.grow(t, 0) // The leader tries again by itself.
		time.Sleep(time.Second)
		w.grow(t, 0)
		time.Sleep(time.Second)
		stop()
		wantTold(t, w.topic.Told(), map[order.ID]int{id(0): 7, id(1): 3, id(2): 3})
		if parked, err := w.shared(t).Parked.List(t.Context(), "", 10); len(parked) != 0 {
			t.Errorf("parked are %+v, %v", parked, err)
		}
	})
}

// refusesSecond makes the topic refuse the second commit of an order, for as long as is stored.
func (w *world) refusesSecond(of order.ID) *atomic.Bool {
	var refuses atomic.Bool
	refuses.Store(true)
	w.topic.Refuse = func(c ports.Commit) error {
		if refuses.Load() && c.OrderID == of && c.Version == 2 {
			return fmt.Errorf("it is too large: %w", ports.ErrRefused)
		}
		return nil
	}
	return &refuses
}

// While an operator retries, the leader goes on: no commit is left out.
func TestARetryByAnotherProcessLosesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		refuses := w.refusesSecond(id(0))
		defer run(t, w.relay(t, w.topic, quiet))()
		w.grow(t, 0)
		w.grow(t, 0)
		time.Sleep(time.Second)
		refuses.Store(false)
		operator := w.relay(t, &slowTopic{inMemory: w.topic}, quiet)
		for range 10 {
			w.grow(t, 0)
			if _, err := operator.Retry(t.Context()); err != nil {
				t.Error(err)
			}
			w.grow(t, 0)
			time.Sleep(10 * time.Millisecond)
		}
		for range 3 {
			time.Sleep(time.Minute)
			w.grow(t, 1)
		}
		time.Sleep(time.Second)
		wantTold(t, w.topic.Told(), map[order.ID]int{id(0): 22, id(1): 3})
	})
}

// After a reset everything is told again.
func TestAResetTellsEverythingAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		r := w.relay(t, w.topic, quiet)
		stop := run(t, r)
		w.grow(t, 0)
		time.Sleep(time.Second)
		if had, err := r.Reset(t.Context()); err != nil || !had {
			t.Error(had, err)
		}
		w.grow(t, 0) // The leader notices when it saves its position.
		time.Sleep(time.Minute)
		stop()
		if told := w.topic.Told(); len(told) != 4 && len(told) != 3 {
			t.Errorf("told are %v", told)
		}
	})
}

// A failure to park does not let the position pass what is neither told nor parked.
func TestAFailureToParkLosesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		w.refusesSecond(id(0))
		shared := w.shared(t)
		failing := &failingParked{Parked: shared.Parked}
		shared.Parked = failing
		source := relay.Source{Feed: w.EventStore, History: w.EventStore}
		stop := run(t, relay.New("relay-test", source, shared, w.topic, quiet))
		for range 3 {
			w.grow(t, 0)
			time.Sleep(time.Second)
		}
		w.grow(t, 1)
		time.Sleep(time.Minute)
		stop()
		wantTold(t, w.topic.Told(), map[order.ID]int{id(0): 1, id(1): 1})
		parked, err := shared.Parked.List(t.Context(), "", 10)
		if err != nil || len(parked) != 1 || parked[0].Version != 3 || failing.failed == 0 {
			t.Errorf("parked are %+v, %v, after %d failures", parked, err, failing.failed)
		}
	})
}

// failingParked parks nothing at every other try.
type failingParked struct {
	ports.Parked
	tries, failed int
}

func (f *failingParked) Park(ctx context.Context, orders []ports.ParkedOrder) error {
	if f.tries++; f.tries%2 == 1 {
		f.failed++
		return ports.ErrUnavailable
	}
	return f.Parked.Park(ctx, orders)
}
