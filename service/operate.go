package service

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"orders/app/projection"
)

// named returns the projections with these names; all without a name.
func named(all projection.All, names []string) (projection.All, error) {
	if len(names) == 0 {
		return all, nil
	}
	var chosen projection.All
	for _, name := range names {
		i := slices.IndexFunc(all, func(p projection.Projection) bool { return p.Name() == name })
		if i < 0 {
			return nil, fmt.Errorf("there is no read model %q; there are %s", name,
				strings.Join(all.Names(), " and "))
		}
		chosen = append(chosen, all[i])
	}
	return chosen, nil
}

// Rebuild fills a new generation of a read model and switches to it.
func Rebuild(
	ctx context.Context, c Config, name string, o projection.Options, out io.Writer,
) error {
	return c.replace(ctx, name, func(ctx context.Context, p projection.Projection) error {
		m := newMeter(out, p.Name())
		return m.finish(p.Rebuild(ctx, o, m.show))
	})
}

// Rollback switches a read model to its previous generation.
func Rollback(
	ctx context.Context, c Config, name string, o projection.Options, out io.Writer,
) error {
	return c.replace(ctx, name, func(ctx context.Context, p projection.Projection) error {
		m := newMeter(out, p.Name())
		return m.finish(p.Rollback(ctx, o, m.show))
	})
}

// replace calls do, which fills a generation of a read model and switches to it.
func (c Config) replace(
	ctx context.Context, name string, do func(context.Context, projection.Projection) error,
) error {
	return c.operate(ctx, rebuilding, []string{name},
		func(ctx context.Context, p projection.Projection) error {
			return brokenOff(ctx, do(ctx, p))
		})
}

// brokenOff explains the state of the read model if the operator stopped a rebuild or a rollback.
func brokenOff(ctx context.Context, err error) error {
	switch {
	case err == nil || ctx.Err() == nil:
		return err
	case errors.Is(err, projection.ErrUndecided):
		return errors.New("broken off while it switched; " +
			"`orders projection status` says which generation is live")
	}
	return errors.New("broken off; the live generation is untouched")
}
