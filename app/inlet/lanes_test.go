package inlet_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"

	"orders/app/inlet"
	"orders/domain/order"
)

func TestLanes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := inlet.NewLanes()
		var mu sync.Mutex
		var done []string
		blocked := make(chan struct{})
		note := func(what string, wait chan struct{}) func() {
			return func() {
				if wait != nil {
					<-wait
				}
				mu.Lock()
				defer mu.Unlock()
				done = append(done, what)
			}
		}
		l.Go("a", 1, note("a1", blocked))
		l.Go("a", 1, note("a2", nil))
		l.Go("", 1, note("none", nil))
		synctest.Wait()
		l.Go("b", 1, note("b1", nil))
		synctest.Wait()
		l.Go("a", 1, note("a3", nil))
		synctest.Wait()
		if want := []string{"none", "b1"}; !slices.Equal(done, want) {
			t.Errorf("while a waits, done is %q", done)
		}
		close(blocked)
		synctest.Wait()
		if want := []string{"none", "b1", "a1", "a2", "a3"}; !slices.Equal(done, want) {
			t.Errorf("at last, done is %q", done)
		}
	})
}

// However fast messages come, few wait.
func TestLanesAreBounded(t *testing.T) {
	for name, bytes := range map[string]int{"count": 1, "bytes": 4 << 20} {
		synctest.Test(t, func(t *testing.T) {
			l := inlet.NewLanes()
			blocked := make(chan struct{})
			came := 0
			go func() {
				for came < 1000 {
					if _, err := l.Room(t.Context()); err != nil {
						return
					}
					l.Go(order.ID(fmt.Sprint(came)), bytes, func() { <-blocked })
					came++
				}
			}()
			synctest.Wait()
			want := map[string]int{"count": inlet.LanesMax, "bytes": 4}[name]
			if came != want {
				t.Errorf("%s: %d messages wait, want %d", name, came, want)
			}
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			if _, err := inlet.NewLanes().Room(ctx); err != nil {
				t.Errorf("there is room: %v", err)
			}
			close(blocked)
			synctest.Wait()
			if came != 1000 {
				t.Errorf("%s: only %d came", name, came)
			}
		})
	}
}
