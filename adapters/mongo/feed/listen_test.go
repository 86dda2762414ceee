package feed

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"orders/adapters/mongo/changestream"
	"orders/domain/order"
	"orders/ports"
)

// Commits that have to wait for the change stream come faster than GatherTime: it is asked all the
// same.
func TestABroadcastThatWaitsDoesNotPutOffThePoll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &follower{}
		r.begin(place{})
		l := &listener{follower: r, due: time.NewTimer(lazyTime)}
		defer l.due.Stop()
		for n := range 1000 {
			time.Sleep(changestream.GatherTime * 9 / 10)
			select {
			case <-l.due.C:
				return
			default:
			}
			c := ports.Commit{OrderID: order.ID(fmt.Sprint(n)), Version: 2}
			if err := l.deliverBroadcast([]ports.Commit{c}, false); err != nil {
				t.Fatal(err)
			}
		}
		t.Error("for 900 ms the change stream is not asked, though all commits wait for it")
	})
}

func TestASilenceIsToldOnceAndThenNowAndAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s silence
		told := ""
		for _, cursor := range []int64{1, 1, 1, 2, 2} {
			told += fmt.Sprint(s.worthTelling(cursor), " ")
		}
		if want := "false true false false false "; told != want {
			t.Errorf("told %s, want %s", told, want)
		}
		time.Sleep(quietTime)
		if !s.worthTelling(2) {
			t.Error("not told again")
		}
	})
}
