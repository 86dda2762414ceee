// Package app puts the pieces together. It is the only package that knows them all.
package app

import (
	"context"
	"log/slog"
	"strconv"
	"time"

	"go.uber.org/fx"
	"go.uber.org/fx/fxevent"

	"orders/adapters/http"
	"orders/adapters/memory"
	memorycustomer "orders/adapters/memory/customer"
	"orders/adapters/mongo"
	mongocustomer "orders/adapters/mongo/customer"
	"orders/app/command"
	"orders/app/projection"
	"orders/domain/order"
	"orders/ports"
	"orders/ports/customer"
)

// StartTimeout bounds a start: connecting takes at most 10 s, migrating at most 30 s.
// StopTimeout bounds a stop, with the requests under way.
const (
	StartTimeout = 60 * time.Second
	StopTimeout  = 20 * time.Second
)

// Module is the whole application: events flow from http through command to a store, and from
// its feed through projection to the read model, which http reads.
func Module(c Config, version string, log *slog.Logger) fx.Option {
	c, err := c.settled()
	if err != nil {
		return fx.Error(err)
	}
	return fx.Options(
		fx.WithLogger(func() fxevent.Logger { return quiet(log) }),
		fx.StartTimeout(StartTimeout),
		fx.StopTimeout(StopTimeout),
		fx.Supply(log, c.http(version), mongo.WriteURI(c.MongoURI), mongo.ReadURI(c.ReadURI)),
		writeStore(c, log),
		readStore(c.ReadStore),
		fx.Supply(command.Clock(time.Now)),
		fx.Provide(command.NewHandler),
		fx.Invoke(projectOrders, projectCustomers),
		http.Module,
	)
}

func writeStore(c Config, log *slog.Logger) fx.Option {
	if c.WriteStore == Mongo {
		return mongo.WriteModule
	}
	return fx.Options(memory.WriteModule, fx.Invoke(func() {
		log.Warn("orders are kept in memory and vanish at exit; set MONGODB_URI to keep them")
		if c.ReadStore == Mongo {
			log.Warn("the read model is kept in MongoDB and will show orders that have vanished")
		}
	}))
}

func readStore(s Store) fx.Option {
	if s == Mongo {
		return fx.Options(mongo.ReadModule, mongocustomer.Module)
	}
	return fx.Options(memory.ReadModule, memorycustomer.Module)
}

// A projecting is what every projection follows and reads.
type projecting struct {
	fx.In
	Life  fx.Lifecycle
	Feed  ports.EventFeed
	Store ports.EventStore
	Log   *slog.Logger
}

func projectOrders(p projecting, views ports.OrderViews, at ports.Checkpoints) {
	view := projection.View[ports.OrderView]{Of: ports.ViewOf, Save: views.Save}
	run(p.Life, projection.NewRunner(p.Feed, p.Store, view, at, p.Log.With("view", "orders")))
}

func projectCustomers(p projecting, rows customer.Purchases, at customer.Checkpoints) {
	view := projection.View[customer.Row]{Of: customer.RowOf, Save: rows.Save}
	run(p.Life, projection.NewRunner(p.Feed, p.Store, view, at, p.Log.With("view", "customers")))
}

// run runs a projection while the application runs. It stops after http, whose last answers may
// wait for it, and before the stores.
func run(life fx.Lifecycle, r *projection.Runner) {
	ctx, cancel := context.WithCancel(context.Background())
	stopped := make(chan struct{})
	life.Append(fx.StartStopHook(
		func() {
			go func() {
				defer close(stopped)
				r.Run(ctx)
			}()
		},
		func() {
			cancel()
			<-stopped
		},
	))
}

func (c Config) http(version string) http.Config {
	return http.Config{
		Address: ":" + strconv.Itoa(c.Port), Version: version,
		Currency: order.Currency(c.Currency), RequireKey: c.RequireKey, Timeout: c.Timeout,
	}
}

// quiet keeps Fx's account of every constructor and hook for those who debug.
func quiet(log *slog.Logger) fxevent.Logger {
	l := &fxevent.SlogLogger{Logger: log}
	l.UseLogLevel(slog.LevelDebug)
	l.UseErrorLevel(slog.LevelDebug) // What ends the process, main says in one sentence.
	return l
}
