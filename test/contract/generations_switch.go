package contract

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"orders/ports"
	"orders/ports/clock"
)

// switchingLaws are the laws of savers, a rebuild and readers that work at the same time.
func (k kind[V, R]) switchingLaws() []law[Subject[V, R]] {
	return promises[ports.Generations[V]]([]law[Subject[V, R]]{
		{"while a generation is open, what anybody saves goes into both", k.savedInBoth},
		{"filled with all that was committed before, a generation lacks nothing", k.lacksNothing},
		{"readers turn to the new generation in one step", k.oneStep},
		{"what is saved after a switch, every reader sees", k.seenByAll},
		{"the generation before can be opened again, and lacks nothing after From", k.goesBack},
	})
}

// A sentinel is an order that only one generation has.
const sentinel = 9999

// turned switches to the generation and returns when the readers have turned to it.
func (k kind[V, R]) turned(
	ctx context.Context, g ports.Generation[V], handles ...Subject[V, R],
) error {
	err := errors.Join(g.Save(ctx, []V{k.view(sentinel, 1)})...)
	err = errors.Join(err, handles[0].Generations.Switch(ctx, g.Number))
	if err != nil {
		return err
	}
	for _, h := range handles {
		err = errors.Join(err, eventually(ctx, func() error { return k.want(ctx, h, sentinel, 1) }))
	}
	return err
}

func (k kind[V, R]) savedInBoth(ctx context.Context, s Subject[V, R]) error {
	other := s.Again()
	err := errors.Join(k.save(ctx, other, 1, 1), k.save(ctx, s, 1, 2)) // Both know the live one.
	if err != nil {
		return err
	}
	g, err := s.Generations.Begin(ctx)
	if err != nil {
		return err
	}
	err = errors.Join(g.AwaitFed(ctx), k.save(ctx, s, 2, 1), k.save(ctx, other, 3, 1, 2))
	for _, h := range []Subject[V, R]{s, other} {
		err = errors.Join(err, k.want(ctx, h, 1, 2), k.want(ctx, h, 2, 1), k.want(ctx, h, 3, 2))
	}
	if err := errors.Join(err, k.turned(ctx, g, s, other)); err != nil {
		return err
	}
	for _, h := range []Subject[V, R]{s, other} {
		err = errors.Join(err, k.want(ctx, h, 1, 0), k.want(ctx, h, 2, 1), k.want(ctx, h, 3, 2))
	}
	return err
}

// writers commit orders 0, 1, 2 and so on, and save each a little later.
type writers struct {
	mu        sync.Mutex
	committed int
	stopped   bool
}

// commit returns which order was committed, or false once the writers have to stop.
func (w *writers) commit() (n int, more bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.stopped {
		w.committed++
	}
	return w.committed - 1, !w.stopped
}

// past is how many orders are committed so far; after the end there will be no more.
func (w *writers) past(end bool) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.stopped = end
	return w.committed
}

func (k kind[V, R]) write(ctx context.Context, s Subject[V, R], w *writers) error {
	for n, more := w.commit(); more; n, more = w.commit() {
		err := errors.Join(clock.Sleep(ctx, 3*time.Millisecond), k.save(ctx, s, n, 1))
		if err != nil {
			return err
		}
	}
	return nil
}

func (k kind[V, R]) lacksNothing(ctx context.Context, s Subject[V, R]) error {
	handles := []Subject[V, R]{s.Again(), s.Again(), s}
	errs := make([]error, len(handles))
	var w writers
	var writing sync.WaitGroup
	for i, h := range handles {
		writing.Go(func() { errs[i] = k.write(ctx, h, &w) })
	}
	err := clock.Sleep(ctx, 10*time.Millisecond)
	g, failed := s.Generations.Begin(ctx)
	if failed == nil {
		failed = g.AwaitFed(ctx)
	}
	before := make([]V, w.past(false))
	for n := range before {
		before[n] = k.view(n, 1)
	}
	err = errors.Join(err, failed, clock.Sleep(ctx, 30*time.Millisecond))
	all := w.past(true)
	writing.Wait()
	if err = errors.Join(append(errs, err)...); err != nil {
		return err
	}
	err = errors.Join(g.Save(ctx, before)...)
	if err := errors.Join(err, k.turned(ctx, g, s)); err != nil {
		return err
	}
	for n := range all {
		err = errors.Join(err, k.want(ctx, s, n, 1))
	}
	return err
}

func (k kind[V, R]) oneStep(ctx context.Context, s Subject[V, R]) error {
	const orders = 10
	var views []V
	for n := range orders {
		if err := k.save(ctx, s, n, 1); err != nil {
			return err
		}
		views = append(views, k.view(n, 2))
	}
	g, err := s.Generations.Begin(ctx)
	if err := errors.Join(append(g.Save(ctx, views), err)...); err != nil {
		return err
	}
	handles := []Subject[V, R]{s, s.Again()}
	errs := make([]error, len(handles))
	var reading sync.WaitGroup
	for i, h := range handles {
		reading.Go(func() { errs[i] = k.readOn(ctx, h.Readers, orders) })
	}
	err = errors.Join(clock.Sleep(ctx, 5*time.Millisecond), s.Generations.Switch(ctx, g.Number))
	reading.Wait()
	return errors.Join(append(errs, err)...)
}

// readOn reads all orders over and over: at version 1 until the first is at version 2, and
// always at that thereafter, until all are.
func (k kind[V, R]) readOn(ctx context.Context, r R, orders int) error {
	for now := 1; ; {
		since := now
		versions, err := k.every(ctx, r, orders)
		for n, v := range versions {
			if v != now && (now != 1 || v != 2 || n > 0 && k.atOnce) {
				return fmt.Errorf("order %d is shown at version %d after %d", n, v, now)
			}
			now = v
		}
		switch {
		case err != nil || len(versions) != orders:
			return fmt.Errorf("%d orders are shown of %d: %v", len(versions), orders, err)
		case since == 2:
			return nil
		}
		if err := clock.Sleep(ctx, time.Millisecond); err != nil {
			return err
		}
	}
}

func (k kind[V, R]) seenByAll(ctx context.Context, s Subject[V, R]) error {
	handles := []Subject[V, R]{s, s.Again()}
	for n, h := range handles {
		if err := k.save(ctx, h, n, 1); err != nil {
			return err
		}
	}
	g, err := s.Generations.Begin(ctx)
	if err = errors.Join(err, s.Generations.Switch(ctx, g.Number)); err != nil {
		return err
	}
	for n := range 30 {
		err := k.save(ctx, handles[n/2%2], 10+n, 1)
		for _, reader := range handles {
			err = errors.Join(err, k.want(ctx, reader, 10+n, 1))
		}
		if err = errors.Join(err, clock.Sleep(ctx, 100*time.Millisecond)); err != nil {
			return err
		}
	}
	return nil
}

func (k kind[V, R]) goesBack(ctx context.Context, s Subject[V, R]) error {
	project := func(n int) error { // Order n is what is committed before position n.
		return errors.Join(k.save(ctx, s, n, 1), advance(ctx, s, ports.Position(fmt.Sprint(n))))
	}
	g, err := s.Generations.Begin(ctx)
	err = errors.Join(err, project(1), s.Generations.Switch(ctx, g.Number), project(2))
	err = errors.Join(err, eventually(ctx, func() error {
		want := ports.GenerationStatus{Live: g.Number, Previous: 1, Position: "2"}
		return wantStatus(ctx, s, want)
	}), project(3))
	if err != nil {
		return err
	}
	back, err := reopen(ctx, s)
	if err = errors.Join(err, wantEqual(back.Number, 1),
		wantError(s.Checkpoint.Advance(ctx, "3", "4"), ports.ErrConflict),
		k.save(ctx, s, 4, 1)); err != nil {
		return err
	}
	from := map[ports.Position]int{"": 0, "1": 1, "2": 2, "3": 3}[back.From]
	for n := from + 1; n <= 3; n++ {
		err = errors.Join(err, errors.Join(back.Save(ctx, []V{k.view(n, 1)})...))
	}
	err = errors.Join(err, k.turned(ctx, back, s))
	for n := 1; n <= 4; n++ {
		err = errors.Join(err, k.want(ctx, s, n, 1))
	}
	return err
}
