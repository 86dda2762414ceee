package contract

import (
	"context"
	"sync"
	"testing"
	"time"

	"orders/adapters/memory"
	"orders/domain/order"
	"orders/ports"
)

type (
	orderView  = ports.OrderView
	generation = ports.Generation[orderView]
	status     = ports.GenerationStatus
)

// A faulty handle on a good read model has some functions that are broken.
type faulty struct {
	*shared
	handle int // 0 for the first one.

	save       func(context.Context, []orderView) []error
	stored     func(context.Context, ports.Range) ([]ports.Stored[orderView], error)
	repair     func(context.Context, order.ID, int, *orderView) error
	strays     func(context.Context, func(ports.Stray) error) error
	begin      func(context.Context) (generation, error)
	reopen     func(context.Context) (generation, error)
	renew      func(context.Context, int, ports.Filling) error
	switchTo   func(context.Context, int) error
	status     func(context.Context) (status, error)
	checkpoint ports.Checkpoint
	readers    ports.Orders

	provisional ports.Provisional[orderView]
}

// shared is what all handles on one read model share.
type shared struct {
	good *memory.Views

	mu      sync.Mutex
	handles int
	since   time.Time // That a generation was opened, or was switched to.
}

func (s *shared) mark() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.since = time.Now()
}

// lately reports whether that was less than d ago.
func (s *shared) lately(d time.Duration) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return time.Since(s.since) < d
}

// put puts a view in place of the live one, whatever its version.
func (s *shared) put(ctx context.Context, id order.ID, v *orderView) error {
	now, _ := s.good.Order(ctx, id)
	return s.good.Repair(ctx, id, now.Version, v)
}

// saveLive saves into the live generation only.
func (s *shared) saveLive(ctx context.Context, views []orderView) []error {
	for _, v := range views {
		if now, _ := s.good.Order(ctx, v.ID); now.Version < v.Version {
			_ = s.put(ctx, v.ID, &v)
		}
	}
	return nil
}

type (
	faultyViews       struct{ f *faulty }
	faultyGenerations struct{ f *faulty }
)

func (v faultyViews) Save(ctx context.Context, views []orderView) []error {
	return v.f.save(ctx, views)
}

func (v faultyViews) Stored(
	ctx context.Context, r ports.Range,
) ([]ports.Stored[orderView], error) {
	return v.f.stored(ctx, r)
}

func (v faultyViews) Repair(ctx context.Context, id order.ID, seen int, r *orderView) error {
	return v.f.repair(ctx, id, seen, r)
}

func (v faultyViews) Strays(ctx context.Context, each func(ports.Stray) error) error {
	return v.f.strays(ctx, each)
}

func (g faultyGenerations) Begin(ctx context.Context) (generation, error) {
	return g.f.begin(ctx)
}

func (g faultyGenerations) Reopen(ctx context.Context) (generation, error) {
	return g.f.reopen(ctx)
}

func (g faultyGenerations) Renew(ctx context.Context, n int, f ports.Filling) error {
	return g.f.renew(ctx, n, f)
}

func (g faultyGenerations) Switch(ctx context.Context, n int) error { return g.f.switchTo(ctx, n) }

func (g faultyGenerations) Status(ctx context.Context) (status, error) {
	return g.f.status(ctx)
}

// model breaks each handle on a good read model.
func model(breakIt func(*faulty)) func() OrderModel {
	return func() OrderModel { return (&shared{good: memory.NewViews()}).open(breakIt) }
}

func (s *shared) open(breakIt func(*faulty)) OrderModel {
	m := s.good.ReadModel()
	f := &faulty{
		shared: s, handle: s.handles,
		save: m.Views.Save, stored: m.Views.Stored, repair: m.Views.Repair,
		strays: m.Views.Strays,
		begin:  m.Generations.Begin, reopen: m.Generations.Reopen, renew: m.Generations.Renew,
		switchTo: m.Generations.Switch, status: m.Generations.Status,
		checkpoint: m.Checkpoint, readers: s.good, provisional: m.Provisional,
	}
	s.handles++
	breakIt(f)
	m.Views, m.Generations, m.Checkpoint = faultyViews{f}, faultyGenerations{f}, f.checkpoint
	m.Provisional = f.provisional
	return OrderModel{
		ReadModel: m, Readers: f.readers, Again: func() OrderModel { return s.open(breakIt) },
	}
}

func TestReadModelLawsCatch(t *testing.T) {
	t.Run("saving", func(t *testing.T) { catchesLate(t, orderKind.savingLaws(), brokenSaving) })
	t.Run("provisional", func(t *testing.T) {
		catchesLate(t, orderKind.provisionalLaws(), brokenProvisional)
	})
	t.Run("stored", func(t *testing.T) { catchesLate(t, orderKind.storedLaws(), brokenStored) })
	t.Run("generations", func(t *testing.T) {
		catchesLate(t, orderKind.generationLaws(), brokenGenerations)
	})
	t.Run("switching", func(t *testing.T) {
		catchesLate(t, orderKind.switchingLaws(), brokenSwitching)
	})
	t.Run("orders", func(t *testing.T) { catchesLate(t, orderModelOnly, brokenOrders) })
}
