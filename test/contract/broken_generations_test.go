package contract

import (
	"context"
	"errors"
	"time"

	"orders/ports"
	"orders/ports/clock"
)

// begins breaks what Begin returns.
func begins(
	change func(ctx context.Context, f *faulty, g generation, err error) (generation, error),
) func() OrderModel {
	return model(func(f *faulty) {
		good := f.begin
		f.begin = func(ctx context.Context) (generation, error) {
			g, err := good(ctx)
			return change(ctx, f, g, err)
		}
	})
}

var brokenGenerations = map[string]func() OrderModel{
	"the first generation is 1, and live": model(func(f *faulty) {
		f.status = func(context.Context) (status, error) { return status{}, nil }
	}),
	"a new generation is empty, and nobody sees it": begins(func(
		ctx context.Context, f *faulty, g generation, err error,
	) (generation, error) {
		views, _ := List(ctx, f.good, ports.Filter{}, ports.Page{Limit: 100})
		return g, errors.Join(append(g.Save(ctx, views), err)...)
	}),
	"what is saved into a generation is put there alone": begins(func(
		_ context.Context, f *faulty, g generation, err error,
	) (generation, error) {
		g.Save = f.good.Save
		return g, err
	}),
	"of 16 who begin, one opens a generation": begins(func(
		ctx context.Context, f *faulty, g generation, _ error,
	) (generation, error) {
		n, err := f.good.Status(ctx)
		g.Number = n.Open
		return g, err
	}),
	"none is opened again if none was live before": model(func(f *faulty) {
		f.reopen = f.good.Begin
	}),
	"a renewal notes how far the filling is, and a new candidate has none": model(
		func(f *faulty) {
			good := f.renew
			f.renew = func(ctx context.Context, n int, _ ports.Filling) error {
				return good(ctx, n, ports.Filling{})
			}
		}),
	"a generation stays open while it is renewed, and is forgotten thereafter": begins(func(
		ctx context.Context, f *faulty, g generation, err error,
	) (generation, error) {
		go func() { // Keeps it open although the law no longer renews it.
			for clock.Sleep(ctx, time.Second) == nil {
				_ = f.good.Renew(ctx, g.Number, ports.Filling{})
			}
		}()
		return g, err
	}),
	"only what is open is renewed and switched to": model(func(f *faulty) {
		f.renew = func(context.Context, int, ports.Filling) error { return nil }
	}),
	"who loaded before a generation was opened cannot advance": model(func(f *faulty) {
		f.checkpoint = comparesPositions{f.checkpoint}
	}),
}

// comparesPositions makes checkpoints that ignore whether a generation was opened.
type comparesPositions struct{ ports.Checkpoint }

func (c comparesPositions) Advance(ctx context.Context, from, to ports.Position) error {
	_, _ = c.Load(ctx)
	return c.Checkpoint.Advance(ctx, from, to)
}

var brokenSwitching = map[string]func() OrderModel{
	"while a generation is open, what anybody saves goes into both": model(func(f *faulty) {
		if f.handle > 0 { // It has not heard of the generation.
			f.save = f.saveLive
		}
	}),
	// AwaitFed returns before the other handles know the generation.
	"filled with all that was committed before, a generation lacks nothing": model(
		func(f *faulty) {
			good, begin := f.save, f.begin
			f.begin = func(ctx context.Context) (generation, error) {
				f.mark()
				return begin(ctx)
			}
			f.save = func(ctx context.Context, views []orderView) []error {
				if f.lately(20 * time.Millisecond) {
					return f.saveLive(ctx, views)
				}
				return good(ctx, views)
			}
		}),
	"readers turn to the new generation in one step": model(func(f *faulty) {
		f.switchTo = func(ctx context.Context, number int) error {
			for n := range 10 { // One by one.
				v := orderKind.view(n, 2)
				_ = f.put(ctx, v.ID, &v)
				_ = clock.Sleep(ctx, time.Millisecond)
			}
			return f.good.Switch(ctx, number)
		}
	}),
	"what is saved after a switch, every reader sees": model(func(f *faulty) {
		good := f.switchTo
		f.switchTo = func(ctx context.Context, number int) error {
			f.mark()
			return good(ctx, number)
		}
		f.save = func(ctx context.Context, views []orderView) []error {
			if f.handle > 0 && f.lately(time.Second) {
				return nil // Into the one before, which nobody reads.
			}
			return f.good.Save(ctx, views)
		}
	}),
	"the generation before can be opened again, and lacks nothing after From": model(
		func(f *faulty) {
			good := f.reopen
			f.reopen = func(ctx context.Context) (generation, error) {
				g, err := good(ctx)
				if err == nil {
					n, err := f.good.Status(ctx)
					g.From = n.Position
					return g, err
				}
				return g, err
			}
		}),
}
