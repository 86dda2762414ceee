package readmodel_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/bson"

	"orders/adapters/mongo/internal/fixture"
	"orders/domain/order"
	"orders/ports"
	"orders/test/contract"
	"orders/test/mongotest"
)

// While two processes save later and later versions and both read all the while, generations are
// filled and switched to, there and back. No reader ever misses an order or sees an older version
// than it has seen, or than was saved before it asked.
func TestReadersNeverGoBack(t *testing.T) {
	t.Parallel()
	uri := mongotest.URI(t)
	here := fixture.MigratedModel(t, uri)
	handles := []contract.OrderModel{here, here.Again()}
	ids := []order.ID{fixture.NewID(), fixture.NewID(), fixture.NewID(), fixture.NewID()}
	saved := make([]atomic.Int64, len(ids))
	ctx, stop := context.WithCancel(t.Context())
	var busy sync.WaitGroup
	defer func() {
		stop()
		fixture.Await(t, "those who save and read", busy.Wait)
	}()
	step := func(i int, version int) error {
		views := []ports.OrderView{fixture.View(ids[i], version, "ann")}
		defer saved[i].Store(int64(version))
		return errors.Join(handles[i%2].Views.Save(t.Context(), views)...)
	}
	for i := range ids {
		if err := step(i, 1); err != nil {
			t.Fatal(err)
		}
		busy.Go(func() {
			for v := 2; ctx.Err() == nil; v++ {
				if err := step(i, v); err != nil {
					t.Error(err)
				}
				time.Sleep(5 * time.Millisecond)
			}
		})
		busy.Go(func() { watch(ctx, t, handles[(i+1)%2].Readers, ids[i], &saved[i]) })
	}
	to := here.Generations
	for _, open := range []fixture.Opening{to.Begin, to.Reopen, to.Begin} {
		refill(t, here, open, func(i int) ports.OrderView {
			return fixture.View(ids[i], int(saved[i].Load()), "ann")
		}, len(ids))
	}
	time.Sleep(2 * time.Second) // Until all have turned.
}

// refill opens a generation, fills it with n views that are made then, and switches to it.
func refill(
	t *testing.T, s contract.OrderModel, open fixture.Opening, of func(int) ports.OrderView, n int,
) {
	t.Helper()
	g := soonOpened(t, open)
	var views []ports.OrderView
	for i := range n {
		views = append(views, of(i))
	}
	if err := errors.Join(g.Save(t.Context(), views)...); err != nil {
		t.Error(err)
	}
	fixture.SwitchTo(t, s, g.Number)
}

// soonOpened opens a generation once no other one is fed, and waits until it is.
func soonOpened(t *testing.T, open fixture.Opening) (g fixture.Generation) {
	t.Helper()
	fixture.Eventually(t, func() (err error) {
		g, err = open(t.Context())
		return err
	})
	if err := g.AwaitFed(t.Context()); err != nil {
		t.Error(err)
	}
	return g
}

func watch(
	ctx context.Context, t *testing.T, r ports.Orders, id order.ID, saved *atomic.Int64,
) {
	last := 0
	for ctx.Err() == nil {
		least := max(last, int(saved.Load()))
		v, err := r.Order(t.Context(), id)
		if err != nil || v.Version < least {
			t.Errorf("version %d after %d, %v", v.Version, least, err)
			return
		}
		last = v.Version
	}
}

// Whatever the server does with the command that advances or switches, nobody is told that it
// happened when it did not, and a position never moves for those who do not know.
func TestNothingIsSaidToBeDoneThatIsNot(t *testing.T) {
	for name, how := range map[string]bson.M{
		"refused with a label that the driver takes for success": {
			"failCommands": bson.A{"update"}, "errorCode": 8000,
			"errorLabels": bson.A{"NoWritesPerformed"},
		},
		"cut": {"failCommands": bson.A{"update"}, "closeConnection": true},
	} {
		t.Run(name, func(t *testing.T) {
			uri, fail := fixture.Breakable(t)
			s := fixture.MigratedModel(t, uri)
			fixture.WantPosition(t, s.Checkpoint, "")
			g := fixture.OpenGeneration(t, s.Generations.Begin)
			fixture.WantPosition(t, s.Checkpoint, "")
			heal := fail(0, how)
			for what, err := range map[string]error{
				"advance": s.Checkpoint.Advance(t.Context(), "", "here"),
				"renew":   s.Generations.Renew(t.Context(), g.Number, ports.Filling{}),
				"switch":  s.Generations.Switch(t.Context(), g.Number),
				"repair":  repairTo(t, s, fixture.NewID(), 1),
				"park":    s.Parked.Park(t.Context(), []ports.ParkedOrder{{ID: fixture.NewID()}}),
				"hold":    hold(t, s, "me"),
			} {
				if err == nil {
					t.Errorf("%s: no error", what)
				}
			}
			if _, err := s.Generations.Begin(t.Context()); err == nil {
				t.Error("begin: no error")
			}
			heal()
			fixture.WantPosition(t, s.Checkpoint, "")
			fixture.AwaitStatus(t, s, 1, 0, 0) // Its time ran out.
			fixture.SwitchTo(t, s, fixture.OpenGeneration(t, s.Generations.Begin).Number)
		})
	}
}

// repairTo makes a view where none was seen, so by an upsert.
func repairTo(t *testing.T, s contract.OrderModel, id order.ID, version int) error {
	v := fixture.View(id, version, "ann")
	return s.Views.Repair(t.Context(), id, 0, &v)
}

func hold(t *testing.T, s contract.OrderModel, holder string) error {
	held, err := s.Lease.Hold(t.Context(), holder, time.Minute)
	if err == nil && !held {
		err = errors.New("it is another one's")
	}
	return err
}

// The switch happens, but its answer does not say so for sure. Then it is looked up.
func TestASwitchThatIsInDoubtIsLookedUp(t *testing.T) {
	uri, fail := fixture.Breakable(t)
	s := fixture.MigratedModel(t, uri)
	g := fixture.OpenGeneration(t, s.Generations.Begin)
	fail(2, bson.M{ // The first one only renews.
		"failCommands":      bson.A{"update"},
		"writeConcernError": bson.M{"code": 64, "errmsg": "waiting for replication timed out"},
	})
	fixture.SwitchTo(t, s, g.Number)
	n, err := s.Generations.Status(t.Context())
	if want := (ports.GenerationStatus{Live: g.Number, Open: 1}); err != nil || n != want {
		t.Errorf("%v, %v, want %v", n, err, want)
	}
}
