package contract

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"

	"orders/adapters/memory"
	"orders/domain/order"
	"orders/ports"
)

type orderID = order.ID

// A brokenViews is a good read model except for the functions that are set.
type brokenViews struct {
	*memory.Views
	save  func(context.Context, []ports.OrderView) []error
	order func(context.Context, order.ID) (ports.OrderView, error)
	list  func(context.Context, ports.Filter, ports.Page) ([]ports.OrderView, error)
	await func(context.Context, order.ID, int) error
	// owners changes what is told of whose orders these are.
	owners func(map[order.ID]string, []order.ID)
}

func (b brokenViews) Owners(
	ctx context.Context, ids []order.ID,
) (map[order.ID]string, error) {
	owners, err := b.Views.Owners(ctx, ids)
	if b.owners != nil {
		b.owners(owners, ids)
	}
	return owners, err
}

func (b brokenViews) Save(ctx context.Context, views []ports.OrderView) []error {
	if b.save != nil {
		return b.save(ctx, views)
	}
	return b.Views.Save(ctx, views)
}

func (b brokenViews) Order(ctx context.Context, id order.ID) (ports.OrderView, error) {
	if b.order != nil {
		return b.order(ctx, id)
	}
	return b.Views.Order(ctx, id)
}

func (b brokenViews) List(
	ctx context.Context, f ports.Filter, p ports.Page, each func(ports.OrderView) error,
) error {
	if b.list == nil {
		return b.Views.List(ctx, f, p, each)
	}
	found, err := b.list(ctx, f, p)
	for _, v := range found {
		if err := each(v); err != nil {
			return err
		}
	}
	return err
}

func (b brokenViews) Await(ctx context.Context, id order.ID, version int) error {
	if b.await != nil {
		return b.await(ctx, id, version)
	}
	return b.Views.Await(ctx, id, version)
}

func views(breakIt func(*brokenViews)) func() ReadModel {
	return func() ReadModel {
		b := brokenViews{Views: memory.NewViews()}
		breakIt(&b)
		return b
	}
}

// lists breaks List by changing its arguments and its result.
func lists(change func(*ports.Filter, *ports.Page), then func([]ports.OrderView)) func() ReadModel {
	return views(func(b *brokenViews) {
		good := b.Views
		b.list = func(
			ctx context.Context, f ports.Filter, p ports.Page,
		) ([]ports.OrderView, error) {
			change(&f, &p)
			found, err := List(ctx, good, f, p)
			then(found)
			return found, err
		}
	})
}

// listsOn goes on listing after each has returned an error.
type listsOn struct{ *memory.Views }

func (d listsOn) List(
	ctx context.Context, f ports.Filter, p ports.Page, each func(ports.OrderView) error,
) (err error) {
	return errors.Join(d.Views.List(ctx, f, p, func(v ports.OrderView) error {
		err = errors.Join(err, each(v))
		return nil
	}), err)
}

func TestViewLawsCatch(t *testing.T) { catches(t, orderLaws, brokenModels) }

func asIs([]ports.OrderView) {}

var brokenModels = map[string]func() ReadModel{
	"an unknown order is not found": views(func(b *brokenViews) {
		b.order = func(context.Context, order.ID) (ports.OrderView, error) {
			return ports.OrderView{}, nil
		}
	}),
	"a view is read as it was saved": views(func(b *brokenViews) {
		b.order = func(ctx context.Context, id order.ID) (ports.OrderView, error) {
			v, err := b.Views.Order(ctx, id)
			v.Order.Cancellation = order.Cancellation{}
			return v, err
		}
	}),
	"who saves or reads a view cannot change it afterwards": views(sharesViews),
	"the newest come first, and equal times by ID": lists(
		func(*ports.Filter, *ports.Page) {},
		func(found []ports.OrderView) {
			slices.SortStableFunc(found, func(a, b ports.OrderView) int {
				return b.CreatedAt.Compare(a.CreatedAt)*2 + slices.Compare(
					[]order.ID{a.ID}, []order.ID{b.ID})
			})
		}),
	"a list has at most the limit": lists(func(_ *ports.Filter, p *ports.Page) { p.Limit++ }, asIs),
	"a list is filtered by user": lists(
		func(f *ports.Filter, _ *ports.Page) { f.UserID = "" }, asIs),
	"a list is filtered by each field and by all of them": lists(
		func(f *ports.Filter, _ *ports.Page) { f.FulfillmentStatuses = nil }, asIs),
	"a list is sorted by either time, from either end": lists(
		func(_ *ports.Filter, p *ports.Page) { p.Sort.ByUpdate = false }, asIs),
	"a field of several values selects orders with any of them": lists(
		func(f *ports.Filter, _ *ports.Page) { f.Statuses = f.Statuses[:min(1, len(f.Statuses))] },
		asIs),
	"pages with the oldest change first leave out no order that changes": lists(
		func(_ *ports.Filter, p *ports.Page) { p.Sort.OldestFirst = false }, asIs),
	"pages neither repeat nor leave out an order while others are added": lists(
		func(_ *ports.Filter, p *ports.Page) {
			p.After.ID = "" // As a cursor that knows only times.
		}, asIs),
	"a list ends as soon as each fails, with that error": func() ReadModel {
		return listsOn{memory.NewViews()}
	},
	"it tells whose the orders are that it shows, and of no others": views(func(b *brokenViews) {
		b.owners = func(owners map[order.ID]string, ids []order.ID) {
			for _, id := range ids {
				owners[id] += ""
			}
		}
	}),
	"a list of nothing is empty": views(func(b *brokenViews) {
		b.list = func(context.Context, ports.Filter, ports.Page) ([]ports.OrderView, error) {
			return nil, ports.ErrNotFound
		}
	}),
	"awaiting what is there returns": views(func(b *brokenViews) {
		b.await = func(ctx context.Context, _ order.ID, _ int) error {
			<-ctx.Done()
			return ctx.Err()
		}
	}),
	"awaiting a version returns when it can be read, by id and in the list": views(
		func(b *brokenViews) {
			b.await = func(ctx context.Context, id order.ID, _ int) error {
				return b.Views.Await(ctx, id, 1)
			}
		}),
	"awaiting ends with the context": views(func(b *brokenViews) {
		b.await = func(context.Context, order.ID, int) error { return nil }
	}),
}

// lastWins keeps the view that was saved last, whatever its version.
func lastWins(b *brokenViews) {
	var mu sync.Mutex
	kept := map[order.ID]ports.OrderView{}
	b.save = func(_ context.Context, views []ports.OrderView) []error {
		mu.Lock()
		defer mu.Unlock()
		for _, v := range views {
			kept[v.ID] = v
		}
		return nil
	}
	b.order = func(_ context.Context, id order.ID) (ports.OrderView, error) {
		mu.Lock()
		defer mu.Unlock()
		return kept[id], nil
	}
}

func sharesViews(b *brokenViews) {
	lastWins(b)
	b.list = func(context.Context, ports.Filter, ports.Page) ([]ports.OrderView, error) {
		return nil, nil
	}
}

var brokenOrders = map[string]func() OrderModel{
	"a repaired view is listed where it belongs": model(func(f *faulty) {
		f.repair = func(ctx context.Context, id order.ID, seen int, right *orderView) error {
			if was, err := f.good.Order(ctx, id); err == nil && right != nil {
				stays := *right
				stays.CreatedAt = was.CreatedAt
				right = &stays
			}
			return f.good.Repair(ctx, id, seen, right)
		}
	}),
	"a field that is not there is spelled -": storing(func(s *ports.Stored[orderView]) {
		good := s.Differences
		s.Differences = func(right orderView) []ports.Difference {
			found := good(right)
			for i := range found {
				found[i].Is = strings.Trim(found[i].Is, "-")
			}
			return found
		}
	}),
	"awaiting a version returns when a switch shows it": model(func(f *faulty) {
		f.readers = brokenViews{
			Views: f.good, await: func(ctx context.Context, _ order.ID, _ int) error {
				<-ctx.Done() // It hears only of what is saved.
				return ctx.Err()
			},
		}
	}),
}
