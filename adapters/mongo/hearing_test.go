package mongo

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"go.mongodb.org/mongo-driver/bson"

	"orders/domain/order"
	"orders/ports"
)

// Commits that have to wait for the change stream come faster than gatherTime: it is asked all the
// same.
func TestABroadcastThatWaitsDoesNotPutOffThePoll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &follower{}
		r.begin(place{})
		l := &listener{follower: r, due: time.NewTimer(lazyTime)}
		defer l.due.Stop()
		for n := range 1000 {
			time.Sleep(gatherTime * 9 / 10)
			select {
			case <-l.due.C:
				return
			default:
			}
			c := ports.Commit{OrderID: order.ID(fmt.Sprint(n)), Version: 2}
			if err := l.hear([]ports.Commit{c}, false); err != nil {
				t.Fatal(err)
			}
		}
		t.Error("for 900 ms the change stream is not asked, though all commits wait for it")
	})
}

// What nobody waits for any more is not kept for the time of an outage, nor read after it.
func TestQuestionsOfThoseWhoLeftAreForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		up := make(chan struct{})
		f := newFetcher(func(context.Context, []order.ID, func(order.ID, bson.Raw)) error {
			<-up
			return nil
		})
		defer f.close()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		for range fetchSlots { // All slots hang.
			go func() { _, _ = f.fetch(ctx, "o") }()
			synctest.Wait()
		}
		const more = 10_000
		for range more {
			go func() { _, _ = f.fetch(ctx, "o") }()
		}
		time.Sleep(2 * time.Second)
		synctest.Wait()
		waiting := f.slots.Waiting()
		if waiting > 0 {
			t.Errorf("%d questions wait for nobody", waiting)
		}
		close(up)
		synctest.Wait()
	})
}
