package orders_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"orders/adapters/mongo/internal/fixture"
	"orders/ports"
	"orders/test/mongotest"
)

// What another process saves is found by looking, once for all who wait.
func TestAwaitFindsWhatOthersSave(t *testing.T) {
	uri := mongotest.URI(t)
	here, elsewhere := fixture.ViewsAt(t, uri), fixture.ViewsAt(t, uri)
	profile := fixture.StartProfile(t, uri)
	var views []ports.OrderView
	for range 100 {
		views = append(views, fixture.View(fixture.NewID(), 2, "ann"))
	}
	begun := time.Now()
	var waiters sync.WaitGroup
	for _, view := range views {
		for _, version := range []int{1, 2} {
			waiters.Go(func() {
				if err := here.Await(t.Context(), view.ID, version); err != nil {
					t.Error(err)
				}
			})
		}
	}
	time.Sleep(100 * time.Millisecond)
	if errs := elsewhere.Save(t.Context(), views); errs != nil {
		t.Error(errors.Join(errs...))
	}
	waiters.Wait()
	took := time.Since(begun)
	looks := len(profile.Find(t, "query", "order_reads"))
	if most := int(took/(3*time.Millisecond)) + 1; looks < 1 || looks > most {
		t.Errorf("%d looks in %v, want 1 to %d", looks, took, most)
	}
	if err := here.Await(t.Context(), views[0].ID, 2); err != nil {
		t.Errorf("what is there already: %v", err)
	}
}

func TestAwaitKnowsWhatWasSavedHere(t *testing.T) {
	uri := mongotest.URI(t)
	v, profile := fixture.ViewsAt(t, uri), fixture.StartProfile(t, uri)
	for range 20 {
		id := fixture.NewID()
		if errs := v.Save(t.Context(), []ports.OrderView{fixture.View(id, 2, "ann")}); errs != nil {
			t.Fatal(errs)
		}
		if err := v.Await(t.Context(), id, 2); err != nil {
			t.Error(err)
		}
	}
	if looks := len(profile.Find(t, "query", "order_reads")); looks > 0 {
		t.Errorf("it looked %d times for what it knew", looks)
	}
}

func TestAwaitEnds(t *testing.T) {
	v := fixture.OrderViews(t)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	id := fixture.NewID()
	if errs := v.Save(t.Context(), []ports.OrderView{fixture.View(id, 1, "ann")}); errs != nil {
		t.Fatal(errs)
	}
	if err := v.Await(ctx, id, 2); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error %v, want the context's", err)
	}
	closed := make(chan error, 1)
	go func() { closed <- v.Await(t.Context(), id, 2) }()
	time.Sleep(30 * time.Millisecond)
	v.Close()
	if err := <-closed; !errors.Is(err, ports.ErrUnavailable) {
		t.Errorf("error %v when it closes, want ErrUnavailable", err)
	}
	if err := v.Await(t.Context(), id, 2); !errors.Is(err, ports.ErrUnavailable) {
		t.Errorf("error %v once it is closed, want ErrUnavailable", err)
	}
}
