package contract

import (
	"context"
	"errors"
	"slices"
	"time"

	"orders/domain/order"
	"orders/ports"
)

var brokenSaving = map[string]func() OrderModel{
	"a later version replaces an earlier one": model(func(f *faulty) {
		f.save = func(ctx context.Context, views []orderView) []error {
			fresh := slices.DeleteFunc(slices.Clone(views), func(v orderView) bool {
				_, err := f.good.Order(ctx, v.ID)
				return err == nil
			})
			return f.good.Save(ctx, fresh)
		}
	}),
	"an earlier version changes nothing and is no error": model(func(f *faulty) {
		f.save = func(ctx context.Context, views []orderView) []error {
			errs := f.good.Save(ctx, views)
			for _, v := range views {
				if now, _ := f.good.Order(ctx, v.ID); now.Version > v.Version {
					errs = append(errs, ports.ErrConflict)
				}
			}
			return errs
		}
	}),
	"views may be saved repeatedly and in any order": model(func(f *faulty) {
		f.save = func(ctx context.Context, views []orderView) []error {
			for _, v := range views {
				_ = f.put(ctx, v.ID, &v) // The last one wins.
			}
			return nil
		}
	}),
	"versions may be saved in one call": model(func(f *faulty) {
		f.save = func(ctx context.Context, views []orderView) []error {
			return f.good.Save(ctx, slices.CompactFunc(slices.Clone(views),
				func(x, y orderView) bool { return x.ID == y.ID }))
		}
	}),
	// As a filtered upsert does, it drops a save that meets another.
	"of two versions saved at once the later stays": model(func(f *faulty) {
		f.save = func(ctx context.Context, views []orderView) []error {
			if !f.mu.TryLock() {
				return nil
			}
			defer f.mu.Unlock()
			time.Sleep(time.Millisecond) // Long enough to be met.
			return f.good.Save(ctx, views)
		}
	}),
	"each view that was not saved has an error at its index": model(func(f *faulty) {
		f.save = func(ctx context.Context, views []orderView) []error {
			_ = f.good.Save(ctx, views)
			return nil
		}
	}),
}

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
		f.strays = func(ctx context.Context, each func(ports.Stray) error) error {
			stored, err := f.good.Stored(ctx, ports.Range{Limit: 1})
			for _, s := range stored {
				err = errors.Join(err, each(ports.Stray{Key: string(s.ID)}))
			}
			return err
		}
	}),
	"who repairs what he did not see changes nothing": model(forces),
	"of 16 who repair the same view, one does":        model(forces),
}
