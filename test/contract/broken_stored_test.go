package contract

import (
	"context"
	"errors"
	"slices"

	"orders/domain/order"
	"orders/ports"
)

// storing breaks what is told of each stored view.
func storing(change func(*ports.Stored[orderView])) func() OrderModel {
	return model(func(f *faulty) {
		f.stored = func(ctx context.Context, r ports.Range) ([]ports.Stored[orderView], error) {
			stored, err := f.good.Stored(ctx, r)
			for i := range stored {
				change(&stored[i])
			}
			return stored, err
		}
	})
}

// forces repairs whatever is there.
func forces(f *faulty) {
	f.repair = func(ctx context.Context, id order.ID, _ int, right *orderView) error {
		return f.put(ctx, id, right)
	}
}

var brokenStored = map[string]func() OrderModel{
	"stored are the first views of a range, ordered by ID": model(func(f *faulty) {
		f.stored = func(ctx context.Context, r ports.Range) ([]ports.Stored[orderView], error) {
			r.Through = ""
			return f.good.Stored(ctx, r)
		}
	}),
	"what was saved has no differences": storing(func(s *ports.Stored[orderView]) {
		s.Differences = func(orderView) []ports.Difference {
			return []ports.Difference{{Field: "generation", Is: "1", ShouldBe: "-"}}
		}
	}),
	"each field that is not what would be stored is a difference": storing(
		func(s *ports.Stored[orderView]) {
			good := s.Differences
			s.Differences = func(right orderView) []ports.Difference {
				return slices.DeleteFunc(good(right), func(d ports.Difference) bool {
					return d.Field == "Order.Shipments.0.Delivered"
				})
			}
		}),
	"a repair replaces a view, takes it away, or makes one": model(func(f *faulty) {
		f.repair = func(ctx context.Context, id order.ID, seen int, right *orderView) error {
			if right != nil {
				return errors.Join(f.good.Save(ctx, []orderView{*right})...)
			}
			return f.good.Repair(ctx, id, seen, right)
		}
	}),
	"what was saved is no stray": model(func(f *faulty) {
		f.strays = func(ctx context.Context, remove bool, tell func(ports.Stray) error) error {
			stored, err := f.good.Stored(ctx, ports.Range{Limit: 1})
			for _, s := range stored {
				err = errors.Join(err, tell(ports.Stray{Key: string(s.ID), Removed: remove}))
			}
			return err
		}
	}),
	"who repairs what he did not see changes nothing": model(forces),
	"of 16 who repair the same view, one does":        model(forces),
}
