package contract

import (
	"context"

	"orders/ports"
)

var brokenProvisional = map[string]func() OrderModel{
	"what is saved provisionally is shown, and the later version stays": model(func(f *faulty) {
		f.provisional = savesWith{f.provisional, func(ctx context.Context, v []orderView) []error {
			_ = f.put(ctx, v[0].ID, &v[0]) // The last one wins.
			return nil
		}}
	}),
	"each view that was not saved provisionally has an error": model(func(f *faulty) {
		f.provisional = savesWith{f.provisional, func(ctx context.Context, v []orderView) []error {
			_ = f.good.Save(ctx, v)
			return nil
		}}
	}),
	// It saves through a Checkpoint that nobody moves.
	"the position waits for what is not durable": model(func(f *faulty) {
		f.provisional = f.good.ReadModel().Provisional
	}),
	"after a Load there is nothing to make durable": model(func(f *faulty) {
		f.provisional = neverDurable{f.provisional}
	}),
	"a Load that fails makes nothing durable": model(func(f *faulty) {
		f.checkpoint = forgetful{f.checkpoint}
	}),
}

// savesWith is a Provisional with another Save.
type savesWith struct {
	ports.Provisional[orderView]
	save func(context.Context, []orderView) []error
}

func (s savesWith) Save(ctx context.Context, views []orderView) []error {
	return s.save(ctx, views)
}

type neverDurable struct{ ports.Provisional[orderView] }

func (neverDurable) MakeDurable(context.Context) error {
	return ports.ErrConflict
}

// forgetful forgets what is not durable before it loads.
type forgetful struct{ ports.Checkpoint }

func (f forgetful) Load(ctx context.Context) (ports.Position, error) {
	_, _ = f.Checkpoint.Load(context.WithoutCancel(ctx))
	return f.Checkpoint.Load(ctx)
}
