package contract

import (
	"context"
	"errors"
	"fmt"
	"time"

	"orders/ports"
	"orders/ports/clock"
)

// generationLaws are the laws of Begin, Reopen, Renew, Switch and Status.
func (k kind[V, R]) generationLaws() []law[Subject[V, R]] {
	laws := promises[ports.Generations[V]]([]law[Subject[V, R]]{
		{"the first generation is 1, and live", k.firstIsOne},
		{"a new generation is empty, and nobody sees it", k.newIsEmpty},
		{"what is saved into a generation is put there alone", k.savedAlone},
		{"of 16 who begin, one opens a generation", k.oneBegins},
		{"none is opened again if none was live before", k.noneToOpenAgain},
		{"a renewal notes how far the filling is, and a new candidate has none", k.filling},
		{"a generation stays open while it is renewed, and is forgotten thereafter", k.forgotten},
		{"only what is open is renewed and switched to", k.onlyOpen},
	})
	return append(laws, promises[ports.Checkpoint]([]law[Subject[V, R]]{
		{"who loaded before a generation was opened cannot advance", k.openedConflicts},
	})...)
}

// reopen reopens the previous generation, once no other one is open.
func reopen[V, R any](
	ctx context.Context, s Subject[V, R],
) (g ports.Generation[V], err error) {
	err = eventually(ctx, func() error {
		g, err = s.Generations.Reopen(ctx)
		return err
	})
	return g, err
}

func wantStatus[V, R any](ctx context.Context, s Subject[V, R], want ports.GenerationStatus) error {
	got, err := s.Generations.Status(ctx)
	return errors.Join(err, wantEqual(got, want))
}

func advance[V, R any](ctx context.Context, s Subject[V, R], to ports.Position) error {
	from, err := s.Checkpoint.Load(ctx)
	return errors.Join(err, s.Checkpoint.Advance(ctx, from, to))
}

func (k kind[V, R]) firstIsOne(ctx context.Context, s Subject[V, R]) error {
	return wantStatus(ctx, s, ports.GenerationStatus{Live: 1})
}

func (k kind[V, R]) newIsEmpty(ctx context.Context, s Subject[V, R]) error {
	other := s.Again()
	if err := errors.Join(k.save(ctx, s, 1, 1), advance(ctx, s, "p")); err != nil {
		return err
	}
	g, err := s.Generations.Begin(ctx)
	if err != nil || g.Number <= 1 || g.From != "" {
		return fmt.Errorf("the new generation is %d from %q: %v", g.Number, g.From, err)
	}
	err = errors.Join(
		k.want(ctx, s, 1, 1), k.want(ctx, other, 1, 1),
		wantStatus(ctx, other, ports.GenerationStatus{Live: 1, Open: g.Number, Position: "p"}),
		s.Generations.Switch(ctx, g.Number),
	)
	if err != nil {
		return err
	}
	for _, h := range []Subject[V, R]{s, other} {
		err = errors.Join(err, eventually(ctx, func() error { return k.want(ctx, h, 1, 0) }))
	}
	return errors.Join(err, eventually(ctx, func() error {
		want := ports.GenerationStatus{Live: g.Number, Previous: 1, Position: "p"}
		return wantStatus(ctx, other, want)
	}))
}

func (k kind[V, R]) savedAlone(ctx context.Context, s Subject[V, R]) error {
	g, err := s.Generations.Begin(ctx)
	if err != nil {
		return err
	}
	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	err = wantFailures(g.Save(cancelled, []V{k.view(1, 3), k.view(2, 3)}))
	err = errors.Join(err, errors.Join(g.Save(ctx, []V{k.view(1, 2), k.view(2, 1)})...))
	err = errors.Join(err, errors.Join(g.Save(ctx, []V{k.view(1, 1), k.view(2, 2)})...),
		k.want(ctx, s, 1, 0), k.want(ctx, s, 2, 0), s.Generations.Switch(ctx, g.Number))
	if err != nil {
		return err
	}
	return eventually(ctx, func() error {
		return errors.Join(k.want(ctx, s, 1, 2), k.want(ctx, s, 2, 2))
	})
}

func (k kind[V, R]) oneBegins(ctx context.Context, s Subject[V, R]) error {
	handles := []Subject[V, R]{s, s.Again()}
	opened := make([]ports.Generation[V], 16)
	winner, err := oneOf(len(opened), func(i int) (err error) {
		opened[i], err = handles[i%2].Generations.Begin(ctx)
		return err
	})
	if err != nil {
		return err
	}
	number := opened[winner].Number
	return errors.Join(wantStatus(ctx, s, ports.GenerationStatus{Live: 1, Open: number}),
		handles[winner%2].Generations.Renew(ctx, number, ports.Filling{}))
}

func (k kind[V, R]) noneToOpenAgain(ctx context.Context, s Subject[V, R]) error {
	_, err := s.Generations.Reopen(ctx)
	return errors.Join(wantError(err, ports.ErrNotFound),
		wantStatus(ctx, s, ports.GenerationStatus{Live: 1}))
}

func (k kind[V, R]) filling(ctx context.Context, s Subject[V, R]) error {
	g, err := s.Generations.Begin(ctx)
	want := ports.GenerationStatus{Live: 1, Open: g.Number}
	err = errors.Join(err, wantStatus(ctx, s, want))
	for _, f := range []ports.Filling{{Commits: 3, Size: 7}, {Commits: 8, Size: 7}} {
		want.Filling = f
		err = errors.Join(err, s.Generations.Renew(ctx, g.Number, f),
			wantStatus(ctx, s, want), wantStatus(ctx, s.Again(), want))
	}
	if err != nil {
		return err
	}
	if err := s.Generations.Switch(ctx, g.Number); err != nil {
		return err
	}
	status, err := s.Generations.Status(ctx)
	if err == nil && status.Filling != (ports.Filling{}) {
		err = fmt.Errorf("after the switch the filling is %+v", status.Filling)
	}
	return err
}

func (k kind[V, R]) forgotten(ctx context.Context, s Subject[V, R]) error {
	g, err := s.Generations.Begin(ctx)
	for range 7 { // Longer than it would last by itself.
		err = errors.Join(err, clock.Sleep(ctx, time.Second),
			s.Generations.Renew(ctx, g.Number, ports.Filling{}))
	}
	if err != nil {
		return err
	}
	if err := eventually(ctx, func() error {
		return wantStatus(ctx, s, ports.GenerationStatus{Live: 1})
	}); err != nil {
		return err
	}
	if err := errors.Join(
		wantError(s.Generations.Renew(ctx, g.Number, ports.Filling{}), ports.ErrConflict),
		wantError(s.Generations.Switch(ctx, g.Number), ports.ErrConflict),
	); err != nil {
		return err
	}
	next, err := s.Generations.Begin(ctx)
	return errors.Join(err, s.Generations.Renew(ctx, next.Number, ports.Filling{}))
}

func (k kind[V, R]) onlyOpen(ctx context.Context, s Subject[V, R]) error {
	refused := func(number int) error {
		if err := errors.Join(
			wantError(s.Generations.Renew(ctx, number, ports.Filling{}), ports.ErrConflict),
			wantError(s.Generations.Switch(ctx, number), ports.ErrConflict),
		); err != nil {
			return fmt.Errorf("generation %d: %w", number, err)
		}
		return nil
	}
	err := errors.Join(refused(0), refused(1), refused(2),
		wantStatus(ctx, s, ports.GenerationStatus{Live: 1}))
	if err != nil {
		return err
	}
	g, err := s.Generations.Begin(ctx)
	return errors.Join(err, refused(1), refused(g.Number+1),
		wantStatus(ctx, s, ports.GenerationStatus{Live: 1, Open: g.Number}),
		s.Generations.Switch(ctx, g.Number), refused(g.Number))
}

func (k kind[V, R]) openedConflicts(ctx context.Context, s Subject[V, R]) error {
	other := s.Again()
	if err := errors.Join(advance(ctx, s, "one"), advance(ctx, other, "two")); err != nil {
		return err
	}
	if _, err := s.Checkpoint.Load(ctx); err != nil {
		return err
	}
	if _, err := s.Generations.Begin(ctx); err != nil {
		return err
	}
	for _, h := range []Subject[V, R]{s, other} {
		err := h.Checkpoint.Advance(ctx, "two", "three")
		err = errors.Join(wantError(err, ports.ErrConflict),
			wantPosition(ctx, h.Checkpoint, "two"))
		if err != nil {
			return err
		}
	}
	return errors.Join(advance(ctx, s, "three"), advance(ctx, other, "four"),
		wantPosition(ctx, s.Checkpoint, "four"))
}
