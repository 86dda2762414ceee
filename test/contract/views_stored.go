package contract

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"orders/domain/order"
	"orders/ports"
)

// storedLaws are those of Stored and Repair.
func (k kind[V, R]) storedLaws() []law[Subject[V, R]] {
	return promises[ports.Views[V]]([]law[Subject[V, R]]{
		{"stored are the first views of a range, ordered by ID", k.storedInRange},
		{"what was saved has no differences", k.savedHasNone},
		{"each field that is not what would be stored is a difference", k.differencesAreTold},
		{"a repair replaces a view, takes it away, or makes one", k.repairs},
		{"who repairs what he did not see changes nothing", k.unseenConflicts},
		{"what was saved is no stray", k.savedIsNoStray},
		{"of 16 who repair the same view, one does", k.oneRepairs},
	})
}

func (k kind[V, R]) storedInRange(ctx context.Context, s Subject[V, R]) error {
	const orders = 10
	for n := range orders {
		if err := k.save(ctx, s, n, 1+n%3); err != nil {
			return err
		}
	}
	all := ids(orders)
	return eachRange(orders, func(r ports.Range, want []order.ID) error {
		stored, err := s.Views.Stored(ctx, r)
		got := []order.ID{}
		for _, v := range stored {
			got = append(got, v.ID)
			err = errors.Join(err, wantEqual(v.Version, 1+slices.Index(all, v.ID)%3))
		}
		return errors.Join(err, wantEqual(got, want))
	})
}

// differences are those between what is stored of the only order and right.
func differences[V, R any](
	ctx context.Context, s Subject[V, R], right V,
) ([]ports.Difference, error) {
	stored, err := s.Views.Stored(ctx, ports.Range{Limit: 2})
	if err != nil || len(stored) != 1 {
		return nil, fmt.Errorf("%d views are stored, want 1: %v", len(stored), err)
	}
	return stored[0].Differences(right), nil
}

func wantNone[V, R any](ctx context.Context, s Subject[V, R], right V) error {
	found, err := differences(ctx, s, right)
	if err == nil && len(found) > 0 {
		err = fmt.Errorf("what was saved differs: %+v", found)
	}
	return err
}

func (k kind[V, R]) savedHasNone(ctx context.Context, s Subject[V, R]) error {
	good, _ := k.changed()
	return errors.Join(errors.Join(s.Views.Save(ctx, []V{good})...), wantNone(ctx, s, good))
}

func (k kind[V, R]) differencesAreTold(ctx context.Context, s Subject[V, R]) error {
	good, changed := k.changed()
	if err := errors.Join(s.Views.Save(ctx, []V{good})...); err != nil {
		return err
	}
	for i, right := range changed {
		found, err := differences(ctx, s, right)
		if err != nil {
			return err
		}
		if len(found) == 0 {
			return fmt.Errorf("change %d, to %+v, is no difference", i, right)
		}
		for _, d := range found {
			if d.Field == "" || d.Is == d.ShouldBe {
				return fmt.Errorf("change %d: %+v tells of no difference", i, d)
			}
		}
	}
	return nil
}

func (k kind[V, R]) repairs(ctx context.Context, s Subject[V, R]) error {
	good, changed := k.changed()
	err := errors.Join(s.Views.Save(ctx, changed[:1])...)
	stored, failed := s.Views.Stored(ctx, ports.Range{Limit: 1})
	if err = errors.Join(err, failed); err != nil || len(stored) == 0 {
		return fmt.Errorf("%d views are stored: %v", len(stored), err)
	}
	first, last := k.view(1, 1), k.view(1, 3)
	return errors.Join(
		s.Views.Repair(ctx, id(1), stored[0].Version, &good), wantNone(ctx, s, good),
		s.Views.Repair(ctx, id(1), stored[0].Version, &last), k.want(ctx, s, 1, 3),
		s.Views.Repair(ctx, id(1), 3, &first), k.want(ctx, s, 1, 1), // It was too high.
		s.Views.Repair(ctx, id(1), 1, nil), k.want(ctx, s, 1, 0),
		s.Views.Repair(ctx, id(1), 0, nil), k.want(ctx, s, 1, 0),
		s.Views.Repair(ctx, id(1), 0, &first), k.want(ctx, s, 1, 1),
		k.save(ctx, s, 1, 2), k.want(ctx, s, 1, 2),
	)
}

func (k kind[V, R]) savedIsNoStray(ctx context.Context, s Subject[V, R]) error {
	if err := k.save(ctx, s, 1, 2); err != nil {
		return err
	}
	err := s.Views.Strays(ctx, func(x ports.Stray) error { return fmt.Errorf("a stray %s", x.Key) })
	return errors.Join(err, k.want(ctx, s, 1, 2))
}

func (k kind[V, R]) unseenConflicts(ctx context.Context, s Subject[V, R]) error {
	if err := k.save(ctx, s, 1, 2); err != nil {
		return err
	}
	one, none := k.view(1, 3), k.view(2, 3)
	for _, tt := range []struct {
		n, seen int
		right   *V
	}{
		{1, 0, &one}, {1, 1, &one}, {1, 3, &one}, {1, 0, nil}, {1, 1, nil}, {1, 3, nil},
		{2, 1, &none}, {2, 1, nil},
	} {
		err := s.Views.Repair(ctx, id(tt.n), tt.seen, tt.right)
		if err := errors.Join(wantError(err, ports.ErrConflict), k.want(ctx, s, 1, 2),
			k.want(ctx, s, 2, 0), wantNone(ctx, s, k.view(1, 2))); err != nil {
			return fmt.Errorf("order %d, seen at %d: %w", tt.n, tt.seen, err)
		}
	}
	return nil
}

func (k kind[V, R]) oneRepairs(ctx context.Context, s Subject[V, R]) error {
	handles := []Subject[V, R]{s, s.Again()}
	for seen := range 3 { // Unseen, the race is about making it.
		_, err := oneOf(16, func(i int) error {
			right := k.view(1, 10*(seen+1))
			return handles[i%2].Views.Repair(ctx, id(1), 10*seen, &right)
		})
		if err := errors.Join(err, k.want(ctx, s, 1, 10*(seen+1))); err != nil {
			return err
		}
	}
	return nil
}
