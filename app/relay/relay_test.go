package relay_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"orders/adapters/memory"
	"orders/app/relay"
	"orders/domain/order"
	"orders/ports"
)

func TestEveryCommitIsToldInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		versions := map[order.ID]int{}
		grow := func(n int) {
			w.grow(t, n)
			versions[id(n)]++
		}
		for n := range 300 {
			grow(n % 70)
		}
		stop := run(t, w.relay(t, &slowTopic{inMemory: w.topic}, quiet))
		for n := range 300 {
			grow(n % 90)
			time.Sleep(time.Millisecond)
		}
		time.Sleep(time.Minute)
		stop()
		wantTold(t, w.topic.Told(), versions)
		if n := len(w.topic.Told()); n != 600 {
			t.Errorf("%d were told, want 600", n)
		}
	})
}

// Many orders are under way at once, also while one order has many commits.
func TestOrdersDoNotWaitForEachOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		for range 400 {
			w.grow(t, 0)
		}
		for n := range 100 {
			w.grow(t, 1+n)
		}
		s := &slowTopic{inMemory: w.topic}
		stop := run(t, w.relay(t, s, quiet))
		time.Sleep(100 * time.Millisecond)
		told := map[order.ID]bool{}
		for _, n := range w.topic.Told() {
			told[n.OrderID] = true
		}
		stop()
		if len(told) != 101 || s.most < 90 {
			t.Errorf("%d orders are told, %d were under way at once", len(told), s.most)
		}
	})
}

// However publishing fails, and whichever process dies, nothing is skipped.
func TestNothingIsSkippedByFailuresAndCrashes(t *testing.T) {
	for seed := range uint64(20) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				failsAndCrashes(t, rand.New(rand.NewPCG(seed, 1)))
			})
		})
	}
}

func failsAndCrashes(t *testing.T, dice *rand.Rand) {
	w := newWorld()
	versions := map[order.ID]int{}
	var stops []func()
	fails := func() error {
		if rand.IntN(20) == 0 {
			return errors.New("the answer was lost")
		}
		return nil
	}
	for range 30 {
		for range dice.IntN(60) {
			n := dice.IntN(20)
			w.grow(t, n)
			versions[id(n)]++
		}
		if len(stops) < 2 {
			s := &slowTopic{inMemory: w.topic, fails: fails}
			stops = append(stops, run(t, w.relay(t, s, quiet)))
		}
		time.Sleep(time.Duration(dice.IntN(2000)) * time.Millisecond)
		if dice.IntN(3) == 0 {
			i := dice.IntN(len(stops))
			stops[i]()
			stops = slices.Delete(stops, i, i+1)
		}
	}
	time.Sleep(2 * time.Minute)
	for _, stop := range stops {
		stop()
	}
	if len(stops) == 0 {
		defer run(t, w.relay(t, w.topic, quiet))()
		time.Sleep(2 * time.Minute)
	}
	wantTold(t, w.topic.Told(), versions)
}

// The position is not saved before what comes before it is confirmed.
func TestThePositionWaitsForTheBroker(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		for n := range 10 {
			w.grow(t, n)
		}
		stop := run(t, w.relay(t, hanging{w.topic}, quiet))
		time.Sleep(time.Minute)
		at, err := w.shared(t).Checkpoint.Load(t.Context())
		if _, position := relay.SplitPosition(at); err != nil || position != "" {
			t.Errorf("the position is %q, %v", at, err)
		}
		stop()
		status, err := w.relay(t, w.topic, quiet).Status(t.Context())
		if err != nil || status.Lag.Commits != 10 {
			t.Errorf("status %+v, %v", status, err)
		}
	})
}

// hanging is a broker that takes all and confirms nothing.
type hanging struct{ *inMemory }

func (h hanging) Publish(ctx context.Context, c ports.Commit) error {
	if err := h.inMemory.Publish(ctx, c); err != nil {
		return err
	}
	<-ctx.Done()
	return ctx.Err()
}

// A topic that is gone, or another one, is told everything.
func TestAnotherTopicIsToldEverything(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		var log bytes.Buffer
		stop := run(t, w.relay(t, w.topic, slog.New(slog.NewTextHandler(&log, nil))))
		versions := map[order.ID]int{}
		for n := range 20 {
			w.grow(t, n)
			versions[id(n)]++
		}
		time.Sleep(time.Second)
		w.topic.Delete()
		w.grow(t, 0)
		versions[id(0)]++
		time.Sleep(time.Minute)
		wantTold(t, w.topic.Told(), versions)
		stop()
		if !strings.Contains(log.String(), "The topic is another one") {
			t.Errorf("the log is\n%s", &log)
		}
		w.topic.Delete()
		defer run(t, w.relay(t, w.topic, quiet))()
		time.Sleep(time.Minute)
		wantTold(t, w.topic.Told(), versions)
	})
}

// A topic that is deleted while there is nothing to tell is made anew all the same.
func TestADeletedTopicIsNoticedInSilence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		w.grow(t, 0)
		source := relay.Source{Feed: restless{w.EventStore}, History: w.EventStore}
		defer run(t, relay.New("relay-test", source, w.shared(t), w.topic, quiet))()
		time.Sleep(time.Second)
		w.topic.Delete()
		time.Sleep(10 * time.Second)
		wantTold(t, w.topic.Told(), map[order.ID]int{id(0): 1})
	})
}

// A restless feed hands over a batch without commits now and then, as that of a database does.
type restless struct{ *memory.EventStore }

func (r restless) Follow(
	ctx context.Context, from ports.Position, handle func(context.Context, ports.Batch) error,
) error {
	for ctx.Err() == nil {
		following, stop := context.WithTimeout(ctx, 200*time.Millisecond)
		var failed error
		err := r.EventStore.Follow(following, from, func(_ context.Context, b ports.Batch) error {
			from = b.Next
			failed = handle(ctx, b)
			return failed
		})
		stop()
		if failed != nil {
			return err
		}
	}
	return ctx.Err()
}
