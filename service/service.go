// Package service turns a Config into a running service. It is the only package that knows every
// adapter.
package service

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"slices"
	"strconv"
	"time"

	"go.uber.org/dig"
	"go.uber.org/fx"
	"go.uber.org/fx/fxevent"

	"orders/adapters/http"
	"orders/app/command"
	"orders/app/live"
	"orders/app/projection"
	"orders/app/sharedfeed"
	"orders/domain/order"
	"orders/ports"
	"orders/ports/budget"
)

// StartTimeout bounds a start: connecting takes at most 10 s, migrating at most 30 s, and the
// trials of what the roles need at most 10 s. StopTimeout bounds a stop with the requests under
// way, after DRAIN_DELAY.
const (
	StartTimeout = 60 * time.Second
	StopTimeout  = 20 * time.Second
)

// importTimeout bounds the import of a file at the start.
const importTimeout = time.Hour

// StartTimeout bounds a start with these settings.
func (c Config) StartTimeout() time.Duration {
	if c.Import != "" {
		return StartTimeout + importTimeout
	}
	return StartTimeout
}

// Module is the whole application: events flow from http through command to a store, and from
// its feed through projection to the read model, which http reads.
func Module(c Config, version string, log *slog.Logger) fx.Option {
	c, err := c.resolved()
	if err != nil {
		return fx.Error(err)
	}
	web := c.http(version)
	port, admin, keep, err := c.https(log)
	if err != nil {
		return fx.Error(err)
	}
	web.TLS, web.AdminTLS = port, admin
	options := fx.Options(
		fx.Invoke(func() { c.warn(log) }),
		traced(version),  // First, so that it stops last; and then
		http.AdminModule, // that.
		keep,
		stored(c, serving, log),
		c.observed(version),
		c.authenticator(),
		fx.Supply(web, command.Clock(time.Now), budget.New(int64(c.Bytes))),
		fx.Provide(command.NewHandler, fx.Annotate(live.New, fx.As(new(ports.Live)))),
	)
	if c.Import != "" {
		options = fx.Options(options, fx.Invoke(c.imported))
	}
	if c.has(Projector) {
		options = fx.Options(options, fx.Invoke(c.refuseOtherFeed, project))
	}
	if c.has(Relay) {
		options = fx.Options(options, fx.Invoke(relayAll))
	}
	return fx.Options(options, c.attended(), c.commands(), http.Module,
		fx.Invoke(c.announce(version)))
}

// stored are the stores of both sides, and the projections between them.
func stored(c Config, p purpose, log *slog.Logger) fx.Option {
	options := []fx.Option{
		fx.WithLogger(func() fxevent.Logger { return c.wiring(log) }),
		fx.StartTimeout(c.StartTimeout()),
		fx.StopTimeout(StopTimeout + c.DrainDelay),
		fx.Supply(log),
		c.WriteStore.store().write.module,
		c.ReadStore.store().read.module,
		keptIn(c.ReadStore),
		fx.Decorate(func(f ports.EventFeed) ports.EventFeed { return sharedfeed.Share(f) }),
		c.messages(),
		fx.Provide(byName, newStatus, newRelayStatus),
		fx.Provide(fx.Annotate(newOrders, fx.ResultTags(`group:"projections"`))),
	}
	for _, s := range stores {
		options = append(options, s.configured(c, p))
	}
	return fx.Options(options...)
}

// warn logs what anybody may do, and what will be lost.
func (c Config) warn(log *slog.Logger) {
	if c.isOpen() {
		log.Warn("Anybody who reaches the port may do everything; set AUTH=jwt, or HOST=127.0.0.1")
	}
	if c.WriteStore.store().lasts {
		return
	}
	log.Warn("Orders are kept in memory and vanish at exit; set MONGODB_URI to keep them")
	if c.ReadStore.store().lasts {
		log.Warn("The read model is kept in MongoDB and will still show what has vanished")
	}
}

func newOrders(
	m ports.ReadModel[ports.OrderView], s projection.Source, log *slog.Logger,
) projection.Projection {
	definition := projection.Definition[ports.OrderView]{
		Name: "orders", With: ports.OrderView.With, Size: ports.OrderView.Size, Model: m,
	}
	return projection.New(definition, s, log)
}

type gathered struct {
	fx.In
	Projections []projection.Projection `group:"projections"`
}

func byName(g gathered) projection.All {
	return slices.SortedFunc(slices.Values(g.Projections), func(a, b projection.Projection) int {
		return cmp.Compare(a.Name(), b.Name())
	})
}

func newStatus(all projection.All) ports.Projections { return all }

// project runs all projections while the application runs.
func project(life fx.Lifecycle, all projection.All) {
	for _, p := range all {
		run(life, p.Run)
	}
}

// run does work while the application runs. It stops after http, whose last answers may wait for
// it, and before the stores.
func run(life fx.Lifecycle, work func(context.Context)) {
	ctx, cancel := context.WithCancel(context.Background())
	stopped := make(chan struct{})
	life.Append(fx.StartStopHook(
		func() {
			go func() {
				defer close(stopped)
				work(ctx)
			}()
		},
		func() {
			cancel()
			<-stopped
		},
	))
}

// operate calls do for each named projection, without serving or projecting.
func (c Config) operate(
	ctx context.Context, p purpose, names []string,
	do func(context.Context, projection.Projection) error,
) error {
	return operateOn(ctx, c, p, "read models", func(ctx context.Context, all projection.All) error {
		chosen, err := named(all, names)
		for _, p := range chosen {
			if err == nil {
				err = c.withItsFeed(ctx, p)
			}
			if err == nil {
				err = do(ctx, p)
			}
		}
		return err
	})
}

// operateOn calls do with what the stores keep of a kind, without serving or running it.
func operateOn[T any](
	ctx context.Context, c Config, p purpose, kind string, do func(context.Context, T) error,
) (err error) {
	if c, err = c.resolved(); err != nil {
		return err
	}
	if !c.lasts() {
		return fmt.Errorf("only %s in MongoDB can be managed: those in memory belong to the "+
			"process that serves them, and are made again at each start; set MONGODB_URI", kind)
	}
	var all T
	app := fx.New(stored(c, p, c.Logger()), fx.Populate(&all))
	return whileRunning(ctx, app, func() error { return withRole("operator", do(ctx, all)) })
}

// whileRunning starts app, calls do, and stops app.
func whileRunning(ctx context.Context, app *fx.App, do func() error) (err error) {
	if err := app.Start(ctx); err != nil {
		return dig.RootCause(err)
	}
	defer func() {
		stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), StopTimeout)
		defer cancel()
		err = errors.Join(err, app.Stop(stopping))
	}()
	return do()
}

func (c Config) http(version string) http.Config {
	return http.Config{
		Address: net.JoinHostPort(c.Host, strconv.Itoa(c.Port)), Version: version,
		BasePath: c.BasePath, Origins: c.Origins,
		Currency: order.Currency(c.Currency), Timeout: c.Timeout, Limits: c.limits(),
		RequireKey: c.RequireKey, PrivateDocs: c.PrivateDocs, Strict: c.Strict,
		WithoutCommands: !c.has(Command), WithoutQueries: !c.has(Query),
		DrainDelay: c.DrainDelay, MaxLag: c.MaxLag,
		Metrics: c.Metrics, AdminAddress: c.adminAddress(),
	}
}

func (c Config) adminAddress() string {
	if c.AdminPort == 0 {
		return ""
	}
	return net.JoinHostPort(cmp.Or(c.AdminHost, local), strconv.Itoa(c.AdminPort))
}

// wiring logs the constructors and hooks of Fx, if that is asked for. Main reports the error that
// ends the process.
func (c Config) wiring(log *slog.Logger) fxevent.Logger {
	if !c.LogWiring {
		return fxevent.NopLogger
	}
	l := &fxevent.SlogLogger{Logger: slog.New(loginless{log.Handler(), WithoutLogins})}
	l.UseErrorLevel(slog.LevelInfo)
	return l
}
