package service

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"

	"go.uber.org/fx"

	"orders/adapters/mongo"
	"orders/adapters/mongo/mongoose"
	"orders/app/backup"
	"orders/app/original"
	"orders/app/presence"
	"orders/domain/order"
	"orders/ports"
)

// TakeOverOptions say where the orders of the Node.js original are, and how they are taken over.
type TakeOverOptions struct {
	URI    string
	DryRun bool
	Rate   int // Orders per second at most; 0 for any.
}

// TakeOver records the orders of the Node.js original, and lists on out those that are refused.
func TakeOver(ctx context.Context, c Config, o TakeOverOptions, out io.Writer) (err error) {
	from, err := mongoose.Open(ctx, o.URI)
	if err != nil {
		return fmt.Errorf("--from-original: %w", err)
	}
	defer func() { err = errors.Join(err, from.Close(context.WithoutCancel(ctx))) }()
	if o.DryRun { // It writes nothing, so it may run beside others.
		return c.withCommits(ctx, rehearsing, func(ctx context.Context, into commits) error {
			return takeOver(ctx, from, into, nil, o, out)
		})
	}
	return c.withCommitsAlone(ctx,
		func(ctx context.Context, into commits, check func(context.Context) error) error {
			return takeOver(ctx, from, into, check, o, out)
		})
}

// withCommitsAlone calls do while no process takes commands, and none can start to.
func (c Config) withCommitsAlone(
	ctx context.Context,
	do func(ctx context.Context, into commits, check func(context.Context) error) error,
) error {
	alone, end := context.WithCancelCause(ctx)
	defer end(nil)
	var keeper *presence.Keeper
	err := c.withCommits(alone, takingOver, func(ctx context.Context, into commits) error {
		return do(ctx, into, keeper.Check)
	}, fx.Provide(
		func(life fx.Lifecycle, in ports.Presence) *presence.Keeper {
			keeper = presence.NewKeeper(in,
				ports.Entrant{Name: thisProcess(), Imports: true}, c.Logger())
			keep(life, keeper, func() { end(presence.ErrLost) })
			return keeper
		},
		func(k *presence.Keeper) mongo.Guard { return k.Check },
	))
	if lost := context.Cause(alone); errors.Is(lost, presence.ErrLost) {
		err = fmt.Errorf("%w: run the import again", lost)
	}
	return err
}

func takeOver(
	ctx context.Context, from *mongoose.Original, into commits, check func(context.Context) error,
	o TakeOverOptions, out io.Writer,
) error {
	m := newCopyMeter(out, "import")
	size, err := from.Size(ctx)
	if err != nil {
		return err
	}
	phase := backup.Recording
	if o.DryRun {
		phase = backup.Comparing
	}
	list := func(what string) func(ports.OriginalOrder, ports.Fault) {
		return func(o ports.OriginalOrder, f ports.Fault) { m.print(spellFault(what, o, f)) }
	}
	done, err := original.Import{
		From: from, Into: into.Store, Keys: into.Keys, Check: check,
		Currency: order.Currency(into.config.Currency), DryRun: o.DryRun, Rate: o.Rate,
		Log:    into.config.Logger(),
		Refuse: list("refused"), Note: list("note"),
		Report: func(p original.Progress) {
			m.show(backup.Progress{Phase: phase, Commits: p.Orders, Orders: p.Orders, Size: size})
		},
	}.Run(ctx)
	did := "are"
	if o.DryRun {
		did = "could be"
	}
	err = m.finish(err, "of %d orders in %s, %d %s taken over as %d commits, with %d keys",
		done.Orders, from.Name(), done.Orders-done.Refused, did, done.Commits, done.Keys)
	if err == nil && done.Refused > 0 {
		err = fmt.Errorf("%d of %d orders are refused, for the reasons above: correct them in the "+
			"original and run this again; the others stay as they are", done.Refused, done.Orders)
	}
	return err
}

// spellFault is a line about an order. Somebody may have put anything into the original.
func spellFault(what string, o ports.OriginalOrder, f ports.Fault) string {
	const most = 200
	return fmt.Sprintf("%s: order %s (_id %s): %s %s: %s", what,
		plainText(cmp.Or(o.OrderID, "without an orderId"), most), plainText(o.Document, most),
		f.Field, plainText(f.Value, most), plainText(f.Why, most))
}
