package projection_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"orders/adapters/memory"
	"orders/app/projection"
	"orders/app/subscribe"
	"orders/domain/order"
	"orders/ports"
)

// flawed is a read model with one flaw of each kind, and one order without.
func flawed(t *testing.T) (*memory.EventStore, *memory.Views, map[order.ID]projection.Flaw) {
	t.Helper()
	store, views := memory.NewEventStore(), memory.NewViews()
	saved := func(n, version int, change func(*ports.OrderView)) {
		s, err := store.Load(t.Context(), id(n))
		if err != nil {
			t.Fatal(err)
		}
		v := ports.ViewOf(s.Until(version))
		change(&v)
		for _, err := range views.Save(t.Context(), []ports.OrderView{v}) {
			t.Fatal(err)
		}
	}
	as := func(*ports.OrderView) {}
	for n := range 6 {
		write(t, store, n, created, order.Confirmed{})
	}
	saved(0, 2, as)
	saved(2, 1, as)
	saved(3, 2, func(v *ports.OrderView) { v.Order.UserID = "bob" })
	saved(4, 2, func(v *ports.OrderView) { v.ID = id(9) })
	saved(4, 2, as)
	saved(5, 2, func(v *ports.OrderView) { v.Version = 7 })
	return store, views, map[order.ID]projection.Flaw{
		id(1): projection.Missing, id(2): projection.Stale, id(3): projection.Wrong,
		id(9): projection.Surplus, id(5): projection.Surplus,
	}
}

func TestVerifyFindsEachFlawAndRepairsIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, views, planted := flawed(t)
		p := of(store, views.ReadModel())
		for _, repair := range []bool{false, true} {
			found := map[order.ID]projection.Finding{}
			note := func(f projection.Finding) { found[f.ID] = f }
			examine := p.Verify
			if repair {
				examine = p.Repair
			}
			sum, err := examine(t.Context(), note)
			if err != nil || sum.Orders != 6 || sum.Findings != len(planted) {
				t.Errorf("verify came to %+v, %v", sum, err)
			}
			for id, flaw := range planted {
				if f := found[id]; f.Flaw != flaw || f.Repaired != repair {
					t.Errorf("found %+v, want %s", f, flaw)
				}
			}
			if d := found[id(3)].Differences; len(d) != 1 || d[0].Is == d[0].ShouldBe {
				t.Errorf("the differences are %+v", d)
			}
		}
		sum, err := p.Verify(t.Context(), func(f projection.Finding) { t.Errorf("%+v", f) })
		if err != nil || sum.Findings != 0 {
			t.Errorf("after the repair: %+v, %v", sum, err)
		}
		wantViews(t, store, views, 0, 1, 2, 3, 4, 5)
	})
}

// withStrays are views with something among them that belongs to no order.
type withStrays struct {
	ports.Views[ports.OrderView]
	keys []string
}

func (w *withStrays) Strays(_ context.Context, each func(ports.Stray) error) (err error) {
	for _, key := range slices.Clone(w.keys) {
		err = errors.Join(err, each(ports.Stray{
			Key: key,
			Remove: func(context.Context) (bool, error) {
				before := len(w.keys)
				w.keys = slices.DeleteFunc(w.keys, func(k string) bool { return k == key })
				return len(w.keys) < before, nil
			},
		}))
	}
	return err
}

func TestVerifyFindsStraysAndTakesThemAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, views := memory.NewEventStore(), memory.NewViews()
		m := views.ReadModel()
		m.Views = &withStrays{m.Views, []string{"ObjectId(1)", "7"}}
		for _, want := range []projection.Totals{
			{Findings: 2}, {Findings: 2, Repaired: 2}, {},
		} {
			repair := want.Repaired > 0
			examine := of(store, m).Verify
			if repair {
				examine = of(store, m).Repair
			}
			sum, err := examine(t.Context(), func(f projection.Finding) {
				if f.Flaw != projection.Surplus || f.Repaired != repair || f.Reason == "" {
					t.Errorf("found %+v", f)
				}
			})
			if err != nil || sum != want {
				t.Errorf("verify came to %+v, %v; want %+v", sum, err, want)
			}
		}
	})
}

// A view that is only late is no flaw, also where there are many pages.
func TestVerifyWaitsForWhatIsLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, views := memory.NewEventStore(), memory.NewViews()
		for n := range 1203 {
			write(t, store, n, created)
		}
		go func() {
			time.Sleep(2 * time.Second)
			stop := run(t, store, views.ReadModel())
			time.Sleep(time.Second)
			stop()
		}()
		var found []projection.Finding
		sum, err := of(store, views.ReadModel()).Verify(t.Context(),
			func(f projection.Finding) { found = append(found, f) })
		if err != nil || sum.Orders != 1203 || len(found) > 0 {
			t.Errorf("verify came to %+v, %v: %+v", sum, err, found)
		}
		synctest.Wait()
		time.Sleep(5 * time.Second)
	})
}

func TestAnUnreadableOrderIsFoundAndParkedUntilItCanBeRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, views := memory.NewEventStore(), memory.NewViews()
		write(t, store, 1, created)
		write(t, store, 2, created)
		m := views.ReadModel()
		stop := run(t, unreadable{store}, m)
		synctest.Wait()
		wantParked(t, m, 1)
		p := of(unreadable{store}, m)
		var flaws []projection.Flaw
		if _, err := p.Repair(t.Context(), func(f projection.Finding) {
			flaws = append(flaws, f.Flaw)
		}); err != nil || !slices.Equal(flaws, []projection.Flaw{projection.Unreadable}) {
			t.Errorf("verify found %v, %v", flaws, err)
		}
		done, err := p.Retry(t.Context())
		if err != nil || done != (subscribe.Retried{Parked: 1}) {
			t.Errorf("a retry in vain came to %+v, %v", done, err)
		}
		stop()
		done, err = of(store, m).Retry(t.Context())
		if err != nil || done != (subscribe.Retried{Released: 1}) {
			t.Errorf("the retry came to %+v, %v", done, err)
		}
		wantParked(t, m)
		wantViews(t, store, views, 1, 2)
	})
}

// A projection tries parked orders again by itself, and releases them when their next event is
// shown.
func TestParkedOrdersComeBackByThemselves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, views := memory.NewEventStore(), memory.NewViews()
		write(t, store, 1, created)
		write(t, store, 2, created)
		m := views.ReadModel()
		stop := run(t, unreadable{store}, m)
		synctest.Wait()
		stop()
		wantParked(t, m, 1)
		stop = run(t, store, m)
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		write(t, store, 2, order.Confirmed{})
		synctest.Wait()
		wantParked(t, m)
		wantViews(t, store, views, 1, 2)
		stop()
	})
}
