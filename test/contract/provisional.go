package contract

import (
	"context"
	"errors"
	"fmt"

	"orders/ports"
)

// provisionalLaws are the laws of who saves views that need not last at once. What a failover takes
// back, only an adapter on several machines can show: its own tests do.
func (k kind[V, R]) provisionalLaws() []law[Subject[V, R]] {
	return promises[ports.Provisional[V]]([]law[Subject[V, R]]{
		{"what is saved provisionally is shown, and the later version stays", k.showsProvisional},
		{"each view that was not saved provisionally has an error", k.provisionalFailures},
		{"the position waits for what is not durable", k.waitsForDurable},
		{"after a Load there is nothing to make durable", k.loadsAfresh},
		{"a Load that fails makes nothing durable", k.failsToLoad},
	})
}

func (k kind[V, R]) saveProvisionally(
	ctx context.Context, s Subject[V, R], n, version int,
) error {
	return errors.Join(s.Provisional.Save(ctx, []V{k.view(n, version)})...)
}

func (k kind[V, R]) showsProvisional(ctx context.Context, s Subject[V, R]) error {
	for n := range 2 { // With and without MakeDurable in between.
		for _, version := range []int{1, 3, 2} {
			if err := k.saveProvisionally(ctx, s, n, version); err != nil {
				return err
			}
			if n == 0 {
				continue
			}
			if err := s.Provisional.MakeDurable(ctx); err != nil {
				return err
			}
		}
	}
	return errors.Join(k.want(ctx, s, 0, 3), k.want(ctx, s.Again(), 1, 3))
}

func (k kind[V, R]) provisionalFailures(ctx context.Context, s Subject[V, R]) error {
	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	errs := s.Provisional.Save(cancelled, []V{k.view(1, 1), k.view(2, 2)})
	return errors.Join(wantFailures(errs), k.want(ctx, s, 1, 0), k.want(ctx, s, 2, 0))
}

func (k kind[V, R]) waitsForDurable(ctx context.Context, s Subject[V, R]) error {
	at, err := s.Checkpoint.Load(ctx)
	if err != nil {
		return err
	}
	if err := k.saveProvisionally(ctx, s, 1, 1); err != nil {
		return err
	}
	err = wantError(s.Checkpoint.Advance(ctx, at, "ahead"), ports.ErrConflict)
	if err != nil {
		return fmt.Errorf("before what was saved is durable: %w", err)
	}
	return errors.Join(s.Provisional.MakeDurable(ctx), s.Checkpoint.Advance(ctx, at, "after"),
		wantPosition(ctx, s.Checkpoint, "after"))
}

func (k kind[V, R]) loadsAfresh(ctx context.Context, s Subject[V, R]) error {
	if err := k.saveProvisionally(ctx, s, 1, 1); err != nil {
		return err
	}
	at, err := s.Checkpoint.Load(ctx)
	return errors.Join(err, s.Provisional.MakeDurable(ctx), s.Checkpoint.Advance(ctx, at, "after"))
}

func (k kind[V, R]) failsToLoad(ctx context.Context, s Subject[V, R]) error {
	at, err := s.Checkpoint.Load(ctx)
	if err != nil {
		return err
	}
	if err := k.saveProvisionally(ctx, s, 1, 1); err != nil {
		return err
	}
	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	_, err = s.Checkpoint.Load(cancelled)
	return errors.Join(wantError(err, context.Canceled),
		wantError(s.Checkpoint.Advance(ctx, at, "ahead"), ports.ErrConflict))
}
