package projection

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"orders/domain/order"
	"orders/ports"
	"orders/ports/clock"
)

const (
	loadsMax = 4 // How many streams are loaded at once.
	// A store may show less than the feed has delivered: for a moment, or since an older copy was
	// put in place. After shortLoads in a row, shortRest apart, the projector takes what is there.
	shortLoads, shortRest = 10, 200 * time.Millisecond
)

// viewBytes is about how many bytes of views a projector holds before it saves them together.
const viewBytes = 4 << 20

// A projector saves the views of the orders that commits belong to.
type projector[V any] struct {
	history ports.History
	with    func(V, ports.Commit) V
	size    func(V) int
	save    func(context.Context, []V) []error
	parking *parkingList
	recent  recentViews[V]
	log     *slog.Logger
}

// project saves the view of every order in commits, and returns how many orders there are. After an
// error the caller projects the commits again. An order of which no view can be made is parked, as
// trying again at once would not help, and the other orders must not wait for it.
func (p *projector[V]) project(ctx context.Context, commits []ports.Commit) (int, error) {
	all := p.fold(commits)
	for left := all; len(left) > 0; {
		made, later, err := p.complete(ctx, left)
		if err != nil {
			return 0, err
		}
		if err := p.saveOrPark(ctx, made); err != nil {
			return 0, err
		}
		left = later
	}
	return len(all), nil
}

// saveOrPark saves the views that were made, and parks the orders of the others.
func (p *projector[V]) saveOrPark(ctx context.Context, made []*folded[V]) error {
	views, shown := make([]V, 0, len(made)), make([]*folded[V], 0, len(made))
	var failed []ports.ParkedOrder
	for _, f := range made {
		if err := f.flaw(); err != nil {
			failed = append(failed, parked(f.id, f.reached, err))
			continue
		}
		views, shown = append(views, f.view), append(shown, f)
	}
	refused, err := p.saveAll(ctx, views, shown)
	if err != nil {
		return err
	}
	return p.parking.park(ctx, append(failed, refused...))
}

// saveAll saves the views of the orders shown, and returns those that the read model refuses for
// ever.
func (p *projector[V]) saveAll(
	ctx context.Context, views []V, shown []*folded[V],
) (refused []ports.ParkedOrder, err error) {
	if len(views) == 0 {
		return nil, nil
	}
	errs := p.save(ctx, views)
	for i, f := range shown {
		if errs == nil || errs[i] == nil {
			p.parking.noteShown(f.id, f.version)
			continue
		}
		if errors.Is(errs[i], ports.ErrUnavailable) || ctx.Err() != nil {
			return nil, fmt.Errorf("save the views: %w", errs[i])
		}
		refused = append(refused, parked(f.id, f.version, errs[i]))
	}
	return refused, nil
}

// fold folds the commits of each order. An order whose commits are there from the first one on is
// whole up to its last one; every other order is partial, and must be loaded.
func (p *projector[V]) fold(commits []ports.Commit) []*folded[V] {
	all := make([]*folded[V], 0, len(commits))
	index := make(map[order.ID]*folded[V], len(commits))
	for _, c := range commits {
		f := index[c.OrderID]
		if f == nil {
			f = &folded[V]{id: c.OrderID}
			index[c.OrderID], all = f, append(all, f)
		}
		f.reached = max(f.reached, c.Version)
		switch next := f.version + 1; {
		case c.Version < next: // The same commit may come twice.
		case c.Version == next && c.Unreadable == nil:
			f.add(p.with, c)
		default:
			f.partial = true
		}
	}
	return all
}

// complete loads the partial orders, a few at once, until the views have viewBytes. It leaves the
// other orders for later.
func (p *projector[V]) complete(
	ctx context.Context, all []*folded[V],
) (made, later []*folded[V], err error) {
	var held atomic.Int64
	loads, ctx := errgroup.WithContext(ctx)
	loads.SetLimit(loadsMax)
	for _, f := range all {
		loads.Go(func() error {
			if held.Load() >= viewBytes {
				f.later = true
				return nil
			}
			if f.later = false; f.partial {
				if err := p.load(ctx, f); err != nil {
					return err
				}
			}
			held.Add(int64(p.size(f.view)))
			return nil
		})
	}
	err = loads.Wait()
	for _, f := range all {
		if f.later {
			later = append(later, f)
		} else {
			made = append(made, f)
		}
	}
	return made, later, err
}

// load folds the whole stream of an order.
func (p *projector[V]) load(ctx context.Context, f *folded[V]) error {
	err := f.read(ctx, p)
	for n := 1; err == nil && f.version < f.reached && n < shortLoads; n++ {
		_ = clock.Sleep(ctx, shortRest)
		err = f.read(ctx, p)
	}
	switch {
	case errors.Is(err, ports.ErrUnreadable):
		f.unreadable = err
	case err != nil:
		return fmt.Errorf("load order %s: %w", f.id, err)
	default:
		f.reached = max(f.reached, f.version)
	}
	return nil
}

// parked returns an order to park, with the reason why.
func parked(id order.ID, version int, why error) ports.ParkedOrder {
	return ports.ParkedOrder{
		ID: id, Version: version, Reason: why.Error(),
		Since: time.Now().UTC().Truncate(time.Millisecond),
	}
}
