package contract

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"orders/ports"
)

// savingLaws are the laws of Save.
func (k kind[V, R]) savingLaws() []law[Subject[V, R]] {
	return promises[ports.Views[V]]([]law[Subject[V, R]]{
		{"a later version replaces an earlier one", k.laterReplaces},
		{"an earlier version changes nothing and is no error", k.earlierIsIgnored},
		{"views may be saved repeatedly and in any order", k.anyOrder},
		{"versions may be saved in one call", k.oneCall},
		{"of two versions saved at once the later stays", k.racesEndLate},
		{"each view that was not saved has an error at its index", k.failuresAreTold},
	})
}

// save saves versions of the n-th order in one call.
func (k kind[V, R]) save(ctx context.Context, s Subject[V, R], n int, versions ...int) error {
	var views []V
	for _, v := range versions {
		views = append(views, k.view(n, v))
	}
	return errors.Join(s.Views.Save(ctx, views)...)
}

// want returns an error unless readers see the n-th order at the version; 0 stands for no view.
func (k kind[V, R]) want(ctx context.Context, s Subject[V, R], n, version int) error {
	shown, err := k.shown(ctx, s.Readers, n)
	if err == nil && shown != version {
		err = fmt.Errorf("order %d is shown at version %d, want %d", n, shown, version)
	}
	return err
}

func (k kind[V, R]) laterReplaces(ctx context.Context, s Subject[V, R]) error {
	return errors.Join(
		k.save(ctx, s, 1, 1), k.want(ctx, s, 1, 1),
		k.save(ctx, s, 1, 3), k.want(ctx, s, 1, 3),
	)
}

func (k kind[V, R]) earlierIsIgnored(ctx context.Context, s Subject[V, R]) error {
	for _, v := range []int{3, 1, 2, 3} {
		if err := k.save(ctx, s, 1, v); err != nil {
			return err
		}
	}
	return k.want(ctx, s, 1, 3)
}

func (k kind[V, R]) anyOrder(ctx context.Context, s Subject[V, R]) error {
	n := 0
	var failed error
	permute([]int{1, 2, 3}, func(versions []int) {
		n++
		for _, v := range append(versions, versions...) {
			failed = errors.Join(failed, k.save(ctx, s, n, v))
		}
		failed = errors.Join(failed, k.want(ctx, s, n, 3))
	})
	return failed
}

func (k kind[V, R]) oneCall(ctx context.Context, s Subject[V, R]) error {
	return errors.Join(k.save(ctx, s, 1, 2, 1, 3), k.want(ctx, s, 1, 3))
}

func (k kind[V, R]) racesEndLate(ctx context.Context, s Subject[V, R]) error {
	const races = 500
	rival := s.Again()
	for n := range races {
		older, newer := 1+n%2, 2+n%2
		var errs [2]error
		var race sync.WaitGroup
		order := startOrder(n, older, newer)
		race.Go(func() { errs[0] = k.save(ctx, s, n, order[0]) })
		race.Go(func() { errs[1] = k.save(ctx, rival, n, order[1]) })
		race.Wait()
		if err := errors.Join(errs[0], errs[1], k.want(ctx, s, n, newer)); err != nil {
			return fmt.Errorf("race %d: %w", n, err)
		}
	}
	return nil
}

func (k kind[V, R]) failuresAreTold(ctx context.Context, s Subject[V, R]) error {
	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	errs := s.Views.Save(cancelled, []V{k.view(1, 1), k.view(2, 2)})
	return errors.Join(wantFailures(errs), k.want(ctx, s, 1, 0), k.want(ctx, s, 2, 0))
}

// wantFailures wants the errors of a cancelled save of two views, which may be saved again.
func wantFailures(errs []error) error {
	if len(errs) != 2 {
		return fmt.Errorf("a cancelled save of two views returned %v", errs)
	}
	for _, err := range errs {
		if !errors.Is(err, context.Canceled) && !errors.Is(err, ports.ErrUnavailable) {
			return fmt.Errorf("a cancelled save failed with %v, which does not pass", err)
		}
	}
	return nil
}

// permute calls with every order of numbers.
func permute(numbers []int, with func([]int)) {
	var from func(int)
	from = func(at int) {
		if at == len(numbers) {
			with(numbers)
			return
		}
		for i := at; i < len(numbers); i++ {
			numbers[at], numbers[i] = numbers[i], numbers[at]
			from(at + 1)
			numbers[at], numbers[i] = numbers[i], numbers[at]
		}
	}
	from(0)
}

// startOrder lets the later version start first in every other pair of races, since schedulers
// prefer one of the two.
func startOrder(race, older, newer int) [2]int {
	if race%4 < 2 {
		return [2]int{newer, older}
	}
	return [2]int{older, newer}
}
