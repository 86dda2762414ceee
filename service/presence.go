package service

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"os"

	"go.uber.org/fx"

	"orders/adapters/mongo"
	"orders/app/command"
	"orders/app/presence"
	"orders/ports"
)

// attended has a process with the role command ask for imported keys, and say that it is at work,
// as long as it is, where others could import into its store.
func (c Config) attended() fx.Option {
	switch {
	case c.Import != "":
		return fx.Invoke(replayImported) // They came into memory with it.
	case !c.has(Command), !c.WriteStore.store().lasts:
		return fx.Options()
	}
	return fx.Options(
		fx.Provide(keepIn, func(k *presence.Keeper) mongo.Guard { return k.Check }),
		fx.Invoke(func(*presence.Keeper) {}, replayImported),
	)
}

// keepIn lets this process in before anything that writes starts, and lets it go after that.
func keepIn(
	life fx.Lifecycle, in ports.Presence, end fx.Shutdowner, log *slog.Logger,
) *presence.Keeper {
	k := presence.NewKeeper(in, ports.Entrant{Name: thisProcess()}, log)
	keep(life, k, func() {
		log.Error("This process did not answer for a while, and an import began: it ends, as it " +
			"does not know what was imported; start it again")
		_ = end.Shutdown(fx.ExitCode(1))
	})
	return k
}

// keep keeps an entrant in while the application runs.
func keep(life fx.Lifecycle, k *presence.Keeper, onLoss func()) {
	life.Append(fx.StartStopHook(
		func(ctx context.Context) error { return k.Enter(ctx, onLoss) },
		k.Leave,
	))
}

// replayImported has the handler ask for imported keys if there are any. No import begins while
// this process is in, so it is enough to look once.
func replayImported(life fx.Lifecycle, h *command.Handler, keys ports.ImportedKeys) {
	life.Append(fx.StartHook(func(ctx context.Context) error {
		are, err := keys.Any(ctx)
		if are {
			h.ReplayImported(keys)
		}
		return err
	}))
}

// thisProcess names this process for people, and apart from all others.
func thisProcess() string {
	const apart = 6 // Characters that tell processes of one number apart, as in containers.
	return fmt.Sprintf("%s, process %d %s", userAtHost(), os.Getpid(), rand.Text()[:apart])
}
